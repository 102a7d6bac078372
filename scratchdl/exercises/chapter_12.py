"""Checks of chapter 12's exercises. They need neither PyTorch nor scikit-learn."""

from collections.abc import Callable
from typing import Any

import numpy as np

from scratchdl.extending import Tanh
from scratchdl.layers import Dense, Layer
from scratchdl.losses import MeanSquaredError
from scratchdl.network import NeuralNetwork
from scratchdl.operations import Sigmoid

from .checking import (
    ELSE,
    RIGHT,
    Class,
    Value,
    add_check,
    choose,
    compare,
    equal,
    exercise,
    require,
)
from .explaining import describe, sentence

add_check(
    "ex-which-way-round",
    {
        RIGHT: [(8, 5), (3, 8), (5, 8)],
        "nn.Linear has a row for each neuron, unlike your W.": [(5, 8), (8, 3), (5, 8)],
        "You swapped the two libraries.": [(5, 8), (8, 3), (8, 5)],
        "PyTorch's are right. Does scikit-learn transpose?": [(8, 5), (3, 8), (8, 5)],
        "The second layer's inputs come from the 8 neurons.": [(8, 5), (3, 5), (5, 8)],
        "Write down your own W: inputs by neurons. Which library transposes it?": ELSE,
    },
    chapter="12",
    kind="predict",
    level=1,
    minutes=5,
)
add_check(
    "ex-same-step",
    {
        RIGHT: [0.1, 0.02],
        "Then the steps of both are shorter. What do they divide by?": [0.01, 0.01],
        "Where the gradient is smaller, the rate must be larger.": [0.001, 0.005],
        "The first is right. What did the two outputs show you?": [0.1, 0.2],
        "The first is right. The second divides by something too.": [0.1, 0.01],
        "The second is right. PyTorch averages over all entries: how many outputs are "
        "there?": [0.02, 0.02],
        "The second is right. nn.MSELoss divides by the outputs too.": [0.01, 0.02],
        "By how much is each library's gradient smaller than yours, with 10 "
        "outputs?": ELSE,
    },
    chapter="12",
    kind="predict",
    level=2,
    minutes=5,
)


# By hint: a function of three values whose gradients a wrong tape gets wrong.
_FUNCTIONS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "If a grows by 1, `a + b` grows by 1, and so it does for b: both slopes are 1.": (
        lambda a, b, c: a + b
    ),
    "`a * b`: the slope with respect to a is b, and the one with respect to b is a.": (
        lambda a, b, c: a * b
    ),
    "For `a * b + c`, go on from a * b to its own parents. Does a * b come before them "
    "in your order?": lambda a, b, c: a * b + c,
    "For `a * b * c`, multiply each slope by the gradient of the result: that is the "
    "chain rule.": lambda a, b, c: a * b * c,
    "For `a * b + a * c`, a gets two contributions. Add them up.": (
        lambda a, b, c: a * b + a * c
    ),
    "For `a * a`, a is both parents. Add up both contributions.": lambda a, b, c: a * a,
    "For `m = a * b; m * m`, m passes its gradient on before it is complete, or twice. "
    "It must do so once, after all results that were computed from it.": (
        lambda a, b, c: (m := a * b) * m
    ),
    "For `m = a * b; m + m * c`, m passes its gradient on before m * c has contributed "
    "to it. Which value comes first in your order?": (
        lambda a, b, c: (m := a * b) + m * c
    ),
    "For `m = a * b; m * c * c + m`, m passes its gradient on before m * c has "
    "contributed to it. Which value comes first in your order?": (
        lambda a, b, c: (m := a * b) * c * c + m
    ),
}


@exercise("ex-build-tape", "write", level=3, minutes=25, needs="a Value")
def _build_tape(answer: Class) -> None:
    grad = answer(3.0).grad
    compare(grad, {RIGHT: 0.0, "The `grad` of a new Value must be 0.0.": ELSE})
    for numbers in ((3.0, -2.0, 5.0), (2.0, 2.0, 2.0)):
        for hint, function in _FUNCTIONS.items():
            values = [answer(number) for number in numbers]
            result = function(*values)
            is_value = isinstance(result, answer)
            require(is_value, f"`+` and `*` must return a Value, not {result!r}.")
            wrong = "`+` and `*` must compute the `number` of the result."
            compare(result.number, {RIGHT: function(*numbers), wrong: ELSE})
            result.backward()
            here = f"With the values {', '.join(map(str, numbers))}: "
            wrong = "the gradient of the result with respect to itself is 1."
            compare(result.grad, {RIGHT: 1.0, wrong: ELSE}, here)
            found = [value.grad for value in values]
            compare(found, {RIGHT: _slopes(function, numbers), hint: ELSE}, here)
    value, _Counted.count = answer(_Counted(1.0)), 0
    for _ in range(12):
        value = value * value
    products, _Counted.count = _Counted.count, 0
    value.backward()
    wrong = "All gradients are right, but your tape follows every path of its own: "
    wrong += f"{_Counted.count} products for {products} values. Treat each value once."
    require(_Counted.count < 1000, wrong)


def _slopes(function: Callable[..., float], numbers: tuple[float, ...]) -> list[float]:
    """Return the numerical derivatives of a function with respect to each number."""
    slopes, nudge = [], 1e-4
    for place in range(len(numbers)):
        left, right = list(numbers), list(numbers)
        left[place] -= nudge
        right[place] += nudge
        slopes.append((function(*right) - function(*left)) / (2 * nudge))
    return slopes


class _Counted(float):
    """A number that counts the products in which it is a factor."""

    count = 0

    def __mul__(self, other: float) -> "_Counted":
        _Counted.count += 1
        return _Counted(float(self) * float(other))

    __rmul__ = __mul__


# The layers of a network, and the position of each among the parts of PyTorch's model.
_LAYERS: dict[tuple[int, ...], Callable[[], list[Layer]]] = {
    (0, 2, 4): lambda: [Dense(3, Sigmoid()), Dense(3, Tanh()), Dense(3)],
    (0, 2): lambda: [Dense(4, Sigmoid()), Dense(2)],
    (0, 1, 3): lambda: [Dense(2), Dense(5, Tanh()), Dense(1, Sigmoid())],
    (0, 2, 4, 6, 8, 10): lambda: [Dense(2, Sigmoid()) for _ in range(6)],
}


@exercise("ex-build-state", "write", level=3, minutes=25, needs="a class")
def _build_state(answer: Class) -> None:
    base = "Your class must be a subclass of NeuralNetwork."
    require(issubclass(answer, NeuralNetwork), base)
    for positions, layers in _LAYERS.items():
        net, other = (
            answer(layers(), MeanSquaredError(), seed=seed, independent_layers=True)
            for seed in (1, 2)
        )
        for each in (net, other):
            each.forward(np.ones((2, 3)))
        arrays, before = (
            [param.copy() for param in each.params()] for each in (net, other)
        )
        state = net.state_dict()
        _check_state(state, positions, arrays, str(layers()))
        kept = [array.copy() for array in state.values()]
        for param in net.params():
            param += 1.0
        wrong = "Further training of your network changes the dictionary. Copy arrays."
        require(all(map(equal, state.values(), kept)), wrong)
        other.load_state_dict({name: state[name] for name in reversed(state)})
        _check_loaded(other, list(state), arrays, before)
        for param in other.params():
            param += 1.0
        wrong = "After `load_state_dict`, training changes the dictionary. Copy arrays."
        require(all(map(equal, state.values(), kept)), wrong)


def _check_loaded(
    net: NeuralNetwork,
    names: list[str],
    arrays: list[np.ndarray],
    before: list[np.ndarray],
) -> None:
    for name, found, truth, old in zip(
        names, net.params(), arrays, before, strict=True
    ):
        verdicts = {
            RIGHT: truth,
            "has not arrived. Write into the array in use: W[...] =.": old,
            "has arrived without a transpose. For a square array, NumPy does not "
            "notice.": truth.T,
            "is not what the network has. Look up each array by its name, and "
            "transpose each weight.": ELSE,
        }
        compare(found, verdicts, f"`load_state_dict`: {name} ")


def _check_state(
    state: Any, positions: tuple[int, ...], arrays: list[np.ndarray], layers: str
) -> None:
    wrong = f"`state_dict` returned {sentence(describe(state))} Return a dictionary."
    require(isinstance(state, dict), wrong)
    names = [f"{place}.{kind}" for place in positions for kind in ("weight", "bias")]
    wrong = f"For {layers}, the names are {', '.join(map(str, state))}. They must be "
    rule = "An activation counts as a part, except `Linear`."
    require(list(state) == names, f"{wrong}{', '.join(names)}. {rule}")
    for name, param in zip(names, arrays, strict=True):
        truth = param.T if "weight" in name else param[0]
        hints = {
            RIGHT: truth,
            "PyTorch has a row for each neuron, so transpose your W.": param,
            f"the shape must be {truth.shape}, and the numbers those of the layer.": (
                ELSE
            ),
        }
        if "bias" in name:
            hints = {RIGHT: truth, "PyTorch's bias has one dimension.": ELSE}
        compare(state[name], hints, f"In {name}, ")


@exercise("ex-counting-ends", "explore", level=1, minutes=10)
def _counting_ends(answer: Value) -> None:
    power = choose(answer, range(128), "the power of 2, a whole number")
    number = np.float32(2.0**power)
    still = f"At 2 to the {power}, which is {number:,.0f}, 1 more still counts."
    require(number + np.float32(1) == number, still)
    double = "That is where double precision ends. Single precision ends earlier."
    require(power != 53, double)
    require(power == 24, "It is stuck there, but it already is at a smaller power.")
