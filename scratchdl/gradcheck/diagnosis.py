"""Find the mistake that explains a wrong gradient."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy import ndarray

from .faults import Fault, Finding, Kind, found, is_inherited
from .measuring import Comparison, NumericalGradient, compare_batch
from .subjects import Subject


def _close(one: Any, other: Any, tolerance: float) -> bool:
    one, other = np.ravel(one), np.ravel(other)
    if one.size != other.size or not other.size:
        return False
    return bool(np.all(np.abs(one - other) <= tolerance * np.abs(other).max()))


class Case:
    """A wrong analytic gradient, and the experiments that can explain it.

    Parameters
    ----------
    subject : Subject
        Subject, in its state before the forward pass.
    number : int
        Index of the array: 0 is the input, 1 the first parameter.
    output_grad : ndarray
        Output gradient, in the shape of the output.
    analytic : ndarray
        Analytic gradient, in any shape.
    numerical : NumericalGradient
        Numerical gradient of the same array.
    """

    def __init__(
        self,
        subject: Subject,
        number: int,
        output_grad: ndarray,
        analytic: ndarray,
        numerical: NumericalGradient,
    ) -> None:
        self.subject, self.number, self.grad = subject, number, output_grad
        self.analytic = analytic + 0.0  # No booleans, and no -0.
        self.numerical = numerical
        self.method = subject.methods()[number]
        size = np.abs(numerical.value).max()
        self.sure = numerical.bound <= 1e-3 * size
        self.tolerance = max(1e-5, 3 * numerical.bound[self.sure].max(initial=0) / size)
        self.truth = numerical.value[self.sure]

    def sure_entries(self, gradient: ndarray) -> ndarray:
        """Return the entries of a gradient that were measured with certainty."""
        entries: ndarray = gradient[self.numerical.places][self.sure]
        return entries

    def fits(self, gradient: ndarray) -> bool:
        """Return whether a gradient agrees with the numerical one."""
        if np.shape(gradient) != self.numerical.shape or not self.truth.size:
            return False
        return _close(self.sure_entries(gradient), self.truth, self.tolerance)

    def gradient_with(
        self, grad: ndarray, change: Callable[[Any], None] | None = None
    ) -> ndarray:
        """Return the gradient for a different output gradient or a changed object."""
        used = self.subject.copy()
        used.forward()
        try:
            if change is None:
                return np.asarray(used.backward(grad)[self.number])
            change(used.thing)
            return np.asarray(used.call(self.method, grad))
        except Exception:  # The method may fail after the change.
            return np.array(np.nan)  # nan agrees with no gradient.


def _reductions(by_output: ndarray) -> Iterator[tuple[str, tuple[int, ...], ndarray]]:
    """Yield sums and means of an array over all choices of its axes."""
    axes = range(by_output.ndim)
    for count in axes:
        for chosen in itertools.combinations(axes, count + 1):
            yield "summed", chosen, by_output.sum(axis=chosen)
            yield "averaged", chosen, by_output.mean(axis=chosen)


def explain_shape(case: Case) -> Finding:
    """Return the mistake that explains the wrong shape of a gradient (appendix G)."""
    finding = _shape_mistake(case)
    shapes = f"shape {case.analytic.shape}, must be {case.numerical.shape}"
    return Finding(finding.kind, f"{finding.text}: {shapes}")


def _shape_mistake(case: Case) -> Finding:
    analytic, numerical, number = case.analytic, case.numerical, case.number
    truth = np.array(np.nan)
    if numerical.complete:
        truth = numerical.value.reshape(numerical.shape)
    if _close(analytic, truth, case.tolerance):
        return found(Kind.SHAPE_ONLY)
    if analytic.ndim == 2 and analytic.T.shape == numerical.shape:
        return found(Kind.TRANSPOSED)
    if number and analytic.shape[:1] == (len(case.subject.input_),):
        summed = _close(analytic.sum(axis=0), truth, case.tolerance)
        if summed or _close(analytic, numerical.by_output, case.tolerance):
            return found(Kind.UNSUMMED)
    contributions = numerical.by_output if number else truth
    for how, axes, result in _reductions(contributions):
        if _close(analytic, result, case.tolerance):
            if how == "averaged" and axes == (0,) and number:
                return found(Kind.AVERAGED_BATCH)
            detail = "" if number else ", but nothing must be summed"
            return found(Kind.AXIS, how=how, detail=detail)
    return found(Kind.SHAPE)


def wrong_numbers(comparison: Comparison) -> list[Fault]:
    """Return a fault for each analytic gradient that is wrong (appendix G)."""
    faults, thing = [], comparison.subject.thing
    forward = comparison.subject.forward_method()
    own_forward = not is_inherited(thing, forward)
    for number, method in enumerate(comparison.subject.methods()):
        if comparison.wrong(number).any():
            kind, text = explain(comparison, number)
            if own_forward and is_inherited(thing, method):
                text = f"does not match the inherited {method}: {text}"
                method = forward
            faults.append(Fault(method, kind, text))
    return faults


def explain(comparison: Comparison, number: int) -> Finding:
    """Return the mistake that explains the wrong numbers of a gradient (appendix G).

    Parameters
    ----------
    comparison : Comparison
        Comparison for one batch.
    number : int
        Index of the wrong gradient: 0 is the input's, 1 that of the first parameter.
    """
    case = Case(
        comparison.subject,
        number,
        comparison.output_grad,
        comparison.analytic[number],
        comparison.numerical[number],
    )
    experiments = (
        _zero,
        _output_grad,
        _factor,
        transposed,
        _wrong_axis,
        _derivative,
        _wrong_array,
        _no_param,
    )
    if not case.fits(case.analytic):  # Otherwise only small entries are wrong.
        for experiment in experiments:
            if finding := experiment(case):
                return finding
    return _mixed_rows(case) or _entries(case, comparison)


def _zero(case: Case) -> Finding | None:
    return None if np.any(case.analytic) else found(Kind.ZERO)


def _output_grad(case: Case) -> Finding | None:
    """Compare with the gradients for twice the output gradient, and for zeros."""
    if case.subject.returns_number:
        return None
    double = case.gradient_with(2 * case.grad)
    none = case.gradient_with(np.zeros_like(case.grad))
    if _close(double, case.analytic, case.tolerance):
        return found(Kind.NO_OUTPUT_GRAD)
    if _close(double, 4 * case.analytic, case.tolerance):
        return found(Kind.OUTPUT_GRAD_TWICE)
    if np.abs(none).max() > case.tolerance * np.abs(case.analytic).max():
        detail = ": if it is zero, the gradient is not zero"
        return found(Kind.NO_OUTPUT_GRAD, detail=detail)
    return None


def _ratio(analytic: ndarray, truth: ndarray, tolerance: float) -> float | None:
    """Return the constant factor between two arrays, if there is one."""
    if not np.any(truth):
        return None
    factor = float(np.sum(analytic * truth) / np.sum(truth**2))
    return factor if _close(analytic, factor * truth, tolerance) else None


def _factor(case: Case) -> Finding | None:
    factor = _ratio(case.sure_entries(case.analytic), case.truth, case.tolerance)
    if factor is None:
        return None
    if np.isclose(factor, -1):
        return found(Kind.SIGN)
    number = f"{factor:.{4 if case.tolerance > 1e-5 else 6}g}"
    rows = len(case.subject.input_)
    columns = case.subject.input_.size // rows
    if np.isclose(factor, 1 / rows) and _follows_rows(case, -1):
        return found(Kind.AVERAGED, axis=f"{rows} rows", factor=number)
    if np.isclose(factor, rows) and _follows_rows(case, 1):
        return found(Kind.SUMMED, axis=f"{rows} rows", factor=number)
    if columns > 2 and np.isclose(factor, 1 / columns):
        return found(Kind.AVERAGED, axis=f"{columns} columns", factor=number)
    return found(Kind.FACTOR, factor=number)


def _follows_rows(case: Case, power: int) -> bool:
    """Return whether, with one more row, the factor is this power of the row count."""
    rows = np.append(np.arange(len(case.subject.input_)), 0)
    try:
        more = compare_batch(case.subject.copy(rows))
    except Exception:  # Some classes accept only one number of rows.
        return True
    analytic, numerical = more.analytic[case.number], more.numerical[case.number]
    again = Case(more.subject, case.number, more.output_grad, analytic, numerical)
    factor = _ratio(again.sure_entries(again.analytic), again.truth, case.tolerance)
    return factor is not None and bool(np.isclose(factor, len(rows) ** power))


def _transpose(*names: str) -> Callable[[Any], None]:
    def change(thing: Any) -> None:
        for name in names or vars(thing):
            array = getattr(thing, name)
            if np.ndim(array) == 2:
                setattr(thing, name, np.transpose(array))

    return change


def transposed(case: Case) -> Finding | None:
    """Return a finding if transposing an array corrects the gradient (appendix G)."""
    if case.analytic.ndim == 2 and case.fits(case.analytic.T):
        return found(Kind.TRANSPOSED)
    for name in ("param", "input_"):
        if case.fits(case.gradient_with(case.grad, _transpose(name))):
            detail = f": right with {name}.T in place of {name}"
            return found(Kind.TRANSPOSED, detail=detail)
    return None


def _wrong_axis(case: Case) -> Finding | None:
    if case.number == 0:
        turned = case.gradient_with(case.grad.T, _transpose())
        if case.analytic.ndim == 2 and case.fits(turned.T):
            return found(Kind.AXIS, how="summed")
        return None
    numerical = case.numerical
    if numerical.complete and numerical.by_row is not None:
        for row, share in enumerate(numerical.by_row):
            if _close(case.analytic, share, case.tolerance):
                return found(Kind.UNSUMMED, detail=f": only row {row} counts")
    for how, _, result in _reductions(numerical.by_output):
        if result.ndim == 0:
            result = np.full(case.analytic.size, result)
        if _close(case.analytic, result, case.tolerance):
            return found(Kind.AXIS, how=how)
    return None


def _derivative(case: Case) -> Finding | None:
    """Return a finding if a factor is missing or multiplied in twice."""
    if case.subject.returns_number:
        return None
    analytic, grad, tolerance = case.analytic, case.grad, case.tolerance
    if case.number:
        if _close(analytic, grad.sum(axis=0), tolerance):
            return found(Kind.NO_INPUT)
    elif analytic.shape == grad.shape:
        if _close(analytic, grad, tolerance):
            return found(Kind.NO_DERIVATIVE)
        product = case.sure_entries(analytic) * case.sure_entries(grad)
        if _close(product, case.truth**2, tolerance):
            return found(Kind.DERIVATIVE_TWICE)
    return None


def _replace(name: str, other: str) -> Callable[[Any], None]:
    return lambda thing: setattr(thing, name, getattr(thing, other))


def _wrong_array(case: Case) -> Finding | None:
    """Return a finding if the gradient is right with input_ and output exchanged."""
    for name, other in (("input_", "output"), ("output", "input_")):
        if case.fits(case.gradient_with(case.grad, _replace(name, other))):
            return found(Kind.WRONG_ARRAY, name=name, other=other)
    return None


def _no_param(case: Case) -> Finding | None:
    """Return a finding if only the numerical gradient follows the parameter."""
    if case.number or case.method != "_input_grad" or not case.subject.params():
        return None
    changed = case.subject.copy()
    changed.params()[0][...] *= 1.5
    try:
        now = compare_batch(changed)
    except Exception:
        return None
    before = case.numerical.value
    follows = not _close(now.numerical[0].value, before, case.tolerance)
    if follows and _close(now.analytic[0], case.analytic, case.tolerance):
        return found(Kind.NO_PARAM)
    return None


def _mixed_rows(case: Case) -> Finding | None:
    """Return a finding if the gradient is right for each row alone."""
    rows = len(case.subject.input_)
    if rows == 1:
        return None
    try:
        for row in range(min(rows, 8)):
            alone = compare_batch(case.subject.copy(np.array([row])))
            if alone.wrong(case.number).any():
                return None
    except Exception:
        return None
    return found(Kind.SEVERAL_ROWS, detail=": are rows mixed?")


def _entries(case: Case, comparison: Comparison) -> Finding:
    """Return how many entries are wrong, and the two values of the worst entry."""
    wrong, places = comparison.wrong(case.number), case.numerical.places
    worst = np.argmax(np.where(wrong, comparison.errors(case.number), -1))
    place = [int(axis[worst]) for axis in places]
    detail = (
        f"at {place} it gives {case.analytic[places][worst]:.4g}, but the numerical "
        f"gradient is {case.numerical.value[worst]:.4g}"
    )
    name = case.subject.names()[case.number]
    entries = case.subject.arrays()[case.number][places]
    for sign, there in (("negative", entries < 0), ("positive", entries > 0)):
        if np.array_equal(wrong, there) and not wrong.all():
            detail += f"; they are those where {name} is {sign}"
    return found(Kind.ENTRIES, wrong=wrong.sum(), size=wrong.size, detail=detail)
