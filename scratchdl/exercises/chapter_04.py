"""Checks of chapter 4's exercises."""

import numpy as np

from .checking import ELSE, RIGHT, Class, Value, choose, compare, exercise, require
from .framework import INPUT, WIDE, require_operation


@exercise("ex-error-size")
def _error_size(answer: Value) -> None:
    verdicts = {
        RIGHT: 2,
        "3 is the wrong gradient divided by the true one. Divide the difference.": 3,
        "You divided by the wrong gradient. Divide by the true, numerical one.": 2 / 3,
        "The magnitude is right. The draft takes the difference without its sign.": -2,
        "That is in percent. largest_errors gives a fraction: 2.00 for 200 %.": 200,
        "Take a true gradient of 1: the wrong one is 3. How large is the difference, "
        "and what is it divided by?": ELSE,
    }
    compare(answer, verdicts, rtol=0.006)  # 0.67 is 2 / 3.


@exercise("ex-softplus")
def _softplus(answer: Class) -> None:
    for input_ in (INPUT, WIDE, np.array([[1000.0, -1000.0]])):
        output = np.logaddexp(0, input_)
        s = 1 - np.exp(-output)
        hints = {
            "The derivative is the sigmoid itself, not its derivative.": s * (1 - s),
            "You use the sigmoid of the output. Use that of the input.": 1
            / (1 + np.exp(-output)),
            "You use the sigmoid of minus the input.": 1 - s,
        }
        require_operation(answer(), input_, output, hints)


@exercise("ex-forward-step")
def _forward_step(answer: Value) -> None:
    hints = {
        "That is the best step for the central difference.": -5,
        "The step is smaller than 1: its exponent is negative.": 8,
        "That is the step. Answer with its exponent.": 1e-8,
    }
    compare(answer, hints)
    exponent = choose(answer, range(-14, 0), "the exponent, a whole number")
    error, least = (
        abs((np.sin(1 + h) - np.sin(1)) / h - np.cos(1)) for h in (10.0**exponent, 1e-8)
    )
    wrong = f"With the exponent {exponent} the error is {error:.0e}, and with another"
    require(exponent == -8, f"{wrong} it is {least:.0e}.")
