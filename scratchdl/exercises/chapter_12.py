"""Checks of chapter 12's exercises. They need neither PyTorch nor scikit-learn."""

from typing import Any

import numpy as np

from scratchdl.layers import Dense
from scratchdl.operations import Sigmoid

from .checking import (
    CHECKS,
    ELSE,
    RIGHT,
    Function,
    Value,
    choose,
    compare,
    equal,
    exercise,
    require,
)
from .framework import network

CHECKS["ex-which-way-round"] = {
    RIGHT: [(8, 5), (3, 8), (5, 8)],
    "nn.Linear has a row for each neuron, unlike your W.": [(5, 8), (8, 3), (5, 8)],
    "You swapped the two libraries.": [(5, 8), (8, 3), (8, 5)],
    "PyTorch's are right. Does scikit-learn transpose?": [(8, 5), (3, 8), (8, 5)],
    "The second layer's inputs come from the 8 neurons.": [(8, 5), (3, 5), (5, 8)],
    "Write down your own W: inputs by neurons. Which library transposes it?": ELSE,
}
CHECKS["ex-same-step"] = {
    RIGHT: [0.1, 0.02],
    "Then the steps of both are shorter. What do they divide by?": [0.01, 0.01],
    "Where the gradient is smaller, the rate must be larger.": [0.001, 0.005],
    "The first is right. What did the two outputs show you?": [0.1, 0.2],
    "The first is right. The second divides by something too.": [0.1, 0.01],
    "The second is right. PyTorch averages over all entries: how many outputs are "
    "there?": [0.02, 0.02],
    "Both are right, in the wrong order.": [0.02, 0.1],
    "By how much is each library's gradient smaller than yours, with 10 outputs?": ELSE,
}


def _predict(x: np.ndarray, W1: Any, B1: Any, W2: Any, B2: Any) -> Any:
    return Sigmoid().forward(x @ W1 + B1) @ W2 + B2


@exercise("ex-home-again")
def _home_again(answer: Function) -> None:
    random = np.random.RandomState(1)
    x = random.randn(4, 3)
    for hidden, outputs in ((3, 3), (5, 2)):
        layers = [Dense(hidden, Sigmoid()), Dense(outputs)]
        net = network(*layers)
        before = net.forward(x)
        old_B1, old_B2 = (layer.params[1].copy() for layer in layers)
        W1, W2 = random.randn(3, hidden), random.randn(hidden, outputs)
        B1, B2 = random.randn(hidden), random.randn(outputs)
        truth, only_W = _predict(x, W1, B1, W2, B2), _predict(x, W1, old_B1, W2, old_B2)
        swapped = _predict(x, W1.T, B1, W2.T, B2) if hidden == outputs else np.inf
        sent = [W1.T.copy(), B1.copy(), W2.T.copy(), B2.copy()]
        answer(net, sent)
        verdicts = {
            RIGHT: truth,
            "your network predicts what it did before: write into its arrays.": before,
            "the weights have arrived, and the biases have not.": only_W,
            "you did not transpose, and NumPy does not notice.": swapped,
            "your network does not predict what the network sent to you does.": ELSE,
        }
        here = f"With layers of {hidden} and {outputs} neurons "
        compare(net.forward(x), verdicts, here)
        operations: list[Any] = [op for layer in layers for op in layer.operations[:2]]
        for operation in operations:
            operation.param += 1.0
        kept = all(map(equal, sent, [W1.T, B1, W2.T, B2]))
        require(kept, "Further training changes the arrays sent to you. Copy them.")


@exercise("ex-counting-ends")
def _counting_ends(answer: Value) -> None:
    power = choose(answer, range(128), "the power of 2, a whole number")
    number = np.float32(2.0**power)
    still = f"At 2 to the {power}, which is {number:,.0f}, 1 more still counts."
    require(number + np.float32(1) == number, still)
    double = "That is where double precision ends. Single precision ends earlier."
    require(power != 53, double)
    require(power == 24, "It is stuck there, but it already is at a smaller power.")
