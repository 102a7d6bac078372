"""Check an answer: it is right, still missing, or wrong for a reason (appendix E)."""

import ast
import functools
import inspect
import warnings
from collections.abc import Callable, Mapping
from typing import Annotated, Any, NamedTuple, TypeAlias

import numpy as np

from .differences import difference
from .differences import equal as equal
from .explaining import explain, source_tree

Function: TypeAlias = Callable[..., Any]
Class: TypeAlias = type[Any]
Value: TypeAlias = Annotated[Any, "neither a function nor a class"]
Check = Callable[[Any], None]
Verdicts = Mapping[str, Any]
RIGHT, ELSE = "Right.", object()
WAITING = "Waiting for your answer: put it in place of the three dots, and run again."
CHECKS: dict[str, Check | Verdicts] = {}
NEEDS: dict[str, str] = {}


class WrongAnswer(Exception):
    """What is wrong with an answer, in a sentence for the reader."""


class Exercise(NamedTuple):
    """Exercise that `check_answer` knows, as `labels` lists it.

    Attributes
    ----------
    label : str
        Label, such as "ex-relu".
    chapter : str
        Number of its chapter, or "own" for the page "Your own framework".
    kind : str
        "write" for code, "predict" for a value that needs no code, and "explore" for
        a value that is found with the code of the exercise.
    level : int
        1 if it applies what the text has shown, 2 if it combines several ideas, and 3
        if it builds a piece of the framework or finds something new.
    minutes : int
        About how long the exercise takes.
    """

    label: str
    chapter: str
    kind: str
    level: int
    minutes: int


TABLE: dict[str, Exercise] = {}


def labels() -> list[Exercise]:
    """Return the exercises that can be checked, chapter by chapter (appendix E).

    Returns
    -------
    list of Exercise
        Named tuples of `label`, `chapter`, `kind`, `level` and `minutes`. Exercises
        that you have added with `add_check` come last.
    """
    return list(TABLE.values())


def add_check(
    label: str,
    check: Check | Verdicts,
    needs: str = "",
    *,
    chapter: str = "",
    kind: str = "",
    level: int = 0,
    minutes: int = 0,
) -> None:
    """Add the check of an exercise of your own, or replace a check (appendix E).

    Put the calls into a file that the notebook imports. `check_answer` and `verdict`
    then find the check, and ``grade --checks FILE`` uses it.

    Parameters
    ----------
    label : str
        Label of the exercise, such as "ex-mine".
    check : callable or mapping of str to array_like
        Function that takes the answer and raises `WrongAnswer` if it is wrong, or
        results by verdict, as for `compare`.
    needs : str
        Required kind of answer or result, for a message about a different kind.
    chapter, kind, level, minutes : str, str, int, int
        Entry in the list of `labels`.

    Raises
    ------
    ValueError
        If a mapping has no verdict for all other results, `ELSE`.
    """
    if not callable(check) and ELSE not in check.values():
        raise ValueError(
            f"add_check: the results of {label!r} lack one for `ELSE`; without it, "
            "every answer that they do not name would be right."
        )
    CHECKS[label], NEEDS[label] = check, needs
    if chapter or kind or level or minutes or label not in TABLE:
        TABLE[label] = Exercise(label, chapter, kind, level, minutes)


def exercise(
    label: str, kind: str, *, level: int, minutes: int, needs: str = ""
) -> Callable[[Check], Check]:
    """Register a function as the check of an exercise of its module's chapter.

    It takes the answer, and raises `WrongAnswer` if the answer is wrong. Its parameter
    is annotated with `Function`, `Class` or `Value`, if the answer must be one. `needs`
    tells a reader whose answer is of the wrong kind what it must be, or must return.
    The other parameters are those of `Exercise`.
    """

    def register(check: Check) -> Check:
        chapter = check.__module__.rpartition(".")[2].split("_")[-1].lstrip("0")
        chapter = chapter if chapter.isdigit() else "own"
        entry = Exercise(label, chapter, kind, level, minutes)
        add_check(needs=needs, check=check, **entry._asdict())
        return check

    return register


def check_answer(label: str, answer: Any) -> None:
    """Print whether an answer is right, and if not, what is wrong (appendix E).

    Parameters
    ----------
    label : str
        Label of the exercise, such as "ex-tanh".
    answer : object
        Number, list, array, function or class that the exercise asks for. As long as
        it contains the three dots of its stub, ``...``, it counts as missing.

    Raises
    ------
    ValueError
        If no exercise has that label.
    """
    print(_judge("check_answer", label, answer) or RIGHT)


def verdict(label: str, answer: Any) -> str | None:
    """Return what is wrong with an answer, or None if it is right (appendix E).

    Parameters
    ----------
    label, answer : str, object
        As for `check_answer`.

    Returns
    -------
    str or None
        Message that `check_answer` would print, unless the answer is right.

    Raises
    ------
    ValueError
        If no exercise has that label.
    """
    return _judge("verdict", label, answer)


def _judge(caller: str, label: str, answer: Any) -> str | None:
    if label not in CHECKS:
        raise ValueError(
            f"{caller}: no exercise has the label {label!r}; copy it from the "
            "exercise's check line."
        )
    # Whatever a reader has set with np.seterr or for warnings: checks do the same.
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _find_fault(label, answer)


def _find_fault(label: str, answer: Any) -> str | None:
    returned: list[Any] = []
    try:
        if is_missing(answer):
            return WAITING
        _check(label, answer, returned)
    except WrongAnswer as wrong:
        return f"Not yet. {wrong}"
    except (Exception, SystemExit) as error:  # The reader's code may raise any error.
        try:
            cause = explain(error, answer, returned, NEEDS.get(label, ""))
        except Exception:  # So may an object of the reader's when it is described.
            cause = f"Your code stops with {type(error).__name__}."
        return f"Not yet. {cause}"
    return None


def _check(label: str, answer: Any, returned: list[Any]) -> None:
    """Check an answer; keep what a function returns, to explain an error."""
    check = CHECKS[label]
    if not callable(check):
        compare(answer, check, rtol=3e-3)  # A reader may round.
        return
    is_class, is_function = isinstance(answer, type), inspect.isroutine(answer)
    needed = next(iter(inspect.signature(check).parameters.values())).annotation
    for kind, text, unfit in (
        (Function, "a function", is_class),
        (Class, "a class", is_function),
        (Value, NEEDS.get(label) or "a value", is_class or is_function),
    ):
        if needed == kind and unfit:
            given = "a class" if is_class else "a function"
            raise WrongAnswer(f"Your answer is {given}, and the task needs {text}.")
    if is_class or not callable(answer):
        check(answer)
        return

    @functools.wraps(answer)
    def recorded(*args: Any, **kwargs: Any) -> Any:
        returned[:] = [answer(*args, **kwargs)]
        return returned[0]

    check(recorded)


def is_missing(answer: Any) -> bool:
    """Return whether an answer, or a part of it, is still the three dots of its stub.

    Functions and classes are judged by their source code. Three dots in square
    brackets, as in ``param[...]``, are an index and do not count.
    """
    if isinstance(answer, (list, tuple)):
        return any(map(is_missing, answer))
    if isinstance(answer, type):
        return any(map(_has_dots, vars(answer).values()))
    return answer is ... or _has_dots(answer)


def _has_dots(function: Any) -> bool:
    if isinstance(function, (staticmethod, classmethod)):
        function = function.__func__
    if not inspect.isfunction(function):
        return False
    return has_dots(source_tree(function))


def has_dots(tree: ast.AST) -> bool:
    """Return whether code contains the three dots of a stub, outside of an index."""
    nodes = list(ast.walk(tree))
    indices = [node.slice for node in nodes if isinstance(node, ast.Subscript)]
    in_brackets = {id(part) for index in indices for part in ast.walk(index)}
    constants = [node for node in nodes if isinstance(node, ast.Constant)]
    return any(node.value is ... and id(node) not in in_brackets for node in constants)


def compare(
    found: Any,
    verdicts: Verdicts,
    here: str = "",
    rtol: float = 1e-3,
    atol: float = 1e-8,
) -> None:
    """Raise `WrongAnswer` with the first verdict whose result equals the one found.

    Parameters
    ----------
    found : array_like
        Result of the reader's answer.
    verdicts : mapping of str to array_like
        Results by verdict: the true one by `RIGHT`, for which nothing is raised; those
        of known mistakes by a hint; and `ELSE`, which equals everything. Before the
        hint of `ELSE`, the message names a general mistake that explains the result.
    here : str
        Beginning of each hint.
    rtol, atol : float
        Tolerances, as for `equal`. The results of mistakes may differ twice as much.
    """
    for verdict, result in verdicts.items():
        if result is ELSE:
            cause = difference(found, verdicts[RIGHT], rtol, atol)
            raise WrongAnswer(f"{cause}{here}{verdict}")
        hint = verdict is not RIGHT
        if hint and RIGHT in verdicts and equal(result, verdicts[RIGHT], rtol, atol):
            continue  # With these numbers, the mistake changes nothing.
        if equal(found, result, 2 * rtol if hint else rtol, atol):
            require(verdict is RIGHT, here + verdict)
            return


def require(condition: Any, message: str) -> None:
    """Raise `WrongAnswer` with the message unless the condition is true."""
    if not condition:
        raise WrongAnswer(message)


def choose(answer: Any, numbers: range, what: str) -> int:
    """Return the number that an answer equals; raise `WrongAnswer` if none does."""
    found = [number for number in numbers if equal(answer, number)]
    require(found, f"Choose {what}: {numbers[0]} to {numbers[-1]}.")
    return found[0]


def show(array: Any) -> str:
    """Return a short text for an array."""
    return np.array2string(np.asarray(array), precision=3, suppress_small=True)
