"""Checks of chapter 9's exercises."""

import contextlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np
from numpy.random import RandomState

from scratchdl import check
from scratchdl.layers import Dense
from scratchdl.operations import Sigmoid
from scratchdl.optimizers import SGD
from scratchdl.trainer import Trainer, permute_data

from .building import raises, require_same
from .checking import (
    ELSE,
    RIGHT,
    Class,
    Function,
    add_check,
    compare,
    equal,
    exercise,
    require,
)
from .explaining import describe, sentence
from .framework import flat, network


class _Batches:
    """What exercise ex-build-batches asks for, made from the book's own functions."""

    def __init__(self, X: Any, y: Any, size: int, rng: RandomState) -> None:
        check.rows(X, y, "Batches")
        self.X, self.y, self.size, self.rng = X, y, size, rng

    def __len__(self) -> int:
        return -(-len(self.X) // self.size)

    def __iter__(self) -> Iterator[Any]:
        self.X, self.y = permute_data(self.X, self.y, self.rng)
        for start in range(0, len(self.X), self.size):
            yield tuple(a[start : start + self.size] for a in (self.X, self.y))


def _rows(rows: int, targets: int | None = None) -> tuple[Any, Any]:
    y = np.arange(1.0, 1 + (targets or rows))[:, None]
    return np.arange(2.0, 2 + 2 * rows).reshape(rows, 2), y


def _epochs_of(rows: int, size: int, epochs: int = 1) -> Callable[[Any], Any]:
    """Return a case that returns the rows of the last epoch, with their targets."""

    def case(kind: Any) -> Any:
        batches = kind(*_rows(rows), size, RandomState(rows))
        for _ in range(epochs):
            X, y = zip(*islice(batches, rows + 1), strict=True)
        return np.hstack([np.vstack(X), np.vstack(y)])

    return case


def _sizes(kind: Any) -> Any:
    """Return how many rows and targets the batches have, for several sizes."""
    found = []
    for rows, size in ((6, 3), (7, 3), (2, 3), (9, 4)):
        for batch in islice(kind(*_rows(rows), size, RandomState(1)), rows + 1):
            found += [len(part) for part in batch]
    return np.array(found)


def _arrays_after(kind: Any) -> Any:
    X, y = _rows(7)
    list(islice(kind(X, y, 3, RandomState(1)), 8))
    return np.hstack([X, y])


@exercise(
    "ex-build-batches",
    "write",
    level=3,
    minutes=20,
    needs="a class with `__init__`, `__len__` and `__iter__`",
)
def _build_batches(answer: Class) -> None:
    cases = {
        "Seven rows make batches of 3, 3 and 1, each with as many targets as rows. "
        "Slice from `start` to `start + size`.": _sizes,
        "With one batch, the rows or targets are wrong. Draw one order with "
        "`self.rng.permutation`, and use it for both arrays.": _epochs_of(7, 9),
        "With several batches, the rows come in a wrong order, or some come twice. "
        "Divide the shuffled arrays.": _epochs_of(8, 3),
        "The second epoch is wrong. `__iter__` draws a new order each time, and puts "
        "the rows of the last epoch into that order.": _epochs_of(7, 3, epochs=2),
        "`len` is wrong. For 7 rows in batches of 3 it is 3, and for 6 rows it is 2.": (
            lambda kind: [
                len(kind(*_rows(rows), size, RandomState(1)))
                for rows, size in ((7, 3), (6, 3), (2, 3), (25, 2))
            ]
        ),
        "Your class changes the arrays that it is given. Make new ones: X[order].": (
            _arrays_after
        ),
        "For 7 rows and 6 targets, `__init__` must raise a ValueError.": (
            lambda kind: raises(ValueError, kind, *_rows(7, 6), 3, RandomState(1))
        ),
        "For 7 rows and 8 targets, `__init__` must raise a ValueError.": (
            lambda kind: raises(ValueError, kind, *_rows(7, 8), 3, RandomState(1))
        ),
    }
    require_same(answer, _Batches, cases)


def _fit(*calls: dict[str, Any], lr: float = 0.05) -> Callable[[Any], Any]:
    """Return a case that calls `fit`, and returns what was printed and trained."""
    random = RandomState(3)
    X, y = random.randn(18, 2), 20 + 9 * random.randn(18, 1)
    data = X[:10], y[:10], X[10:], y[10:]

    def case(kind: Any) -> tuple[Any, list[float], Any]:
        net = network(Dense(3, Sigmoid()), Dense(1), seed=7)
        trainer = kind(net, SGD(lr))
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            for options in calls:
                trainer.fit(*(each.copy() for each in data), **options)
        numbers = re.findall(r"\d+(?:\.\d+)?", printed.getvalue())
        return flat(net.params()), [float(number) for number in numbers], trainer

    return case


def _trained(*calls: dict[str, Any], **options: Any) -> Callable[[Any], Any]:
    return lambda kind: _fit(*calls, **options)(kind)[0]


def _printed(*calls: dict[str, Any], **options: Any) -> Callable[[Any], Any]:
    return lambda kind: _fit(*calls, **options)(kind)[1]


ONE = {"epochs": 1, "eval_every": 9, "batch_size": 3, "seed": 8}
TWO, THREE, TEN = ({**ONE, "eval_every": 2, "epochs": each} for each in (2, 3, 10))
AGAIN = {**TWO, "restart": False}


def _kept(kind: Any) -> list[bool]:
    net, optim = network(Dense(1)), SGD()
    trainer = kind(net, optim)
    kept = getattr(trainer, "net", 0) is net, getattr(trainer, "optim", 0) is optim
    return [*kept, optim.net is net, getattr(trainer, "epoch", None) == 0]


@exercise(
    "ex-build-trainer",
    "write",
    level=3,
    minutes=45,
    needs="a class with the methods `__init__` and `fit`",
)
def _build_trainer(answer: Class) -> None:
    cases = {
        "The constructor must set self.net, self.optim, optim.net = net and "
        "self.epoch = 0.": _kept,
        "After an epoch with one batch, the parameters are wrong. Train on the batch, "
        "and call the optimizer's `step` once.": _trained({**ONE, "batch_size": 10}),
        "After an epoch with batches of 3, 3, 3 and 1, the parameters are wrong. "
        "Seed net.rng at the start of `fit`, shuffle with permute_data(X_train, "
        "y_train, net.rng), use all rows, and call `step` after each batch.": _trained(
            ONE
        ),
        "After two epochs, the parameters are wrong. Each epoch shuffles the rows of "
        "the last epoch again.": _trained({**ONE, "epochs": 2}),
        "The printed numbers are wrong. With epochs=4 and eval_every=2, `fit` prints "
        "the losses on the test rows after 2 and after 4 epochs.": _printed(
            {**TWO, "epochs": 4}
        ),
        "The second call of `fit` with restart=True must print the same numbers as the "
        "first. Set `first` of each layer to True, and count epochs from 0.": _printed(
            TWO, TWO
        ),
        "The printed numbers are wrong. With restart=False, the second call must go on "
        "from the parameters and the number of epochs of the first.": _printed(
            TWO, AGAIN
        ),
        "When an evaluation is worse than the best, `fit` must print two more numbers, "
        "the epoch and the loss of the best evaluation, and stop.": _printed(TEN),
        "After early stopping, the parameters must be those of the best evaluation. "
        "Keep copies, and write them back with param[...] = value.": _trained(TEN),
        "If training ends without a rise of the loss, the network keeps the parameters "
        "of the last epoch.": _trained(THREE),
        "After early stopping, `epoch` must be that of the best evaluation.": (
            lambda kind: _fit(TEN)(kind)[2].epoch
        ),
        "An equal loss is no improvement. Stop there, too.": _printed(TEN, lr=1e-99),
    }
    require_same(answer, Trainer, cases)


add_check(
    "ex-three-fits",
    {
        RIGHT: [5, 1],
        "Which of the three calls says that it continues from the last?": [25, 5],
        "The epochs are right. What does a restart do to the history?": [5, 5],
        "You restart with the second call. It says restart=False.": [15, 3],
        "That is right after the second call. A third call follows.": [20, 4],
        "The third call trains for 5 epochs, and evaluates every 5.": [5, 0],
        "Go through the calls: which of them starts from new parameters?": ELSE,
    },
    chapter="9",
    kind="predict",
    level=2,
    minutes=5,
)


@exercise("ex-even-batches", "write", level=2, minutes=15)
def _even_batches(answer: Class) -> None:
    trainer = answer(network(Dense(1)), SGD())
    for rows, size, sizes in (
        *((7, 3, [3, 4]), (6, 3, [3, 3]), (3, 3, [3]), (2, 3, [2])),
        *((23, 5, [5, 5, 5, 8]), (4, 1, [1, 1, 1, 1])),
    ):
        X, y = np.arange(2.0 * rows).reshape(rows, 2), np.arange(float(rows))[:, None]
        made = trainer.generate_batches(X.copy(), y.copy(), size)
        needed = f"generate_batches must yield batches, and returned {describe(made)}"
        require(isinstance(made, Iterable), sentence(needed))
        batches = list(islice(made, rows + 1))
        pairs = all(isinstance(b, (tuple, list)) and len(b) == 2 for b in batches)
        require(pairs, "Each batch must be a pair: its rows of X, and those of y.")
        found, targets = ([len(batch[part]) for batch in batches] for part in (0, 1))
        here = f"You divide {rows} rows into batches of {found}, with a size of {size}."
        unpaired = f"Of {rows} rows, a batch has not as many inputs as targets."
        require(found == targets, unpaired)
        require(sum(found) == rows, f"{here} Each of the {rows} rows must come once.")
        small = min(found)
        require(small >= min(size, rows), f"{here} The batch of {small} is too small.")
        require(found == sizes, f"{here} Only rows left over join the last batch.")
        for whole, parts in zip((X, y), zip(*batches, strict=True), strict=True):
            in_order = equal(np.vstack(parts), whole)
            require(in_order, f"Of {rows} rows, some have changed their place.")


@exercise(
    "ex-patience",
    "write",
    level=2,
    minutes=10,
    needs="two numbers: the best evaluation, and the one at the stop",
)
def _patience(answer: Function) -> None:
    for losses, patience, truth, hint in (
        ([30, 25, 27, 20, 22, 21], 1, [2, 3], "27 is no better than 25."),
        ([9, 8, 7], 2, [3, 3], "Each is better than the one before it."),
        ([9, 5, 8, 7, 6, 6], 3, [2, 5], "Compare with the best, not with the last."),
        ([30, 25, 27, 20, 22, 21], 2, [4, 6], "27 was followed by a better one."),
        ([30, 25, 25, 25, 20], 2, [2, 4], "An equal loss is no better."),
        ([*range(90, 75, -1), 80, 81], 2, [15, 17], "Each of the first 15 is better."),
        ([0.5, -3.5, -3.0, -4.0], 2, [4, 4], "A loss may be negative."),
    ):
        found = answer(list(losses), patience)
        if np.shape(found) == (2,) and found[0] > found[1]:
            hint = "Losses after the stop are never computed."
        verdicts = {
            RIGHT: truth,
            "Count from 1.": [truth[0] - 1, truth[1] - 1],
            "First the best, then the stop.": truth[::-1],
            hint: ELSE,
        }
        wrong = f"For the losses {losses} and a patience of {patience} it must be "
        compare(found, verdicts, f"{wrong}{tuple(truth)}, and you return {found}. ")


HERE = "With {} the network is back at epoch {}, with a loss of {}. It can be lower."
add_check(
    "ex-look-often",
    {
        RIGHT: 25,
        HERE.format(1, 3, 24.2): 1,
        HERE.format(2, 2, 27.2): 2,
        HERE.format(5, 5, 20.1): 5,
        HERE.format(10, 20, 16.6): 10,
        "Choose one of 1, 2, 5, 10 and 25.": ELSE,
    },
    chapter="9",
    kind="explore",
    level=1,
    minutes=5,
)
