"""Answers and results with several parts: which of them are right."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .checking import RIGHT, Verdicts, WrongAnswer, compare, equal, require
from .explaining import describe, sentence


def number(answer: Any, example: str) -> float:
    """Return an answer as a float; raise `WrongAnswer` unless it is one number."""
    is_number = np.ndim(answer) == 0 and np.asarray(answer).dtype.kind in "iuf"
    require(is_number, f"Answer with one number, such as {example}.")
    return float(answer)


def worst_entry(found: Any, truth: np.ndarray) -> str:
    """Return a clause about the entry that differs most, or about the shape."""
    if not isinstance(found, np.ndarray) or found.shape != truth.shape:
        return "compare the shapes"
    place = np.unravel_index(np.argmax(np.abs(found - truth)), truth.shape)
    where = f"at {[int(index) for index in place]} " if truth.ndim else ""
    return f"{where}it is {found[place]:.4g}, and must be {truth[place]:.4g}"


def as_list(found: Any, needed: str) -> list[Any]:
    """Return a list, tuple or row as a list; raise `WrongAnswer` for anything else."""
    is_row = isinstance(found, np.ndarray) and found.ndim == 1
    is_list = is_row or isinstance(found, (tuple, list))
    wrong = f"Your result is {sentence(describe(found))} The task needs {needed}."
    require(is_list, wrong)
    return list(found)


def parts(found: Any, *names: str) -> list[Any]:
    """Return the parts of a result; raise `WrongAnswer` unless each name has one."""
    needed, count = " and ".join(names), len(names)
    values = as_list(found, needed)
    wrong = f"Your result has {len(values)} parts. The task needs {count}: {needed}."
    require(len(values) == count, wrong)
    return values


def compare_parts(
    found: Any, verdicts: Mapping[str, Verdicts], rtol: float = 1e-3
) -> None:
    """Raise `WrongAnswer` if a part is wrong, and say which parts are right.

    Parameters
    ----------
    found : sequence
        Parts of the answer, in the order of `verdicts`.
    verdicts : mapping of str to mapping
        Verdicts by the name of the part, as for `compare`; each has one for `RIGHT`.
    rtol : float
        Relative tolerance, as for `equal`.
    """
    values, wrong = parts(found, *verdicts), {}
    for (name, each), value in zip(verdicts.items(), values, strict=True):
        try:
            compare(value, each, rtol=rtol)
        except WrongAnswer as error:
            wrong[name] = str(error)
    truths = [each[RIGHT] for each in verdicts.values()]
    pairs = zip(values, truths[::-1], strict=True)
    swapped = wrong and all(equal(*pair, rtol) for pair in pairs)
    require(not swapped, "All parts are right, but in the wrong order.")
    right = [name.removeprefix("the ") for name in verdicts if name not in wrong]
    here = f"You have the right {' and '.join(right)}. " if right else ""
    for hint in wrong.values():
        raise WrongAnswer(here + hint)
