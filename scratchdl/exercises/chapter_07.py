"""Checks of chapter 7's exercises."""

import functools
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from scratchdl.layers import Dense
from scratchdl.losses import MeanSquaredError
from scratchdl.network import NeuralNetwork
from scratchdl.operations import Linear, Sigmoid

from .building import require_same
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
)
from .framework import flat, network, require_gradients
from .parts import as_list

X = np.array([[0.5, -1.0, 2.0], [-0.3, 3.0, -1.5], [1.0, 0.2, 0.7], [0.0, -2.0, 1.0]])
Y = np.array([[10.0], [-20.0], [5.0], [30.0]])


def _made(part: Any, rows: int = 4, **options: Any) -> Any:
    """Return a network of three layers whose layers have their parameters."""
    layers = [Dense(2, Sigmoid()), Dense(5, Sigmoid()), Dense(1)]
    net = part(layers, MeanSquaredError(), **options)
    net.forward(X[:rows])
    return net


def _backward(part: Any) -> np.ndarray:
    net = _made(part)
    net.backward(Y)
    return flat(net.param_grads())


def _trained(part: Any) -> Any:
    net = _made(part, rows=2)
    net.train_batch(2 * X, Y)
    net.train_batch(X, Y)
    return net


def _written(part: Any) -> np.ndarray:
    net = _made(part)
    for number, param in enumerate(net.params()):
        param[...] = number
    return np.asarray(net.forward(X))


def _stored(part: Any) -> np.ndarray:
    net = _made(part)
    return np.array([len(net.layers), net.loss.forward(X, 2 * X)])


def _have_the_seed(part: Any) -> bool:
    nets = {
        seed: part([Dense(2), Dense(1)], MeanSquaredError(), seed=seed)
        for seed in (0, 7)
    }
    return all(layer.seed == seed for seed in nets for layer in nets[seed].layers)


def _share_a_generator(part: Any) -> bool:
    net = _made(part)
    own = getattr(net, "rng", None)
    return all(layer.rng is own for layer in net.layers)


@exercise(
    "ex-build-network",
    "write",
    level=3,
    minutes=20,
    needs="a class with the methods and attributes in its list",
)
def _build_network(answer: Class) -> None:
    cases = {
        "The constructor must store its arguments `layers` and `loss` under these "
        "names.": _stored,
        "Each layer's `seed` must be the seed of the network.": _have_the_seed,
        "If no seed is passed, it is 1.": lambda part: _made(part).layers[0].seed,
        "`rng` must be a RandomState(seed), and each layer's `rng` must be this same "
        "generator.": _share_a_generator,
        "`rng` must start with the seed: RandomState(seed).": lambda part: part(
            [Dense(1)], MeanSquaredError(), seed=7
        ).rng.rand(2),
        "`forward` must pass the batch through all layers, and return what the last "
        "one returns.": lambda part: _made(part).forward(3 * X),
        "`params` must return the arrays of all layers in one list, not a list for "
        "each layer.": lambda part: all(
            isinstance(param, np.ndarray) for param in _made(part).params()
        ),
        "`params` must return the parameters of each layer, from the first layer to "
        "the last.": lambda part: flat(_made(part, seed=3).params()),
        "`params` must return the arrays in use, not copies.": _written,
        "`backward` must go through the layers in reverse order, and pass on what each "
        "layer returns. `param_grads` must then return the gradients, from the first "
        "layer to the last.": _backward,
        "`train_batch` must return the loss of the batch.": lambda part: _made(
            part
        ).train_batch(3 * X, Y),
        "`train_batch` must start `backward` with the gradient that the loss returns. "
        "Each call must use its own batch.": lambda part: flat(
            _trained(part).param_grads()
        ),
        "`train_batch` must not change the parameters: that is step 4.": lambda part: (
            flat(_trained(part).params())
        ),
    }
    require_same(answer, NeuralNetwork, cases)


def _net(*neurons: int, seed: int = 1, inputs: int = 3, new: bool = False) -> Any:
    net = network(*(Dense(each) for each in neurons), seed=seed)
    if not new:
        net.forward(X[:, :inputs])
    return net


def _refused(part: Any, file: str, net: Any, *shapes: str) -> np.ndarray:
    """Return whether the message has the shapes, how many layers are new, and a sum."""
    told = False
    try:
        part(net, file)
    except ValueError as error:
        told = all(shape in str(error) for shape in shapes)
    new = sum(layer.first for layer in net.layers)
    return np.array([told, new, sum(p.sum() for x in net.layers for p in x.params)])


def _in_use(part: Any, file: str) -> np.ndarray:
    net = _net(2, 1)
    before = list(net.params())
    part(net, file)
    return flat(before)


def _loaded(part: Any, file: str, **options: Any) -> np.ndarray:
    net = _net(2, 1, seed=5, **options)
    part(net, file)
    return flat(net.params())


@exercise(
    "ex-build-load",
    "write",
    level=3,
    minutes=20,
    needs="a function that changes the network",
)
def _build_load(answer: Function) -> None:
    with TemporaryDirectory() as folder:
        names = "right", "narrow", "wide", "short"
        files = [str(Path(folder, f"{name}.npz")) for name in names]
        file, narrow, wide, short = files
        for path, net in (
            (file, _net(2, 1, seed=2)),
            (narrow, _net(2, 1, seed=2, inputs=2)),
            (wide, _net(2, 2, seed=2)),
            (short, _net(2, seed=2)),
        ):
            net.save(path)
        cases = {
            "Each parameter must have the numbers of the array with the same number in "
            "the file.": lambda part: _loaded(part, file),
            "Write into the arrays of the network: `param[...] = value`. New arrays do "
            "not reach what uses the old ones.": lambda part: _in_use(part, file),
            "A new network must be set up before its parameters can be read: pass one "
            "row of zeros through it, with as many columns as the first array has "
            "rows.": lambda part: [
                _loaded(part, each, new=True).sum() for each in (narrow, file)
            ],
            "A file with different shapes must raise a ValueError, even where NumPy "
            "would repeat a column.": lambda part: part(_net(2, 3), file),
            "A file with fewer arrays than the network has must raise a ValueError.": (
                lambda part: part(_net(2, 1), short)
            ),
            "A file with more arrays than the network has must raise a ValueError.": (
                lambda part: part(_net(2), file)
            ),
            "After the ValueError the parameters must be as before: compare all shapes "
            "before you write.": lambda part: _refused(part, wide, _net(2, 1)),
            "After the ValueError a network that was new must be new again: call "
            "`layer.reset()` for its layers.": lambda part: _refused(
                part, wide, _net(2, 1, new=True)
            ),
            "The message of the ValueError must contain the shapes of the arrays in "
            "the file and of the parameters.": lambda part: _refused(
                part, wide, _net(2, 1), "(2, 2)", "(2, 1)"
            ),
        }
        require_same(answer, NeuralNetwork.load, cases)


@exercise("ex-row-by-row", "predict", level=1, minutes=5)
def _row_by_row(answer: Value) -> None:
    verdicts = {
        RIGHT: [4],
        "You add up both calls. What does a backward pass do to older gradients?": [6],
        "That is for both rows in one batch. How many rows has the last call?": [3],
        "That is for the first row, or for the second row as one of two.": [2],
        "That is for the first row as one of two rows.": [1],
        "The second row's p - y is 2. Put that into 2 (p - y) / rows of its batch.": (
            ELSE
        ),
    }
    compare(np.ravel(answer), verdicts)


@exercise("ex-in-parts", "write", level=2, minutes=15)
def _in_parts(answer: Function) -> None:
    for rows, size, outputs in ((7, 3, 1), (8, 2, 2), (3, 9, 1)):
        random = np.random.RandomState(1)
        x, y = random.randn(rows, 2), 9 * random.randn(rows, outputs)
        net = network(Dense(3, Sigmoid()), Dense(outputs), independent_layers=True)
        _check_in_parts(answer, net, x, y, size)


def _check_in_parts(answer: Any, net: Any, x: Any, y: Any, size: int) -> None:
    net.forward(x[:1])  # Now the layers have their parameters.
    passed, forward = [0], net.forward

    @functools.wraps(forward)
    def watched(x_batch: np.ndarray) -> Any:
        prediction = forward(x_batch)
        passed.append(len(x_batch))
        return prediction

    before, shapes = flat(net.params()), [param.shape for param in net.params()]
    net.forward = watched
    found = answer(net, x.copy(), y.copy(), size)
    net.forward = forward
    most = max(passed)
    require(most <= size, f"You pass {most} rows at once. The size was {size}.")
    kept = equal(flat(net.params()), before)
    require(kept, "The parameters have changed. Only their gradients are needed.")
    found = as_list(found, f"a list of {len(shapes)} gradients")
    got = [np.shape(grad) for grad in found]
    require(got == shapes, f"The gradients have the shapes {got}, not {shapes}.")

    def gradients(start: int, stop: int) -> np.ndarray:
        net.train_batch(x[start:stop], y[start:stop])
        return flat(net.param_grads())

    truth, yours = gradients(0, len(x)), flat(found)
    starts = range(0, len(x), size)
    each = np.array([gradients(start, start + size) for start in starts])
    place = np.argmax(np.abs(yours - truth))
    verdicts = {
        RIGHT: truth,
        **_hints_in_parts(each, len(x), size),
        "They are not the gradients of the whole batch: one entry is "
        f"{yours[place]:.4g}, and must be {truth[place]:.4g}.": ELSE,
    }
    compare(yours, verdicts)


def _hints_in_parts(each: np.ndarray, rows: int, size: int) -> dict[str, np.ndarray]:
    total, count, last = each.sum(axis=0), len(each), rows - size * (len(each) - 1)
    weighted = size * total + (last - size) * each[-1]
    without_last = (total - each[-1]) / max(count - 1, 1)
    here = f"{rows} rows make {count} parts of size {size} or less"
    return {
        "You add up the parts. Each has been divided by its own number of rows; the "
        "whole batch would be divided by all of them.": total,
        f"Your parts have the same weight. {here}; the last has {last}.": total / count,
        "You count the last part as if it had as many rows as the others.": (
            total * size / rows
        ),
        "You multiply each part by its rows. Divide the sum by all rows.": weighted,
        "These are the gradients of the last part. Each train_batch overwrites the "
        "gradients: keep those of the earlier parts.": each[-1],
        "These are the gradients of the first part. Add the others.": each[0],
        f"{here}, not {count - 1}.": without_last,
    }


@exercise("ex-shortcut", "write", level=2, minutes=10)
def _shortcut(answer: Class) -> None:
    for rows, neurons, size, activation in ((4, 3, 1, Sigmoid), (2, 5, 90, Linear)):
        random = np.random.RandomState(1)
        x, grad = size * random.randn(2, rows, neurons)
        layer, dense = answer(neurons, activation()), Dense(neurons, activation())
        layer.seed = dense.seed = 1
        inner = dense.forward(x)
        verdicts = {
            RIGHT: x + inner,
            "`forward` returns what a Dense returns. Where is the input?": inner,
            "`forward` multiplies the two. It must add them.": x * inner,
            "`forward` must return the input plus the output of Dense.": ELSE,
        }
        compare(layer.forward(x.copy()), verdicts)
        through = dense.backward(grad)
        verdicts = {
            RIGHT: grad + through,
            "`backward` returns only the gradient through the layer. The input also "
            "reaches the output directly.": through,
            "`backward` returns only the gradient of the shortcut.": grad,
            "`backward` multiplies the two gradients. They must be added.": grad
            * through,
            "The input itself is not a gradient. What does the shortcut get?": x
            + through,
        }
        compare(layer.backward(grad.copy()), verdicts)
        net = network(answer(neurons, activation()), answer(neurons), Dense(1))
        require_gradients(net, x / size, random.randn(rows, 1))


add_check(
    "ex-fading",
    {
        RIGHT: 4,
        "With 1 it is 0.0797, not yet below a hundredth.": 1,
        "With 2 it is 0.0378, not yet below a hundredth.": 2,
        "With 3 it is 0.0171, not yet below a hundredth.": 3,
        "With 5 it is 0.0045, but fewer layers are enough.": 5,
        "Try 1, 2, 3 and so on, and stop at the first that is below a hundredth.": ELSE,
    },
    chapter="7",
    kind="explore",
    level=1,
    minutes=5,
)
