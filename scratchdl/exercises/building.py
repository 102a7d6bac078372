"""Check an answer that builds a part of the framework against the book's own part."""

from collections.abc import Callable, Mapping
from typing import Any

from .checking import ELSE, RIGHT, WrongAnswer, compare, require

# Attempts to refuse an argument. A different error, such as a NameError, is a slip in
# the reader's code, and is explained.
UNFIT = (
    AssertionError,
    AttributeError,
    IndexError,
    RuntimeError,
    TypeError,
    ValueError,
    WrongAnswer,
)


def require_same(
    answer: Any, own: Any, cases: Mapping[str, Callable[[Any], Any]]
) -> None:
    """Raise `WrongAnswer` unless an answer does in each case what the book's part does.

    Parameters
    ----------
    answer, own : function or class
        Part of the reader, and the book's part of the same name.
    cases : mapping of str to callable
        Functions of a part, by hint. Each uses it and returns a number, an array, or a
        list of arrays of the same shape. Where the book's part raises an error, the
        answer must raise one of that type; the hint then says what must be refused.
    """
    for hint, case in cases.items():
        try:
            truth = case(own)
        except (TypeError, ValueError, RuntimeError) as error:
            require(raises(type(error), case, answer), hint)
        else:
            compare(case(answer), {RIGHT: truth, hint: ELSE})


def raises(kind: type[Exception], call: Callable[..., Any], *args: Any) -> bool:
    """Return whether a call raises an error of a type; other errors count as none."""
    try:
        call(*args)
    except kind:
        return True
    except UNFIT:
        return False
    return False
