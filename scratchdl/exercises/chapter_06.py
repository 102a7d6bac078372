"""Checks of chapter 6's exercises."""

from collections.abc import Callable
from typing import Any

import numpy as np

from scratchdl.losses import Loss, MeanSquaredError

from .building import raises, require_same
from .checking import ELSE, RIGHT, Class, Value, compare, exercise, require
from .framework import flat, require_loss
from .parts import compare_parts, number, parts

COLUMN = np.array([[20.0], [30.0], [28.0]]), np.array([[24.0], [28.0], [26.0]])
# Several outputs, and errors far from 0.
WIDE = np.arange(8.0).reshape(4, 2) ** 2, np.array([[90.0, -3.0]] * 4)


@exercise(
    "ex-build-mean-squared-error",
    "write",
    level=3,
    minutes=15,
    needs="the class with `forward` and `backward`",
)
def _build_mean_squared_error(answer: Class) -> None:
    cases = {
        "`forward` returns the sum of the squared errors, divided by the number of "
        "rows.": lambda kind: kind().forward(*COLUMN),
        "`backward()` returns 2 (p - y) / rows for each prediction.": lambda kind: (
            _passed(kind(), COLUMN)[1]
        ),
        "With several outputs, too, `forward` divides by the number of rows, not by "
        "the number of entries.": lambda kind: kind().forward(*WIDE),
        "With several outputs, too, `backward` divides by the number of rows.": (
            lambda kind: _passed(kind(), WIDE)[1]
        ),
        "`forward` keeps `prediction`, `target` and `output`; `backward` keeps "
        "`input_grad`.": lambda kind: _kept(kind()),
        "`backward` belongs to the last forward pass.": (
            lambda kind: _passed(loss := kind(), COLUMN) and _passed(loss, WIDE)[1]
        ),
        "`forward` and `backward` must not change the arrays that they get.": (
            lambda kind: _arrays_after(kind())
        ),
    }
    require_same(answer, MeanSquaredError, cases)


def _passed(loss: Any, arrays: tuple[np.ndarray, np.ndarray]) -> list[Any]:
    return [loss.forward(*arrays), loss.backward()]


def _kept(loss: Any) -> np.ndarray:
    _passed(loss, COLUMN)
    names = "prediction", "target", "output", "input_grad"
    for name in names:
        require(hasattr(loss, name), f"Keep `{name}` as an attribute: self.{name}.")
    return flat([getattr(loss, name) for name in names])


def _arrays_after(loss: Any) -> np.ndarray:
    arrays = COLUMN[0].copy(), COLUMN[1].copy()
    _passed(loss, arrays)
    return flat(arrays)


@exercise(
    "ex-build-loss",
    "write",
    level=3,
    minutes=20,
    needs="the class `Loss` with `forward` and `backward`",
)
def _build_loss(answer: Class) -> None:
    prediction, target = COLUMN
    infinite = np.array([[20.0], [np.inf], [28.0]])

    def refuses(target: np.ndarray) -> Callable[[Class], bool]:
        return lambda kind: raises(
            ValueError, _squared(kind).forward, prediction, target
        )

    def stops_at(prediction: np.ndarray) -> Callable[[Class], bool]:
        return lambda kind: raises(
            RuntimeError, _squared(kind).forward, prediction, target
        )

    cases = {
        "`forward` returns what `_output` returns.": (
            lambda kind: _squared(kind).forward(*WIDE)
        ),
        "`backward` returns what `_input_grad` returns.": (
            lambda kind: _passed(_squared(kind), WIDE)[1]
        ),
        "`forward` keeps `prediction`, `target` and `output`; `backward` keeps "
        "`input_grad`.": lambda kind: _kept(_squared(kind)),
        "Before the first forward pass, `output` is None. Set it below the class "
        "line, because a subclass may have an `__init__` of its own.": (
            lambda kind: getattr(_squared(kind), "output", 0) is None
        ),
        "Targets in one row, of shape (3,): `forward` must raise a ValueError.": (
            refuses(target.ravel())
        ),
        "Targets with too few rows: `forward` must raise a ValueError.": (
            refuses(target[:1])
        ),
        "Targets with too many columns: `forward` must raise a ValueError. Compare "
        "the whole shapes.": refuses(np.hstack([target, target])),
        "The message about the targets must contain both shapes.": (
            lambda kind: _message_has_shapes(_squared(kind))
        ),
        "If the loss is nan, `forward` must raise a RuntimeError.": (
            stops_at(prediction * np.nan)
        ),
        "If the loss is infinite, `forward` must raise a RuntimeError, too.": (
            stops_at(infinite)
        ),
        "`backward` must raise a RuntimeError if there was no forward pass.": (
            lambda kind: raises(RuntimeError, _squared(kind).backward)
        ),
        "After a loss of 0, `backward` must return the gradient: compare with None.": (
            lambda kind: (
                not raises(RuntimeError, _passed, _squared(kind), (target, target))
            )
        ),
        "`backward` must raise a ValueError if the gradient does not have the shape "
        "of the prediction.": lambda kind: raises(
            ValueError, _passed, _squared(kind, (-1,)), COLUMN
        ),
    }
    require_same(answer, Loss, cases)


def _squared(kind: Class, shape: tuple[int, ...] = ()) -> Any:
    def output(loss: Any) -> float:
        return float(np.sum(_errors(loss) ** 2)) / 3

    def input_grad(loss: Any) -> np.ndarray:
        grad = 2 * _errors(loss) / 3
        return np.asarray(grad.reshape(shape or grad.shape))

    methods = {"__init__": lambda loss: None, "_output": output}
    return type("Squared", (kind,), {**methods, "_input_grad": input_grad})()


def _errors(loss: Any) -> np.ndarray:
    kept = hasattr(loss, "prediction") and hasattr(loss, "target")
    require(kept, "`forward` keeps both arrays before it calls `_output`.")
    return np.asarray(loss.prediction - loss.target)


def _message_has_shapes(loss: Any) -> bool:
    try:
        loss.forward(COLUMN[0], COLUMN[1].ravel())
    except ValueError as error:
        return "(3,)" in str(error) and "(3, 1)" in str(error)
    return False


@exercise("ex-doubled-batch", "predict", level=1, minutes=5)
def _doubled_batch(answer: Value) -> None:
    loss = {
        RIGHT: 8,
        "The sum of squares doubles. So does the number of rows that divides it.": 16,
        "There are six squares, and you have added three.": 4,
        "That is the sum of the six squares. Divide by the number of rows.": 48,
        "Write down the six squares, and divide their sum by the number of rows.": ELSE,
    }
    gradient = {
        RIGHT: -4 / 3,
        "How many rows is the gradient divided by?": -8 / 3,
        "The gradient is for one prediction, not for two.": -16 / 3,
        "Is the first prediction too high or too low? The sign shows it.": 4 / 3,
        "The derivative of a square has a factor of 2.": -2 / 3,
        "Divide by the number of rows.": -8,
        "Put the first error into 2 (p - y) / rows.": ELSE,
    }
    compare_parts(answer, {"the loss": loss, "the gradient": gradient}, rtol=0.005)


@exercise("ex-huber", "write", level=2, minutes=10)
def _huber(answer: Class) -> None:
    small = np.array([[1.0], [5.0], [-4.0], [-0.5]])
    wide = np.array([[100.0, -60.0, 3.5], [-30.0, 41.0, -1000.0]])
    for limit, errors in ((2.0, small), (40.0, wide)):

        def value_of(errors: np.ndarray, limit: float = limit) -> float:
            far = limit * (np.abs(errors) - limit / 2)
            return _joined(errors, limit, errors**2 / 2, far)

        hints = _huber_hints(errors, limit, value_of(errors))
        slopes = _huber_slopes(errors, limit)
        require_loss(answer(limit=limit), value_of, errors, hints, slopes)


def _joined(errors: np.ndarray, limit: float, near: Any, far: Any) -> float:
    within = np.abs(errors) <= limit
    return float(np.sum(np.where(within, near, far)) / len(errors))


def _huber_hints(errors: np.ndarray, limit: float, truth: float) -> dict[str, float]:
    magnitude, near, rows = np.abs(errors), errors**2 / 2, len(errors)
    far = limit * (magnitude - limit / 2)
    pieces = {
        "All errors are squared. Beyond the limit they must not be.": (near, near),
        "Within the limit it is half the square.": (2 * near, far),
        "Within the limit, a square is missing.": (magnitude / 2, far),
        "At the limit the two pieces must meet: e = d.": (near, limit * magnitude),
        "Is the limit in the formula beyond it? Yours is 1.": (near, magnitude - 0.5),
        "Beyond the limit, subtract only half of it.": (
            near,
            limit * (magnitude - limit),
        ),
    }
    return {
        "You sum over the rows. Divide by their number.": rows * truth,
        "Divide by the rows, not by all entries.": rows * truth / errors.size,
        **{hint: _joined(errors, limit, *each) for hint, each in pieces.items()},
    }


def _huber_slopes(errors: np.ndarray, limit: float) -> dict[str, np.ndarray]:
    slopes, rows = np.clip(errors, -limit, limit), len(errors)
    one = np.where(np.abs(errors) <= limit, errors, np.sign(errors))
    return {
        RIGHT: slopes / rows,
        "It is divided by the rows, but its gradient is not.": slopes,
        "Its gradient is divided by all entries, not by the rows.": slopes
        / slopes.size,
        "Its gradient grows with the error. What about the limit?": errors / rows,
        "Beyond the limit the slope is not 1 or -1: d is in the formula.": one / rows,
        "Every slope is positive. Where must it be negative?": np.abs(slopes) / rows,
    }


@exercise("ex-true-mean", "write", level=1, minutes=10)
def _true_mean(answer: Class) -> None:
    small = np.array([[1.0, 3.0], [-2.0, 0.5], [0.0, 4.0]])
    wide = np.array([[30.0, -20.0, 0.5, 4.0, 9.0], [7.0, 100.0, -3.0, 1.0, 0.0]])
    for errors in (small, wide):
        total, (rows, outputs) = float(np.sum(errors**2)), errors.shape
        mean = total / errors.size
        hints = {
            "That is the book's loss: it divides by the rows alone.": total / rows,
            "You divide by the number of outputs alone.": total / outputs,
            "That is the sum. Divide by the number of squares in it.": total,
            "You average the errors. Average their squares.": np.mean(errors),
            "You average absolute values. Average squares.": np.mean(np.abs(errors)),
            "You square the mean. Square each error first.": np.mean(errors) ** 2,
            "That is the root of the mean. No root is taken.": mean**0.5,
            "That is half the mean. Leave out the half.": mean / 2,
        }
        grad_hints = {
            RIGHT: 2 * errors / errors.size,
            "Its gradient still divides by the rows alone.": 2 * errors / rows,
            "Its gradient divides by the outputs alone.": 2 * errors / outputs,
            "Its gradient must be divided too, because the loss is a mean now.": 2
            * errors,
            "The derivative of a square has a factor of 2.": errors / errors.size,
        }
        require_loss(answer(), _mean_square, errors, hints, grad_hints)


def _mean_square(errors: np.ndarray) -> float:
    return float(np.mean(errors**2))


@exercise("ex-best-guess", "explore", level=1, minutes=5)
def _best_guess(answer: Value) -> None:
    prices = np.array([20.0, 21.0, 22.0, 23.0, 64.0])
    guesses = [number(guess, "25") for guess in parts(answer, "a guess", "a guess")]
    hints = {
        "Both are right, in the wrong order.": [22, 30],
        "30 is right for squares. Nearly all prices are on one side of it.": [30, 30],
        "22 is right for absolute values. With squares, 64 counts for more.": [22, 22],
    }
    compare(guesses, hints)
    for guess, power in zip(guesses, (2, 1), strict=True):
        name = "squared" if power == 2 else "absolute"
        here, lower, higher = (
            np.mean(np.abs(guess + step - prices) ** power) for step in (0, -1, 1)
        )
        better, way = (lower, "less") if lower < here else (higher, "more")
        wrong = f"For {guess:g} the mean {name} error is {here:.1f}; for one {way} it"
        require(here <= better, f"{wrong} is {better:.1f}. Continue in that direction.")
    compare(guesses, {RIGHT: [30, 22], "Answer with whole numbers.": ELSE})
