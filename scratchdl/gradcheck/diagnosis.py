"""From a wrong gradient to the mistake that explains it."""

import itertools
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy import ndarray

from .measuring import Comparison, Subject, compare_batch, measure


@dataclass(frozen=True)
class Fault:
    """A mistake, and the method that makes it (appendix G).

    Attributes
    ----------
    method : str
        Such as "_input_grad".
    mistake : str
        What it does wrong.
    owner : str
        The class whose method it is, if it is a part of what was checked.
    place : str
        Where the part stands, such as "layers[0].operations[2]".
    """

    method: str
    mistake: str
    owner: str = ""
    place: str = ""

    def inside(self, place: str, owner: str) -> "Fault":
        """Return the same fault, seen from one level higher."""
        inner = f"{place}.{self.place}" if self.place else place
        return replace(self, place=inner, owner=self.owner or owner)

    def __str__(self) -> str:
        where = f"{self.owner}.{self.method}" if self.owner else self.method
        return f"{where}{self.place and ' in '}{self.place}: {self.mistake}"


def _is_ours(module: Any) -> bool:
    return str(module).startswith("scratchdl.")


def blame(error: Exception, thing: Any) -> Fault | None:
    """Return the fault behind an error, if a reader's class made it (appendix G)."""
    message = " ".join(str(error).split()).removesuffix(".")  # Some have several lines.
    said = f"stops with {type(error).__name__}: {message}"
    if "the loss is" in said:
        said = f"returns a non-finite value: {message}"
    for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))):
        code = frame.f_code
        owner = frame.f_locals.get(code.co_varnames[0]) if code.co_argcount else None
        if isinstance(owner, Subject) or not hasattr(owner, "backward"):
            continue
        method = code.co_name
        theirs = not _is_ours(frame.f_globals.get("__name__"))
        if isinstance(error, NotImplementedError):
            method, theirs = said.rpartition(" ")[2], True
        elif not theirs and ("_output" in said or "the loss is" in said):
            # A base class of ours complains of what it got from a class of theirs.
            method, theirs = "_output", not _is_ours(owner._output.__module__)
        if theirs:
            same = type(owner) is type(thing)
            return Fault(method, said, "" if same else type(owner).__name__)
    return None


STALE = "reads stale state from an earlier call"


def conduct(subject: Subject) -> list[Fault]:
    """Return what the methods do wrong besides computing (appendix G).

    They must return what they should, the same whatever came before, and leave every
    array alone that is not theirs.

    Raises
    ------
    Exception
        What `forward` raises, if no class of the reader's is behind it.
    """
    try:
        return _conduct_forward(subject) or _conduct_backward(subject)
    except Exception as error:
        fault = blame(error, subject.thing)
        if fault is None:
            raise
        return [fault]


def same(one: Any, other: Any, limit: float = 0.0) -> bool:
    """Return whether two arrays agree, or nearly so (appendix G).

    `limit` is how far apart two entries may be, as a part of `other`'s largest.
    """
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape:
        return False
    apart = limit * np.abs(other[np.isfinite(other)]).max(initial=0)
    return np.allclose(one, other, rtol=0, atol=apart, equal_nan=True)


def _watch(subject: Subject, **more: ndarray) -> Callable[[], str | None]:
    """Return a function that names an array that was changed in place since now."""
    watched = [("its input", subject.passed), *more.items()]
    watched += [("its parameter", param) for param in subject.params()]
    if isinstance(getattr(subject.thing, "output", None), ndarray):
        watched.append(("its output", subject.thing.output))
    kept = [(name, array, array.copy()) for name, array in watched]
    return lambda: next((name for name, *pair in kept if not same(*pair)), None)


def _conduct_forward(subject: Subject) -> list[Fault]:
    method, used = subject.forward_method(), subject.copy()
    before = [param.copy() for param in used.params()]
    used.passed = used.input_.copy()
    changed = _watch(used)
    first = np.array(used._forward(used.passed))
    if what := changed():
        return [Fault(method, f"changes {what} in place")]
    if odd := _not_finite(first):
        return [Fault(method, odd)]
    if not same(first, used.forward(), subject.limit()):
        return [Fault(method, "the output differs from call to call, for one batch")]
    if not all(map(same, before, used.params())):
        return [Fault(method, "puts another parameter in the place of its own")]
    return []


def _not_finite(array: ndarray) -> str | None:
    odd = array[~np.isfinite(array)]
    return f"returns a non-finite value, {odd.flat[0]}" if odd.size else None


def _conduct_backward(subject: Subject) -> list[Fault]:
    used = subject.copy()
    output = used.forward()
    grad = used.grad_for(output)
    passed = grad.copy()
    changed = _watch(used, **{"the incoming gradient": passed})
    try:
        claims = used.backward(passed)
    except Exception as error:
        faults = _unfit_claims(subject, grad)
        if not faults:
            raise error
        return faults
    if what := changed():
        return [Fault(_toucher(subject, grad), f"changes {what} in place")]
    if len(claims) != len(used.arrays()):
        counts = f"{len(used.params())} params and {len(claims) - 1} param_grads"
        return [Fault("backward", f"leaves {counts}")]
    faults = [
        Fault(method, mistake)
        for number, method in enumerate(used.methods())
        if (mistake := _unfit(subject, number, claims[number], grad))
    ]
    if faults:
        return faults
    claims = [claim.copy() for claim in claims]
    if method := _other_claim(used, claims, grad):
        return [Fault(method, f"{STALE}: a second backward pass gives another result")]
    return _conduct_later(subject, output, claims, grad)


def _other_claim(used: Subject, claims: list[ndarray], grad: ndarray) -> str | None:
    """Return the method whose gradient is no longer what it was."""
    again = used.backward(grad.copy())
    if len(again) != len(claims):
        return "backward"
    for number, method in enumerate(used.methods()):
        if not same(claims[number], again[number], used.limit()):
            return method
    return None


def _conduct_later(
    subject: Subject, output: ndarray, claims: list[ndarray], grad: ndarray
) -> list[Fault]:
    """Send another batch through, and then the same one again."""
    rolled = np.roll(np.arange(len(subject.input_)), 1)
    for between in (subject.copy(rolled, 0.9), subject.copy(rolled[:1])):
        try:
            between.backward(between.grad_for(between.forward()))
        except Exception:  # Not every thing takes every batch.
            continue
        used = subject.after(between)
        after = f"{STALE}: after another batch, the {{}} for this one is another"
        try:
            if not same(output, used.forward(), subject.limit()):
                return [Fault(subject.forward_method(), after.format("output"))]
            if method := _other_claim(used, claims, grad):
                return [Fault(method, after.format("gradient"))]
        except Exception as error:
            fault = blame(error, subject.thing)
            method = fault.method if fault else "backward"
            said = f"it stops with {type(error).__name__}: {error}"
            return [Fault(method, f"{STALE}: after another batch, {said}")]
    return []


def _toucher(subject: Subject, grad: ndarray) -> str:
    """Return which gradient method changes an array when it is called alone."""
    for method in dict.fromkeys(subject.methods()):
        used = subject.copy()
        used.forward()
        passed = grad.copy()
        changed = _watch(used, grad=passed)
        used.call(method, passed)
        if changed():
            return method
    return "backward"


def _unfit_claims(subject: Subject, grad: ndarray) -> list[Fault]:
    """Call the gradient methods one by one; return what each returns that is unfit."""
    faults = []
    for number, method in enumerate(subject.methods()):
        if method == "backward":
            return []
        used = subject.copy()
        used.forward()
        try:
            mistake = _unfit(subject, number, used.call(method, grad.copy()), grad)
        except Exception as error:
            fault = blame(error, subject.thing)
            mistake = fault and fault.mistake
            if mistake and "core dimension" in mistake:
                mistake += "; does a shape not fit because an array is transposed?"
        if mistake:
            faults.append(Fault(method, mistake))
    return faults


def _unfit(subject: Subject, number: int, claim: Any, grad: ndarray) -> str | None:
    """Return what is wrong with a claimed gradient before any number is compared."""
    shape = subject.arrays()[number].shape
    if claim is None:
        return "returns nothing (None): is a return missing?"
    if not isinstance(claim, ndarray) and not np.isscalar(claim):
        return f"returns a {type(claim).__name__}, not an array of shape {shape}"
    claim = np.asarray(claim)
    if claim.dtype.kind not in "biuf":
        return f"returns {claim.dtype}, not real numbers"
    if claim.shape != shape:
        mistake = _explain_shape(subject, number, claim, grad)
        return f"{mistake}: shape {claim.shape}, must be {shape}"
    return _not_finite(claim)


def _loose(subject: Subject) -> float:
    return 3e-3 if subject.is_single() else 1e-5


def _close(one: Any, other: Any, limit: float) -> bool:
    one, other = np.ravel(one), np.ravel(other)
    if one.size != other.size:
        return False
    return bool(np.all(np.abs(one - other) <= limit * np.abs(other).max()))


def _sums(by_output: ndarray) -> Iterator[tuple[str, tuple, ndarray]]:
    """Yield sums and means of an array over all choices of its axes."""
    axes = range(by_output.ndim)
    for count in axes:
        for chosen in itertools.combinations(axes, count + 1):
            yield "summed", chosen, by_output.sum(axis=chosen)
            yield "averaged", chosen, by_output.mean(axis=chosen)


def _explain_shape(subject: Subject, number: int, claim: ndarray, grad: ndarray) -> str:
    """Return what would explain a gradient's wrong shape."""
    limit = _loose(subject)
    measured = measure(subject.copy(), number, grad)
    truth = (
        measured.value.reshape(measured.shape)
        if measured.complete
        else np.array(np.nan)
    )
    rows = len(subject.input_)
    if _close(claim, truth, limit):
        return "a shape is lost, use keepdims=True or reshape; the numbers are right"
    if claim.ndim == 2 and claim.T.shape == measured.shape:
        return "transposed"
    if number and claim.shape[:1] == (rows,):
        summed = _close(claim.sum(axis=0), truth, limit)
        if summed or _close(claim, measured.by_output, limit):
            return "not summed over the batch"
    spread = measured.by_output if number else truth
    if np.ndim(spread):
        for how, axes, result in _sums(spread):
            if _close(claim, result, limit):
                right = "" if number else ", where nothing must be summed"
                if how == "averaged" and axes == (0,) and number:
                    return "averaged for summed, over the batch"
                return f"{how} over the wrong axis{right}"
    return "a shape is wrong"


class _Case:
    """A claimed gradient with wrong numbers, and what can be tried out on it."""

    def __init__(self, comparison: Comparison, number: int) -> None:
        self.comparison, self.number = comparison, number
        self.subject, self.grad = comparison.subject, comparison.output_grad
        self.claim = comparison.claims[number] + 0.0  # No truth values, and no -0.
        self.measured = comparison.measured[number]
        self.method = self.subject.methods()[number]
        self.limit = _loose(self.subject)
        size = np.abs(self.measured.value).max()
        self.sure = self.measured.slack <= 1e-3 * size
        self.claimed = self.claim[self.measured.places][self.sure]
        self.truth = self.measured.value[self.sure]

    def fits(self, candidate: Any) -> bool:
        """Return whether a gradient agrees with what was measured."""
        if np.shape(candidate) != self.measured.shape or not self.truth.size:
            return False
        return _close(
            candidate[self.measured.places][self.sure], self.truth, self.limit
        )

    def claim_with(
        self, grad: ndarray, change: Callable[[Any], None] | None = None
    ) -> ndarray:
        """Return the claim for another gradient, or after a change of the thing."""
        used = self.subject.copy()
        used.forward()
        try:
            if change is None:
                return np.asarray(used.backward(grad)[self.number])
            change(used.thing)
            return np.asarray(used.call(self.method, grad))
        except Exception:  # A change may well make no sense to the method.
            return np.array(np.nan)  # It agrees with nothing.


def wrong_numbers(comparison: Comparison) -> list[Fault]:
    """Return a fault for each claimed gradient that is wrong (appendix G)."""
    faults, thing = [], comparison.subject.thing
    forward = comparison.subject.forward_method()
    for number, method in enumerate(comparison.subject.methods()):
        if comparison.wrong(number).any():
            mistake = explain(comparison, number)
            inherited = _is_ours(getattr(thing, method).__module__)
            if inherited and not _is_ours(getattr(thing, forward).__module__):
                mistake = f"does not belong to the inherited {method}: {mistake}"
                method = forward
            faults.append(Fault(method, mistake))
    return faults


def explain(comparison: Comparison, number: int) -> str:
    """Return what would explain a gradient's wrong numbers (appendix G).

    Parameters
    ----------
    comparison : Comparison
        A batch, with claims of which at least one is wrong.
    number : int
        Which claim: 0 is the input's, 1 that of the first parameter.
    """
    case = _Case(comparison, number)
    attempts = (_zero, _by_grad, _factor, _transposed, _wrong_sum, _left_out, _misread)
    if case.fits(case.claim):  # Only small entries are wrong: anything would fit.
        attempts = ()
    found = (attempt(case) for attempt in attempts)
    return next(filter(None, found), None) or _one_row(case) or _where(case)


def _zero(case: _Case) -> str | None:
    return None if np.any(case.claim) else "is zero everywhere"


def _by_grad(case: _Case) -> str | None:
    """See how the claim answers to twice the output gradient, and to none."""
    if case.subject.returns_number:
        return None
    double = case.claim_with(2 * case.grad)
    none = case.claim_with(np.zeros_like(case.grad))
    if _close(double, case.claim, case.limit):
        return "output gradient not multiplied in"
    if _close(double, 4 * case.claim, case.limit):
        return "output gradient multiplied twice"
    if np.abs(none).max() > case.limit * np.abs(case.claim).max():
        return "output gradient not multiplied in: with zeros for it, a part stays"
    return None


def _ratio(claimed: ndarray, truth: ndarray, limit: float) -> float | None:
    """Return the one factor between two arrays, if there is one."""
    if not np.any(truth):
        return None
    factor = float(np.sum(claimed * truth) / np.sum(truth**2))
    return factor if _close(claimed, factor * truth, limit) else None


def _factor(case: _Case) -> str | None:
    factor = _ratio(case.claimed, case.truth, case.limit)
    if factor is None:
        return None
    if np.isclose(factor, -1):
        return "the sign is wrong"
    said = f"constant factor {factor:.{4 if case.subject.is_single() else 6}g}"
    rows = len(case.subject.input_)
    columns = case.subject.input_.size // rows
    if np.isclose(factor, 1 / rows) and _follows_rows(case, -1):
        return f"averaged for summed, over the {rows} rows: {said}"
    if np.isclose(factor, rows) and _follows_rows(case, 1):
        return f"summed for averaged, over the {rows} rows: {said}"
    if columns > 2 and np.isclose(factor, 1 / columns):
        return f"averaged for summed, over the {columns} columns: {said}"
    return said


def _follows_rows(case: _Case, power: int) -> bool:
    """Return whether a factor is still the number of rows if there is one row more."""
    rows = np.append(np.arange(len(case.subject.input_)), 0)
    try:
        more = compare_batch(case.subject.copy(rows))
    except Exception:  # Some things are made for one number of rows only.
        return True
    again = _Case(more, case.number)
    factor = _ratio(again.claimed, again.truth, case.limit)
    return factor is not None and np.isclose(factor, len(rows) ** power)


def _turn(*names: str) -> Callable[[Any], None]:
    def change(thing: Any) -> None:
        for name in names or vars(thing):
            array = getattr(thing, name)
            if np.ndim(array) == 2:
                setattr(thing, name, np.transpose(array))

    return change


def _transposed(case: _Case) -> str | None:
    if case.claim.ndim != 2:
        return None
    if case.fits(case.claim.T):
        return "transposed"
    for name in ("param", "input_"):
        turned = case.claim_with(case.grad, _turn(name))
        if case.fits(turned):
            return f"transposed: right with {name} turned round, {name}.T"
    return None


def _wrong_sum(case: _Case) -> str | None:
    if case.number == 0:
        turned = case.claim_with(case.grad.T, _turn())
        if case.fits(turned.T):
            return "summed over the wrong axis"
        return None
    measured = case.measured
    if measured.complete and measured.by_row is not None:
        for row, share in enumerate(measured.by_row):
            if _close(case.claim, share, case.limit):
                return f"not summed over the batch: row {row} alone counts"
    for how, _, result in _sums(measured.by_output):
        if result.ndim == 0:
            result = np.full(case.claim.size, result)
        if _close(case.claim, result, case.limit):
            return f"{how} over the wrong axis"
    return None


def _left_out(case: _Case) -> str | None:
    """See whether a factor is missing, or is there twice."""
    grad, number = case.grad, case.number
    if case.subject.returns_number:
        return None
    if number == 0 and case.claim.shape == grad.shape:
        if _close(case.claim, grad, case.limit):
            return "passes the output gradient on: its own derivative is missing"
        sent = grad[case.measured.places][case.sure]
        if _close(case.claimed * sent, case.truth**2, case.limit):
            return "its own derivative is multiplied in twice"
    if number and _close(case.claim, grad.sum(axis=0), case.limit):
        return "the input is not multiplied in"
    return None


def _put(name: str, other: str) -> Callable[[Any], None]:
    return lambda thing: setattr(thing, name, getattr(thing, other))


def _misread(case: _Case) -> str | None:
    """See whether another array makes the numbers right, or an old one wrong."""
    for name, other in (("input_", "output"), ("output", "input_")):
        swapped = case.claim_with(case.grad, _put(name, other))
        if case.fits(swapped):
            return f"reads {name} where it must read {other}"
    if case.number == 0 and case.method == "_input_grad" and case.subject.params():
        grown = case.subject.copy()
        grown.params()[0][...] *= 1.5
        try:
            now = compare_batch(grown)
        except Exception:
            return None
        moved = not _close(now.measured[0].value, case.measured.value, case.limit)
        if moved and _close(now.claims[0], case.claim, case.limit):
            return (
                "does not follow the parameter: it is left out, or a stale state of it"
            )
    return None


def _one_row(case: _Case) -> str | None:
    """See whether every row is right as long as it is alone."""
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
    return "right for one row and wrong for several: are rows mixed?"


def _where(case: _Case) -> str:
    """Say which entries are wrong, and how wrong the worst of them is."""
    wrong, places = case.comparison.wrong(case.number), case.measured.places
    worst = np.argmax(np.where(wrong, case.comparison.misses(case.number), -1))
    place = [int(axis[worst]) for axis in places]
    claimed = case.claim[places][worst]
    said = (
        f"{wrong.sum()} of {wrong.size} entries are wrong; at {place} it gives "
        f"{claimed:.4g}, and {case.measured.value[worst]:.4g} is measured"
    )
    name = case.subject.names()[case.number]
    entries = case.subject.arrays()[case.number][places]
    for sign, there in (("negative", entries < 0), ("positive", entries > 0)):
        if np.array_equal(wrong, there) and not wrong.all():
            said += f"; they are those where {name} is {sign}"
    return said
