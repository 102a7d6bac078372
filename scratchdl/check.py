"""Checks of arguments: each function raises an error if an argument is wrong.

For example, `check.array(x, self, "x")` accepts only numeric arrays. Each message names
the object and the argument, and says what to do.
"""

import math
from itertools import takewhile
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy import ndarray


def _who(owner: object) -> str:
    return owner if isinstance(owner, str) else type(owner).__name__


def array(value: ndarray, owner: object, name: str) -> None:
    """Raise an error unless `value` is a plain array of real numbers.

    Parameters
    ----------
    value : ndarray
        Argument to check, shape (rows, ...).
    owner : object or str
        Object that the argument was passed to, or its name, for the message.
    name : str
        Argument name for the message.

    Raises
    ------
    TypeError
        If `value` is not a NumPy array of real numbers. Masked arrays and objects of
        `numpy.matrix` have different rules of arithmetic, so they are refused, too.
    ValueError
        If `value` is empty or has no dimensions.
    """
    plain = type(value) is ndarray and value.dtype.kind in "biuf"
    if plain and value.ndim and value.size:
        return
    who = f"{_who(owner)}: {name}"
    odd = isinstance(value, (np.ma.MaskedArray, np.matrix))
    if odd or not isinstance(value, ndarray):
        fix = "Is a return missing?" if value is None else "Use np.array(...)."
        raise TypeError(f"{who} is a {type(value).__name__}, not a NumPy array. {fix}")
    if value.dtype.kind not in "biuf":
        raise TypeError(f"{who} needs real numbers, not {value.dtype}: .astype(float).")
    if value.ndim == 0 or value.size == 0:
        raise ValueError(f"{who} of shape {value.shape} has no rows. Is a slice empty?")


def finite(value: ndarray, owner: object, name: str, fix: str = "") -> None:
    """Raise an error unless all numbers of an array are finite.

    Parameters
    ----------
    value : ndarray
        Array to check, shape (rows, ...).
    owner : object or str
        Object that the array belongs to, or its name, for the message.
    name : str
        Name of the array, for the message.
    fix : str, optional
        Remedy for the message, if the array was computed and is not an argument.

    Raises
    ------
    TypeError, ValueError
        If `array` refuses `value`, or if an argument contains nan or inf. The message
        names the row and the column, counted from 0.
    RuntimeError
        If an array that was computed contains nan or inf.
    """
    array(value, owner, name)
    for place in np.argwhere(~np.isfinite(value)):
        at = ", ".join(map("{} {}".format, ("row", "column", "entry"), place))
        why = f"{_who(owner)}: {name} is {value[*place]} in {at}."
        raise RuntimeError(f"{why} {fix}") if fix else ValueError(f"{why} Replace it.")


def number(
    value: float, owner: object, name: str, low: float = 0, high: float = math.inf
) -> None:
    """Raise an error unless `value` is a finite number in a range.

    Parameters
    ----------
    value : float
        Argument to check.
    owner : object or str
        Object that the argument was passed to, or its name, for the message.
    name : str
        Argument name for the message.
    low, high : float, optional
        Limits of the range, both included.

    Raises
    ------
    TypeError
        If `value` is not a number.
    ValueError
        If `value` is outside the range, infinite or nan.
    """
    who = f"{_who(owner)}: {name}"
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{who} must be a number, not {value!r}.")
    if not (math.isfinite(value) and low <= value <= high):
        raise ValueError(f"{who} must be finite, from {low} to {high}, not {value}.")


def count(value: int, owner: object, name: str, **limits: float) -> None:
    """Raise an error unless `value` is an integer in a range.

    The parameters and errors are those of `number`, but the default of `low` is 1.
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{_who(owner)}: {name} must be a whole number, not {value!r}.")
    number(value, owner, name, **{"low": 1, **limits})


def seed(value: int | None, owner: object) -> None:
    """Raise an error unless `value` is None or a valid seed.

    A valid seed is an integer from 0 to 2**32 - 1. The errors are those of `number`.
    """
    if value is not None:
        count(value, owner, "seed", low=0, high=2**32 - 1)


def shape(
    value: ndarray, needed: tuple[Any, ...], owner: object, name: str, fix: str = ""
) -> None:
    """Raise an error unless an array has the required shape.

    Parameters
    ----------
    value : ndarray
        Argument to check.
    needed : tuple of int or str
        Required shape, such as ``("rows", 3)``. A word matches any number.
    owner : object or str
        Object that the argument was passed to, or its name, for the message.
    name, fix : str
        Argument name and remedy for the message.

    Raises
    ------
    TypeError, ValueError
        If `array` refuses `value`, or if its shape is not the required shape.
    """
    array(value, owner, name)
    pairs = zip(value.shape, needed, strict=False)
    if value.ndim != len(needed) or any(a != b for a, b in pairs if b != str(b)):
        words = str(needed).replace("'", "")
        line = 1 in (value.ndim, len(needed))
        fix = fix or "Use reshape(-1, 1) for a column, reshape(1, -1) for a row." * line
        # The repr of an operation shows the shape of its parameter.
        who = f"{owner}: the shape of {name}"
        raise ValueError(f"{who} is {value.shape}; it must be {words}. {fix}".strip())


def target(value: ndarray, needed: tuple[Any, ...], owner: object, name: str) -> None:
    """Raise an error unless the targets have the required shape.

    Parameters
    ----------
    value : ndarray
        Target to check.
    needed : tuple of int or str
        Required shape: ``(rows, "outputs")``, or the shape of the prediction.
    owner : object or str
        Object that the target was passed to, or its name, for the message.
    name : str
        Argument name for the message.

    Raises
    ------
    TypeError, ValueError
        If `array` refuses `value`, or if its shape is not the required shape.
    """
    array(value, owner, name)
    if value.shape == needed:
        return
    if len(value) != needed[0]:
        shape(value, needed, owner, name, "Each input row needs a target row.")
    fix, n = f"Use {value.size // len(value)} neurons in the last layer", needed[-1]
    if value.ndim == 1:
        fix = "Use reshape(-1, 1) for one output"
    hot = f" or one-hot rows for classes: np.eye({n})[y.astype(int).ravel()]" * (n != 1)
    shape(value, needed, owner, name, f"{fix}{hot}.")


def rows(X: ndarray, y: ndarray, owner: object, which: str = "") -> None:
    """Raise an error unless inputs and targets are finite and match.

    Parameters
    ----------
    X, y : ndarray
        Observations (rows, inputs) and their targets (rows, outputs).
    owner : object or str
        Object that the data were passed to, or its name, for the message.
    which : str
        Suffix of the argument names, such as ``"_train"``, for the message.

    Raises
    ------
    TypeError, ValueError
        If an array is not numeric, is empty, or contains nan or inf, if the numbers
        of rows differ, or if the targets are not two-dimensional.
    """
    finite(X, owner, f"X{which}")
    target(y, (len(X), "outputs"), owner, f"y{which} for X{which} {X.shape}")
    finite(y, owner, f"y{which}")


def split(train: Any, test: Any, owner: object) -> None:
    """Raise an error unless training and test data match.

    Parameters
    ----------
    train, test : tuple of ndarray
        Pair of observations (rows, inputs) and their targets (rows, outputs).
    owner : object or str
        Object that the data were passed to, or its name, for the message.

    Raises
    ------
    TypeError, ValueError
        If `rows` refuses a pair, or if the numbers of columns differ.
    """
    rows(train[0], train[1], owner, "_train")
    rows(test[0], test[1], owner, "_test")
    shape(test[0], ("rows", *train[0].shape[1:]), owner, "X_test")
    shape(test[1], ("rows", *train[1].shape[1:]), owner, "y_test")


def part(value: object, kind: type, owner: object, name: str, use: str) -> None:
    """Raise a TypeError unless `value` is an object of a class.

    Parameters
    ----------
    value : object
        Argument to check.
    kind : type
        Class that the argument must belong to.
    owner : object or str
        Object that the argument was passed to, or its name, for the message.
    name, use : str
        Argument name and an example of a correct argument, for the message.
    """
    if not isinstance(value, kind):
        fix = f"Pass an object of the class {kind.__name__}, such as {use}."
        raise TypeError(f"{_who(owner)}: {name} is {value!r}. {fix}")


def parts(values: Any, kind: type, owner: object, name: str, use: str) -> None:
    """Raise an error unless `values` is a list of distinct objects.

    Parameters
    ----------
    values : list or tuple
        Argument to check.
    kind : type
        Class that each item must belong to.
    owner : object or str
        Object that the argument was passed to, or its name, for the message.
    name, use : str
        Argument name and an example of a correct item, for the message.

    Raises
    ------
    TypeError
        If `values` is not a list, is empty, or contains an object of a different class.
    ValueError
        If `values` contains the same object twice.
    """
    if not isinstance(values, (list, tuple)) or not values:
        raise TypeError(f"{_who(owner)}: {name} is {values!r}. Pass a list: [{use}].")
    for index, value in enumerate(values):
        part(value, kind, owner, f"{name}[{index}]", use)
    distinct(values, owner)


def distinct(values: list[Any] | tuple[Any, ...], owner: object) -> None:
    """Raise a ValueError if the same object appears twice.

    An object stores only one batch, so each place needs an object of its own.

    Parameters
    ----------
    values : sequence of object or None
        Objects that store a batch. None is ignored.
    owner : object or str
        Object that uses `values`, or its name, for the message.
    """
    kept = [value for value in values if value is not None]
    for index, value in enumerate(kept):
        if any(value is other for other in kept[:index]):
            fix = "Create a new object for each place."
            raise ValueError(f"{_who(owner)}: {value!r} is used twice. {fix}")


def complete(layer: object) -> None:
    """Raise a TypeError if a subclass leaves out ``super().__init__``.

    Parameters
    ----------
    layer : Layer
        Layer to check.
    """
    if not hasattr(layer, "rng"):
        raise TypeError(f"{_who(layer)}.__init__ must call super().__init__(neurons).")


def ran(done: bool, owner: object, what: str) -> None:
    """Raise a RuntimeError if a forward pass is missing.

    Parameters
    ----------
    done : bool
        Whether there was a forward pass.
    owner : object
        Object that needs the forward pass, for the message.
    what : str
        Method that needs the forward pass, for the message.
    """
    if not done:
        raise RuntimeError(f"{_who(owner)}: call forward before {what}.")


def all_finite(arrays: list[ndarray], owner: object, name: str, fix: str = "") -> None:
    """Raise an error if one of many arrays is not finite.

    The parameters and errors are those of `finite`.
    """
    # If an entry is not finite, the sum of the squares is not finite either.
    if not math.isfinite(sum(np.vdot(each, each) for each in arrays)):
        for each in arrays:
            finite(each, owner, f"{name} of shape {each.shape}", fix)


def outputs(x_batch: ndarray, y_batch: ndarray, operations: list[Any]) -> None:
    """Raise an error for the first output that is not finite.

    Parameters
    ----------
    x_batch, y_batch : ndarray
        Observations (rows, inputs) and their targets (rows, outputs).
    operations : list of Operation
        Operations in the order of the forward pass.

    Raises
    ------
    TypeError, ValueError
        If `finite` refuses the batch.
    RuntimeError
        If an output is not finite.
    """
    finite(x_batch, "NeuralNetwork", "x_batch")
    finite(y_batch, "NeuralNetwork", "y_batch")
    for op in takewhile(lambda op: op.output is not None, operations):
        name = f"the output for inputs up to {np.abs(op.input_).max():.4g}"
        finite(op.output, op, name, "Reduce lr, or rewrite _output.")


def loss(value: object, owner: Any) -> float:
    """Return a loss as a float, or raise an error if it is not finite.

    The message names the cause that the arrays of the loss suggest.

    Parameters
    ----------
    value : object
        Return value of the `_output` method of a loss.
    owner : Loss
        Loss that computed `value`, with its `prediction` and `target`.

    Raises
    ------
    TypeError
        If `value` is not a number.
    RuntimeError
        If `value` is not finite.
    """
    who = _who(owner)
    if not isinstance(value, (float, Real)):  # Checking float is faster.
        fix = "Is a sum, a return or a float(...) missing?"
        raise TypeError(f"{who}: _output returns {type(value)}, not one number. {fix}")
    if math.isfinite(value):
        return float(value)
    top = np.max([np.abs(each).max() for each in (owner.prediction, owner.target)])
    fix = "Look for a log(0) or a 1 / 0 in _output."
    info = np.finfo(owner.prediction.dtype)
    if not owner.prediction.size * np.float64(top) ** 2 < info.max:
        fix = f"Try a smaller learning rate, or look at the data ({info.dtype})."
    raise RuntimeError(f"{who}: the loss is {value} for numbers up to {top:.3g}. {fix}")
