"""Checks of chapter 8's exercises."""

from typing import Any

import numpy as np

from scratchdl.layers import Dense
from scratchdl.losses import Loss
from scratchdl.network import NeuralNetwork
from scratchdl.operations import Sigmoid
from scratchdl.optimizers import SGD, Optimizer

from .building import raises, require_same
from .checking import (
    ELSE,
    RIGHT,
    Class,
    Function,
    Value,
    add_check,
    compare,
    equal,
    exercise,
    require,
    show,
)
from .framework import flat, network

UNMOVED = (
    "The parameters have not moved. `param = ...` gives the name to a new array: write "
    "into the network's array instead. A generator such as zip(...) can be read only "
    "once."
)
UPHILL = "You go with the gradient, not against it."
NO_RATE = "The learning rate is missing."
# Two inputs and one neuron: the gradients of W and B add up to any three numbers.
SMALL = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
WIDE = np.random.RandomState(1).randn(4, 5)
WIDE[:, 0] = 0.0  # The gradients of a row of W are 0.


class _Product(Loss):
    """A loss whose gradient is the target."""

    def _output(self) -> float:
        return float(np.vdot(self.prediction, self.target))

    def _input_grad(self) -> np.ndarray:
        return self.target


def _slopes(grads: list[float]) -> np.ndarray:
    """Return the slopes of the loss for which the small network has these gradients."""
    return np.array([[*grads[:2], grads[2] - sum(grads[:2])]]).T


def _walk(
    optimizer: Optimizer, widths: list[int], x: np.ndarray, slopes: list[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Take steps on a network; return how its parameters move, and the gradients."""
    net = NeuralNetwork([Dense(width) for width in widths], _Product())
    net.forward(x)
    optimizer.net, start, grads = net, flat(net.params()), []
    for slope in slopes:
        net.train_batch(x, slope)
        grads.append(flat(net.param_grads()))
        optimizer.step()
        if not np.isfinite(flat(net.params())).all():
            break
    return flat(net.params()) - start, np.array(grads)


def _without_grads(part: Any, partly: bool = False) -> np.ndarray:
    """Return whether a step raises an error, and the parameters after it."""
    optimizer, net = part(lr=0.1), network(Dense(3), Dense(2))
    output = net.forward(WIDE)
    if partly:
        net.layers[1].backward(output)
    optimizer.net = net
    return np.array([raises(RuntimeError, optimizer.step), flat(net.params()).sum()])


def _in_place(part: Any) -> np.ndarray:
    optimizer, net = part(lr=0.1), network(Dense(3), Dense(2))
    net.train_batch(WIDE, WIDE[:, :2])
    before, optimizer.net = list(net.params()), net
    optimizer.step()
    return flat(before)


def _new_rate(part: Any) -> np.ndarray:
    optimizer = part(lr=0.1)
    optimizer.lr = 0.5
    return _walk(optimizer, [1], SMALL, [_slopes([1.0, -2.0, 5.0])])[0]


@exercise(
    "ex-build-sgd",
    "write",
    level=3,
    minutes=15,
    needs="a class with the method and attributes in its list",
)
def _build_sgd(answer: Class) -> None:
    slopes = [np.ones((4, 2)), -3.0 * WIDE[:, 1:3]]

    def walk(part: Any) -> np.ndarray:
        return _walk(part(lr=0.1), [3, 2], WIDE, slopes)[0]

    cases = {
        "The constructor must store the learning rate as `lr`. Without an argument it "
        "is 0.01.": lambda part: np.array([part().lr, part(0.3).lr, part(lr=2.0).lr]),
        "The constructor must set `net` to None.": lambda part: part().net is None,
        UNMOVED: lambda part: bool(np.any(walk(part))),
        "`step` must subtract the learning rate times the gradient from each "
        "parameter.": lambda part: _walk(part(0.1), [1], SMALL, [_slopes([1, 2, 9])])[
            0
        ],
        "`step` must use the gradients of the last train_batch.": walk,
        "`step` must use the present `self.lr`: it can have changed.": _new_rate,
        "`step` must write into the arrays of the network: `-=` does.": _in_place,
        "Without a network, `step` must raise a RuntimeError.": lambda part: raises(
            RuntimeError, part().step
        ),
        "Before the first train_batch, the network has parameters, but no gradients. "
        "Then `step` must raise a RuntimeError.": _without_grads,
        "With fewer gradients than parameters, `step` must raise a RuntimeError, "
        "before it changes any of them.": lambda part: _without_grads(part, True),
    }
    require_same(answer, SGD, cases)


ROWS, SIZE, EPOCHS = 11, 4, 3
OBSERVATIONS = np.column_stack([np.arange(ROWS) / 10, np.arange(ROWS) % 3])
TARGETS = 20 * OBSERVATIONS @ [[3.0], [1.0]]


def _run_loop(answer: Any) -> tuple[Any, list[Any]]:
    """Return what a loop returns, and the batches that it trains on."""
    net: Any = network(Dense(2, Sigmoid()), Dense(1))
    train, batches = net.train_batch, []

    def recorded(x_batch: np.ndarray, y_batch: np.ndarray) -> float:
        batches.append((x_batch.copy(), y_batch.copy()))
        return float(train(x_batch, y_batch))

    net.train_batch = recorded
    optimizer: Any = SGD(lr=0.1)
    step, steps = optimizer.step, []

    def counted() -> None:
        steps.append(len(batches))
        step()

    optimizer.step = counted
    data, rng = (OBSERVATIONS.copy(), TARGETS.copy()), np.random.RandomState(3)
    losses = answer(net, optimizer, *data, EPOCHS, SIZE, rng)
    calls = f"{len(batches)} batches, but {len(steps)} steps of the optimizer"
    each = not steps or steps == list(range(1, len(batches) + 1))
    require(each, f"You use {calls}. Call optimizer.step() after each train_batch.")
    kept = equal(data[0], OBSERVATIONS) and equal(data[1], TARGETS)
    require(kept, "Your loop changes the rows of X or y. Make new arrays: X[order].")
    return losses, batches


def _check_batches(batches: list[Any]) -> None:
    """Raise `WrongAnswer` unless the batches have the rows that they must have."""
    sizes, needed = [len(x) for x, _ in batches], [4, 4, 3] * EPOCHS
    here = f"For {ROWS} rows, batches of {SIZE} and {EPOCHS} epochs, train_batch gets"
    require(sizes == needed, f"{here} batches of {sizes} rows, not {needed}.")
    rows = np.concatenate([x for x, _ in batches])
    order = np.rint(10 * rows[:, 0]).astype(int)
    pairs = equal(np.concatenate([y for _, y in batches]), TARGETS[order])
    require(pairs, "Rows have the targets of other rows. Use one order for X and y.")
    orders, rng = order.reshape(EPOCHS, ROWS), np.random.RandomState(3)
    once = equal(np.sort(orders), np.tile(np.arange(ROWS), (EPOCHS, 1)))
    require(once, "Each epoch must use each row once.")
    drawn = np.array([rng.permutation(ROWS) for _ in range(EPOCHS)])
    wrong = "The order of the first epoch must be rng.permutation(len(X))."
    require(equal(orders[0], drawn[0]), wrong)
    again = [drawn[0]]  # A loop may also shuffle the rows of the epoch before.
    for each in drawn[1:]:
        again.append(again[-1][each])
    wrong = "Draw a new order with rng.permutation for each epoch."
    require(equal(orders, drawn) or equal(orders, np.array(again)), wrong)


@exercise(
    "ex-build-loop",
    "write",
    level=3,
    minutes=20,
    needs="a list of losses, one for each epoch",
)
def _build_loop(answer: Function) -> None:
    losses, batches = _run_loop(answer)
    _check_batches(batches)
    net, optimizer = network(Dense(2, Sigmoid()), Dense(1)), SGD(lr=0.1)
    optimizer.net, truth, before, of_batches = net, [], [], []
    for number, batch in enumerate(batches, 1):
        if number % 3 == 1:
            before.append(net.loss.forward(net.forward(OBSERVATIONS), TARGETS))
        of_batches.append(net.train_batch(*batch))
        optimizer.step()
        if number % 3 == 0:
            truth.append(net.loss.forward(net.forward(OBSERVATIONS), TARGETS))
    each = np.reshape(of_batches, (EPOCHS, 3))
    verdicts = {
        RIGHT: truth,
        "The network does not learn: call optimizer.step() after each train_batch.": (
            before[:1] * EPOCHS
        ),
        "You compute the loss before the epoch. Compute it after the epoch.": before,
        "That is the loss of the last batch. Compute the loss of all rows.": each[:, 2],
        "That is the mean loss of the batches, while the parameters changed. Compute "
        "the loss of all rows after the epoch.": each.mean(axis=1),
        "Return one loss for each epoch: that of all rows, with the parameters after "
        "the epoch.": ELSE,
    }
    compare(losses, verdicts)


@exercise("ex-one-step", "predict", level=1, minutes=5, needs="one number")
def _one_step(answer: Value) -> None:
    verdicts = {
        RIGHT: 0.125,
        "That is the limit: w jumps to 3.5, as far off on the other side.": 0.25,
        "That is the rate for b, along which the bowl is flatter.": 0.5,
        "The magnitude is right. The minus sign is already in the rule.": -0.125,
        "That is the length of the step. It is the rate times the gradient.": 2,
        "You divided the gradient by the step. It is the other way round.": 8,
        f"With {answer} the step leads from -0.5 to {-0.5 + 16 * answer:.2f}.": ELSE,
    }
    compare(answer, verdicts)


def _rms(
    grads: np.ndarray,
    old: float = 0.9,
    new: float = 0.1,
    power: float = 0.5,
    late: bool = False,
) -> np.ndarray:
    """Return how RMSProp moves the parameters, or how a mistake in it does."""
    mean = moved = np.zeros(grads.shape[1])
    for grad in grads:
        before, mean = mean, old * mean + new * grad**2
        moved = moved - 0.1 * grad / ((before if late else mean) ** power + 1e-8)
    return moved


@exercise("ex-own-rate", "write", level=2, minutes=10)
def _own_rate(answer: Class) -> None:
    rows = [1.0, -0.02, 5.0], [2.0, 0.01, -4.0], [0.5, 0.03, 1.0]
    moved, grads = _walk(answer(lr=0.1), [1], SMALL, list(map(_slopes, rows)))
    truth = _rms(grads)
    verdicts = {
        RIGHT: truth,
        UNMOVED: np.zeros(3),
        "You divide by the mean of the squares. Take its root.": _rms(grads, power=1),
        "0.9 and 0.1 have changed places.": _rms(grads, 0.1, 0.9),
        "You add up all squares. The old ones must fade: 0.9 m.": _rms(grads, 1, 1),
        "Update the mean first, and divide after that.": _rms(grads, late=True),
        "The mean keeps nothing from the step before.": _rms(grads, old=0),
        UPHILL: -truth,
        NO_RATE: 10 * truth,
        "You never divide by the root of the mean.": -0.1 * grads.sum(axis=0),
        f"After three steps the three entries have moved by {show(moved)}; it must be "
        f"{show(truth)}.": ELSE,
    }
    compare(moved, verdicts)
    slopes = [scale * np.ones((4, 2)) for scale in (300.0, 2e-8, 1.0)]
    for order in (slopes, slopes[1:]):
        moved, grads = _walk(answer(lr=0.1), [3, 2], WIDE, order)
        verdicts = {
            RIGHT: _rms(grads),
            "Right for one layer. With two, and with gradients from 0 to 300, some "
            "entries move too far or not far enough. Where a gradient is 0 or as small "
            "as 1e-8, the 1e-8 in the denominator counts.": ELSE,
        }
        compare(moved, verdicts)


@exercise("ex-clip", "write", level=2, minutes=10)
def _clip(answer: Class) -> None:
    long, short = [2.0, -1.0, 2.0], [0.2, -0.1, 0.2]
    moved, kept = (
        _walk(answer(lr=0.1, limit=1.5), [1], SMALL, [_slopes(grads)])[0]
        for grads in (long, short)
    )
    step, cut = -0.1 * np.array(long), -0.1 * np.clip(long, -1.5, 1.5)
    each = -0.1 * np.array([3, -1.5, 1.5 * 5**0.5]) / 5**0.5
    verdicts = {
        RIGHT: step / 2,
        UNMOVED: np.zeros(3),
        "For a norm of 3 and a limit of 1.5, you change nothing.": step,
        "The norm becomes 1. The limit was 1.5.": step / 3,
        "Each array has a norm of its own. All of them make one vector.": each,
        "You clip each entry by itself, which changes the direction.": cut,
        "The sum of the squares is 9. Take its root.": step * 1.5 / 9,
        "You add up the magnitudes. Add up the squares.": step * 1.5 / 5,
        "You take the largest magnitude. The norm counts all entries.": step * 1.5 / 2,
        "The factor is inverted: divide the limit by the norm.": step * 2,
        NO_RATE: 10 * step / 2,
        UPHILL: -step / 2,
        "The gradients 2, -1 and 2, with a limit of 1.5 and a rate of 0.1, move the "
        f"parameters by {show(moved)}; it must be {show(step / 2)}.": ELSE,
    }
    compare(moved, verdicts)
    verdicts = {
        RIGHT: -0.1 * np.array(short),
        "A norm of 0.3 is below the limit. You make it longer.": -0.5 * np.array(short),
        "Long gradients are right. Those below the limit must stay as they are.": ELSE,
    }
    compare(kept, verdicts)
    for scale in (1.0, 40.0):
        optimizer, slope = answer(lr=0.3, limit=9.0), scale * np.ones((4, 2))
        moved, grads = _walk(optimizer, [3, 2], WIDE, [slope])
        norm = float(np.linalg.norm(grads))
        verdicts = {
            RIGHT: -0.3 * grads[0] / max(norm / 9, 1),
            "Right for one layer. For a network of two layers, with a limit of 9 and a "
            f"norm of {norm:.1f}, the parameters move by {show(moved)}.": ELSE,
        }
        compare(moved, verdicts)


add_check(
    "ex-batch-size",
    {
        RIGHT: 10,
        "With batches of 1 the loss is 204254.1. A larger size does better.": 1,
        "With batches of 3 the loss is 43.3. A larger size does better.": 3,
        "With batches of 30 the loss is 63.4. A smaller size does better.": 30,
        "With batches of 100 the loss is 244.5. A smaller size does better.": 100,
        "Choose one of 1, 3, 10, 30 and 100.": ELSE,
    },
    chapter="8",
    kind="explore",
    level=1,
    minutes=5,
)
