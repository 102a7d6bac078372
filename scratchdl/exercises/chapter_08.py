"""Checks of chapter 8's exercises."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from scratchdl.optimizers import Optimizer

from .checking import CHECKS, ELSE, RIGHT, Class, Value, compare, exercise, show
from .framework import flat

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
def _one_step(answer: Value) -> None:
    verdicts = {
        RIGHT: 0.125,
        "That is the limit: w jumps to 3.5, as far off on the other side.": 0.25,
        "That is the rate for b, along which the bowl is flatter.": 0.5,
        "The magnitude is right. The minus sign is already in the rule.": -0.125,
        "That is the length of the step. It is the rate times the gradient.": 2,
        "You divided the gradient by the step. It is the other way round.": 8,
        f"With {answer} the step leads from -0.5 to {-0.5 + 16 * answer:.2f}.": ELSE,
    }
    compare(answer, verdicts)


@exercise("ex-own-rate")
def _own_rate(answer: Class) -> None:
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
def _clip(answer: Class) -> None:
    long, short = np.array([2.0, -1.0, 2.0]), np.array([0.2, -0.1, 0.2])
    moved, kept = (_walk(answer(lr=0.1, limit=1.5), g[None]) for g in (long, short))
    step, cut = -0.1 * long, -0.1 * np.clip(long, -1.5, 1.5)
    each = -0.1 * np.array([3, -1.5, 1.5 * 5**0.5]) / 5**0.5
    verdicts = {
        RIGHT: step / 2,
        UNMOVED: np.zeros(3),
        "For a length of 3 and a limit of 1.5, you change nothing.": step,
        "The length becomes 1. The limit was 1.5.": step / 3,
        "Each array has a length of its own. All of them make one vector.": each,
        "You cut off each entry by itself: that turns the vector.": cut,
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


CHECKS["ex-batch-size"] = {
    RIGHT: 10,
    "With batches of 1 the loss is 204254.1. A larger size does better.": 1,
    "With batches of 3 the loss is 43.3. A larger size does better.": 3,
    "With batches of 30 the loss is 63.4. A smaller size does better.": 30,
    "With batches of 100 the loss is 244.5. A smaller size does better.": 100,
    "Choose one of 1, 3, 10, 30 and 100.": ELSE,
}
