"""What chapter 13 shows, and what has measured it."""

import csv
import sys

import numpy as np
import pytest
from bench import (
    DATA,
    FOR_THE_CHAPTER,
    NETWORKS,
    OTHERS,
    copy_of_package,
    floor,
    ours,
    start,
    unchecked,
)
from models import network

import scratchdl.show.profiling
from scratchdl import Operation, Sigmoid
from scratchdl.show.profiling import profile_step

X = np.random.RandomState(1).randn(8, 5)
y = np.random.RandomState(2).randn(8, 1)


def table(name):
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_stored_steps_are_all_there():
    rows = table("step_times")
    found = {(row["side"], row["network"], row["precision"]) for row in rows}
    assert found == {
        (side, "-".join(map(str, widths)), precision)
        for side in (*FOR_THE_CHAPTER, *OTHERS)
        for widths, _, _ in NETWORKS
        for precision in ("float64", "float32")
    }
    assert len(rows) == len(found)
    assert all(float(row["ours"]) > 1 and float(row["other"]) > 1 for row in rows)


def test_the_stored_parts_are_those_of_the_network():
    rows = [row for row in table("operation_times") if row["network"] == "13-13-13-1"]
    names = [name for name, _, _ in profile_step(network(2), X, y, steps=1).parts]
    assert [row["part"] for row in rows] == [*names, "rest of train_batch", "SGD"]


def test_the_floors_take_the_same_steps():
    for precision, limit in (("float64", 1e-12), ("float32", 1e-4)):
        makers = ours, floor, OTHERS["tricks"], *FOR_THE_CHAPTER.values()
        sides = [make(*start((13, 7, 1), 8, precision)) for make in makers]
        for _ in range(20):
            losses = [step() for step in sides]
            assert np.ptp(losses) <= limit * losses[0]


def test_the_copy_without_checks_leaves_the_package_its_own():
    unchecked(*start((13, 7, 1), 8, "float64"))()
    with pytest.raises(TypeError, match="must be a NumPy array"):
        Sigmoid().forward([1.0])
    assert scratchdl.show.profiling is sys.modules["scratchdl.show.profiling"]


def test_the_copy_without_checks_has_none():
    copy = copy_of_package("assert_same_shape", "check_array", "check_rows")
    tanh = copy.Tanh()
    assert isinstance(tanh, copy.Operation) and not isinstance(tanh, Operation)
    assert tanh.forward(np.float64(0)) == 0  # has no dimension, and passes
    tanh.backward(np.ones(3))
    assert copy_of_package().Tanh is not copy.Tanh
    with pytest.raises(ValueError):
        copy_of_package().Tanh().forward(np.array(0.0))


def test_the_copy_for_the_chapter_has_the_gradient_of_the_data():
    copy = copy_of_package()
    copy.network._is_read = lambda layer: True
    for package, there in ((scratchdl, False), (copy, True)):
        net = package.NeuralNetwork([package.Dense(2)], package.MeanSquaredError())
        net.train_batch(X, np.ones((8, 2)))
        grad = net.layers[0].operations[0].input_grad
        assert (grad is not None) == there
