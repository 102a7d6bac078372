"""Checks of chapter 13's exercises."""

import tracemalloc
from typing import Any

import numpy as np

from .checking import (
    CHECKS,
    ELSE,
    RIGHT,
    Function,
    Value,
    compare,
    equal,
    exercise,
    require,
    show,
)
from .parts import compare_parts


@exercise("ex-how-much-faster", "two numbers")
def _how_much_faster(answer: Value) -> None:
    hints = {
        "Those are the new times. How many times as fast is the step?": [25, 10],
        "It is upside down: divide the old time by the new.": [0.625, 0.25],
    }
    compare(answer, hints)
    compare_parts(
        answer,
        {
            "the speed-up of the step": {
                RIGHT: 1.6,
                "For the first: only the products take half as long.": 2,
                "The first is how much is gained. Add 1 for the speed-up.": 0.6,
                "For the first: the step takes 25 microseconds, not 40.": 1.5,
                "Add up the new times, and divide 40 by their sum.": ELSE,
            },
            "the largest speed-up": {
                RIGHT: 4.0,
                "The other 10 microseconds always stay.": np.inf,
                "The second is how much is gained. Add 1.": 3,
                "In the second the 10 stay, not the 30.": 4 / 3,
                "In the second the products take no time. What is left?": ELSE,
            },
        },
    )


CHECKS["ex-count-products"] = {
    RIGHT: [12000.0, 16000.0],
    "That is right for one row. The batch has 8.": [1500, 2000],
    "The first is right. Who would read the gradient of the data?": [12000, 24000],
    "The first is right. How does the hidden layer get a gradient?": [12000, 12000],
    "The first is right. Leave out the products with BiasAdd's rows of ones.": [
        12000,
        16480,
    ],
    "The first is right. The second is both passes. Count only the backward pass.": [
        12000,
        28000,
    ],
    "The first is right. Which layer sends a gradient on?": [12000, 20000],
    "A product of (a, b) and (b, c) takes a x b x c multiplications. The forward pass "
    "has two. The backward pass has one for each W, and one between the layers.": ELSE,
}


@exercise("ex-in-place")
def _in_place(answer: Function) -> None:
    x = np.random.RandomState(1).randn(64, 256)
    before, sevens, exp = x.copy(), np.full_like(x, 7.0), np.exp(-x)
    out = sevens.copy()
    answer(x, out)
    require(equal(x, before), "x has changed. It belongs to the batch, and must stay.")
    of_sevens = 1 / (1 + np.exp(-sevens))
    verdicts = {
        RIGHT: 1 / (1 + exp),
        "out has not changed. Write into it: out=out. `out = ...` does not.": sevens,
        "A sign is missing: exp of -x.": 1 / (1 + 1 / exp),
        "out holds -x. The other calls need out=out.": -x,
        "out holds exp of -x. Two calls are missing, or their out=out.": exp,
        "out holds 1 + exp of -x. The division is missing, or its out=out.": 1 + exp,
        "The exponential is missing, or its out=out.": 1 / (1 - x),
        "1 is not added, or not with out=out.": 1 / exp,
        "The first call must read x. It reads what was in out.": of_sevens,
        "out is filled, but not with the sigmoid of x.": ELSE,
    }
    compare(out, verdicts)
    arrays = _peak_memory(answer, x, out) / x.nbytes
    wrong = f"The numbers are right, but new arrays are made: {arrays:.0f} of this size"
    require(arrays <= 0.5, f"{wrong} at one time. Give each call out=out.")
    wide = np.array([-300.0, -20.0, 0.0, 15.0, 800.0])
    out = np.empty(5)
    answer(wide, out)
    verdicts = {RIGHT: 1 / (1 + np.exp(-wide)), f"For {show(wide)} it is wrong.": ELSE}
    compare(out, verdicts, "Right for an array of two dimensions. ")


def _peak_memory(function: Function, *args: Any) -> int:
    """Return how many bytes a call allocates at most."""
    tracemalloc.start()
    try:
        function(*args)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@exercise("ex-single-throughout")
def _single_throughout(answer: Value) -> None:
    message = "Name the batches, as a list of letters: ['a', 'b']."
    require(isinstance(answer, (str, list, tuple, set)), message)
    named = {str(letter).lower() for letter in answer} - {",", " "}
    require(named <= set("abcdef"), message)
    hints = {
        "a": "In a, the loss subtracts targets in double precision.",
        "b": "In b, the data are in double precision, and so are the weights.",
        "c": "c has both in single precision. What could turn it into double?",
        "d": "In d, which precision do the mean and std of a float32 array have?",
        "e": "In e, the second factor is an array. Which precision does it have?",
        "f": "In f, 0.5 is a plain Python number: it takes the array's precision.",
    }
    for letter, hint in hints.items():
        require((letter in named) == (letter in "cdf"), hint)
