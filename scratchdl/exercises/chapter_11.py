"""Checks of chapter 11's exercises."""

import numpy as np

from .checking import (
    CHECKS,
    ELSE,
    RIGHT,
    Class,
    Value,
    compare,
    equal,
    exercise,
    require,
)
from .framework import require_start


@exercise("ex-answer-costs")
def _answer_costs(answer: Value) -> None:
    p = np.exp([0, 2, 0]) / [3, np.exp(2) + 2, np.exp(2) + 2]
    no_idea, right, wrong = costs = -np.log(p)
    verdicts = {
        RIGHT: costs,
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
            "the 2 is missing, which makes up for ReLU.": (1 / inputs) ** 0.5,
        }
        require_start(answer, inputs, neurons, std, hints)


@exercise("ex-halving")
def _halving(answer: Class) -> None:
    optimizer = answer(lr=0.4)
    for call, epoch in [(call, epoch) for call in (1, 2) for epoch in range(1, 36)]:
        optimizer.start_epoch(epoch, 35)
        truth, found = 0.4 / 2 ** ((epoch - 1) // 10), optimizer.lr
        hint = f"In epoch {epoch} the rate is {found:.3f}; it must be {truth:.3f}."
        if call == 2:
            hint = f"Right for one fit. In a second one: {hint}"
        elif epoch % 10 == 0 and equal(found, truth / 2):
            hint += " The tenth epoch still has the old rate: count from 0."
        elif 1 < epoch < 10 and found < truth:
            hint += " It changes only after ten epochs: divide whole numbers."
        elif epoch > 20 and equal(found, 0.2):
            hint += " You halve it once. It must be halved every ten epochs."
        require(equal(found, truth), hint)


CHECKS["ex-how-much-momentum"] = {
    RIGHT: 0.7,
    "With 0.5 the height is 0.000020. It is still slow: try another momentum.": 0.5,
    "With 0.8 the height is 0.000055. It swings past and comes back.": 0.8,
    "With 0.9 the height is 0.040509. It swings past and comes back.": 0.9,
    "With 0.99 the height is 9.468471. It swings past and comes back.": 0.99,
    "Choose one of 0.5, 0.7, 0.8, 0.9 and 0.99.": ELSE,
}
