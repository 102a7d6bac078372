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
    "The second is right. nn.MSELoss divides by the outputs too.": [0.01, 0.02],
    "By how much is each library's gradient smaller than yours, with 10 outputs?": ELSE,
}


def _predict(x: np.ndarray, widths: list[int], params: list[np.ndarray]) -> Any:
    """Return the predictions of a new network with these parameters."""
    net = network(*(Dense(width, Sigmoid()) for width in widths))
    net.forward(x)
    for own, param in zip(net.params(), params, strict=True):
        own[...] = param
    return net.forward(x)


@exercise("ex-home-again")
def _home_again(answer: Function) -> None:
    random = np.random.RandomState(1)
    for widths in ([3, 3], [5, 2], [4, 6, 2]):
        x = 3.0 * random.randn(len(widths) + 2, 3)
        net = network(*(Dense(width, Sigmoid()) for width in widths))
        before, old = net.forward(x), [param.copy() for param in net.params()]
        new = [2 * random.randn(*param.shape) for param in old]
        Ws, square = new[::2], set(widths) == {3}
        only_W = [new[i] if i % 2 == 0 else old[i] for i in range(len(new))]
        turned = [W.T for W in new[::2]] if square else Ws
        mixed = [turned[i // 2] if i % 2 == 0 else new[i] for i in range(len(new))]
        sent = [param.T.copy().squeeze() for param in new]
        kept = [array.copy() for array in sent]
        answer(net, list(sent))
        unchanged = all(map(equal, sent, kept))
        require(unchanged, "Your function changes the arrays that were sent to you.")
        verdicts = {
            RIGHT: _predict(x, widths, new),
            "your network predicts what it did before: write into its arrays.": before,
            "the weights have arrived, and the biases have not.": (
                _predict(x, widths, only_W)
            ),
            "you did not transpose, and NumPy does not notice.": (
                _predict(x, widths, mixed)
            ),
            "your network does not predict what the network sent to you does.": ELSE,
        }
        neurons = " and ".join(map(str, widths))
        compare(net.forward(x), verdicts, f"With layers of {neurons} neurons ")
        for param in net.params():
            param += 1.0
        independent = all(map(equal, sent, kept))
        require(
            independent, "Further training changes the arrays sent to you. Copy them."
        )


@exercise("ex-counting-ends")
def _counting_ends(answer: Value) -> None:
    power = choose(answer, range(128), "the power of 2, a whole number")
    number = np.float32(2.0**power)
    still = f"At 2 to the {power}, which is {number:,.0f}, 1 more still counts."
    require(number + np.float32(1) == number, still)
    double = "That is where double precision ends. Single precision ends earlier."
    require(power != 53, double)
    require(power == 24, "It is stuck there, but it already is at a smaller power.")
