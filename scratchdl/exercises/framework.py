"""What the checks do with the framework: check its classes' methods, build networks."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from scratchdl.extending import Tanh
from scratchdl.gradcheck import check_gradients
from scratchdl.layers import Dense, Layer
from scratchdl.losses import Loss, MeanSquaredError
from scratchdl.network import NeuralNetwork
from scratchdl.operation import Operation

from .checking import ELSE, RIGHT, Verdicts, compare, equal, require
from .explaining import describe, sentence

INPUT = np.array([[0.5, -1.0, 2.0], [-0.3, 3.0, -1.5]])
# Another shape, and numbers far from 0: an answer may be right for small ones only.
WIDE = np.array([[300, -300], [0.2, 40], [-0.7, 3.5], [-30, 7], [12, -4]])


def flat(arrays: Iterable[Any]) -> np.ndarray:
    """Return the entries of all arrays in one row."""
    return np.concatenate([np.ravel(array) for array in arrays])


def grad_like(output: np.ndarray) -> np.ndarray:
    """Return an output gradient with entries of both signs."""
    return np.linspace(-2.0, 1.1, output.size).reshape(output.shape)


def require_gradients(checked: Any, *arrays: np.ndarray, here: str = "") -> None:
    """Raise `WrongAnswer` if `check_gradients` finds a fault."""
    result = check_gradients(checked, *arrays)
    require(result, f"{here}{result}")


def require_operation(
    operation: Operation, input_: Any, truth: np.ndarray, hints: Verdicts | None = None
) -> None:
    """Raise `WrongAnswer` unless an operation's output and gradients are right.

    Parameters
    ----------
    operation : Operation
        Operation of the reader.
    input_, truth : ndarray
        Input and the output that it must have.
    hints : mapping of str to array_like, optional
        Derivatives that known mistakes give, by hint.
    """
    output = operation.forward(input_.copy())
    shapes = f"`forward` turns the shape {input_.shape} into {output.shape}; "
    require(output.shape == truth.shape, f"{shapes}it must be {truth.shape}.")
    wrong = f"`forward` returns an array of type {output.dtype}, not of numbers."
    require(output.dtype.kind in "biuf", wrong)
    place = np.argmin(np.isclose(output, truth, rtol=1e-3))
    before, after, needed = (each.flat[place] for each in (input_, output, truth))
    wrong = f"`forward` turns {before:.6g} into {after:.6g}; it must be {needed:.6g}."
    require(equal(output, truth), f"{wrong} Look at `_output`.")
    grad = grad_like(output)
    for hint, derivative in (hints or {}).items():
        found = operation._input_grad(grad.copy())
        require(not equal(found, grad * derivative), hint)
    most = np.abs(input_).max()
    here = f"For inputs from {-most:g} to {most:g}: " if most > 100 else ""
    require_gradients(operation, input_, here=here)
    usual, large = (_gradients(operation, factor * grad) for factor in (1, 1000))
    wrong = (
        "An output gradient that is 1000 times as large must give gradients that are"
    )
    require(equal(1000 * usual, large), f"{wrong} 1000 times as large.")


def _gradients(operation: Any, output_grad: np.ndarray) -> np.ndarray:
    input_grad = operation.backward(output_grad)
    return flat([input_grad, getattr(operation, "param_grad", [])])


def require_loss(
    loss: Loss,
    value_of: Callable[[np.ndarray], float],
    errors: np.ndarray,
    hints: Verdicts,
    grad_hints: Verdicts,
) -> None:
    """Raise `WrongAnswer` unless a loss and its gradient are right.

    Parameters
    ----------
    loss : Loss
        Loss of the reader.
    value_of : callable
        Loss of an array of errors.
    errors : ndarray
        Differences of predictions and targets, shape (rows, outputs).
    hints, grad_hints : mapping of str to array_like
        Values and gradients of known mistakes by hint, as for `compare`.
    """
    target = 3.0 + 2.0 * np.arange(errors.size).reshape(errors.shape)
    prediction, truth = target + errors, value_of(errors)
    loss.prediction, loss.target = prediction.copy(), target.copy()
    value: Any = loss._output()
    wrong = f"`_output` returns {sentence(describe(value))} It must return one number."
    require(np.ndim(value) == 0 and value is not None, wrong)
    value = loss.forward(prediction, target)
    wrong = (
        f"`forward` returns {value:.3f} for the errors {errors.tolist()}; it must be"
    )
    verdicts = {
        RIGHT: truth,
        **hints,
        "Your loss leaves out the target. Subtract it.": value_of(prediction),
        "You add the target. Subtract it from the prediction.": value_of(
            prediction + target
        ),
        f"{wrong} {truth:.3f}. Look at `_output`.": ELSE,
    }
    compare(value, verdicts)
    compare(loss.backward(), grad_hints, "The loss is right. ")
    require_gradients(loss, prediction, target)


def require_start(
    kind: type[Dense], inputs: int, neurons: int, std: float, hints: Verdicts
) -> None:
    """Raise `WrongAnswer` unless a layer starts with scaled weights and no biases."""
    dense, layer = Dense(neurons), kind(neurons, Tanh())
    rows = 3  # With 2, the root of 2 / rows instead of 2 / inputs changes nothing.
    x = np.linspace(-1.0, 1.0, rows * inputs).reshape(rows, inputs)
    for each in (dense, layer):
        each.seed = 1
        output = each.forward(x)
    complete = len(layer.params) == 2
    require(complete, "Are WeightMultiply and BiasAdd both in the list of operations?")
    drawn, (W, B) = dense.params[0], layer.params
    require(W.shape == drawn.shape, f"W has the shape {W.shape}, not {drawn.shape}.")
    here = f"For {inputs} inputs and {neurons} neurons"
    by_rows = "you count the rows of the batch. Count the inputs of a neuron."
    hints = {**hints, by_rows: std * (inputs / rows) ** 0.5}
    compare(W, {hint: factor * drawn for hint, factor in hints.items()}, f"{here} ")
    same_factor = equal(W * drawn[0, 0], W[0, 0] * drawn)
    require(same_factor, "Scale the weights that Dense has drawn: start from W.")
    wrong = f"{here} the weights have a standard deviation of {W.std():.3f}; it must be"
    require(equal(W, std * drawn), f"{wrong} {(std * drawn).std():.3f}.")
    require(not np.any(B), "The weights are right. The biases must start at 0.")
    complete = equal(output, np.tanh(x @ W))
    wrong = "W and B are right, but `forward` does not return activation(x @ W + B)."
    require(complete, f"{wrong} Are all three operations in the list?")


def network(*layers: Layer, **options: Any) -> NeuralNetwork:
    """Return a network of these layers with the mean squared error as its loss."""
    return NeuralNetwork(list(layers), MeanSquaredError(), **options)
