"""A common interface to operations, layers, losses and networks of any origin."""

import contextlib
import copy
import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy import ndarray
from numpy.random import Generator, RandomState, default_rng

SEED = 20190501


def contents(
    thing: Any, name: str = "self", seen: set[int] | None = None
) -> Iterator[tuple[str, Any]]:
    """Yield an object and everything inside it, each with its name (appendix G)."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return
    seen.add(id(thing))
    yield name, thing
    inside = {}
    if isinstance(thing, dict):
        inside = {f"[{key!r}]": value for key, value in thing.items()}
    elif isinstance(thing, list | tuple):
        inside = {f"[{number}]": value for number, value in enumerate(thing)}
    elif hasattr(thing, "__dict__") and not isinstance(thing, type):
        inside = {f".{key}": value for key, value in vars(thing).items()}
    for place, value in inside.items():
        yield from contents(value, name + place, seen)


class Subject:
    """An operation under test, as a function of its arrays (appendix F).

    It holds a deep copy of the operation, so that a check does not change the original.

    Parameters
    ----------
    thing : object
        Object with `forward` and `backward`.
    input_ : ndarray
        Batch, shape (rows, ...).
    target : ndarray, optional
        Target of a loss, shape (rows, outputs).
    is_random : bool
        Whether each forward pass starts with the same random numbers.
    """

    returns_number = False

    def __init__(
        self,
        thing: Any,
        input_: ndarray,
        target: ndarray | None = None,
        is_random: bool = False,
    ) -> None:
        self.thing = copy.deepcopy(thing)
        self.input_, self.target, self.is_random = input_, target, is_random
        self.generators: list[Any] | None = None

    def copy(
        self, rows: ndarray | None = None, scale: float | ndarray = 1.0
    ) -> "Subject":
        """Return a copy in the current state, with these rows multiplied by a scale."""
        input_, target = self.input_, self.target
        if rows is not None:
            input_, target = input_[rows], None if target is None else target[rows]
        if not self.is_whole():
            # A factor of a different type would turn float32 into float64.
            scale = np.asarray(scale, self.input_.dtype)
            input_ = input_ * scale.reshape(-1, *[1] * (input_.ndim - 1))
        return type(self)(self.thing, input_, target, self.is_random)

    def after(self, other: "Subject") -> "Subject":
        """Return a copy with this batch and the state of the other subject."""
        return type(self)(other.thing, self.input_, self.target, self.is_random)

    def forward(self) -> ndarray:
        """Return a copy of the output for a copy of the batch."""
        self.passed = self.input_.copy()
        self.repeat_draws()
        output = np.array(self.call_forward(self.passed))
        if self.is_whole():  # A network leaves out this gradient, too.
            for part in (self.thing, *getattr(self.thing, "operations", [])[:1]):
                part.needs_input_grad = False
        return output

    def repeat_draws(self) -> None:
        """Set the random generators to the same state, if the output is random."""
        if not self.is_random:
            return
        if self.generators is None:
            inside = [thing for _, thing in contents(self.thing)]
            self.generators = [rng for rng in inside if isinstance(rng, RandomState)]
            bits = [rng.bit_generator for rng in inside if isinstance(rng, Generator)]
            self.states = [(stream, type(stream)(SEED).state) for stream in bits]
        for rng in (np.random, *self.generators):
            rng.seed(SEED)
        for stream, state in self.states:
            stream.state = state

    def call_forward(self, input_: ndarray) -> Any:
        """Return what `forward` returns."""
        return self.thing.forward(input_)

    def call_output(self) -> Any:
        """Return what `_output` returns, without the checks of `forward`."""
        self.thing.input_ = self.input_.copy()
        return self.thing._output()

    def grad_for(self, output: ndarray) -> ndarray:
        """Return an output gradient: all entries differ, and none is near 0."""
        if self.returns_number:
            return np.ones(())
        # Not normally distributed: the batch may come from the same seed.
        rng = default_rng(SEED)
        grad = rng.uniform(0.5, 2.0, output.shape)
        grad *= rng.choice([-1.0, 1.0], output.shape)
        return grad.astype(output.dtype) if output.dtype.kind == "f" else grad

    def backward(self, output_grad: ndarray) -> list[Any]:
        """Return the analytic gradients: of the input, then of each parameter."""
        gradients = self.call_backward(output_grad)
        if self.is_whole():  # Whole numbers have no gradient.
            gradients[0] = np.zeros(self.input_.shape)
        return gradients

    def call_backward(self, output_grad: ndarray) -> list[Any]:
        """Return what `backward` returns, and the gradients of the parameters."""
        input_grad = self.thing.backward(output_grad)
        return [input_grad, self.thing.param_grad] if self.params() else [input_grad]

    def call(self, method: str, output_grad: ndarray) -> Any:
        """Return what a gradient method returns, without the checks of `backward`."""
        return getattr(self.thing, method)(output_grad)

    def params(self) -> list[ndarray]:
        """Return the parameters, not copied."""
        has_param = hasattr(self.thing, "_param_grad") and hasattr(self.thing, "param")
        return [self.thing.param] if has_param else []

    def arrays(self) -> list[ndarray]:
        """Return all arrays that have a gradient: the input and the parameters."""
        return [self.input_, *self.params()]

    def names(self) -> list[str]:
        """Return the names of these arrays."""
        return ["input_", "param"][: len(self.arrays())]

    def methods(self) -> list[str]:
        """Return, for each of these arrays, the method that computes its gradient."""
        if not hasattr(self.thing, "_input_grad"):
            return ["backward"] * len(self.arrays())
        return ["_input_grad", "_param_grad"][: len(self.arrays())]

    def forward_method(self) -> str:
        """Return the name of the method that computes the output."""
        return "_output" if hasattr(self.thing, "_output") else "forward"

    def tolerance(self) -> float:
        """Return the relative difference up to which two results are the same."""
        single = np.float32 in [array.dtype for array in self.arrays()]
        return 1e-4 if single else 1e-9

    def is_whole(self) -> bool:
        """Return whether the input has whole numbers, which have no gradient."""
        return self.input_.dtype.kind != "f"

    def name(self) -> str:
        """Return the name of the class."""
        return type(self.thing).__name__

    def parts(self) -> dict[str, Any]:
        """Return the parts by name: an operation has none."""
        return {}


class LossSubject(Subject):
    """A loss under test (appendix F)."""

    returns_number = True

    def call_forward(self, input_: ndarray) -> Any:
        """Return what `forward` returns."""
        return self.thing.forward(input_, self.target)

    def call_output(self) -> Any:
        """Return what `_output` returns, without the checks of `forward`."""
        self.thing.prediction, self.thing.target = self.input_.copy(), self.target
        return self.thing._output()

    def call_backward(self, output_grad: ndarray) -> list[Any]:
        """Return the analytic gradient with respect to the prediction."""
        return [self.thing.backward()]

    def call(self, method: str, output_grad: ndarray) -> Any:
        """Return what a gradient method returns, without the checks of `backward`."""
        return getattr(self.thing, method)()

    def params(self) -> list[ndarray]:
        """Return an empty list: a loss has no parameters."""
        return []

    def names(self) -> list[str]:
        """Return the name of the input of a loss."""
        return ["prediction"]


class LayerSubject(Subject):
    """A layer under test (appendix F)."""

    def call_backward(self, output_grad: ndarray) -> list[Any]:
        """Return the analytic gradients: of the input, then of each parameter."""
        return [self.thing.backward(output_grad), *self.thing.param_grads]

    def params(self) -> list[ndarray]:
        """Return the parameters, not copied."""
        return list(self.thing.params)

    def names(self) -> list[str]:
        """Return the names of the input and of the parameters."""
        return ["input_", *(f"params[{n}]" for n in range(len(self.params())))]

    def methods(self) -> list[str]:
        """Return `backward` for each array."""
        return ["backward"] * len(self.arrays())

    def parts(self) -> dict[str, Any]:
        """Return the operations by name; the first forward pass makes them."""
        with contextlib.suppress(Exception):  # The check of forward reports it.
            self.forward()
        return {f"operations[{n}]": op for n, op in enumerate(self.thing.operations)}


class NetworkSubject(LayerSubject):
    """A network with its loss under test (appendix F)."""

    returns_number = True

    def call_forward(self, input_: ndarray) -> Any:
        """Return the loss."""
        prediction = self.thing.forward(input_)
        for operation in getattr(self.thing.layers[0], "operations", [])[:1]:
            # A network may leave out the gradient of its data.
            operation.needs_input_grad = not self.is_whole()
        return self.thing.loss.forward(prediction, self.target)

    def call_backward(self, output_grad: ndarray) -> list[Any]:
        """Return the analytic gradients: of the data, then of each parameter."""
        loss_grad = self.thing.loss.backward()
        self.thing.backward(loss_grad)
        param_grads = list(self.thing.param_grads())
        grad = loss_grad
        for layer in reversed(self.thing.layers):  # A network does not return it.
            grad = layer.backward(grad)
        return [grad, *param_grads]

    def params(self) -> list[ndarray]:
        """Return the parameters of all layers, not copied."""
        return list(self.thing.params())

    def names(self) -> list[str]:
        """Return the names of the data and of the parameters of each layer."""
        return ["x_batch"] + [
            f"layers[{number}].params[{n}]"
            for number, layer in enumerate(self.thing.layers)
            for n in range(len(layer.params))
        ]

    def parts(self) -> dict[str, Any]:
        """Return the layers and the loss by name."""
        with contextlib.suppress(Exception):  # The check of forward reports it.
            self.forward()
        layers = {f"layers[{n}]": layer for n, layer in enumerate(self.thing.layers)}
        return {**layers, "loss": self.thing.loss}


def subject_of(thing: Any, input_: ndarray, target: ndarray | None = None) -> Subject:
    """Return the subject of the class that fits an object's methods (appendix F)."""
    if hasattr(thing, "layers") and hasattr(thing, "loss"):
        return NetworkSubject(thing, input_, target)
    if hasattr(thing, "operations"):
        return LayerSubject(thing, input_)
    parameters = inspect.signature(thing.forward).parameters.values()
    if sum(parameter.default is parameter.empty for parameter in parameters) > 1:
        return LossSubject(thing, input_, target)
    return Subject(thing, input_)
