"""Checks of chapter 7's exercises."""

from typing import Any

import numpy as np

from scratchdl.layers import Dense
from scratchdl.operations import Sigmoid

from .checking import CHECKS, ELSE, RIGHT, compare, exercise, require, show
from .framework import flat, network, require_gradients

CHECKS["ex-row-by-row"] = {
    RIGHT: 4,
    "You add up both calls. What does a backward pass do to older gradients?": 6,
    "That is for both rows in one batch. How many rows has the last call?": 3,
    "That is for the first row, or for the second row as one of two.": 2,
    "That is for the first row as one of two rows.": 1,
    "The second row's p - y is 2. Put that into 2 (p - y) / rows of its batch.": ELSE,
}


@exercise("ex-in-parts")
def _in_parts(answer: Any) -> None:
    x, y = np.random.RandomState(1).randn(7, 2), np.arange(7.0).reshape(7, 1)
    net: Any = network(Dense(3, Sigmoid()), Dense(1))
    sizes, train_batch = [0], net.train_batch

    def watched(x_batch: np.ndarray, y_batch: np.ndarray) -> float:
        sizes.append(len(x_batch))
        return float(train_batch(x_batch, y_batch))

    def gradients(start: int, stop: int) -> np.ndarray:
        train_batch(x[start:stop], y[start:stop])
        return flat(net.param_grads())

    net.train_batch = watched
    yours = flat(answer(net, x.copy(), y.copy(), 3))
    require(max(sizes) <= 3, f"You pass {max(sizes)} rows at once. The size was 3.")

    spans = (0, 7), (0, 3), (3, 6), (6, 7)
    truth, first, second, last = (gradients(*span) for span in spans)
    total = first + second + last
    unshared = 3 * first + 3 * second + last
    verdicts = {
        RIGHT: truth,
        "You add up the parts. Each has been divided by its own number of rows; the "
        "whole batch would be divided by all of them.": total,
        "All parts count the same. In 7 rows of size 3 the last has one.": total / 3,
        "You count the last part as if it had as many rows as others.": total * 3 / 7,
        "Each part has its weight. Divide the sum by the number of rows.": unshared,
        "These are the gradients of the last part. Each train_batch overwrites the "
        "gradients: keep those of the earlier parts.": last,
        "7 rows make 3 parts of size 3, not 2.": (first + second) / 2,
        f"In one row the gradients are {show(truth)}; yours are {show(yours)}.": ELSE,
    }
    compare(yours, verdicts)


@exercise("ex-shortcut")
def _shortcut(answer: Any) -> None:
    random = np.random.RandomState(1)
    x, y, grad = random.randn(4, 3), random.randn(4, 1), random.randn(4, 3)
    layer, dense = answer(3, Sigmoid()), Dense(3, Sigmoid())
    layer.seed = dense.seed = 1
    inner = dense.forward(x)
    verdicts = {
        RIGHT: x + inner,
        "forward returns what a Dense returns. Where is the input?": inner,
        "forward multiplies the two. It must add them.": x * inner,
        "forward must return the input plus the output of Dense.": ELSE,
    }
    compare(layer.forward(x.copy()), verdicts)
    through = dense.backward(grad)
    hints = {
        "backward returns only the gradient through the layer. The input also reaches "
        "the output directly.": through,
        "backward returns only the gradient of the shortcut.": grad,
        "backward multiplies the two gradients. They must be added.": grad * through,
        "The input itself is not a gradient. What does the shortcut get?": x + through,
    }
    compare(layer.backward(grad), hints)
    net = network(answer(3, Sigmoid()), answer(3), Dense(1))
    require_gradients(net, x, y)


CHECKS["ex-fading"] = {
    RIGHT: 4,
    "With 1 it is 0.0797, not yet below a hundredth.": 1,
    "With 2 it is 0.0378, not yet below a hundredth.": 2,
    "With 3 it is 0.0171, not yet below a hundredth.": 3,
    "With 5 it is 0.0045, but fewer layers are enough.": 5,
    "Try 1, 2, 3 and so on, and stop at the first that is below a hundredth.": ELSE,
}
