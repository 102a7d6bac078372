"""The kinds of mistakes with their wording, and the fault that a check reports."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, NamedTuple


class Kind(Enum):
    """A kind of mistake; its value is the wording of the verdict (appendix G)."""

    # The result of a method is not of the required kind.
    RAISES = "stops with {error}: {message}"
    NOTHING = "returns None: is a return missing?"
    NOT_ARRAY = "returns a {type}, not an array of shape {shape}"
    NOT_NUMBER = "returns an array of shape {shape}, not one number: is a sum missing?"
    NOT_REAL = "returns {dtype}, not real numbers"
    NOT_FINITE = "returns a non-finite value, {value}"
    COUNT = "leaves {params} params and {grads} param_grads"
    # A method has a side effect.
    IN_PLACE = "changes {array} in place"
    REPLACED_PARAM = "replaces its parameter with a different array"
    NONDETERMINISTIC = "the output differs from call to call for the same batch{detail}"
    REDRAWN = "draws new random numbers: use those that forward has drawn"
    STALE = "reads stale state from an earlier call: {why}"
    # The shape is wrong.
    SHAPE = "the shape is wrong"
    SHAPE_ONLY = "only the shape is wrong: use keepdims=True or reshape"
    # The numbers, and sometimes the shape, are wrong.
    ZERO = "is zero everywhere"
    NO_OUTPUT_GRAD = "output gradient not multiplied in{detail}"
    OUTPUT_GRAD_TWICE = "output gradient multiplied in twice"
    SIGN = "the sign is wrong"
    FACTOR = "constant factor {factor}"
    AVERAGED = "averaged instead of summed over the {axis}: constant factor {factor}"
    AVERAGED_BATCH = "averaged instead of summed over the batch"
    SUMMED = "summed instead of averaged over the {axis}: constant factor {factor}"
    TRANSPOSED = "transposed{detail}"
    AXIS = "{how} over the wrong axis{detail}"
    UNSUMMED = "not summed over the batch{detail}"
    NO_DERIVATIVE = "passes the output gradient on: its own derivative is missing"
    DERIVATIVE_TWICE = "its own derivative is multiplied in twice"
    NO_INPUT = "the input is not multiplied in"
    WRONG_ARRAY = "reads {name} where it must read {other}"
    NO_PARAM = "does not depend on the current value of the parameter"
    SEVERAL_ROWS = "right for one row, but wrong for several{detail}"
    ONE_ROW = "right for several rows, but wrong for one{detail}"
    ENTRIES = "{wrong} of {size} entries are wrong; {detail}"


class Note(Enum):
    """A remark about a right result; its value is the wording."""

    TRAINING = "it was checked with training off and with training on"
    RANDOM = "the output is random, so each call was given the same random numbers"
    WHOLE = "whole numbers have no gradient that could be checked: {names}"
    SMALL = "the gradient is too small to measure here: {names}"
    UNSEEN = (
        "the output also depends on arrays that are not parameters, so they were not "
        "checked, and training will not change them: {names}"
    )


class Finding(NamedTuple):
    """A kind of mistake, and the text of the verdict."""

    kind: Kind
    text: str


def found(kind: Kind, **values: Any) -> Finding:
    """Return a finding, with these values filled into the wording of its kind."""
    return Finding(kind, kind.value.format_map({"detail": "", **values}))


@dataclass(frozen=True)
class Fault:
    """A mistake, and the method that makes it (appendix G).

    Attributes
    ----------
    method : str
        Name of the method, such as "_input_grad".
    kind : Kind
        Kind of the mistake.
    mistake : str
        Description of the mistake.
    owner : str
        Class of the method, if the method belongs to a part of the checked object.
    place : str
        Path to that part, such as "layers[0].operations[2]".
    """

    method: str
    kind: Kind
    mistake: str
    owner: str = ""
    place: str = ""

    def inside(self, place: str, owner: str) -> "Fault":
        """Return this fault as one of the layer or network that contains the part."""
        inner = f"{place}.{self.place}" if self.place else place
        return replace(self, place=inner, owner=self.owner or owner)

    def __str__(self) -> str:
        where = f"{self.owner}.{self.method}" if self.owner else self.method
        return f"{where}{self.place and ' in '}{self.place}: {self.mistake}"


def is_in_package(module: str | None) -> bool:
    """Return whether a module belongs to this package, by its name."""
    return str(module).partition(".")[0] == __name__.partition(".")[0]


def is_inherited(thing: object, method: str) -> bool:
    """Return whether a method of an object is defined in this package."""
    return is_in_package(getattr(getattr(thing, method), "__module__", None))
