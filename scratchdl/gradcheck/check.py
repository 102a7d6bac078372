"""Check the gradients of an operation, a layer, a loss or a network."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any

import numpy as np
from numpy import ndarray

from scratchdl.check import array as check_array

from .diagnosis import (
    STALE,
    Fault,
    conduct,
    explain,
    same,
    wrong_numbers,
)
from .measuring import Comparison, Subject, compare_batch, subject_of


class GradientCheck:
    """What `check_gradients` has found: true if all is right (chapter 4).

    Prints as a verdict; a notebook shows a table, and a picture of the errors.

    Attributes
    ----------
    name : str
        The class that was checked.
    faults : list of Fault
        What is wrong: each has a `method`, a `mistake`, and, inside a layer or a
        network, the `owner` of the method and its `place`.
    comparison : Comparison or None
        The gradients claimed and measured; None if something came in between.
    """

    def __init__(
        self, name: str, faults: list[Fault], comparison: Comparison | None = None
    ) -> None:
        self.name, self.faults, self.comparison = name, faults, comparison

    def __bool__(self) -> bool:
        return not self.faults

    def __repr__(self) -> str:
        if self.faults:
            said = "; ".join(map(str, self.faults[:3]))
            more = len(self.faults) - 3
            return f"{self.name}: wrong. {said}" + (f"; and {more} more" * (more > 0))
        measured = self.comparison.measured
        return f"{self.name}: right. " + ", ".join(
            f"{name} {measured[number].shape}: {measured[number].value.size} entries"
            for number, name in enumerate(self.comparison.subject.names())
        )

    def _repr_html_(self) -> str:
        verdict = "wrong" if self.faults else "right"
        faults = "".join(f"<li>{escape(str(fault))}</li>" for fault in self.faults)
        html = f"<p><b>{escape(self.name)}: {verdict}</b></p><ul>{faults}</ul>"
        if self.comparison is None:
            return html
        titles = "gradient of", "shape", "entries", "wrong"
        rows = "<tr>" + "".join(f"<th>{title}</th>" for title in titles) + "</tr>"
        for number, name in enumerate(self.comparison.subject.names()):
            shape = self.comparison.measured[number].shape
            wrong = self.comparison.wrong(number)
            picture = f"{name}: {wrong.sum()} of {wrong.size} entries are wrong"
            picture = _picture(self.comparison, number, picture) if wrong.any() else ""
            cells = name, shape, wrong.size, f"{wrong.sum()} {picture}"
            rows += "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        return f"{html}<table>{rows}</table>"

    def raise_if_wrong(self) -> None:
        """Do nothing if all is right; for tests.

        Raises
        ------
        AssertionError
            With the verdict, if anything is wrong.
        """
        if self.faults:
            raise AssertionError(repr(self))


def _picture(comparison: Comparison, number: int, words: str) -> str:
    """Return squares for the entries that were checked: wrong ones are filled.

    They are the fuller, the larger the error is beside the array's largest gradient.
    """
    measured = comparison.measured[number]
    if len(measured.shape) != 2 or max(measured.shape) > 64:
        return ""
    largest = np.abs(measured.value).max() or 1.0
    wrong = comparison.wrong(number)
    errors = np.minimum(comparison.misses(number) / largest, 1.0)
    opacity = np.full(measured.shape, np.nan)
    opacity[measured.places] = np.where(wrong, 0.2 + 0.8 * errors, 0.0)
    squares = "".join(
        f'<rect x="{12 * column + 1}" y="{12 * row + 1}" width="10" height="10" '
        f'fill="#d9621e" fill-opacity="{fill:.2f}"/>'
        for (row, column), fill in np.ndenumerate(opacity)
        if not np.isnan(fill)
    )
    height, width = (12 * count for count in measured.shape)
    return (
        f'<svg role="img" aria-label="{words}" width="{width}" height="{height}" '
        f'stroke="currentColor"><title>{words}</title>{squares}</svg>'
    )


def check_gradients(
    thing: Any, input_: ndarray, target: ndarray | None = None
) -> GradientCheck:
    """Compare `backward` with measured gradients, and name what is wrong (chapter 4).

    The loss is a weighted sum of the output, with random weights: they are then the
    output's gradient. The input's gradient is checked and that of each parameter; in a
    layer or network each part for itself as well. The thing stays as it is.

    Parameters
    ----------
    thing : Operation, ParamOperation, Layer, Loss or NeuralNetwork
        Or any object with the same methods, such as one of the printed chapter.
    input_ : ndarray
        A batch to check it with, shape (rows, ...), best with several rows.
    target : ndarray, optional
        What a loss, or the loss of a network, compares with: (rows, outputs).

    Returns
    -------
    GradientCheck
        True if all is right; it prints as a short verdict.

    Raises
    ------
    TypeError, ValueError
        If `thing` is a class or cannot be checked, if `input_` is no array of finite
        numbers, or if a target is missing or too many.
    Exception
        What `forward` raises, if the batch does not fit.
    """
    if isinstance(thing, type):
        name = thing.__name__
        raise TypeError(
            f"check_gradients: got the class {name}; pass an object: {name}()."
        )
    if not hasattr(thing, "forward") or not hasattr(thing, "backward"):
        raise TypeError(
            f"check_gradients: got {thing!r}, which has no forward and backward; pass "
            "an operation, a layer, a loss or a network, such as Sigmoid()."
        )
    check_array(input_, "check_gradients", "input_")
    if not np.all(np.isfinite(input_)):
        raise ValueError(
            f"check_gradients: input_ of shape {input_.shape} holds nan or inf; check "
            "with finite numbers."
        )
    if input_.dtype not in (np.float32, np.float64):
        input_ = input_.astype(float)  # A whole number cannot be nudged.
    subject = subject_of(thing, input_, target)
    if subject.returns_number != (target is not None):
        kind = (
            "has a loss: pass" if subject.returns_number else "has no loss: leave out"
        )
        raise TypeError(f"check_gradients: {subject.name()} {kind} the target.")
    if target is not None:
        check_array(target, "check_gradients", "target")
    with np.errstate(all="ignore"):
        return _check(subject)


def _check(subject: Subject, whole: int = 400) -> GradientCheck:
    faults, comparison = _parts(subject) or conduct(subject), None
    if not faults:
        comparison = compare_batch(subject, most=whole if subject.parts() else 1000)
        faults = wrong_numbers(comparison)
    for look in (_second_batch, _moved_parameters, _other_rows):
        faults = faults or look(comparison)
    return GradientCheck(subject.name(), faults, comparison)


def _parts(subject: Subject) -> list[Fault]:
    """Check what a layer or a network consists of, each part with what it receives."""
    parts, given = subject.set_up(), {}
    if not parts:
        return []
    if faults := _serves_twice(subject):
        return faults
    for name, part in parts.items():

        def spy(
            *arrays: ndarray, name: str = name, forward: Callable = part.forward
        ) -> Any:
            given[name] = [np.array(array) for array in arrays]
            return forward(*arrays)

        part.forward = spy
    with contextlib.suppress(Exception):  # Whatever is wrong comes up again.
        subject.forward()
    for name, part in parts.items():
        del part.forward
        if name in given and np.all(np.isfinite(given[name][0])):
            found = _check(subject_of(part, *given[name]), whole=20).faults
            faults += [fault.inside(name, type(part).__name__) for fault in found]
    return faults


def _serves_twice(subject: Subject) -> list[Fault]:
    layers = getattr(subject.thing, "layers", [subject.thing])
    used = [op for layer in layers for op in getattr(layer, "operations", [])]
    twice = next((op for op in used if sum(op is other for other in used) > 1), None)
    mistake = f"{STALE}: one object serves in two places, and remembers one batch only"
    return [Fault("backward", mistake, type(twice).__name__)] if twice else []


def _attempt(subject: Subject) -> tuple[list[Fault], Comparison | None]:
    """Check with a batch of our own making: none and nothing if it is not taken."""
    try:
        output = subject.copy().forward()
    except Exception:  # Not everything is made for every batch.
        return [], None
    rows_kept = subject.returns_number or len(output) == len(subject.input_)
    if not (rows_kept and np.all(np.isfinite(output))):
        return [], None
    faults = conduct(subject)
    return faults, None if faults else _compare_some(subject)


def _compare_some(subject: Subject) -> Comparison:
    return compare_batch(subject, most=20)  # Most mistakes show in every entry.


def _second_batch(first: Comparison) -> list[Fault]:
    subject = first.subject
    other = subject.copy(np.roll(np.arange(len(subject.input_)), 1), 0.9)
    faults, fresh = _attempt(other)
    if fresh is None:
        return faults
    used = subject.copy()
    used.backward(used.grad_for(used.forward()))
    second = _compare_some(other.after(used))
    for number, method in enumerate(subject.methods()):
        if second.wrong(number).any():
            unmoved = same(second.claims[number], first.claims[number])
            if unmoved or not fresh.wrong(number).any():
                mistake = f"{STALE}: right for the first batch, wrong for a second one"
            else:
                mistake = explain(fresh, number)
            faults.append(Fault(method, mistake))
    return faults


def _moved_parameters(first: Comparison) -> list[Fault]:
    subject = first.subject
    moved = subject.copy()
    moved.forward()
    if not moved.params():
        return []
    for param in moved.params():
        param *= 1.25
    _, comparison = _attempt(moved)
    return [
        Fault(method, f"{STALE}: right until the parameter is changed")
        for number, method in enumerate(subject.methods())
        if comparison is not None and comparison.wrong(number).any()
    ]


def _other_rows(first: Comparison) -> list[Fault]:
    subject = first.subject
    rows = np.arange(len(subject.input_))
    if len(rows) == 1:
        words = "right for one row and wrong for several"
        other = subject.copy(rows[[0, 0, 0]], np.array([1.0, 0.9, 0.7]))
    else:
        words = "right for several rows and wrong for one"
        other = subject.copy(rows[:1])
        # What is made for one number of rows takes no row more, either.
        faults, more = _attempt(subject.copy(np.append(rows, 0)))
        if faults or more is None:
            return []
    faults, comparison = _attempt(other)
    if comparison is not None:
        faults = wrong_numbers(comparison)
    return [
        replace(fault, mistake=f"{words}: {fault.mistake.removeprefix(words + ': ')}")
        for fault in faults
    ]
