"""The benchmark compares equal steps, and has stored what chapter 13 needs."""

import csv
from collections import defaultdict

import numpy as np
import pytest
from bench import (
    NETWORKS,
    PRECISIONS,
    SIDES,
    STORED,
    floor,
    scratchdl,
    single_calls,
    start,
)
from models import network

from scratchdl.show import profile_step


@pytest.mark.parametrize(
    ("precision", "limit"), [("float64", 1e-12), ("float32", 1e-4)]
)
def test_the_floor_takes_the_same_steps(precision, limit):
    steps = [side(*start("13-13-13-1", precision)) for side in (scratchdl, floor)]
    for _ in range(20):
        losses = [step() for step in steps]
        assert np.ptp(losses) <= limit * losses[0]


def test_all_times_are_stored():
    times = defaultdict(dict)
    with STORED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            times[row["measurement"]][row["case"]] = float(row["microseconds"])
    for side in SIDES:
        for precision in PRECISIONS:
            assert [*times.pop(f"{side.__name__} {precision}")] == [*NETWORKS]
    parts = profile_step(network(2), np.ones((8, 5)), np.ones((8, 1)), steps=1).parts
    cases = [f"{part} {way}" for part, *_ in parts for way in ("forward", "backward")]
    for name in ("13-13-13-1", "784-1024-1024-1"):
        assert [*times.pop(name)] == [*cases, "rest", "SGD"]
    calls = {(name, "x".join(map(str, shape))) for name, shape, _ in single_calls()}
    assert {(name, case) for name, cases in times.items() for case in cases} == calls
