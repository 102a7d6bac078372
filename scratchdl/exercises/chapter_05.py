"""Checks of chapter 5's exercises."""

import itertools

import numpy as np

from scratchdl.layers import Dense
from scratchdl.operation import Operation
from scratchdl.operations import Linear, Sigmoid

from .checking import CHECKS, ELSE, RIGHT, Class, Function, exercise, require
from .framework import require_start

CHECKS["ex-one-seed"] = {
    RIGHT: 0,
    "Each layer draws its own numbers. Where does its random generator start?": 12,
    "Why should the weights differ, and not the biases?": 9,
    "Each layer draws W and then B. Are its biases drawn at a different point?": 3,
    "Set up both layers, and compare their params with !=.": ELSE,
}


@exercise("ex-scaled-start")
def _scaled_start(answer: Class) -> None:
    for inputs, neurons in ((400, 50), (4, 9)):
        hints = {
            "the weights are as large as those of Dense.": 1,
            "you divide by the number of inputs. Divide by its root.": 1 / inputs,
            "you count the neurons. A sum has a product for each input.": neurons**-0.5,
            "you multiply by the root. The weights must become smaller.": inputs**0.5,
        }
        require_start(answer, inputs, neurons, inputs**-0.5, hints)


@exercise("ex-shared-activation")
def _shared_activation(answer: Function) -> None:
    for one, set_up in itertools.product((Sigmoid(), Linear()), (False, True)):
        for hint, activations in _shared_lists(one).items():
            layers = [Dense(2, activation) for activation in activations]
            for layer in layers if set_up else []:
                layer.forward(np.ones((1, 2)))
            found = answer(layers)
            is_bool = isinstance(found, (bool, np.bool_))
            require(is_bool, f"Return True or False, not {found!r}.")
            require(found == (one in activations[1:]), hint)


def _shared_lists(one: Operation) -> dict[str, list[Operation | None]]:
    kind = type(one).__name__
    return {
        f"For two layers with a {kind}() each you return True. The two are alike, but "
        "they are not the same object.": [type(one)(), type(one)()],
        f"For two layers with one {kind} object you return False. `operations` is "
        "empty before the first batch; look at `activation`.": [one, one],
        "The first and the last of three layers share. Check all pairs.": [
            one,
            None,
            one,
        ],
        "The second and the last of six layers share. Check all pairs.": [
            *(None, one, type(one)(), None, type(one)(), one)
        ],
        "Without an activation, each layer has its own Linear().": [None, None, None],
        "One layer alone cannot share its activation.": [one],
    }


CHECKS["ex-wide-input"] = {
    RIGHT: 100,
    "With 1 input, 1% are stuck: less than half.": 1,
    "With 10 inputs, 15% are stuck: less than half.": 10,
    "With 1000 inputs, 89% are stuck; is it the first number?": 1000,
    "Choose one of 1, 10, 100 and 1000.": ELSE,
}
