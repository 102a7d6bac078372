"""What the checks do with the framework: check its classes' methods, build networks."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from scratchdl.gradcheck import check_gradients
from scratchdl.layers import Dense, Layer
from scratchdl.losses import Loss, MeanSquaredError
from scratchdl.network import NeuralNetwork
from scratchdl.operation import Operation

from .checking import Verdicts, compare, equal, require, show


def flat(arrays: Iterable[Any]) -> np.ndarray:
    """Return the entries of all arrays in one row."""
    return np.concatenate([np.ravel(array) for array in arrays])


def require_gradients(checked: Any, *arrays: np.ndarray) -> None:
    """Raise `WrongAnswer` if `check_gradients` finds a fault."""
    result = check_gradients(checked, *arrays)
    require(result, str(result))


def require_operation(operation: Operation, input_: Any, truth: np.ndarray) -> None:
    """Raise `WrongAnswer` unless an operation's output and gradients are right."""
    output = operation.forward(input_.copy())
    wrong = f"forward turns {show(input_)} into {show(output)}; it must be "
    require(equal(output, truth), f"{wrong}{show(truth)}. Look at _output.")
    require_gradients(operation, input_)


def require_loss(
    loss: Loss, errors: np.ndarray, truth: float, hints: Verdicts, grad_hints: Verdicts
) -> None:
    """Raise `WrongAnswer` unless a loss and its gradient are right."""
    zeros = np.zeros_like(errors)
    value = loss.forward(errors, zeros)
    compare(value, hints)
    wrong = f"forward returns {value:.3f} for the errors {errors.tolist()}; it must be "
    require(equal(value, truth), f"{wrong}{truth:.3f}. Look at _output.")
    compare(loss.backward(), grad_hints, "The loss is right. ")
    require_gradients(loss, errors, zeros)


def require_start(
    kind: type[Dense], inputs: int, neurons: int, std: float, hints: Verdicts
) -> None:
    """Raise `WrongAnswer` unless a layer starts with scaled weights and no biases."""
    dense, layer = Dense(neurons), kind(neurons)
    for each in (dense, layer):
        each.seed = 1
        each.forward(np.ones((2, inputs)))
    drawn, W, B = dense.params[0], *layer.params[:2]
    require(W.shape == drawn.shape, f"W has the shape {W.shape}, not {drawn.shape}.")
    here = f"For {inputs} inputs and {neurons} neurons"
    compare(W, {hint: factor * drawn for hint, factor in hints.items()}, f"{here} ")
    same_factor = equal(W * drawn[0, 0], W[0, 0] * drawn)
    require(same_factor, "Scale the weights that Dense has drawn: start from W.")
    wrong = f"{here} the weights have a standard deviation of {W.std():.3f}; it must be"
    require(equal(W, std * drawn), f"{wrong} {(std * drawn).std():.3f}.")
    require(not np.any(B), "The weights are right. The biases must start at 0.")


def network(*layers: Layer, **options: Any) -> NeuralNetwork:
    """Return a network of these layers with the mean squared error as its loss."""
    return NeuralNetwork(list(layers), MeanSquaredError(), **options)
