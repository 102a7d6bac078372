"""Numerical gradients with error bounds, and their comparison with analytic ones.

Because of the bounds, neither a kink nor a rounding error is reported as a mistake.
"""

from dataclasses import dataclass

import numpy as np
from numpy import ndarray
from numpy.random import default_rng

from .subjects import SEED, Subject

MAX_ENTRIES = 1000  # For a larger array, a sample of entries is measured.
SAMPLE_SIZE = 100


@dataclass
class _Estimate:
    """A derivative, split by output entry, and its error at one step size."""

    by_output: ndarray
    error: float
    one_sided: list[float]
    rounding: float

    @property
    def rank(self) -> tuple[bool, float]:
        """Key to compare estimates: a step across a whole bend is the worst."""
        return self.error - self.rounding > 0.1 * self.steepest, self.error

    @property
    def steepest(self) -> float:
        """Largest magnitude of the one-sided slopes."""
        return max(map(abs, self.one_sided))


# The distances differ, because rounding errors may be regular at equal distances.
# 0 is left out, because there may be a kink at the start.
POINTS = np.array([1.0, 2, 4, 7, 11, 12, 16, 18, 21])


def _noise(subject: Subject, array: ndarray, output: ndarray) -> ndarray:
    """Return the magnitude of the rounding error of each entry of the output.

    On a short line, a smooth function is almost a polynomial of low degree. The rest
    is rounding error, including that of large numbers inside the function.
    """
    start, rng = array.copy(), default_rng(SEED)
    size = np.abs(start) if start.any() else np.ones(start.shape)
    powers = np.vander(POINTS / POINTS[-1], 4)
    rest = np.eye(len(POINTS)) - powers @ np.linalg.pinv(powers)
    kind = output.dtype if output.dtype.kind == "f" else float
    noise, flat = np.finfo(kind).eps * np.abs(output), np.ones(output.shape, bool)
    for power in (-36, -27, -18, -9):
        found, moved = np.zeros(output.shape), np.ones(output.shape, bool)
        for _ in range(2):
            step = start + 2.0**power * size * rng.uniform(-1, 1, start.shape) - start
            line = []
            for point in POINTS:
                array[...] = start + point * step  # Not rounded: step has few digits.
                line.append(_attempt(subject, output) - output)
            array[...] = start
            moved &= np.count_nonzero(np.diff(line, axis=0), axis=0) > 4
            found = np.maximum(found, np.abs(np.tensordot(rest, line, 1)).max(axis=0))
        known = flat & moved & np.isfinite(found)
        noise = np.where(known, np.maximum(found, noise), noise)
        flat &= ~moved
        if not flat.any():  # Otherwise the step was lost to rounding.
            break
    return noise


def _attempt(subject: Subject, output: ndarray) -> ndarray:
    """Return the output, or nan if the function is not defined for this input."""
    try:
        return subject.forward()
    except Exception:
        return np.full(output.shape, np.nan)


@dataclass
class _Entry:
    """The weighted output as a function of one entry of an array."""

    subject: Subject
    array: ndarray
    index: int
    output: ndarray
    output_grad: ndarray
    noise: ndarray

    def __post_init__(self) -> None:
        self.start = float(self.array.flat[self.index])
        # True for outputs changed by any step: a small step may be lost to rounding.
        self.moved = np.zeros(self.output.shape, bool)

    def estimate(self, size: float) -> _Estimate | None:
        """Return the derivative by Richardson extrapolation; None if not finite."""
        steps, changes = [], []
        for step in (size, -size, size / 2, -size / 2):
            self.array.flat[self.index] = self.start + step
            steps.append(float(self.array.flat[self.index]) - self.start)
            output = _attempt(self.subject, self.output)
            changes.append((output - self.output) * self.output_grad)
            self.moved |= output != self.output
        self.array.flat[self.index] = self.start
        if not (all(steps) and np.all(np.isfinite(changes))):
            return None
        sides = [float(c.sum() / step) for c, step in zip(changes, steps, strict=True)]
        wide = (changes[0] - changes[1]) / (steps[0] - steps[1])
        narrow = (changes[2] - changes[3]) / (steps[2] - steps[3])
        bend = sides[0] - sides[1] - 2 * (sides[2] - sides[3])
        rounding = float(
            8 * (self.noise * abs(self.output_grad))[self.moved].sum() / size
        )
        error = float(abs(wide.sum() - narrow.sum()) + abs(bend) + rounding)
        # The two errors are proportional to the squared step and cancel here.
        return _Estimate((4 * narrow - wide) / 3, error, sides, rounding)

    def best_estimate(self) -> _Estimate | None:
        """Return the best of the estimates at several step sizes."""
        start = abs(self.start)
        unit = max(1.0, start)
        best = self.estimate(1e-4 * unit)
        sizes = [1e-6 * unit, 1e-8 * unit]
        if best and best.error <= 3 * best.rounding:
            sizes = [1e-2 * unit]  # A longer step reduces the rounding error.
        elif start > 1:  # The function may change as if there were no large offset.
            sizes += [1e-2, 1e-4]
        elif start > 0:  # The function may change on the entry's scale.
            sizes += [1e-6 * start]
        for size in sizes:
            if best and best.error <= 1e-7 * best.steepest:
                break
            estimate = self.estimate(size)
            if not best or estimate and estimate.rank < best.rank:
                best = estimate
        return best

    def slope(self) -> tuple[ndarray, float, float, bool]:
        """Return the derivative by output entry, bound, rounding, and smoothness."""
        best = self.best_estimate()
        if best is None:
            return np.zeros(self.output.shape), np.inf, 0.0, False
        if best.error - best.rounding <= 1e-3 * best.steepest:
            return best.by_output, 2 * best.error, 2 * best.rounding, True
        # At a kink, every slope between the two one-sided ones is right.
        middle, rounding = best.by_output.sum(), 2 * best.rounding
        low, high = min(best.one_sided), max(best.one_sided)
        bound = float(max(high - middle, middle - low) + rounding)
        return best.by_output, bound, rounding, False


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
    rounding : ndarray
        Part of the bounds that is due to rounding.
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
    rounding: ndarray
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
    if not subject.is_whole():
        subject.input_ = subject.input_.astype(float)
    output = subject.forward()
    array = subject.arrays()[number]
    if array.dtype.kind != "f":  # Whole numbers cannot change by a small step.
        none = np.zeros(0)
        places = (np.zeros(0, int),) * array.ndim
        return NumericalGradient(
            array.shape, places, none, none, none, none, None, none
        )
    indices = _sample(array, max_entries)
    noise = _noise(subject, array, output)
    slopes = [
        _Entry(subject, array, index, output, output_grad, noise).slope()
        for index in indices
    ]
    by_output, bound, rounding, smooth = map(np.array, zip(*slopes, strict=True))
    flat = by_output.reshape(len(indices), -1)
    by_row = None
    if output.ndim > 0 and len(output) == len(subject.input_):
        by_row = flat.reshape(len(indices), len(output), -1).sum(axis=2).T
    return NumericalGradient(
        array.shape,
        np.unravel_index(indices, array.shape),
        flat.sum(axis=1),
        bound,
        rounding,
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
    rounding : list of ndarray
        Rounding errors that `numerical` does not contain, shape (entries,) each.
    """

    subject: Subject
    output_grad: ndarray
    analytic: list[ndarray]
    numerical: list[NumericalGradient]
    rounding: list[ndarray]

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
        tolerance = numerical.bound + 1e-6 * size
        tolerance += self.rounding[number]
        right: ndarray = self.errors(number) <= tolerance
        return ~right

    def is_too_small(self, number: int) -> bool:
        """Return whether rounding hides every entry of an analytic gradient."""
        numerical = self.numerical[number]
        size = np.abs(self.analytic[number][numerical.places])
        hidden = size <= numerical.rounding + self.rounding[number]
        return bool(size.any() and hidden.all())


def compare_batch(subject: Subject, max_entries: int = MAX_ENTRIES) -> Comparison:
    """Return the gradients of a copy of the subject for its batch (appendix F)."""
    used = subject.copy()
    if not used.is_whole():
        used.input_ = used.input_.astype(float)  # float32 has too few digits.
    output = used.forward()
    grad = subject.grad_for(output)
    analytic = [np.array(gradient) for gradient in used.backward(grad.copy())]
    numerical, rounding = [], []
    for number, array in enumerate(used.arrays()):
        measured = measure(subject.copy(), number, grad, max_entries)
        largest = np.abs(array).max() or 1.0  # New biases are all zero.
        # A change may be lost in a larger output, or in a sum with the input.
        in_output = 1e-12 * np.abs(output * grad).max() / largest
        in_sum = np.where(measured.bound == 0, 1e-11 * largest, 0)
        rounding.append(in_output + in_sum)
        numerical.append(measured)
    return Comparison(subject, grad, analytic, numerical, rounding)
