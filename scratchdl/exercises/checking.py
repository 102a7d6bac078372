"""Check an answer: it is right, still missing, or wrong for a reason (appendix E)."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Check = Callable[[Any], None]
Verdicts = Mapping[str, Any]
RIGHT, ELSE = "Right.", object()
CHECKS: dict[str, Check | Verdicts] = {}


class WrongAnswer(Exception):
    """What is wrong with an answer, in a sentence for the reader."""


def exercise(label: str) -> Callable[[Check], Check]:
    """Register a function as the check of an exercise.

    It takes the answer, and raises `WrongAnswer` if the answer is wrong.
    """

    def register(check: Check) -> Check:
        CHECKS[label] = check
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
    if label not in CHECKS:
        raise ValueError(
            f"check_answer: no exercise has the label {label!r}; copy it from the "
            "exercise's check line."
        )
    verdict = RIGHT
    if is_missing(answer):
        verdict = "Waiting for your answer: put it in place of the three dots, and "
        verdict += "run again."
    else:
        check = CHECKS[label]
        try:
            check(answer) if callable(check) else compare(answer, check)
        except WrongAnswer as wrong:
            verdict = f"Not yet. {wrong}"
        except Exception as error:  # The reader's code may raise any error.
            verdict = f"Not yet. Your code stops with {type(error).__name__}: {error}"
    print(verdict)


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
    if not inspect.isfunction(function):
        return False
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):  # The source is unknown, or a part of a line.
        return False
    nodes = list(ast.walk(tree))
    indices = [node.slice for node in nodes if isinstance(node, ast.Subscript)]
    in_brackets = {id(part) for index in indices for part in ast.walk(index)}
    constants = [node for node in nodes if isinstance(node, ast.Constant)]
    return any(node.value is ... and id(node) not in in_brackets for node in constants)


def equal(found: Any, truth: Any, rtol: float = 1e-3, atol: float = 1e-8) -> bool:
    """Return whether a result is numeric and has the true shape and values."""
    try:
        found = np.asarray(found)
    except ValueError:  # Rows of different lengths.
        return False
    if found.dtype.kind not in "biuf" or found.shape != np.shape(truth):
        return False
    return np.allclose(found, truth, rtol, atol)


def compare(found: Any, verdicts: Verdicts, here: str = "", **tolerance: float) -> None:
    """Raise `WrongAnswer` with the first verdict whose result equals the one found.

    Parameters
    ----------
    found : array_like
        Result of the reader's answer.
    verdicts : mapping of str to array_like
        Results by verdict: the true one by `RIGHT`, for which nothing is raised; those
        of known mistakes by a hint; and `ELSE`, which equals everything.
    here : str
        Beginning of each hint.
    **tolerance : float
        `rtol` or `atol`, as for `equal`.
    """
    for verdict, result in verdicts.items():
        if result is ELSE or equal(found, result, **tolerance):
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
