"""Checks of chapter 9's exercises."""

from collections.abc import Iterable
from itertools import islice

import numpy as np

from scratchdl.layers import Dense
from scratchdl.optimizers import SGD

from .checking import (
    CHECKS,
    ELSE,
    RIGHT,
    Class,
    Function,
    compare,
    equal,
    exercise,
    require,
)
from .explaining import describe, sentence
from .framework import network

CHECKS["ex-three-fits"] = {
    RIGHT: [5, 1],
    "Which of the three calls says that it continues from the last?": [25, 5],
    "The epochs are right. What does a restart do to the history?": [5, 5],
    "You restart with the second call. It says restart=False.": [15, 3],
    "That is right after the second call. A third call follows.": [20, 4],
    "The third call trains for 5 epochs, and evaluates every 5.": [5, 0],
    "Go through the calls: which of them starts from new parameters?": ELSE,
}


@exercise("ex-even-batches")
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


@exercise("ex-patience", "two numbers: the best evaluation, and the one at the stop")
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
CHECKS["ex-look-often"] = {
    RIGHT: 25,
    HERE.format(1, 3, 24.2): 1,
    HERE.format(2, 2, 27.2): 2,
    HERE.format(5, 5, 20.1): 5,
    HERE.format(10, 20, 16.6): 10,
    "Choose one of 1, 2, 5, 10 and 25.": ELSE,
}
