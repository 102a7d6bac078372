"""Checks of chapter 3's exercises."""

from collections.abc import Callable
from typing import Any

import numpy as np

from scratchdl.operations import BiasAdd, WeightMultiply

from .building import require_same
from .checking import Class, Value, choose, exercise, require
from .framework import INPUT, WIDE, require_operation

X = np.array([[1.0, 2.0, 3.0], [4.0, -5.0, 6.0], [0.5, 7.0, -2.0], [3.0, 1.0, 0.0]])
W = np.array([[1.0, 0.5], [0.0, -1.0], [2.0, 1.5]])
G = np.array([[10.0, 0.0], [20.0, -1.0], [0.3, 50.0], [-2.0, 0.7]])
M = X @ W
B = np.array([[10.0, 20.0]])
DEEP = np.ones((2, 4, 3))


def _require_param(operation: Any) -> None:
    wrong = "There is no `self.param`. `__init__` must call `super().__init__`"
    require(hasattr(operation, "param"), f"{wrong} with the array.")


def _used(kind: Any, param: np.ndarray, input_: np.ndarray) -> Any:
    """Return an operation after a forward and a backward pass."""
    operation = kind(param.copy())
    operation.forward(input_.copy())
    operation.backward(G.copy())
    return operation


def _value_error(action: Callable[[], Any]) -> str:
    """Return the message of the ValueError that an action raises."""
    try:
        action()
    except ValueError as error:
        return str(error)
    return ""


def _require_shapes(kind: Any, param: np.ndarray, input_: np.ndarray) -> None:
    """Raise `WrongAnswer` unless the error about an input contains both shapes."""
    message = _value_error(lambda: kind(param).forward(input_))
    shapes = [str(array.shape) for array in (input_, param)]
    wrong = f"`forward` refuses the input with the message {message!r}. It must contain"
    complete = all(shape in message for shape in shapes)
    require(complete, f"{wrong} both shapes, {' and '.join(shapes)}.")


@exercise("ex-build-weight-multiply", "write", level=3, minutes=20)
def _build_weight_multiply(answer: Class) -> None:
    flat = "a flat array of weights, of shape (3,). Check it in `__init__`."
    misfit = "Look at `_output`: it must raise a ValueError for an input of shape"
    cases = {
        "`_output` must return the input times W.": lambda kind: kind(W).forward(X),
        "`_input_grad` must return the output gradient times W transposed.": (
            lambda kind: _used(kind, W, X).input_grad
        ),
        "`_param_grad` must return the input transposed, times the output gradient.": (
            lambda kind: _used(kind, W, X).param_grad
        ),
        f"`WeightMultiply` accepts {flat}": lambda kind: kind(W[:, 0]),
        f"{misfit} (3, 4) and a W of shape (3, 2).": (
            lambda kind: kind(W).forward(X.T)
        ),
        "A W of shape (2, 3) fits an input of shape (4, 2).": (
            lambda kind: kind(W.T).forward(G)
        ),
        f"{misfit} (3,): it is one row, and not a batch.": (
            lambda kind: kind(W).forward(X[0])
        ),
        f"{misfit} (2, 4, 3): it has three dimensions.": (
            lambda kind: kind(W).forward(DEEP)
        ),
    }
    _require_param(answer(W))
    require_same(answer, WeightMultiply, cases)
    _value_error(lambda: answer(W[:, 0]))  # Errors of other types are explained.
    _require_shapes(answer, W, X.T[:2])


@exercise("ex-build-bias-add", "write", level=3, minutes=15)
def _build_bias_add(answer: Class) -> None:
    wrong = "`BiasAdd` accepts a B of shape"
    misfit = "Look at `_output`: it must raise a ValueError for an input of shape"
    cases = {
        "`_output` must return the sum of the input and B.": (
            lambda kind: kind(B).forward(M)
        ),
        "`_input_grad` must return the output gradient.": (
            lambda kind: _used(kind, B, M).input_grad
        ),
        "`_param_grad` must be the output gradient, summed over the rows.": (
            lambda kind: _used(kind, B, M).param_grad
        ),
        f"{wrong} (1,), which is not one row.": lambda kind: kind(B[0, :1]),
        f"{wrong} (2, 1), a column. It must be one row.": lambda kind: kind(B.T),
        f"{wrong} (4, 2): it must have one row, not four.": lambda kind: kind(G),
        f"{misfit} (4, 1) and two biases: NumPy would broadcast it.": (
            lambda kind: kind(B).forward(M[:, :1])
        ),
        f"{misfit} (2,): it is one row, and not a batch.": (
            lambda kind: kind(B).forward(M[0])
        ),
        f"{misfit} (2, 4, 2): it has three dimensions.": (
            lambda kind: kind(B).forward(DEEP[..., :2])
        ),
    }
    _require_param(answer(B))
    require_same(answer, BiasAdd, cases)
    _value_error(lambda: answer(B.T))  # Errors of other types are explained.
    _require_shapes(answer, B, X)


@exercise("ex-build-sigmoid", "write", level=2, minutes=5)
def _build_sigmoid(answer: Class) -> None:
    for input_ in (INPUT, WIDE, np.array([[1000.0, -1000.0]])):
        s = np.exp(-np.logaddexp(0, -input_))
        hints = {
            "The derivative is s * (1 - s), and you use s * (1 + s).": s * (1 + s),
            "You return the output gradient times s. Multiply by 1 - s, too.": s,
            "The short form needs the output, not the input.": input_ * (1 - input_),
        }
        require_operation(answer(), input_, s, hints)
    with np.errstate(over="raise"):
        try:
            answer().forward(np.array([[1000.0, -1000.0]]))
        except FloatingPointError:
            wrong = "`forward` causes a warning about overflow for an input of -1000."
            require(False, f'{wrong} Use np.errstate(over="ignore").')


@exercise("ex-tanh", "write", level=1, minutes=5)
def _tanh(answer: Class) -> None:
    for input_ in (INPUT, WIDE):
        t = np.tanh(input_)
        hints = {
            "Square the output: the derivative is 1 - tanh(x) squared.": 1 - t,
            "The square alone is not the derivative. Subtract it from 1.": t**2,
            "That is the derivative of the sigmoid.": t * (1 - t),
        }
        require_operation(answer(), input_, t, hints)


@exercise("ex-saturation", "predict", level=1, minutes=5)
def _saturation(answer: Value) -> None:
    number = choose(answer, range(31), "a whole number")
    output = 1 / (1 + np.exp(-number))
    slope = output * (1 - output)
    require(slope < 0.01, f"At {number} the slope is still {slope:.3f}.")
    require(number == 5, f"At {number} it is below 0.01, but not for the first time.")
