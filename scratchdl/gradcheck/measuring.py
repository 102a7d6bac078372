"""Numerical gradients with error bounds, and their comparison with analytic ones.

Because of the bounds, neither a kink nor a rounding error is reported as a mistake.
"""

from dataclasses import dataclass

import numpy as np
from numpy import ndarray
from numpy.random import default_rng

from .subjects import SEED, Subject

MAX_ENTRIES = 1000  # Of a larger array, a sample of entries is measured.
SAMPLE_SIZE = 100


@dataclass
class _Estimate:
    """A derivative, split by output entry, and its error at one step size."""

    by_output: ndarray
    error: float
    one_sided: list[float]
    rounding: float


def _step_sizes(start: float, eps: float) -> list[float]:
    """Return the step sizes to try at an entry, in order."""
    steps = np.array([1e-4, 1e-6, 1e-8] if eps < 1e-10 else [1e-2, 1e-3])
    sizes = [*steps * max(1.0, abs(start))]
    if 0 < abs(start) < 1:  # The function may change on the entry's scale.
        sizes += [*steps[:2] * abs(start)]
    return sizes


class _Entry:
    """The weighted output as a function of one entry of an array."""

    def __init__(
        self, subject: Subject, array: ndarray, index: int, output_grad: ndarray
    ) -> None:
        self.subject, self.array, self.index = subject, array, index
        self.start, self.output_grad = float(array.flat[index]), output_grad
        self.output = subject.forward()
        kind = self.output.dtype
        self.eps = float(np.finfo(kind if kind.kind == "f" else float).eps)
        # Outputs that change with any step: a small step may be lost to rounding.
        self.moved = np.zeros(self.output.shape, bool)

    def output_at(self, value: float) -> tuple[float, ndarray]:
        """Return the value as it is stored, and the output there."""
        start = self.array.flat[self.index]
        self.array.flat[self.index] = value
        try:
            return float(self.array.flat[self.index]), self.subject.forward()
        except Exception:  # Some functions are not defined just outside.
            return value, np.full(self.output.shape, np.nan)
        finally:
            self.array.flat[self.index] = start

    def estimate(self, size: float) -> _Estimate | None:
        """Return the derivative by Richardson extrapolation; None if not finite."""
        steps, changes = [], []
        for step in (size, -size, size / 2, -size / 2):
            place, output = self.output_at(self.start + step)
            steps.append(place - self.start)
            changes.append((output - self.output) * self.output_grad)
            self.moved |= output != self.output
        if not np.all(np.isfinite(changes)):
            return None
        sides = [float(c.sum() / step) for c, step in zip(changes, steps, strict=True)]
        wide = (changes[0] - changes[1]) / (steps[0] - steps[1])
        narrow = (changes[2] - changes[3]) / (steps[2] - steps[3])
        bend = sides[0] - sides[1] - 2 * (sides[2] - sides[3])
        size_of_output = np.abs(self.output * self.output_grad)[self.moved].sum()
        rounding = float(4 * self.eps * size_of_output / size)
        error = float(abs(wide.sum() - narrow.sum()) + abs(bend) + rounding)
        # The two errors are proportional to the squared step and cancel here.
        return _Estimate((4 * narrow - wide) / 3, error, sides, rounding)

    def slope(self) -> tuple[ndarray, float, bool]:
        """Return the derivative by output entry, its bound, and if it is smooth."""
        best = _Estimate(np.zeros(self.output.shape), np.inf, [0.0], 0.0)
        for size in _step_sizes(self.start, self.eps):
            estimate = self.estimate(size)
            if estimate is None:
                continue
            if estimate.error < best.error:
                best = estimate
            # With a smaller step, only the rounding error would grow.
            enough = np.sqrt(self.eps) * abs(estimate.by_output.sum())
            if estimate.error <= max(enough, 2 * estimate.rounding):
                break
        if best.error <= 1e-3 * max(map(abs, best.one_sided)):
            return best.by_output, 2 * best.error, True
        if not np.isfinite(best.error):
            return best.by_output, np.inf, False
        # At a kink, every slope between the two one-sided ones is right.
        middle, low, high = (
            best.by_output.sum(),
            min(best.one_sided),
            max(best.one_sided),
        )
        bound = max(high - middle, middle - low) * 1.001 + 2 * best.rounding
        return best.by_output, float(bound), False


@dataclass
class NumericalGradient:
    """The numerical gradient of an array, at some or all of its entries (appendix F).

    Attributes
    ----------
    shape : tuple of int
        Shape of the array.
    places : tuple of ndarray
        Indices of the measured entries: one array for each dimension.
    value, bound : ndarray
        Derivatives at these entries, shape (entries,), and their error bounds.
    smooth : ndarray
        False for entries near a kink, shape (entries,).
    by_row : ndarray or None
        Contribution of each row of the output, shape (rows, entries).
    by_output : ndarray
        Contribution of each entry of the output, summed over the measured entries.
    """

    shape: tuple[int, ...]
    places: tuple[ndarray, ...]
    value: ndarray
    bound: ndarray
    smooth: ndarray
    by_row: ndarray | None
    by_output: ndarray

    @property
    def complete(self) -> bool:
        """Whether every entry was measured."""
        return len(self.value) == np.prod(self.shape)


def _sample(array: ndarray, max_entries: int) -> ndarray:
    """Return the flat indices of all entries, or of a sample of a large array."""
    if array.size <= max_entries:
        return np.arange(array.size)
    # Some mistakes concern only the largest or the smallest entries.
    order = np.argsort(array, axis=None, kind="stable")
    size = min(SAMPLE_SIZE, max_entries)
    some = default_rng(SEED).choice(array.size, size, replace=False)
    ends = order[: size // 10], order[-size // 10 :]
    return np.unique(np.concatenate([some, *ends]))


def measure(
    subject: Subject, number: int, output_grad: ndarray, max_entries: int = MAX_ENTRIES
) -> NumericalGradient:
    """Return the numerical gradient of one array of a subject (appendix F).

    Parameters
    ----------
    subject : Subject
        Subject; its arrays are changed in place and restored.
    number : int
        Index of the array: 0 is the input, 1 the first parameter.
    output_grad : ndarray
        Weights of the output, in its shape: the loss is the weighted sum.
    max_entries : int
        Number of entries above which only a sample is measured.
    """
    subject.input_ = subject.input_.astype(float)  # float32 has too few digits.
    output = subject.forward()
    array = subject.arrays()[number]
    indices = _sample(array, max_entries)
    slopes = [_Entry(subject, array, i, output_grad).slope() for i in indices]
    by_output = np.array([slope for slope, _, _ in slopes])
    bound = np.array([bound for _, bound, _ in slopes])
    smooth = np.array([smooth for _, _, smooth in slopes])
    if smooth.any():  # A single estimate may look better than it is.
        bound = np.maximum(bound, np.median(bound[smooth]))
    flat = by_output.reshape(len(indices), -1)
    by_row = None
    if output.ndim > 0 and len(output) == len(subject.input_):
        by_row = flat.reshape(len(indices), len(output), -1).sum(axis=2).T
    return NumericalGradient(
        array.shape,
        np.unravel_index(indices, array.shape),
        flat.sum(axis=1),
        bound,
        smooth,
        by_row,
        by_output.sum(axis=0),
    )


@dataclass
class Comparison:
    """The analytic and the numerical gradients for one batch (appendix F).

    Attributes
    ----------
    subject : Subject
        Subject, in its state before the forward pass.
    output_grad : ndarray
        Output gradient, in the shape of the output.
    analytic : list of ndarray
        Analytic gradients: of the input, then of each parameter.
    numerical : list of NumericalGradient
        Numerical gradients, in the same order.
    scales : list of float
        Typical magnitude of each gradient, to which rounding errors are proportional.
    """

    subject: Subject
    output_grad: ndarray
    analytic: list[ndarray]
    numerical: list[NumericalGradient]
    scales: list[float]

    def errors(self, number: int) -> ndarray:
        """Return the absolute errors of an analytic gradient, shape (entries,)."""
        numerical = self.numerical[number]
        errors: ndarray = np.abs(
            self.analytic[number][numerical.places] - numerical.value
        )
        return errors

    def wrong(self, number: int) -> ndarray:
        """Return which entries of an analytic gradient are wrong, shape (entries,)."""
        numerical = self.numerical[number]
        size = np.abs(numerical.value)
        relative, floor, eps = (
            (1e-3, 1e-4, 1e-5) if self.subject.is_single() else (1e-6, 1e-9, 1e-14)
        )
        tolerance = numerical.bound + relative * size + floor * size.max()
        within: ndarray = self.errors(number) <= tolerance + eps * self.scales[number]
        return ~within


def compare_batch(subject: Subject, max_entries: int = MAX_ENTRIES) -> Comparison:
    """Return the gradients of a copy of the subject for its batch (appendix F)."""
    used = subject.copy()
    output = used.forward()
    grad = subject.grad_for(output)
    analytic = [np.array(gradient) for gradient in used.backward(grad.copy())]
    numerical, scales = [], []
    for number, array in enumerate(used.arrays()):
        numerical.append(measure(subject.copy(), number, grad, max_entries))
        largest = np.abs(array).max() or 1.0  # New biases are all zero.
        scales.append(float(np.abs(output * grad).max() / largest))
    return Comparison(subject, grad, analytic, numerical, scales)
