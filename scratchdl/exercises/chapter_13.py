"""Checks of chapter 13's exercises."""

import tracemalloc
from statistics import StatisticsError
from typing import Any

import numpy as np

from scratchdl.layers import Layer
from scratchdl.losses import MeanSquaredError
from scratchdl.network import NeuralNetwork
from scratchdl.operation import Operation

from .checking import (
    ELSE,
    RIGHT,
    Class,
    Function,
    Value,
    WrongAnswer,
    add_check,
    compare,
    equal,
    exercise,
    require,
    show,
)
from .framework import flat
from .parts import as_list, compare_parts, parts


@exercise("ex-how-much-faster", "predict", level=1, minutes=5, needs="two numbers")
def _how_much_faster(answer: Value) -> None:
    hints = {
        "Those are the new times. How many times as fast is the step?": [25, 10],
        "It is upside down: divide the old time by the new.": [0.625, 0.25],
    }
    compare(answer, hints)
    compare_parts(
        answer,
        {
            "the speed-up of the step": {
                RIGHT: 1.6,
                "For the first: only the products take half as long.": 2,
                "The first is how much is gained. Add 1 for the speed-up.": 0.6,
                "For the first: the step takes 25 microseconds, not 40.": 1.5,
                "Add up the new times, and divide 40 by their sum.": ELSE,
            },
            "the largest speed-up": {
                RIGHT: 4.0,
                "The other 10 microseconds always stay.": np.inf,
                "The second is how much is gained. Add 1.": 3,
                "In the second the 10 stay, not the 30.": 4 / 3,
                "In the second the products take no time. What is left?": ELSE,
            },
        },
    )


add_check(
    "ex-count-products",
    {
        RIGHT: [12000.0, 16000.0],
        "That is right for one row. The batch has 8.": [1500, 2000],
        "The first is right. Who would read the gradient of the data?": [12000, 24000],
        "The first is right. How does the hidden layer get a gradient?": [12000, 12000],
        "The first is right. Leave out the products with BiasAdd's rows of ones.": [
            12000,
            16480,
        ],
        "The first is right. The second is both passes. Count only the backward "
        "pass.": [
            12000,
            28000,
        ],
        "The first is right. Which layer sends a gradient on?": [12000, 20000],
        "A product of (a, b) and (b, c) takes a x b x c multiplications. The forward "
        "pass has two. The backward pass has one for each W, and one between the "
        "layers.": ELSE,
    },
    chapter="13",
    kind="predict",
    level=2,
    minutes=5,
)


@exercise("ex-in-place", "write", level=2, minutes=10)
def _in_place(answer: Function) -> None:
    x = np.random.RandomState(1).randn(64, 256)
    before, sevens, exp = x.copy(), np.full_like(x, 7.0), np.exp(-x)
    out = sevens.copy()
    answer(x, out)
    require(equal(x, before), "x has changed. It belongs to the batch, and must stay.")
    of_sevens = 1 / (1 + np.exp(-sevens))
    verdicts = {
        RIGHT: 1 / (1 + exp),
        "out has not changed. Write into it: out=out. `out = ...` does not.": sevens,
        "A sign is missing: exp of -x.": 1 / (1 + 1 / exp),
        "out holds -x. The other calls need out=out.": -x,
        "out holds exp of -x. Two calls are missing, or their out=out.": exp,
        "out holds 1 + exp of -x. The division is missing, or its out=out.": 1 + exp,
        "The exponential is missing, or its out=out.": 1 / (1 - x),
        "1 is not added, or not with out=out.": 1 / exp,
        "The first call must read x. It reads what was in out.": of_sevens,
        "out is filled, but not with the sigmoid of x.": ELSE,
    }
    compare(out, verdicts)
    arrays = _peak_memory(answer, x, out) / x.nbytes
    wrong = f"The numbers are right, but new arrays are made: {arrays:.0f} of this size"
    require(arrays <= 0.5, f"{wrong} at one time. Give each call out=out.")
    wide = np.array([-300.0, -20.0, 0.0, 15.0, 800.0])
    out = np.empty(5)
    answer(wide, out)
    verdicts = {RIGHT: 1 / (1 + np.exp(-wide)), f"For {show(wide)} it is wrong.": ELSE}
    compare(out, verdicts, "Right for an array of two dimensions. ")


def _peak_memory(function: Function, *args: Any) -> int:
    """Return how many bytes a call allocates at most."""
    tracemalloc.start()
    try:
        function(*args)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class _Short(Operation):
    """A factor of 2 that sets a clock forward by the next duration at each call."""

    def __init__(self, clock: list[float], durations: list[list[float]]) -> None:
        super().__init__()
        self.clock, (self.forwards, self.backwards) = clock, map(iter, durations)

    def forward(self, input_: np.ndarray) -> np.ndarray:
        self.clock[0] += next(self.forwards, 0.0)
        return super().forward(input_)

    def backward(self, output_grad: np.ndarray) -> np.ndarray:
        self.clock[0] += next(self.backwards, 0.0)
        return super().backward(output_grad)

    def _output(self) -> np.ndarray:
        return 2 * self.input_

    def _input_grad(self, output_grad: np.ndarray) -> np.ndarray:
        return 2 * output_grad


class _Long(_Short):
    pass


class _Slow(Layer):
    """A layer of two such operations."""

    clock: list[float]
    durations: list[list[list[float]]]

    def _setup_layer(self, input_: np.ndarray) -> None:
        kinds = _Short, _Long
        pairs = zip(kinds, self.durations, strict=True)
        self.operations = [kind(self.clock, each) for kind, each in pairs]


class _Recorded(NeuralNetwork):
    """A network that keeps the batches it was trained with."""

    batches: list[tuple[np.ndarray, np.ndarray]]

    def train_batch(self, x_batch: np.ndarray, y_batch: np.ndarray) -> float:
        self.batches.append((x_batch, y_batch))
        return super().train_batch(x_batch, y_batch)


def _results(operations: list[Operation]) -> np.ndarray:
    return flat([each.output for each in operations] + [operations[1].input_grad])


_METHODS = "forward", "backward"
_LATE = (
    "The list of times of an operation is empty. Each operation needs a timed method "
    "of its own. A function that is defined in a loop uses the last operation when it "
    "is called, so make it in another function, which gets the method and the list."
)


def _durations(first: float) -> list[float]:
    """Return a long first call, and five whose median is `first`."""
    return [90.0, first + 2, first, first - 1, 70.0, first - 0.5]


@exercise(
    "ex-build-profile",
    "write",
    level=3,
    minutes=25,
    needs="a list with a row for each operation",
)
def _build_profile(answer: Function) -> None:
    clock, layers = [5.0], [_Slow(2), _Slow(2)]
    medians = np.array([[[3.0, 7.0], [11.0, 19.0]], [[4.0, 9.0], [16.0, 30.0]]])
    for layer, rows in zip(layers, medians, strict=True):
        layer.clock = clock
        layer.durations = [[_durations(each) for each in row] for row in rows]
    net, x, y = _Recorded(layers, MeanSquaredError()), np.eye(2) + 5, np.eye(2) + 7
    net.batches = []
    try:
        found = answer(net, x, y, 5, clock=lambda: clock[0])
    except StatisticsError:
        raise WrongAnswer(_LATE) from None
    operations = [operation for layer in layers for operation in layer.operations]
    needed = "a row for each of the 4 operations: (name, forward, backward)"
    rows = as_list(found, needed)
    wrong = f"Your list has {len(rows)} rows. The task needs {needed}. A new network "
    wrong += "has no operations before its first batch: call `train_batch` first."
    require(len(rows) == 4, wrong)
    rows = [parts(row, "a name", "forward", "backward") for row in rows]
    names, needed_names = [row[0] for row in rows], ["_Short", "_Long"] * 2
    wrong = f"The names are {names}. With type(operation).__name__ they would be"
    require(names == needed_names, f"{wrong} {needed_names}.")
    truth = medians.reshape(4, 2)
    sample = [[_durations(each)[1:] for each in row] for row in truth]
    with_first = [[_durations(each) for each in row] for row in truth]
    hints = {
        RIGHT: truth,
        "Forward and backward are swapped.": truth[:, ::-1],
        "You take the mean. Take the median.": np.mean(sample, axis=-1),
        "You add up the times. Take their median.": np.sum(sample, axis=-1),
        "The call that sets up the network counts, too. Make it before the operations "
        "get their timed methods.": np.median(with_first, axis=-1),
        "The times are not those of the clock. For each operation, take the median of "
        "the 5 differences of two readings, for forward and for backward.": ELSE,
    }
    times = [row[1:] for row in rows]
    require(not np.isnan(np.array(times, dtype=float)).any(), _LATE)
    compare(times, hints)
    left = [name for each in operations for name in vars(each) if name in _METHODS]
    wrong = "The operations are still being timed. Delete their attributes at the end."
    require(not left, wrong)
    results = _results(operations)
    net.train_batch(x, y)
    same = all(first is x and second is y for first, second in net.batches)
    require(same, "Pass x and y, in this order, to each call of `train_batch`.")
    wrong = "The timed methods must return what the methods return."
    require(equal(results, _results(operations)), wrong)


@exercise(
    "ex-build-bare-step",
    "write",
    level=3,
    minutes=25,
    needs="an object with a method `step`",
)
def _build_bare_step(answer: Class) -> None:
    random = np.random.RandomState(1)
    rows, inputs = 5000, 20
    W, B = random.randn(inputs, 1), random.randn(1, 1)
    true_W, true_B = W.copy(), B.copy()
    bare = answer(W, B, rows)
    for number, lr in (("first", 0.1), ("second", 0.02)):
        X, y = random.randn(rows, inputs), 3 + random.randn(rows, 1)
        before = X.copy(), y.copy()
        loss = bare.step(X, y, lr)
        errors = X @ true_W + true_B - y
        W_step, B_step = 2 * X.T @ errors / rows, 2 * errors.sum() / rows
        here = f"In the {number} step, "
        _compare_loss(loss, errors, here)
        for name, param, true, step in (
            ("W", W, true_W, W_step),
            ("B", B, true_B, B_step),
        ):
            _compare_param(param, true, lr * step, rows, f"{here}{name}: ")
            true -= lr * step
        unchanged = equal(X, before[0]) and equal(y, before[1])
        require(unchanged, f"{here}X or y has changed. They belong to the caller.")
    arrays = _peak_memory(bare.step, X, y, 0.01) / errors.nbytes
    wrong = f"The numbers are right, but `step` makes {arrays:.1f} new arrays with as "
    wrong += "many rows as the batch. Make them in `__init__`, and give each call out=."
    require(arrays < 0.5, wrong)


def _compare_loss(loss: Any, errors: np.ndarray, here: str) -> None:
    squares = np.sum(errors**2)
    verdicts = {
        RIGHT: squares / len(errors),
        "the loss must be divided by the number of rows.": squares,
        "the loss is that of the errors without their squares.": errors.mean(),
        "the loss is the sum of the squared errors, divided by the rows.": ELSE,
    }
    compare(loss, verdicts, here)


def _compare_param(
    param: np.ndarray, before: np.ndarray, step: Any, rows: int, here: str
) -> None:
    verdicts = {
        RIGHT: before - step,
        "nothing has changed. Write into the array itself: out=.": before,
        "the step goes uphill. Subtract it.": before + step,
        "the step is half as long as it must be. A square has the slope 2.": (
            before - step / 2
        ),
        "the gradient must be divided by the number of rows.": before - rows * step,
        "it must be the old one minus lr times its gradient. Does your array of errors "
        "still hold the errors when you compute the gradient?": ELSE,
    }
    compare(param, verdicts, here)


@exercise("ex-single-throughout", "explore", level=1, minutes=10)
def _single_throughout(answer: Value) -> None:
    message = "Name the batches, as a list of letters: ['a', 'b']."
    require(isinstance(answer, (str, list, tuple, set)), message)
    named = {str(letter).lower() for letter in answer} - {",", " "}
    require(named <= set("abcdef"), message)
    hints = {
        "a": "In a, the loss subtracts targets in double precision.",
        "b": "In b, the data are in double precision, and so are the weights.",
        "c": "c has both in single precision. What could turn it into double?",
        "d": "In d, which precision do the mean and std of a float32 array have?",
        "e": "In e, the second factor is an array. Which precision does it have?",
        "f": "In f, 0.5 is a plain Python number: it takes the array's precision.",
    }
    for letter, hint in hints.items():
        require((letter in named) == (letter in "cdf"), hint)
