"""Checks of chapter 3's exercises."""

import numpy as np

from .checking import CHECKS, ELSE, RIGHT, Class, Value, choose, exercise, require
from .framework import INPUT, WIDE, require_operation

CHECKS["ex-bias-rows"] = {
    RIGHT: [[9, 12]],
    "That is the average over the rows. The bias is added in every row.": [[3, 4]],
    "You summed over the columns. Each bias belongs to a column.": [[3], [7], [11]],
    "You summed over rows and columns. Each bias belongs to a column.": [[21]],
    "That is the output gradient. Each bias is added in all three rows.": [
        [1, 2],
        [3, 4],
        [5, 6],
    ],
    "The numbers are right. The shape must be that of B: (1, 2).": [9, 12],
    "The numbers are right. Make them one row: the shape of B is (1, 2).": [[9], [12]],
    "Start with the first bias: which entries of the output does it affect?": ELSE,
}


@exercise("ex-tanh")
def _tanh(answer: Class) -> None:
    for input_ in (INPUT, WIDE):
        t = np.tanh(input_)
        hints = {
            "Square the output: the derivative is 1 - tanh(x) squared.": 1 - t,
            "The square alone is not the derivative. Subtract it from 1.": t**2,
            "That is the derivative of the sigmoid.": t * (1 - t),
        }
        require_operation(answer(), input_, t, hints)


@exercise("ex-saturation")
def _saturation(answer: Value) -> None:
    number = choose(answer, range(31), "a whole number")
    output = 1 / (1 + np.exp(-number))
    slope = output * (1 - output)
    require(slope < 0.01, f"At {number} the slope is still {slope:.3f}.")
    require(number == 5, f"At {number} it is below 0.01, but not for the first time.")
