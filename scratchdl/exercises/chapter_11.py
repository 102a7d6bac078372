"""Checks of chapter 11's exercises."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.random import RandomState

from scratchdl.extending import Dropout, SGDMomentum, SoftmaxCrossEntropy

from .building import raises, require_same
from .checking import ELSE, RIGHT, Class, Value, compare, equal, exercise, require, show
from .framework import flat, grad_like, require_start

Case = Callable[[Class], Any]


def _cross_entropy(logits: Any, target: Any, result: str = "_output") -> Case:
    """Return a case that computes the loss, and returns one of its results."""

    def case(kind: Class) -> Any:
        loss = kind()
        loss.prediction, loss.target = np.array(logits), np.array(target)
        results = {"_output": loss._output(), "_input_grad": loss._input_grad()}
        return {**results, "prediction": loss.prediction}[result]

    return case


def _refuses(case: Case) -> Case:
    return lambda kind: raises(ValueError, case, kind)


@exercise("ex-build-softmax-cross-entropy", "write", level=3, minutes=20)
def _build_softmax_cross_entropy(answer: Class) -> None:
    row, first, last = [[2.0, 1.0, 0.0]], [[1.0, 0.0, 0.0]], [[0.0, 0.0, 1.0]]
    rows, targets = RandomState(1).randn(4, 3), np.eye(3)[[0, 2, 1, 1]]
    large = [[1e4, 9999.0, 9998.0], [-10002.0, -10001.0, -1e4]]
    cases = {
        "`_output` for the logits 2, 1, 0 and the first class must be 0.408, which is "
        "minus the logarithm of 0.665. With one row, there is no mean.": _cross_entropy(
            row, first
        ),
        "For the logits 2, 1, 0 and the last class, `_output` must be 2.408: the "
        "target selects the logit to subtract.": _cross_entropy(row, last),
        "`_output` is right for one row. For several rows, take the mean of their "
        "losses: divide the sum by the number of rows.": _cross_entropy(rows, targets),
        "`_output` is right for small logits. Subtract the largest logit of each row "
        "before np.exp, so that none overflows.": _cross_entropy(
            large[:1], targets[:1]
        ),
        "The largest logit differs from row to row: use max(axis=1, keepdims=True)."
        "": _cross_entropy(large, targets[:2]),
        "`_output` must be 10000 for the logits 10000 and 0 if the second class is "
        "right: compute log(sum) - logit, without a logarithm of a probability."
        "": _cross_entropy([[1e4, 0.0]], [[0, 1]]),
        "`_output` is right. `_input_grad` for one row is p - y.": _cross_entropy(
            row, first, "_input_grad"
        ),
        "`_input_grad` is right for one row. Divide by the number of rows, because the "
        "loss is a mean.": _cross_entropy(rows, targets, "_input_grad"),
        "`_input_grad` is right for small logits. Subtract the largest logit of each "
        "row there, too.": _cross_entropy(large, targets[:2], "_input_grad"),
        "`_output` must raise a ValueError for a target row of zeros.": _refuses(
            _cross_entropy(rows, [*targets[:3], [0, 0, 0]])
        ),
        "`_output` must raise a ValueError if a target row adds up to 2: add up each "
        "row, with sum(axis=1).": _refuses(
            _cross_entropy(rows, [*targets[:2], [1, 1, 0], [0, 0, 0]])
        ),
        "Your loss changes the logits that it gets. Subtract into a new array."
        "": _cross_entropy(rows, targets, "prediction"),
    }
    require_same(answer, SoftmaxCrossEntropy, cases)


def _steps(*epochs: int) -> Case:
    """Return a case with a step for each number; an epoch starts where it is not 0."""

    def case(kind: Class) -> Any:
        params = [np.array([[1.0, -2.0], [3.0, 0.5]]), np.array([[4.0, -5.0]])]
        grads = [np.ones((2, 2)), np.array([[0.5, -2.0]])]
        optimizer = kind(lr=0.1, momentum=0.8)
        optimizer.net = SimpleNamespace(
            params=lambda: (param for param in params),
            param_grads=lambda: (grad for grad in grads),
        )
        for number, epoch in enumerate(epochs):
            if epoch:
                optimizer.start_epoch(epoch, 5)
            optimizer.step()
            grads[0] = grads[0] * (-1.5) ** number
        return flat([*params, *grads])

    return case


def _two_optimizers(kind: Class) -> Any:
    """Return two parameters after steps of two optimizers in turn."""
    arrays = [np.zeros(2), np.ones(2)]
    optimizers = [kind(lr=0.1, momentum=0.5) for _ in arrays]
    for optimizer, array in zip(optimizers, arrays, strict=True):
        optimizer.net = SimpleNamespace(
            params=lambda array=array: iter([array]),
            param_grads=lambda array=array: iter([array + 1.0]),
        )
    for optimizer in optimizers * 2:
        optimizer.step()
    return arrays


@exercise("ex-build-momentum", "write", level=3, minutes=20)
def _build_momentum(answer: Class) -> None:
    cases: dict[str, Case] = {
        "SGDMomentum(lr=0.2, momentum=0.5) must have these two numbers as its "
        "attributes `lr` and `momentum`.": lambda kind: (
            [(made := kind(lr=0.2, momentum=0.5)).lr, made.momentum]
        ),
        "SGDMomentum() must have a rate of 0.01 and a momentum of 0.9.": lambda kind: (
            [kind().lr, kind().momentum]
        ),
        "The first `step` must subtract lr times the gradient from each parameter, in "
        "place: `param += velocity`. No gradient changes.": _steps(0),
        "The first step is right, but the second is not. Multiply the velocity by "
        "`momentum`, subtract lr times the new gradient, keep the result as the new "
        "velocity, and add it to the parameter.": _steps(0, 0),
        "The second step is right, but a later one is not. Keep each velocity for the "
        "next step.": _steps(0, 0, 0, 0),
        "Two optimizers share their velocities. Set them in `__init__`, with self."
        "": _two_optimizers,
        "After start_epoch(1, 5), the velocities must start from 0.": _steps(
            0, 0, 1, 0
        ),
        "`start_epoch` must keep the velocities in epoch 2 and later.": _steps(
            1, 0, 2, 0, 5, 0
        ),
    }
    require_same(answer, SGDMomentum, cases)


def _dropped(*training: bool, keep_prob: float = 0.8) -> Case:
    """Return a case with a forward and a backward pass for each state of the switch."""

    def case(kind: Class) -> Any:
        x, results = np.linspace(1.0, 30.0, 60).reshape(6, 10), []
        dropout = kind(keep_prob, RandomState(0))
        for state in training:
            dropout.training = state
            output = dropout.forward(x)
            results += [output, dropout.backward(9 * grad_like(x)), x.copy()]
        return results

    return case


def _only(result: int, case: Case) -> Case:
    """Return a case with one of the results of another."""
    return lambda kind: case(kind)[result]


@exercise("ex-build-dropout", "write", level=3, minutes=15)
def _build_dropout(answer: Class) -> None:
    cases: dict[str, Case] = {
        "The attribute `training` must be False at first.": lambda kind: (
            [float(kind(0.8, RandomState(0)).training)]
        ),
        "While `training` is False, `forward` must return its input.": _only(
            0, _dropped(False)
        ),
        "While `training` is False, `backward` must return the output gradient.": _only(
            1, _dropped(False)
        ),
        "While `training` is True, `forward` must keep the entries for which "
        "rng.random_sample(shape) is below `keep_prob`, and divide them by `keep_prob`."
        "": _only(0, _dropped(True)),
        "`forward` is right. While `training` is True, `backward` must multiply by "
        "the same mask, and divide by `keep_prob`, too.": _only(1, _dropped(True)),
        "Your operation changes its input. Multiply into a new array.": _only(
            2, _dropped(True)
        ),
        "Each forward pass in training needs a new mask.": _dropped(True, True, True),
        "After training, an evaluation must not use the old mask.": _dropped(
            True, False
        ),
        "An evaluation must not draw random numbers.": _dropped(False, True),
        "`keep_prob` must be used as it is given.": _dropped(True, keep_prob=0.3),
        "A `keep_prob` of 1 is allowed: it keeps everything.": _refuses(
            _dropped(True, keep_prob=1.0)
        ),
        "A `keep_prob` of 0 must raise a ValueError.": _refuses(
            _dropped(False, keep_prob=0.0)
        ),
        "A `keep_prob` below 0 must raise a ValueError.": _refuses(
            _dropped(False, keep_prob=-0.5)
        ),
        "A `keep_prob` above 1 must raise a ValueError.": _refuses(
            _dropped(False, keep_prob=1.1)
        ),
    }
    require_same(answer, Dropout, cases)


@exercise("ex-answer-costs", "predict", level=1, minutes=10)
def _answer_costs(answer: Value) -> None:
    p = np.exp([0, 2, 0]) / [3, np.exp(2) + 2, np.exp(2) + 2]
    no_idea, right, wrong = costs = -np.log(p)
    verdicts = {
        RIGHT: list(costs),
        "Those are the probabilities. Take minus their logarithm.": p,
        "The signs: a logarithm of less than 1 is negative.": -costs,
        "Those are 1 minus the probabilities. Take minus the logarithm.": 1 - p,
        "Take the natural logarithm, not that to base 2.": costs / np.log(2),
        "Take the natural logarithm, not that to base 10.": costs / np.log(10),
        "The first is right. To be sure and right costs less than to be sure and "
        "wrong.": [no_idea, wrong, right],
        "Only the first is wrong. Are equal logits a sure answer?": [0, right, wrong],
        "Turn each row into probabilities: e to each logit, divided by their sum. The "
        "probability of the right class counts.": ELSE,
    }
    compare(answer, verdicts, atol=0.006)


@exercise("ex-he-start", "write", level=1, minutes=10)
def _he_start(answer: Class) -> None:
    for inputs, neurons in ((50, 20), (8, 32)):
        std, glorot = (2 / inputs) ** 0.5, (2 / (inputs + neurons)) ** 0.5
        hints = {
            "the weights are as Dense has drawn them.": 1,
            "you multiply by the variance. Take its root.": std**2,
            "that is Glorot's rule. He's rule counts only inputs.": glorot,
            "you count the neurons. The sum is over inputs.": (2 / neurons) ** 0.5,
            "you divide by the root. Multiply by it.": 1 / std,
            "the root is only that of 2. It must be that of 2 / inputs.": (
                2**0.5 / inputs
            ),
            "the 2 is missing, which makes up for ReLU.": (1 / inputs) ** 0.5,
        }
        require_start(answer, inputs, neurons, std, hints)


@exercise("ex-halving", "write", level=2, minutes=10)
def _halving(answer: Class) -> None:
    for first in (0.4, 1.5):
        optimizer = answer(lr=first)
        given = "Before the first epoch, `lr` is not the rate that was given."
        require(
            equal(getattr(optimizer, "lr", None), first),
            f"{given} Keep super().__init__(lr).",
        )
        for call, epochs in enumerate((45, 12)):
            for epoch in range(1, epochs + 1):
                try:
                    optimizer.start_epoch(epoch, epochs)
                except Exception as error:
                    error.add_note(f"This was epoch {epoch} of {epochs}.")
                    raise
                _require_halved(
                    optimizer.lr, first, epoch, "Right for one fit. " * call
                )


def _require_halved(found: Any, first: float, epoch: int, here: str) -> None:
    """Raise `WrongAnswer` unless the rate is right in this epoch."""
    tens = (epoch - 1) // 10
    truth = first / 2**tens
    hints: dict[str, Any] = {}
    if not tens:
        hints = {"2 to the power 0 is 1: the first rate stays.": 0}
    if epoch % 10 == 0:
        hints = {"The tenth epoch still has the old rate: count from 0.": truth / 2}
    elif 1 < epoch < 10 and not equal(found, truth):
        hints = {"It changes only after ten epochs: divide whole numbers.": found}
    elif tens:
        hints = {
            "It is still the first rate: change self.lr.": first,
            "You halve it once. It must be halved every ten epochs.": first / 2,
            "Multiplying by 2 twice is 2 ** 2, three times 2 ** 3.": first / 2 / tens,
        }
    shown = f"In epoch {epoch} the rate is {show(found)}; it must be {truth:.3f}."
    verdicts = {f"{shown} {hint}": result for hint, result in hints.items()}
    compare(found, {RIGHT: truth, **verdicts, shown: ELSE}, here)


@exercise("ex-how-much-momentum", "predict", level=2, minutes=5)
def _how_much_momentum(answer: Value) -> None:
    verdicts = {
        RIGHT: [0.95, 1 / 1.95],
        "The first is the part that is lost. What is kept?": [0.05, 1 / 1.95],
        "With 0.9 they become 10 times as long. The second is right for 0.9.": [
            0.9,
            1 / 1.9,
        ],
        "The first is the factor. Which momentum leads to it?": [20, 1 / 1.95],
        "The first is right. With a constant gradient it is 20. Now the gradient "
        "changes its sign at each step.": [0.95, 20],
        "The first is right. The second is after two steps. The sum goes on.": [
            0.95,
            0.05,
        ],
        "The first is right. The two do not cancel: the velocity loses a part at each "
        "step.": [0.95, 0],
        "Let v be the magnitude of the velocity when it no longer changes. Along the "
        "valley it is m v + 1; across, the old velocity has the other sign.": ELSE,
    }
    compare(answer, verdicts, atol=0.006)
