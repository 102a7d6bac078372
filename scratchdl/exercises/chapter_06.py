"""Checks of chapter 6's exercises."""

from typing import Any

import numpy as np

from .checking import CHECKS, ELSE, RIGHT, compare, exercise, require
from .framework import require_loss

CHECKS["ex-doubled-batch"] = {
    RIGHT: [8, -4 / 3],
    "The loss is right. How many rows is its gradient divided by?": [8, -8 / 3],
    "The loss is right. The gradient is for one prediction, not two.": [8, -16 / 3],
    "The loss is right. Is the first prediction too high or too low?": [8, 4 / 3],
    "The sum of squares doubles. So does the number that divides it.": [16, -16 / 3],
    "The loss is divided by the number of rows, and there are six.": [16, -8 / 3],
    "The gradient is right. But there are six squares, not three.": [4, -4 / 3],
    "Write down the six squares and the six rows. Then put the first error into "
    "2 (p - y) / rows.": ELSE,
}


@exercise("ex-huber")
def _huber(answer: Any) -> None:
    errors = np.array([[1.0], [5.0], [-4.0], [-0.5]])
    size, near = np.abs(errors), errors**2 / 2
    within, slopes = size <= 2, np.clip(errors, -2, 2)

    def mean(near: Any, far: Any) -> float:
        return float(np.mean(np.where(within, near, far)))

    truth = mean(near, 2 * (size - 1))
    hints = {
        "You sum over the rows. Divide by their number.": 4 * truth,
        "All errors are squared. Beyond the limit they must not be.": mean(near, near),
        "Within the limit it is half the square.": mean(2 * near, 2 * (size - 1)),
        "At the limit the two pieces must meet: e = d = 2.": mean(near, 2 * size),
        "Is the limit in the formula beyond it? Yours is 1.": mean(near, size - 0.5),
    }
    one = np.where(within, errors, np.sign(errors)) / 4
    grad_hints = {
        "It is divided by the rows, and its gradient is not.": slopes,
        "Its gradient grows with the error. What about the limit?": errors / 4,
        "Beyond the limit the slope is not 1 or -1: d is in the formula.": one,
        "Every slope is positive. Where must it be negative?": np.abs(slopes) / 4,
    }
    require_loss(answer(limit=2.0), errors, truth, hints, grad_hints)


@exercise("ex-true-mean")
def _true_mean(answer: Any) -> None:
    errors = np.array([[1.0, 3.0], [-2.0, 0.5], [0.0, 4.0]])
    total = float(np.sum(errors**2))
    hints = {
        "That is the book's loss: it divides by the rows alone.": total / 3,
        "You divide by the number of outputs alone.": total / 2,
        "That is the sum. Divide by the number of squares in it.": total,
    }
    grad_hints = {
        "Its gradient still divides by the rows alone.": 2 * errors / 3,
        "Its gradient must be divided too, because the loss is a mean now.": 2 * errors,
    }
    require_loss(answer(), errors, total / 6, hints, grad_hints)


@exercise("ex-best-guess")
def _best_guess(answer: Any) -> None:
    prices = np.array([20.0, 21.0, 22.0, 23.0, 64.0])
    hints = {
        "Both are right, in the wrong order.": [22, 30],
        "30 is right for squares. Nearly all prices are on one side of it.": [30, 30],
        "22 is right for absolute values. With squares, 64 counts for more.": [22, 22],
    }
    compare(answer, hints)
    for guess, power, name in zip(answer, (2, 1), ("squared", "absolute"), strict=True):
        here, lower, higher = (
            np.mean(np.abs(guess + step - prices) ** power) for step in (0, -1, 1)
        )
        better, way = (lower, "less") if lower < here else (higher, "more")
        wrong = f"For {guess} the mean {name} error is {here:.1f}, and for one {way} it"
        require(here <= better, f"{wrong} is {better:.1f}. Continue in that direction.")
    compare(answer, {RIGHT: [30, 22], "Answer with whole numbers.": ELSE})
