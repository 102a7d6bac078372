"""Checks of chapter 4's exercises."""

from typing import Any

import numpy as np

from scratchdl.gradcheck import numerical_gradient
from scratchdl.operation import Operation
from scratchdl.operations import BiasAdd, Sigmoid, WeightMultiply

from .building import require_same
from .checking import (
    ELSE,
    RIGHT,
    Class,
    Function,
    Value,
    choose,
    compare,
    exercise,
    require,
)
from .explaining import describe, sentence
from .framework import INPUT, WIDE, require_operation

W = np.array([[1.0, 0.5], [0.0, -1.0], [2.0, 1.5], [0.7, -0.2]])
B = np.array([[3.0, -4.0, 0.5, 1.0]])
BATCH = np.array([[1.0, 2.0, 3.0, 0.3], [4.0, -5.0, 6.0, -0.8], [0.5, 7.0, -2.0, 1.1]])


def _slopes(function: Any, shape: tuple[int, ...], step: float = 1e-5) -> Any:
    """Return what `numerical_gradient` returns for a sum of weighted cubes."""
    array = np.linspace(-1.0, 2.0, 12).reshape(shape)
    weights = np.linspace(3.0, -2.0, 12).reshape(shape)
    return function(lambda: np.sum(weights * array**3), array, step)


@exercise(
    "ex-build-nudges",
    "write",
    level=3,
    minutes=15,
    needs="an array in the shape of `array`",
)
def _build_nudges(answer: Function) -> None:
    cases = {
        "Look at the central difference of each entry.": lambda it: _slopes(it, (3, 4)),
        "An array with one dimension needs a gradient, too.": (
            lambda it: _slopes(it, (12,))
        ),
        "An array with three dimensions needs a gradient, too.": (
            lambda it: _slopes(it, (2, 3, 2))
        ),
        "Use `step` on both sides, and divide by twice the step.": (
            lambda it: _slopes(it, (3, 4), 0.5)
        ),
        "Refuse an array of float32 with a TypeError.": (
            lambda it: it(lambda: 0.0, np.ones((2, 2), np.float32))
        ),
        "Refuse an array of whole numbers with a TypeError.": (
            lambda it: it(lambda: 0.0, np.ones((2, 2), int))
        ),
    }
    require_same(answer, numerical_gradient, cases)
    array = np.linspace(-3e-6, 5e-6, 30).reshape(5, 6)
    before = array.copy()
    gradient = answer(lambda: float(np.sum(array)), array)
    changed = np.argwhere(array != before)
    wrong = f"Afterwards, {len(changed)} of 30 entries have changed, if only in the"
    require(not len(changed), f"{wrong} last digit. Store each entry, and restore it.")
    require(gradient is not array, "Return a new array, not `array` itself.")


class _NoChain(Operation):
    def _output(self) -> np.ndarray:
        return 2 * self.input_

    def _input_grad(self, output_grad: np.ndarray) -> np.ndarray:
        return np.full_like(self.input_, 2)


class _Tripled(BiasAdd):
    def _input_grad(self, output_grad: np.ndarray) -> np.ndarray:
        return 3 * output_grad


class _Averaged(WeightMultiply):
    def _param_grad(self, output_grad: np.ndarray) -> np.ndarray:
        return self.input_.T @ output_grad / len(self.input_)


def _errors(answer: Any, operation: Operation, *names: str) -> dict[str, float]:
    """Return the errors by name; raise `WrongAnswer` if there are others."""
    found = answer(operation, BATCH.copy())
    wrong = f"For an operation with {' and '.join(names)} you return"
    require(isinstance(found, dict), f"{wrong} {sentence(describe(found))}")
    keys = f"the keys {sorted(found)}. They must be {list(names)}."
    require(set(found) == set(names), f"{wrong} {keys}")
    return found


@exercise(
    "ex-build-gradient-check",
    "write",
    level=3,
    minutes=20,
    needs="a dictionary of errors",
)
def _build_gradient_check(answer: Function) -> None:
    _errors(answer, Sigmoid(), "input_")
    for operation in (Sigmoid(), WeightMultiply(W), BiasAdd(B)):
        names = ["input_", "param"][: 1 + hasattr(operation, "param")]
        for name, error in _errors(answer, operation, *names).items():
            wrong = f"The gradient of {name} of {operation} is right, and its error is"
            causes = "Does the loss run `forward` each time, and use the coefficients?"
            require(error < 1e-6, f"{wrong} {error:.2g}, which is too large. {causes}")
    (error,) = _errors(answer, _NoChain(), "input_").values()
    wrong = "The mistake of `Forgetful` is not found. Are all coefficients 1?"
    require(error > 0.1, f"{wrong} Use random numbers.")
    for what, operation, true in (
        ("an input gradient three times as large as the right one", _Tripled(B), 2),
        ("an average over 3 rows in place of the sum", _Averaged(W), 2 / 3),
    ):
        errors = _errors(answer, operation, "input_", "param")
        largest = max(errors.values())
        wrong = f"For {what}, the error is {largest:.3g}, and must be {true:.3g}."
        divided = " Divide by the numerical gradient, not by the analytic one."
        compare(largest, {RIGHT: true, wrong + divided: true / (1 + true), wrong: ELSE})


@exercise("ex-error-size", "predict", level=1, minutes=5)
def _error_size(answer: Value) -> None:
    verdicts = {
        RIGHT: 2,
        "3 is the wrong gradient divided by the true one. Divide the difference.": 3,
        "You divided by the wrong gradient. Divide by the true, numerical one.": 2 / 3,
        "The magnitude is right. The draft takes the difference without its sign.": -2,
        "That is in percent. `largest_errors` gives a fraction: 2.00 for 200 %.": 200,
        "Take a true gradient of 1: the wrong one is 3. How large is the difference, "
        "and what is it divided by?": ELSE,
    }
    compare(answer, verdicts, rtol=0.006)  # 0.67 is 2 / 3.


@exercise("ex-softplus", "write", level=2, minutes=10)
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


@exercise("ex-forward-step", "predict", level=1, minutes=5)
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
    require(exponent == -8, f"{wrong} exponent it is {least:.0e}.")
