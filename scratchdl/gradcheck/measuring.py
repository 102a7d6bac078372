"""Numerical gradients of anything that has `forward` and `backward`.

Each comes with an error bound, so that neither a kink nor rounding counts as a mistake.
"""

import contextlib
import copy
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy import ndarray
from numpy.random import default_rng

SEED = 20190501


def _slope(
    output_at: Callable[[float], tuple[float, ndarray]],
    start: float,
    output: ndarray,
    output_grad: ndarray,
) -> tuple[ndarray, float, bool]:
    """Return a derivative spread over the output, its slack, and if it is smooth."""
    eps = np.finfo(output.dtype if output.dtype.kind == "f" else float).eps
    steps = np.array([1e-4, 1e-6, 1e-8] if eps < 1e-10 else [1e-2, 1e-3])
    sizes = [*steps * max(1.0, abs(start))]
    if 0 < abs(start) < 1:  # Close to 0, a function may change on the entry's scale.
        sizes += [*steps[:2] * abs(start)]
    best = np.inf, np.zeros(output.shape), [0.0], 0.0
    moved = False  # Which outputs move by any step: a small one may be lost.
    for size in sizes:
        steps_taken, changes, sides = [], [], []
        for step in (size, -size, size / 2, -size / 2):
            place, there = output_at(start + step)
            steps_taken.append(place - start)
            changes.append((there - output) * output_grad)
            sides.append(changes[-1].sum() / steps_taken[-1])
            moved = moved | (there != output)
        if not np.all(np.isfinite(changes)):
            continue
        wide = (changes[0] - changes[1]) / (steps_taken[0] - steps_taken[1])
        narrow = (changes[2] - changes[3]) / (steps_taken[2] - steps_taken[3])
        spread = (4 * narrow - wide) / 3  # What is left of the bend cancels here.
        bend = sides[0] - sides[1] - 2 * (sides[2] - sides[3])
        rounding = 4 * eps * np.abs(output * output_grad)[moved].sum() / size
        error = abs(wide.sum() - narrow.sum()) + abs(bend) + rounding
        if error < best[0]:
            best = error, spread, sides, rounding
        # Good enough, or no better with a smaller step: then rounding only grows.
        if error <= max(np.sqrt(eps) * abs(spread.sum()), 2 * rounding):
            break
    error, spread, sides, rounding = best
    if error <= 1e-3 * max(map(abs, sides)):
        return spread, 2 * error, True
    # A kink has two slopes: whatever lies between them is a fair answer.
    middle, low, high = spread.sum(), min(sides), max(sides)
    slack = max(high - middle, middle - low) * 1.001 + 2 * rounding
    return spread, slack if np.isfinite(error) else np.inf, False


class Subject:
    """An operation under test, seen as a function of its arrays (appendix F).

    Works on a copy of the thing. What the thing can do decides how it is treated, not
    its class, so that classes typed in from the printed chapter can be checked too.

    Parameters
    ----------
    thing : object
        Has `forward` and `backward`.
    input_ : ndarray
        A batch, shape (rows, ...).
    target : ndarray, optional
        What a loss compares with.
    """

    returns_number = False

    def __init__(
        self, thing: Any, input_: ndarray, target: ndarray | None = None
    ) -> None:
        self.thing = copy.deepcopy(thing)
        self.input_, self.target = input_, target

    def copy(
        self, rows: ndarray | None = None, scale: float | ndarray = 1.0
    ) -> "Subject":
        """Return a copy, memory included, with other rows, each times a scale."""
        input_, target = self.input_, self.target
        if rows is not None:
            input_, target = input_[rows], None if target is None else target[rows]
        # A factor of another type would turn float32 into float64.
        scale = np.asarray(scale, self.input_.dtype)
        scale = scale.reshape(-1, *[1] * (self.input_.ndim - 1))
        return type(self)(self.thing, input_ * scale, target)

    def after(self, other: "Subject") -> "Subject":
        """Return a copy with this batch, and the memory that the other has by now."""
        return type(self)(other.thing, self.input_, self.target)

    def forward(self) -> ndarray:
        """Send a copy of the batch forward; return a copy of what comes out."""
        self.passed = self.input_.copy()
        return self._forward(self.passed)

    def _forward(self, input_: ndarray) -> ndarray:
        return np.array(self.thing.forward(input_))

    def grad_for(self, output: ndarray) -> ndarray:
        """Return a gradient to send back: no two entries alike, and none near 0."""
        if self.returns_number:
            return np.ones(())
        # Not normal numbers: the batch may come from a stream with the same seed.
        stream = default_rng(SEED)
        grad = stream.uniform(0.5, 2.0, output.shape)
        grad *= stream.choice([-1.0, 1.0], output.shape)
        return grad.astype(output.dtype) if output.dtype.kind == "f" else grad

    def backward(self, output_grad: ndarray) -> list:
        """Return the claimed gradients: of the input, then of each parameter."""
        input_grad = self.thing.backward(output_grad)
        return [input_grad, self.thing.param_grad] if self.params() else [input_grad]

    def params(self) -> list[ndarray]:
        """Return the parameters, the very arrays in use."""
        has_param = hasattr(self.thing, "_param_grad") and hasattr(self.thing, "param")
        return [self.thing.param] if has_param else []

    def arrays(self) -> list[ndarray]:
        """Return all arrays that have a gradient: the input, and the parameters."""
        return [self.input_, *self.params()]

    def names(self) -> list[str]:
        """Return what the thing calls these arrays."""
        return ["input_", "param"][: len(self.arrays())]

    def methods(self) -> list[str]:
        """Return the methods that answer for their gradients."""
        if not hasattr(self.thing, "_input_grad"):
            return ["backward"] * len(self.arrays())
        return ["_input_grad", "_param_grad"][: len(self.arrays())]

    def forward_method(self) -> str:
        """Return the method that answers for the output."""
        return "_output" if hasattr(self.thing, "_output") else "forward"

    def call(self, method: str, output_grad: ndarray) -> Any:
        """Call one gradient method alone, without the checks of `backward`."""
        return getattr(self.thing, method)(output_grad)

    def limit(self) -> float:
        """Return the relative difference up to which two results are the same."""
        return 1e-4 if self.is_single() else 1e-9

    def is_single(self) -> bool:
        """Return whether there is float32 among the arrays."""
        return np.float32 in [array.dtype for array in self.arrays()]

    def name(self) -> str:
        """Return the name of the thing's class."""
        return type(self.thing).__name__

    def parts(self) -> dict[str, Any]:
        """Return what the thing consists of, by name."""
        return {}

    def set_up(self) -> dict[str, Any]:
        """Let a layer or network make its parts, if it has any; return them."""
        return {}

    def __repr__(self) -> str:
        shape = self.input_.shape
        return f"{type(self).__name__}({self.name()}, input_ of shape {shape})"


class LossSubject(Subject):
    """A loss under test: a number, whose own gradient is 1 (appendix F)."""

    returns_number = True

    def _forward(self, input_: ndarray) -> ndarray:
        return np.array(self.thing.forward(input_, self.target))

    def backward(self, output_grad: ndarray) -> list:
        """Return the claimed gradient by the prediction."""
        return [self.thing.backward()]

    def params(self) -> list[ndarray]:
        """Return nothing: a loss has no parameters."""
        return []

    def names(self) -> list[str]:
        """Return what a loss calls its input."""
        return ["prediction"]

    def call(self, method: str, output_grad: ndarray) -> Any:
        """Call the gradient method alone, without the checks of `backward`."""
        return getattr(self.thing, method)()


class LayerSubject(Subject):
    """A layer under test: operations, and lists of parameters (appendix F)."""

    def backward(self, output_grad: ndarray) -> list:
        """Return the claimed gradients: of the input, then of each parameter."""
        return [self.thing.backward(output_grad), *self.thing.param_grads]

    def params(self) -> list[ndarray]:
        """Return the parameters, the very arrays in use."""
        return list(self.thing.params)

    def names(self) -> list[str]:
        """Return what the layer calls its arrays."""
        return ["input_", *(f"params[{n}]" for n in range(len(self.params())))]

    def methods(self) -> list[str]:
        """Return the method that answers for all of them."""
        return ["backward"] * len(self.arrays())

    def set_up(self) -> dict[str, Any]:
        """Let the layer make its operations; return them."""
        with contextlib.suppress(Exception):  # Whatever is wrong comes up again.
            self.forward()
        return self.parts()

    def parts(self) -> dict[str, Any]:
        """Return the operations by name."""
        return {f"operations[{n}]": op for n, op in enumerate(self.thing.operations)}


class NetworkSubject(LayerSubject):
    """A network under test, its loss included (appendix F)."""

    returns_number = True

    def _forward(self, input_: ndarray) -> ndarray:
        prediction = self.thing.forward(input_)
        return np.array(self.thing.loss.forward(prediction, self.target))

    def backward(self, output_grad: ndarray) -> list:
        """Return the claimed gradients: of the data, then of each parameter."""
        loss_grad = self.thing.loss.backward()
        self.thing.backward(loss_grad)
        param_grads = list(self.thing.param_grads())
        grad = loss_grad
        for layer in reversed(
            self.thing.layers
        ):  # No network returns that of the data.
            grad = layer.backward(grad)
        return [grad, *param_grads]

    def params(self) -> list[ndarray]:
        """Return the parameters of all layers."""
        return list(self.thing.params())

    def names(self) -> list[str]:
        """Return names that say which layer an array belongs to."""
        return ["x_batch"] + [
            f"layers[{number}].params[{n}]"
            for number, layer in enumerate(self.thing.layers)
            for n in range(len(layer.params))
        ]

    def parts(self) -> dict[str, Any]:
        """Return the layers and the loss by name."""
        layers = {f"layers[{n}]": layer for n, layer in enumerate(self.thing.layers)}
        return {**layers, "loss": self.thing.loss}


def subject_of(thing: Any, input_: ndarray, target: ndarray | None = None) -> Subject:
    """Return the thing as a subject of its kind (appendix F)."""
    if hasattr(thing, "layers") and hasattr(thing, "loss"):
        return NetworkSubject(thing, input_, target)
    if hasattr(thing, "operations"):
        return LayerSubject(thing, input_)
    parameters = inspect.signature(thing.forward).parameters.values()
    if sum(parameter.default is parameter.empty for parameter in parameters) > 1:
        return LossSubject(thing, input_, target)
    return Subject(thing, input_)


@dataclass
class Measured:
    """An array's gradient, measured at some of its entries or at all (appendix F).

    Attributes
    ----------
    shape : tuple of int
        Shape of the array.
    places : tuple of ndarray
        Which entries, as NumPy indexes with them: one array for each dimension.
    value, slack : ndarray
        The derivatives there, (entries,), and how far each may be off.
    smooth : ndarray
        Which of them have no kink nearby, (entries,) of bool.
    by_row : ndarray or None
        What each row of the output contributes, (rows, entries).
    by_output : ndarray
        What each entry of the output contributes, all measured entries together.
    """

    shape: tuple
    places: tuple
    value: ndarray
    slack: ndarray
    smooth: ndarray
    by_row: ndarray | None
    by_output: ndarray

    @property
    def complete(self) -> bool:
        """Whether every entry was measured."""
        return len(self.value) == np.prod(self.shape)

    def __repr__(self) -> str:
        return f"Measured(shape={self.shape}, entries={len(self.value)})"


def measure(
    subject: Subject, number: int, output_grad: ndarray, most: int = 1000
) -> Measured:
    """Return the gradient of one of a subject's arrays, measured (appendix F).

    Parameters
    ----------
    subject : Subject
        Its parameters are nudged in place, and put back.
    number : int
        Which of its arrays: 0 is the input, 1 the first parameter.
    output_grad : ndarray
        Weights of the output, in its shape: the loss is their weighted sum.
    most : int
        Up to so many entries, all are measured; of more, a sample: 100
        or less, with the largest and the smallest among them.
    """
    subject.input_ = subject.input_.astype(float)  # In float32 a small step drowns.
    output = subject.forward()
    array = subject.arrays()[number]
    entries = np.arange(array.size)
    if array.size > most:  # Mistakes like to hide among the largest and smallest.
        order = np.argsort(array, axis=None, kind="stable")
        count = min(100, most)
        some = default_rng(SEED).choice(array.size, count, replace=False)
        ends = order[: count // 10], order[-count // 10 :]
        entries = np.unique(np.concatenate([some, *ends]))
    places = np.unravel_index(entries, array.shape)

    def output_at(entry: int) -> Callable[[float], tuple[float, ndarray]]:
        def at(value: float) -> tuple[float, ndarray]:
            start = array.flat[entry]
            array.flat[entry] = value
            try:
                return float(array.flat[entry]), subject.forward()
            except Exception:  # Not everything can be computed just outside.
                return value, np.full(output.shape, np.nan)
            finally:
                array.flat[entry] = start

        return at

    slopes = [
        _slope(output_at(entry), float(array.flat[entry]), output, output_grad)
        for entry in entries
    ]
    spread = np.array([spread for spread, _, _ in slopes])
    slack = np.array([slack for _, slack, _ in slopes])
    smooth = np.array([smooth for _, _, smooth in slopes])
    if smooth.any():  # By luck, one of them may seem better than it is.
        slack = np.maximum(slack, np.median(slack[smooth]))
    flat = spread.reshape(len(entries), -1)
    by_row = None
    if output.ndim > 0 and len(output) == len(subject.input_):
        by_row = flat.reshape(len(entries), len(output), -1).sum(axis=2).T
    by_output = spread.sum(axis=0)
    value = flat.sum(axis=1)
    return Measured(array.shape, places, value, slack, smooth, by_row, by_output)


@dataclass
class Comparison:
    """A batch sent forward and back: gradients claimed and measured (appendix F).

    Attributes
    ----------
    subject : Subject
        As it was before.
    output_grad : ndarray
        What was sent back, in the output's shape.
    claims : list of ndarray
        The claimed gradients: the input's first, then the parameters'.
    measured : list of Measured
        The same gradients, measured.
    """

    subject: Subject
    output_grad: ndarray
    claims: list[ndarray]
    measured: list[Measured]
    natural: list[float]

    def misses(self, number: int) -> ndarray:
        """Return how far each measured entry of an array's claim is off, (entries,)."""
        measured = self.measured[number]
        return np.abs(self.claims[number][measured.places] - measured.value)

    def wrong(self, number: int) -> ndarray:
        """Return which measured entries of an array's claim are wrong, (entries,)."""
        measured, size = self.measured[number], np.abs(self.measured[number].value)
        relative, floor, eps = (
            (1e-3, 1e-4, 1e-5) if self.subject.is_single() else (1e-6, 1e-9, 1e-14)
        )
        allowed = measured.slack + relative * size + floor * size.max()
        return ~(self.misses(number) <= allowed + eps * self.natural[number])

    def __repr__(self) -> str:
        wrong = [int(self.wrong(number).sum()) for number in range(len(self.measured))]
        return f"Comparison(subject={self.subject}, wrong={wrong})"


def compare_batch(subject: Subject, most: int = 1000) -> Comparison:
    """Send a copy of the subject forward and back, and measure (appendix F)."""
    used = subject.copy()
    output = used.forward()
    grad = subject.grad_for(output)
    claims = [np.array(claim) for claim in used.backward(grad.copy())]
    measured, natural = [], []
    for number, array in enumerate(used.arrays()):
        measured.append(measure(subject.copy(), number, grad, most))
        # Rounding in a claim is in proportion to this, even if the claim is near 0.
        largest = np.abs(array).max() or 1.0  # Zeros, such as new biases, have no size.
        natural.append(float(np.abs(output * grad).max() / largest))
    return Comparison(subject, grad, claims, measured, natural)
