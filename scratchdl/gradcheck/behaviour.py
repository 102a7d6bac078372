"""Checks of the methods before the numbers: results, side effects, stale state."""

import contextlib
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import ndarray
from numpy.random import default_rng

from .diagnosis import Case, explain_shape, transposed
from .faults import Fault, Finding, Kind, found, is_in_package, is_inherited
from .measuring import measure
from .subjects import SEED, Subject, contents

CALLS = 4  # Two small masks of a dropout can be equal by chance.


def same(one: Any, other: Any, tolerance: float = 0.0) -> bool:
    """Return whether two arrays agree within a tolerance (appendix G).

    Parameters
    ----------
    one, other : array_like
        Arrays to compare; nan equals nan.
    tolerance : float
        Largest difference, relative to the largest finite entry of `other`.
    """
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape:
        return False
    atol = tolerance * np.abs(other[np.isfinite(other)]).max(initial=0)
    return np.allclose(one, other, rtol=0, atol=atol, equal_nan=True)


def fault_behind(error: Exception, thing: Any) -> list[Fault]:
    """Return the fault of the method that raised an error (appendix G).

    The traceback contains the frames that the error has passed through. The innermost
    method of a class outside this package is at fault. If there is none, the batch does
    not fit. A method that raises NotImplementedError is at fault in any class.

    Parameters
    ----------
    error : Exception
        Error, with its traceback.
    thing : object
        Checked object. If the fault is in a different class, its `owner` is that class.
    """
    text = " ".join(str(error).split())  # Some messages have several lines.
    finding = found(Kind.RAISES, error=type(error).__name__, message=text)
    for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))):
        code = frame.f_code
        owner = frame.f_locals.get(code.co_varnames[0]) if code.co_argcount else None
        if isinstance(owner, Subject) or not hasattr(owner, "backward"):
            continue
        theirs = not is_in_package(frame.f_globals.get("__name__"))
        if theirs or isinstance(error, NotImplementedError):
            name = "" if type(owner) is type(thing) else type(owner).__name__
            return [Fault(code.co_name, *finding, owner=name)]
    return []


def check_behaviour(subject: Subject) -> list[Fault]:
    """Return the faults that can be found without comparing gradients (appendix G).

    Methods must return finite arrays of the right shape. They must return the same
    result for the same batch, whatever was computed before. They must not change other
    arrays.

    Raises
    ------
    Exception
        Error from `forward`, if no method outside this package raised it.
    """
    try:
        return _check_forward(subject) or _check_backward(subject)
    except Exception as error:
        faults = _unfit_output(subject) or fault_behind(error, subject.thing)
        if not faults:
            raise
        return faults


def _watch(subject: Subject, **more: ndarray) -> Callable[[], str | None]:
    """Return a function that returns the name of an array changed in place since."""
    watched = [("its input", subject.passed), *more.items()]
    watched += [("its parameter", param) for param in subject.params()]
    if isinstance(getattr(subject.thing, "output", None), ndarray):
        watched.append(("its output", subject.thing.output))
    kept = [(name, array, array.copy()) for name, array in watched]
    return lambda: next((name for name, a, b in kept if not same(a, b)), None)


def _not_finite(array: ndarray) -> Finding | None:
    odd = array[~np.isfinite(array)]
    return found(Kind.NOT_FINITE, value=odd.flat[0]) if odd.size else None


def _unfit(value: Any, shape: tuple[int, ...] | str) -> Finding | None:
    """Return a finding if a result is neither a numeric array nor a number."""
    if value is None:
        return found(Kind.NOTHING)
    if not isinstance(value, ndarray) and not np.isscalar(value):
        return found(Kind.NOT_ARRAY, type=type(value).__name__, shape=shape)
    dtype = np.asarray(value).dtype
    return None if dtype.kind in "biuf" else found(Kind.NOT_REAL, dtype=dtype)


def _judge_output(subject: Subject, value: Any) -> list[Fault]:
    """Return the fault of an output that is not finite, or not an array or a number."""
    finding = _unfit(value, "(rows, ...)")
    if not finding and subject.returns_number != (np.ndim(value) == 0):
        if subject.returns_number:
            finding = found(Kind.NOT_NUMBER, shape=np.shape(value))
        else:
            name = type(value).__name__
            finding = found(Kind.NOT_ARRAY, type=name, shape="(rows, ...)")
    finding = finding or _not_finite(np.asarray(value))
    return [Fault(subject.forward_method(), *finding)] if finding else []


def _unfit_output(subject: Subject) -> list[Fault]:
    """Call the reader's `_output` alone, without the checks of `forward`."""
    if is_inherited(subject.thing, subject.forward_method()):
        return []
    used = subject.copy()
    try:
        return _judge_output(subject, used.call_output())
    except Exception:  # The traceback of the first error is more useful.
        return []


def _check_forward(subject: Subject) -> list[Fault]:
    method, used = subject.forward_method(), subject.copy()
    before = [param.copy() for param in used.params()]
    used.passed = used.input_.copy()
    changed = _watch(used)
    used.repeat_draws()
    value = used.call_forward(used.passed)
    if array := changed():
        return [Fault(method, *found(Kind.IN_PLACE, array=array))]
    if faults := _judge_output(subject, value):
        return faults
    first = np.array(value)
    steady = _is_steady(used, first)
    changed_params = not all(map(same, before, used.params()))
    if steady:
        finding = found(Kind.REPLACED_PARAM)
        return [Fault(method, *finding)] if changed_params else []
    if not changed_params and _repeats(subject):
        subject.forward()  # This call may create the random generator.
        subject.is_random = True
        return []
    detail = ": it depends on what earlier calls have changed"
    if not all(_is_steady(subject.copy(), first, calls=1) for _ in range(CALLS)):
        detail = (
            ": make one random generator in __init__, such as self.rng = "
            "np.random.RandomState(0), and draw all random numbers from it"
        )
    return [Fault(method, *found(Kind.NONDETERMINISTIC, detail=detail))]


def _is_steady(used: Subject, output: ndarray, calls: int = CALLS) -> bool:
    """Return whether further calls return this output."""
    return all(same(output, used.forward(), used.tolerance()) for _ in range(calls))


def _repeats(subject: Subject) -> bool:
    """Return whether the same random numbers give the same output."""
    used = subject.copy()
    used.forward()
    used.is_random = True
    try:
        return _is_steady(used, used.forward())
    except Exception:  # A later call raises an error.
        return False


def _check_backward(subject: Subject) -> list[Fault]:
    used = subject.copy()
    output = used.forward()
    grad = used.grad_for(output)
    passed = grad.copy()
    changed = _watch(used, **{"its output gradient": passed})
    try:
        gradients = used.backward(passed)
    except Exception:
        faults = _unfit_gradients(subject, grad)
        if not faults:
            raise
        return faults
    if array := changed():
        method = _method_that_changes(subject, grad)
        return [Fault(method, *found(Kind.IN_PLACE, array=array))]
    if len(gradients) != len(used.arrays()):
        counts = {"params": len(used.params()), "grads": len(gradients) - 1}
        return [Fault("backward", *found(Kind.COUNT, **counts))]
    faults = [
        Fault(method, *finding)
        for number, method in enumerate(used.methods())
        if (finding := _unfit_gradient(subject, number, gradients[number], grad))
    ]
    if faults:
        return faults
    gradients = [gradient.copy() for gradient in gradients]
    if changed_by := _changed_gradient(used, gradients, grad):
        return [Fault(changed_by, *_why_changed(used, grad))]
    return _check_later(subject, output, gradients, grad)


def _why_changed(used: Subject, grad: ndarray) -> Finding:
    """Return why a second backward pass gives a different result."""
    used.is_random = True
    used.repeat_draws()
    gradients = used.backward(grad.copy())
    used.repeat_draws()
    if not _changed_gradient(used, gradients, grad):
        return found(Kind.REDRAWN)
    why = "a second backward pass gives a different result"
    return found(Kind.STALE, why=why)


def _changed_gradient(
    used: Subject, gradients: list[ndarray], grad: ndarray
) -> str | None:
    """Return the method that now returns a different gradient."""
    again = used.backward(grad.copy())
    if len(again) != len(gradients):
        return "backward"
    for number, method in enumerate(used.methods()):
        if not same(gradients[number], again[number], used.tolerance()):
            return method
    return None


def _check_later(
    subject: Subject, output: ndarray, gradients: list[ndarray], grad: ndarray
) -> list[Fault]:
    """Compare the results for the batch with those after a different batch."""
    rolled = np.roll(np.arange(len(subject.input_)), 1)
    for between in (subject.copy(rolled, 0.9), subject.copy(rolled[:1])):
        try:
            between.backward(between.grad_for(between.forward()))
        except Exception:  # Not every class accepts every batch.
            continue
        used = subject.after(between)
        why = "after a different batch, "
        try:
            if not same(output, used.forward(), subject.tolerance()):
                why += "the output for this one has changed"
                return [Fault(subject.forward_method(), *found(Kind.STALE, why=why))]
            changed = _changed_gradient(used, gradients, grad)
            if changed:
                why += "the gradient for this one has changed"
                return [Fault(changed, *found(Kind.STALE, why=why))]
        except Exception as error:
            behind = fault_behind(error, subject.thing)
            method = behind[0].method if behind else "backward"
            why += f"it stops with {type(error).__name__}: {error}"
            return [Fault(method, *found(Kind.STALE, why=why))]
    return []


def _method_that_changes(subject: Subject, grad: ndarray) -> str:
    """Return the gradient method that changes an array when it is called alone."""
    for method in dict.fromkeys(subject.methods()):
        used = subject.copy()
        used.forward()
        passed = grad.copy()
        changed = _watch(used, grad=passed)
        used.call(method, passed)
        if changed():
            return method
    return "backward"


def _unfit_gradients(subject: Subject, grad: ndarray) -> list[Fault]:
    """Call the gradient methods alone, without the checks of `backward`."""
    faults: list[Fault] = []
    for number, method in enumerate(subject.methods()):
        if method == "backward":
            return []
        if number == 0 and subject.is_whole():
            continue
        used = subject.copy()
        used.forward()
        try:
            value = used.call(method, grad.copy())
        except Exception as error:
            numerical = measure(subject.copy(), number, grad)
            case = Case(subject, number, grad, np.array(np.nan), numerical)
            if finding := transposed(case):
                faults.append(Fault(method, *finding))
            else:
                faults += fault_behind(error, subject.thing)
        else:
            if finding := _unfit_gradient(subject, number, value, grad):
                faults.append(Fault(method, *finding))
    return faults


def _unfit_gradient(
    subject: Subject, number: int, value: Any, grad: ndarray
) -> Finding | None:
    """Return what is wrong with a gradient before its numbers are compared."""
    shape = subject.arrays()[number].shape
    if finding := _unfit(value, shape):
        return finding
    gradient = np.asarray(value)
    if gradient.shape != shape:
        numerical = measure(subject.copy(), number, grad)
        return explain_shape(Case(subject, number, grad, gradient, numerical))
    return _not_finite(gradient)


def unseen_arrays(subject: Subject) -> list[str]:
    """Return the names of unchecked arrays that affect the output (appendix G).

    These arrays are inside the object, but not among its parameters. An array that a
    forward pass replaces, such as the input, has no effect on the next forward pass.
    """
    used, names = subject.copy(), []
    output = used.forward()
    for name, array in contents(used.thing):
        is_float = isinstance(array, ndarray) and array.dtype.kind == "f"
        if not is_float or any(np.may_share_memory(array, p) for p in used.params()):
            continue
        changed = used.copy()
        inside = dict(contents(changed.thing))[name]
        inside += default_rng(SEED).uniform(1e-3, 2e-3, inside.shape)
        with contextlib.suppress(Exception):  # Not every array may change.
            if not same(output, changed.forward(), subject.tolerance()):
                names.append(name)
    return names
