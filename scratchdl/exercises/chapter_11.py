"""Checks of chapter 11's exercises."""

from typing import Any

import numpy as np

from .checking import ELSE, RIGHT, Class, Value, compare, equal, exercise, require, show
from .framework import require_start


@exercise("ex-answer-costs")
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


@exercise("ex-he-start")
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


@exercise("ex-halving")
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


@exercise("ex-how-much-momentum")
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
