"""Checks of chapter 8's exercises."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from scratchdl.datasets import load_boston
from scratchdl.optimizers import SGD, Optimizer

from .checking import ELSE, RIGHT, choose, compare, exercise, require, show
from .framework import boston_network, flat

UNMOVED = (
    "The parameters have not moved. `param = ...` gives a new array the name; write "
    "into the array that the network holds."
)
UPHILL = "You go with the gradient, not against it."
NO_RATE = "The learning rate is missing."


def _walk(optimizer: Optimizer, grads: np.ndarray) -> np.ndarray:
    """Take a step for each row of gradients; return two parameters' entries."""
    params = [np.zeros((1, 2)), np.zeros((1, 1))]
    net: Any = SimpleNamespace(params=lambda: params)
    optimizer.net = net
    for row in grads:
        now = [row[None, :2].copy(), row[None, 2:].copy()]
        net.param_grads = lambda now=now: now
        optimizer.step()
    return flat(params)


@exercise("ex-one-step")
def _one_step(answer: Any) -> None:
    verdicts = {
        RIGHT: 0.125,
        "That is the limit: w jumps to 3.5, as far off on the other side.": 0.25,
        "That is the rate for b, along which the bowl is flatter.": 0.5,
        "The magnitude is right. The minus sign is already in the rule.": -0.125,
        "That is the length of the step. It is the rate times the gradient.": 2,
        "You divided the gradient by the step. It is the other way round.": 8,
    }
    compare(answer, verdicts)
    end = -0.5 + 16 * answer
    require(end == 1.5, f"With {answer} the step leads from -0.5 to {end:.2f}.")


@exercise("ex-own-rate")
def _own_rate(answer: Any) -> None:
    grads = np.array([[1.0, -0.02, 5.0], [2.0, 0.01, -4.0], [0.5, 0.03, 1.0]])

    def walk(
        old: float = 0.9, new: float = 0.1, power: float = 0.5, late: bool = False
    ) -> np.ndarray:
        mean = moved = np.zeros(3)
        for grad in grads:
            before, mean = mean, old * mean + new * grad**2
            divisor = before if late else mean
            moved = moved - 0.1 * grad / (divisor**power + 1e-8)
        return moved

    moved, truth = _walk(answer(lr=0.1), grads), walk()
    verdicts = {
        RIGHT: truth,
        UNMOVED: np.zeros(3),
        "You divide by the mean of the squares. Take its root.": walk(power=1),
        "0.9 and 0.1 have changed places.": walk(old=0.1, new=0.9),
        "You add up all squares. The old ones must fade: 0.9 m.": walk(old=1, new=1),
        "Update the mean first, and divide after that.": walk(late=True),
        "The mean keeps nothing from the step before.": walk(old=0),
        UPHILL: -truth,
        NO_RATE: 10 * truth,
        "You never divide by the root of the mean.": -0.1 * grads.sum(axis=0),
        f"After three steps the three entries have moved by {show(moved)}; it must be "
        f"{show(truth)}.": ELSE,
    }
    compare(moved, verdicts)


@exercise("ex-clip")
def _clip(answer: Any) -> None:
    long, short = np.array([2.0, -1.0, 2.0]), np.array([0.2, -0.1, 0.2])
    moved, kept = (_walk(answer(0.1, limit=1.5), g[None]) for g in (long, short))
    step, cut = -0.1 * long, -0.1 * np.clip(long, -1.5, 1.5)
    each = -0.1 * np.array([3, -1.5, 1.5 * 5**0.5]) / 5**0.5
    verdicts = {
        RIGHT: step / 2,
        UNMOVED: np.zeros(3),
        "For a length of 3 and a limit of 1.5, you change nothing.": step,
        "The length becomes 1. The limit was 1.5.": step / 3,
        "Each array has a length of its own. All of them make one vector.": each,
        "You cut off each entry for itself: that turns the vector.": cut,
        "The sum of the squares is 9. Take its root.": step * 1.5 / 9,
        "You add up the magnitudes. Add up the squares.": step * 1.5 / 5,
        NO_RATE: 10 * step / 2,
        UPHILL: -step / 2,
        "The gradients 2, -1 and 2, with a limit of 1.5 and a rate of 0.1, move the "
        f"parameters by {show(moved)}; it must be {show(step / 2)}.": ELSE,
    }
    compare(moved, verdicts)
    verdicts = {
        RIGHT: -0.1 * short,
        "A length of 0.3 is below the limit. You make it longer.": -0.5 * short,
        "Long gradients are right. Those below the limit must stay as they are.": ELSE,
    }
    compare(kept, verdicts)


@exercise("ex-batch-size")
def _batch_size(answer: Any) -> None:
    sizes = 1, 3, 10, 30, 100
    size = choose(answer, sizes)
    X, _, y, _ = load_boston()

    def loss_with(size: int) -> float:
        net = boston_network(hidden=0, seed=20190501)
        optimizer = SGD(lr=0.05)
        optimizer.net = net
        for start in range(0, len(X), size):
            net.train_batch(X[start : start + size], y[start : start + size])
            optimizer.step()
        return net.loss.forward(net.forward(X), y)

    best = min(sizes, key=loss_with)
    here = f"With batches of {size} the loss is {loss_with(size):.1f}."
    way = "smaller" if size > best else "larger"
    require(size == best, f"{here} A {way} size does better.")
