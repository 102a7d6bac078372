"""Checks of chapter 8's exercises."""

import numpy as np

from scratchdl.layers import Dense
from scratchdl.losses import Loss
from scratchdl.network import NeuralNetwork
from scratchdl.optimizers import Optimizer

from .checking import CHECKS, ELSE, RIGHT, Class, Value, compare, exercise, show
from .framework import flat

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


@exercise("ex-one-step", "one number")
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


@exercise("ex-own-rate")
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


@exercise("ex-clip")
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


CHECKS["ex-batch-size"] = {
    RIGHT: 10,
    "With batches of 1 the loss is 204254.1. A larger size does better.": 1,
    "With batches of 3 the loss is 43.3. A larger size does better.": 3,
    "With batches of 30 the loss is 63.4. A smaller size does better.": 30,
    "With batches of 100 the loss is 244.5. A smaller size does better.": 100,
    "Choose one of 1, 3, 10, 30 and 100.": ELSE,
}
