"""Checks of chapter 4's exercises."""

from typing import Any

import numpy as np

from .checking import CHECKS, ELSE, RIGHT, equal, exercise, require, show
from .framework import require_operation

CHECKS["ex-error-size"] = {
    RIGHT: 2,
    "3 is the wrong gradient divided by the true one. Divide the difference.": 3,
    "You divided by the wrong gradient. Divide by the true, numerical one.": 2 / 3,
    "The magnitude is right. The draft takes the difference without its sign.": -2,
    "Take a true gradient of 1: the wrong one is 3. How large is the difference, and "
    "what is it divided by?": ELSE,
}


@exercise("ex-softplus")
def _softplus(answer: Any) -> None:
    x = np.array([[0.5, -1.0, 2.0], [-0.3, 0.0, 1.5]])
    require_operation(answer(), x, np.logaddexp(0, x))
    with np.errstate(all="ignore"):
        output = answer().forward(np.array([[1000.0, -1000.0]]))
    wrong = f"Right for small inputs. For 1000 and -1000 it gives {show(output)}."
    require(equal(output, [[1000.0, 0.0]]), wrong)


CHECKS["ex-forward-step"] = {
    RIGHT: -8,
    "That is the best step for the central difference.": -5,
    "With that step, rounding leaves only two digits. Try larger steps.": -14,
    "The step is smaller than 1: its exponent is negative.": 8,
    "That is the step. Answer with its exponent.": 1e-8,
    "Compute the error for the exponents from -14 to -1. Which is smallest?": ELSE,
}
