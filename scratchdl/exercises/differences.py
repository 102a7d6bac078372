"""Compare a result with the true one, and name a general mistake that explains it."""

from typing import Any

import numpy as np

from .explaining import describe, sentence

ORDINALS = "first", "second", "third", "fourth", "fifth"


def equal(found: Any, truth: Any, rtol: float = 1e-3, atol: float = 1e-8) -> bool:
    """Return whether a result is numeric and has the true shape and values."""
    found = _as_array(found)
    if found.dtype.kind not in "biuf" or found.shape != np.shape(truth):
        return False
    return np.allclose(found, truth, rtol, atol)


def _as_array(value: Any) -> np.ndarray:
    try:
        return np.asarray(value)
    except ValueError:  # Rows of different lengths.
        return np.array(None)


def difference(found: Any, truth: Any, rtol: float = 1e-3, atol: float = 1e-8) -> str:
    """Return a general mistake that explains a result, as sentences, or nothing.

    The parts of a list are compared one by one. A true result of type int is a choice
    or a count, which no factor explains.
    """
    if isinstance(truth, list) and len(truth) > 1:
        sentences = _parts(found, truth, rtol, atol)
    else:
        cause = _relation(found, truth)
        sentences = [sentence(f"Your result {cause}")] if cause else []
    return "".join(f"{each} " for each in sentences)


def _parts(found: Any, truth: list[Any], rtol: float, atol: float) -> list[str]:
    """Return which parts of a list are right, and what explains the others."""
    sequence = isinstance(found, (list, tuple)) or np.ndim(_as_array(found))
    if not sequence or len(found) != len(truth):
        kind = sentence(f"Your result is {describe(found)}")
        return [kind, f"It must have {len(truth)} parts."]
    if equal(found[::-1], truth, rtol, atol):
        return ["The parts are right, but in reverse order."]
    right, sentences = [], []
    for name, part, true in zip(ORDINALS, found, truth, strict=False):
        if equal(part, true, rtol, atol):
            right.append(name)
        elif cause := _relation(part, true):
            sentences.append(sentence(f"The {name} {cause}"))
    if right:
        *most, last = right
        names = f"{', '.join(most)} and {last} are" if most else f"{last} is"
        sentences.insert(0, f"The {names} right.")
    return sentences


def _relation(found: Any, truth: Any) -> str:
    """Return in words how a result is related to the true one, or nothing."""
    array = _as_array(found)
    if array.dtype.kind not in "biuf":
        return f"is {describe(found)}"
    shape = np.shape(truth)
    if array.shape != shape:
        if not array.ndim:
            return f"is a single number, and must have the shape {shape}"
        must = f"must have {shape}" if shape else "must be a single number"
        text = f"the shape {array.shape}, and {must}"
        if equal(array.T, truth):
            return f"is transposed: it has {text}"
        same = equal(array.ravel(), np.ravel(truth))
        return f"has {'the right numbers in ' if same else ''}{text}"
    if not np.isfinite(array).all():
        return "contains nan or inf"
    return "" if isinstance(truth, int) else _calculation(array, np.array(truth))


def _calculation(found: np.ndarray, truth: np.ndarray) -> str:
    """Return in words which calculation leads from the true result to the one found."""
    factors = {
        -1: "has the wrong sign",
        2: "is twice what it must be",
        0.5: "is half of what it must be",
        100: "is 100 times what it must be: is it in percent?",
        0.01: "is a hundredth of what it must be",
    }
    relations = [(text, factor * truth) for factor, text in factors.items()] + [
        ("is 1 divided by what it must be", 1 / np.where(truth, truth, np.nan)),
        ("is the square of what it must be", truth**2),
        ("is the square root of what it must be", np.abs(truth) ** 0.5),
    ]
    rtol = 1e-3 if found.size > 1 else 6e-3  # A single number may be rounded.
    for text, result in relations:
        if equal(found, result, rtol):
            return text
    factor = float(np.vdot(found, truth) / (np.vdot(truth, truth) or np.nan))
    if found.size > 1 and factor and equal(found, factor * truth):
        text = f"is {factor:.4g} times what it must be"
        lengths = {float(length) for length in (found.size, *found.shape)}
        if round(factor, 3) in lengths:
            return f"{text}: is a mean needed here, not a sum?"
        needs_sum = round(1 / factor, 3) in lengths
        return f"{text}: is a sum needed here, not a mean?" if needs_sum else text
    return ""
