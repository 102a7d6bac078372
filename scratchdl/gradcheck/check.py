"""Check the gradients of an operation, a layer, a loss or a network."""

import contextlib
import inspect
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy import ndarray

from .behaviour import check_behaviour, same, unseen_arrays
from .diagnosis import explain, wrong_numbers
from .faults import Fault, Kind, Note, found
from .measuring import MAX_ENTRIES, Comparison, compare_batch
from .report import GradientCheck
from .subjects import Subject, contents, subject_of

MAX_LAYER_ENTRIES = 400  # For a larger array of a layer or network, a sample is enough.
FEW = 20  # Most mistakes affect every entry.


def check_gradients(
    thing: Any, input_: ndarray, target: ndarray | None = None
) -> GradientCheck:
    """Compare `backward` with numerical gradients and name the mistakes (chapter 4).

    The loss is a weighted sum of the output; its random weights are the output
    gradient. The gradients of the input and of each parameter are checked, and so is
    each part of a layer or network. `thing` is copied and does not change.

    Parameters
    ----------
    thing : Operation, ParamOperation, Layer, Loss or NeuralNetwork
        Object to check, or an object of any class with the same methods.
    input_ : ndarray
        Batch, shape (rows, ...), best with several rows.
    target : ndarray, optional
        Target of a loss or a network, shape (rows, outputs).

    Returns
    -------
    GradientCheck
        Result: true if no fault was found; it prints as a short verdict.

    Raises
    ------
    TypeError, ValueError
        If `thing` is a class or has no `forward` and `backward`, if an array is not
        numeric or `input_` is not finite, or if a target is missing or not needed.
    Exception
        Error from `forward`, if the batch does not fit.
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
    _check_array(input_, "input_")
    if not np.all(np.isfinite(input_)):
        raise ValueError(
            f"check_gradients: input_ of shape {input_.shape} contains nan or inf; "
            "pass finite numbers."
        )
    subject = subject_of(thing, input_, target)
    if subject.returns_number and target is None:
        raise TypeError(f"check_gradients: {subject.name()} has a loss: pass a target.")
    if target is not None:
        if not subject.returns_number:
            raise TypeError(
                f"check_gradients: {subject.name()} has no loss: leave out the target."
            )
        _check_array(target, "target")
    state = np.random.get_state()
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
            return _check_both_halves(_with_floats(subject))
    finally:
        np.random.set_state(state)


def _check_array(array: Any, name: str) -> None:
    who = f"check_gradients: {name}"
    odd = isinstance(array, (np.ma.MaskedArray, np.matrix))
    if odd or not isinstance(array, ndarray):
        kind = type(array).__name__
        raise TypeError(f"{who} must be a NumPy array, not {kind}: use np.array(...).")
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"{who} must hold real numbers, not {array.dtype}: use .astype(float)."
        )
    if array.ndim == 0 or array.size == 0:
        raise ValueError(
            f"{who} must have at least one row, but has shape {array.shape}."
        )


def _check_both_halves(subject: Subject) -> GradientCheck:
    """Check a subject, with its switch `training` off and on if it has one."""
    subject.parts()  # A first forward pass may make the parts that have a switch.
    switched = [
        thing
        for _, thing in contents(subject.thing)
        if isinstance(inspect.getattr_static(thing, "training", None), bool)
    ]
    for training in ("off", "on") if switched else ("",):
        for thing in switched:
            thing.training = training == "on"
        result = _check(subject)
        if result.faults:
            why = training and f" (with training {training})"
            result.faults = [
                replace(fault, mistake=fault.mistake + why) for fault in result.faults
            ]
            return result
    if switched:
        result.notes[Note.TRAINING] = []
    if subject.is_random:
        result.notes[Note.RANDOM] = []
    names = unseen_arrays(subject)  # Now training is on: a running mean is not used.
    if names:
        result.notes[Note.UNSEEN] = names
    return result


def _with_floats(subject: Subject) -> Subject:
    """Return a subject with floats, or with whole numbers if the object needs them."""
    input_, output = subject.input_, None
    if input_.dtype not in (np.float32, np.float64):
        subject.input_ = input_.astype(float)
        used = subject.copy()
        try:
            output = used.forward()
            used.backward(used.grad_for(output))
        except Exception as error:
            if output is None or isinstance(error, IndexError):
                subject.input_ = input_
    return subject


def _check(subject: Subject, max_entries: int = MAX_LAYER_ENTRIES) -> GradientCheck:
    parts = subject.parts()
    faults = _check_parts(subject, parts) or check_behaviour(subject)
    if faults:
        return GradientCheck(subject.name(), faults)
    comparison = compare_batch(subject, max_entries if parts else MAX_ENTRIES)
    faults = wrong_numbers(comparison)
    for check in (_second_batch, _changed_params, _other_rows):
        faults = faults or check(comparison)
    result = GradientCheck(subject.name(), faults, comparison)
    for number, name in enumerate(subject.names()):
        if not comparison.numerical[number].value.size:
            result.notes.setdefault(Note.WHOLE, []).append(name)
        elif comparison.is_too_small(number):
            result.notes.setdefault(Note.SMALL, []).append(name)
    return result


def _check_parts(subject: Subject, parts: dict[str, Any]) -> list[Fault]:
    """Check each part of a layer or network with the batch that it receives."""
    faults = _shared_operation(subject)
    if faults or not parts:
        return faults
    given: dict[str, list[ndarray]] = {}
    for name, part in parts.items():

        def record(
            *arrays: ndarray,
            name: str = name,
            forward: Callable[..., Any] = part.forward,
        ) -> Any:
            given[name] = [np.array(array) for array in arrays]
            return forward(*arrays)

        part.forward = record
    with contextlib.suppress(Exception):  # The check of the part reports it.
        subject.forward()
    for name, part in parts.items():
        del part.forward
        if name in given and np.all(np.isfinite(given[name][0])):
            result = _check(_with_floats(subject_of(part, *given[name])), FEW)
            owner = type(part).__name__
            faults += [fault.inside(name, owner) for fault in result.faults]
    return faults


def _shared_operation(subject: Subject) -> list[Fault]:
    """Return a fault if one operation is used in two places."""
    layers = getattr(subject.thing, "layers", [subject.thing])
    used = [op for layer in layers for op in getattr(layer, "operations", [])]
    for number, operation in enumerate(used):
        if any(operation is other for other in used[:number]):
            why = "one object is used in two places, but it keeps only one batch"
            finding = found(Kind.STALE, why=why)
            return [Fault("backward", *finding, owner=type(operation).__name__)]
    return []


def _attempt(subject: Subject) -> tuple[list[Fault], Comparison | None]:
    """Return faults and comparison for a batch: `[], None` if it is rejected."""
    try:
        output = subject.copy().forward()
    except Exception:  # A loss may reject some rows, and a logarithm some numbers.
        return [], None
    rows_kept = subject.returns_number or len(output) == len(subject.input_)
    if not (rows_kept and np.all(np.isfinite(output))):
        return [], None
    faults = check_behaviour(subject)
    return faults, None if faults else compare_batch(subject, FEW)


def _second_batch(first: Comparison) -> list[Fault]:
    """Check a second batch, alone and after the first one."""
    subject = first.subject
    other = subject.copy(np.roll(np.arange(len(subject.input_)), 1), 0.9)
    faults, fresh = _attempt(other)
    if fresh is None:
        return faults
    used = subject.copy()
    used.backward(used.grad_for(used.forward()))
    second = compare_batch(other.after(used), FEW)
    for number, method in enumerate(subject.methods()):
        if second.wrong(number).any():
            unchanged = same(second.analytic[number], first.analytic[number])
            if unchanged or not fresh.wrong(number).any():
                why = "right for the first batch, but wrong for a second one"
                finding = found(Kind.STALE, why=why)
            else:
                finding = explain(fresh, number)
            faults.append(Fault(method, *finding))
    return faults


def _changed_params(first: Comparison) -> list[Fault]:
    """Check the same batch after the parameters have changed."""
    changed = first.subject.copy()
    changed.forward()
    if not changed.params():
        return []
    for param in changed.params():
        if param.dtype.kind == "f":
            param *= 1.25
    _, comparison = _attempt(changed)
    finding = found(Kind.STALE, why="right until the parameter is changed")
    return [
        Fault(method, *finding)
        for number, method in enumerate(first.subject.methods())
        if comparison is not None and comparison.wrong(number).any()
    ]


def _other_rows(first: Comparison) -> list[Fault]:
    """Check several rows instead of one, or one instead of several."""
    subject = first.subject
    rows = np.arange(len(subject.input_))
    if len(rows) == 1:
        kind = Kind.SEVERAL_ROWS
        other = subject.copy(rows[[0, 0, 0]], np.array([1.0, 0.9, 0.7]))
    else:
        kind = Kind.ONE_ROW
        other = subject.copy(rows[:1])
        # A class that accepts only one number of rows also rejects one more row.
        faults, more = _attempt(subject.copy(np.append(rows, 0)))
        if faults or more is None:
            return []
    faults, comparison = _attempt(other)
    if comparison is not None:
        faults = wrong_numbers(comparison)
    return [
        fault
        if fault.kind is kind
        else replace(
            fault, kind=kind, mistake=found(kind, detail=f": {fault.mistake}")[1]
        )
        for fault in faults
    ]
