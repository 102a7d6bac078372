"""Checks of chapter 5's exercises."""

import itertools
from typing import Any

import numpy as np
from numpy.random import RandomState

from scratchdl.layers import Dense, Layer
from scratchdl.operation import Operation
from scratchdl.operations import BiasAdd, Linear, Sigmoid, WeightMultiply

from .building import raises, require_same
from .checking import ELSE, RIGHT, Class, Function, add_check, exercise, require
from .framework import INPUT, flat, grad_like, require_start

LISTS = "operations", "params", "param_grads"


@exercise(
    "ex-build-layer",
    "write",
    level=3,
    minutes=20,
    needs="the class `Layer` with its three methods",
)
def _build_layer(answer: Class) -> None:
    cases = {
        "`__init__` keeps `neurons`.": lambda kind: getattr(kind(5), "neurons", 0),
        "`__init__` sets `first` to True.": (
            lambda kind: getattr(kind(5), "first", 0) is True
        ),
        "`__init__` sets `operations`, `params` and `param_grads` to empty lists.": (
            lambda kind: _lists_are_empty(kind(5))
        ),
        "`__init__` sets `seed` to None and `rng` to np.random.RandomState().": (
            lambda kind: _seed_and_rng(kind(5))
        ),
        "`forward` sets the layer up, runs the operations in order, each with the "
        "output of the one before, and returns the last output.": (
            lambda kind: _dense_like(kind).forward(INPUT)
        ),
        "After the first batch, `forward` sets `first` to False and does not set the "
        "layer up again.": lambda kind: _set_up_once(_dense_like(kind)),
        "`backward` runs the operations in reverse order, each with the input gradient "
        "of the one before, and returns the last gradient.": (
            lambda kind: _passed(_dense_like(kind))[1]
        ),
        "After the set-up, `forward` fills `params`: W and then B.": (
            lambda kind: _arrays(_dense_like(kind), "params")
        ),
        "`backward` fills `param_grads`: the gradient of W, then that of B.": (
            lambda kind: _arrays(_dense_like(kind), "param_grads")
        ),
        "A second backward pass replaces the gradients of the first one.": (
            lambda kind: _arrays(_dense_like(kind), "param_grads", passes=2)
        ),
        "`params` needs the arrays of the operations themselves, not copies.": (
            lambda kind: _doubled(_dense_like(kind))
        ),
        "Some operations have a parameter, and others have none, in any order. Use "
        "isinstance. This layer adds twice and multiplies once.": (
            lambda kind: _all_arrays(_other(kind))
        ),
        "When `first` is True again, the next batch sets the layer up again, and "
        "`params` has only the new arrays.": lambda kind: _set_up_again(
            _dense_like(kind)
        ),
        "Each layer needs lists of its own. Create them in `__init__`.": (
            lambda kind: bool(_passed(_dense_like(kind))) and _lists_are_empty(kind(5))
        ),
    }
    require_same(answer, Layer, cases)


def _lists_are_empty(layer: Any) -> bool:
    return all(getattr(layer, name, None) == [] for name in LISTS)


def _seed_and_rng(layer: Any) -> bool:
    is_generator = isinstance(getattr(layer, "rng", None), RandomState)
    return getattr(layer, "seed", 0) is None and is_generator


def _dense_like(kind: Class) -> Any:
    def set_up(layer: Any, input_: np.ndarray) -> None:
        layer.count += 1
        W = layer.count * np.linspace(-1.0, 2.0, input_.shape[1] * 3).reshape(-1, 3)
        B = np.array([[0.5, -0.5, 0.1]])
        layer.operations = [WeightMultiply(W), BiasAdd(B), Sigmoid()]

    # W is square, so that a wrong order gives wrong numbers and no error.
    return type("DenseLike", (kind,), {"count": 0, "_setup_layer": set_up})(3)


def _other(kind: Class) -> Any:
    def set_up(layer: Any, input_: np.ndarray) -> None:
        W = np.linspace(-30.0, 60.0, 6).reshape(3, 2)
        add_three, add_two = (BiasAdd(np.ones((1, number))) for number in (3, 2))
        layer.operations = [add_three, WeightMultiply(W), Linear(), add_two]

    return type("Other", (kind,), {"_setup_layer": set_up})(2)


def _passed(layer: Any) -> list[np.ndarray]:
    output = layer.forward(INPUT)
    return [output, layer.backward(9 * grad_like(output))]


def _all_arrays(layer: Any) -> np.ndarray:
    return flat([*_passed(layer), *layer.params, *layer.param_grads])


def _set_up_once(layer: Any) -> bool:
    for batch in (INPUT, INPUT[:1]):
        layer.forward(batch)
    return bool(layer.count == 1 and not layer.first)


def _arrays(layer: Any, name: str, passes: int = 1) -> np.ndarray:
    for _ in range(passes):
        _passed(layer)
    return flat(getattr(layer, name))


def _doubled(layer: Any) -> np.ndarray:
    layer.forward(INPUT)
    for param in layer.params:
        param *= 2
    return np.asarray(layer.forward(INPUT))


def _set_up_again(layer: Any) -> np.ndarray:
    layer.forward(INPUT)
    layer.first = True
    return flat([layer.forward(INPUT[:, :2]), *layer.params])


@exercise(
    "ex-build-dense",
    "write",
    level=3,
    minutes=15,
    needs="the class `Dense` with its two methods",
)
def _build_dense(answer: Class) -> None:
    cases = {
        "Without an activation, `activation` is a Linear object, and each layer has "
        "one of its own.": lambda kind: _has_own_linear(kind(2), kind(2)),
        "For 3 inputs and 2 neurons, W has the shape (3, 2) and B the shape (1, 2).": (
            lambda kind: [op.param.shape for op in _drawn(kind(2)).operations[:2]]
        ),
        "With `seed = 1`: seed `self.rng` with it, then draw W, then B.": (
            lambda kind: _params(kind(2), seed=1)
        ),
        "Without a seed, draw from `self.rng` as it is.": lambda kind: _params(kind(2)),
        "0 is a seed, too. Compare with None.": lambda kind: _params(kind(2), seed=0),
        "Two layers have the same generator and the same seed. Each of them seeds "
        "`self.rng` again, and draws from no other generator.": _after_two,
        "Without an activation, `forward` returns input_ @ W + B.": (
            lambda kind: _drawn(kind(2)).forward(INPUT)
        ),
        "The activation is the last operation. This layer was created with "
        "Dense(2, Sigmoid()).": lambda kind: _drawn(kind(2, Sigmoid())).forward(INPUT),
        "Keep the activation in `activation`, and put this object into the list of "
        "operations.": lambda kind: _uses(kind, Sigmoid()),
        "One row alone has one dimension. Raise a ValueError for it.": (
            lambda kind: raises(ValueError, kind(2).forward, INPUT[0])
        ),
    }
    complete = hasattr(answer(2), "rng")
    require(complete, "`__init__` must call `super().__init__(neurons)`.")
    require_same(answer, Dense, cases)


def _drawn(layer: Any, rng: RandomState | None = None, seed: int | None = None) -> Any:
    layer.rng, layer.seed = rng or RandomState(5), seed
    layer.forward(INPUT)
    return layer


def _params(layer: Any, seed: int | None = None) -> np.ndarray:
    return flat(op.param for op in _drawn(layer, seed=seed).operations[:2])


def _after_two(kind: Class) -> np.ndarray:
    rng = RandomState(5)
    layers = [_drawn(kind(2), rng, seed=1) for _ in range(2)]
    arrays = [op.param for layer in layers for op in layer.operations[:2]]
    return flat([*arrays, rng.rand(2)])


def _has_own_linear(one: Any, other: Any) -> bool:
    return isinstance(one.activation, Linear) and one.activation is not other.activation


def _uses(kind: Class, activation: Operation) -> bool:
    layer = _drawn(kind(2, activation))
    return layer.activation is activation is layer.operations[-1]


add_check(
    "ex-one-seed",
    {
        RIGHT: 0,
        "Each layer draws its own numbers. Where does its random generator start?": 12,
        "Why should the weights differ, and not the biases?": 9,
        "Each layer draws W and then B. Are its biases drawn at a different point?": 3,
        "Set up both layers, and compare their params with !=.": ELSE,
    },
    chapter="5",
    kind="predict",
    level=1,
    minutes=5,
)


@exercise("ex-scaled-start", "write", level=2, minutes=10)
def _scaled_start(answer: Class) -> None:
    for inputs, neurons in ((400, 50), (4, 9)):
        hints = {
            "the weights are as large as those of Dense.": 1,
            "you divide by the number of inputs. Divide by its root.": 1 / inputs,
            "you count the neurons. A sum has a product for each input.": neurons**-0.5,
            "you multiply by the root. The weights must become smaller.": inputs**0.5,
        }
        require_start(answer, inputs, neurons, inputs**-0.5, hints)


@exercise("ex-shared-activation", "write", level=2, minutes=10)
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


add_check(
    "ex-wide-input",
    {
        RIGHT: 100,
        "With 1 input, 1% are stuck: less than half.": 1,
        "With 10 inputs, 15% are stuck: less than half.": 10,
        "With 1000 inputs, 89% are stuck; is it the first number?": 1000,
        "Choose one of 1, 10, 100 and 1000.": ELSE,
    },
    chapter="5",
    kind="explore",
    level=1,
    minutes=5,
)
