"""Check of the page "Your own framework", part by part."""

import contextlib
import io
import re
from typing import Any, NamedTuple

import numpy as np

from scratchdl import datasets, layers, losses, network, operations, optimizers, trainer

from .building import require_same
from .checking import Value, exercise, require
from .explaining import describe, sentence
from .framework import flat
from .parts import parts

SEED = 20190501  # of the printed chapter
PRINTED_NUMBER = re.compile(r"\d+\.\d{3}")


class Parts(NamedTuple):
    """Classes that build and train a network, of the reader or of the book."""

    Sigmoid: type[Any]
    Linear: type[Any]
    Dense: type[Any]
    MeanSquaredError: type[Any]
    NeuralNetwork: type[Any]
    SGD: type[Any]
    Trainer: type[Any]

    def network(self, hidden: int = 1) -> Any:
        """Return a network that starts with the printed chapter's seed."""
        made = [self.Dense(13, self.Sigmoid()) for _ in range(hidden)]
        made.append(self.Dense(1, self.Linear()))
        return self.NeuralNetwork(made, self.MeanSquaredError(), seed=SEED)


OWN = Parts(
    operations.Sigmoid,
    operations.Linear,
    layers.Dense,
    losses.MeanSquaredError,
    network.NeuralNetwork,
    optimizers.SGD,
    trainer.Trainer,
)


def _batch() -> tuple[np.ndarray, np.ndarray]:
    X_train, _, y_train, _ = datasets.load_boston()
    return X_train[:32], y_train[:32]


@exercise(
    "ex-own-framework",
    "write",
    level=3,
    minutes=45,
    needs="a list of your seven classes",
)
def _own_framework(answer: Value) -> None:
    classes = Parts(*parts(answer, *Parts._fields))
    for name, kind in zip(Parts._fields, classes, strict=True):
        wrong = f"{name} is {sentence(describe(kind))} Pass the class itself."
        require(isinstance(kind, type), wrong)
        swapped = kind.__name__ in Parts._fields and kind.__name__ != name
        order = f"The order is {', '.join(Parts._fields)}."
        require(not swapped, f"{kind.__name__} is in the place of {name}. {order}")
    net = classes.network()
    net.forward(_batch()[0])
    used = [operation for layer in net.layers for operation in layer.operations]
    for part in (*classes, *map(type, used)):
        for base in part.__mro__:
            own = not base.__module__.startswith("scratchdl.")
            require(own, f"{base.__name__} is still the book's: use your own.")
    require_same(classes, OWN, CASES)


def _start(kinds: Parts) -> np.ndarray:
    net = kinds.network(hidden=2)
    net.forward(_batch()[0])
    return flat(net.params())


def _gradients(kinds: Parts) -> np.ndarray:
    net = kinds.network()
    for _ in range(2):
        net.train_batch(*_batch())
    grads = list(net.param_grads())
    require(grads, "After train_batch, `param_grads` returns no gradients.")
    return flat(grads)


def _steps(kinds: Parts) -> np.ndarray:
    net, optimizer = kinds.network(), kinds.SGD(lr=0.01)
    optimizer.net = net
    for _ in range(2):
        net.train_batch(*_batch())
        optimizer.step()
    return flat(net.params())


def _fit(kinds: Parts, hidden: int, lr: float = 0.01, fits: int = 1) -> np.ndarray:
    """Return the printed losses, in an array of fixed size, and five predictions."""
    X_train, X_test, y_train, y_test = datasets.load_boston()
    net = kinds.network(hidden)
    training = kinds.Trainer(net, kinds.SGD(lr=lr))
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        for _ in range(fits):
            data = X_train, y_train, X_test, y_test
            training.fit(*data, epochs=50, eval_every=10, seed=SEED)
    found = PRINTED_NUMBER.findall(printed.getvalue())
    require(found, "`fit` prints no loss with three decimals.")
    losses = np.zeros(20)
    losses[: len(found)] = np.array(found[:20], float)
    return flat([losses, net.forward(X_test)[:5]])


CASES = {
    "A new network does not start with the printed parameters. Each layer seeds the "
    "shared generator, and draws first W and then B with randn.": _start,
    "The prediction differs. Which operations does Dense use, and in which order?": (
        lambda kinds: kinds.network(hidden=2).forward(_batch()[0])
    ),
    "train_batch must return the loss of the batch.": (
        lambda kinds: kinds.network().train_batch(*_batch())
    ),
    "The gradients differ after two calls of train_batch. Does the second call replace "
    "those of the first? To find the wrong part, use check_gradients (chapter 4).": (
        _gradients
    ),
    "Two steps of SGD lead to different parameters. Does `step` subtract lr times the "
    "gradient, in place? Is each layer set up only once?": _steps,
    "`fit` prints different losses for a linear regression. Look at the seed, the "
    "shuffling, the batches, and the generator that layers and network share.": (
        lambda kinds: _fit(kinds, hidden=0)
    ),
    "`fit` prints different losses for the network.": lambda kinds: _fit(
        kinds, hidden=1
    ),
    "`fit` prints different losses for the deep network.": (
        lambda kinds: _fit(kinds, hidden=2)
    ),
    "When the loss rises, `fit` must stop and restore the best parameters.": (
        lambda kinds: _fit(kinds, hidden=1, lr=0.05)
    ),
    "A second `fit` must seed the generator and start again with new parameters.": (
        lambda kinds: _fit(kinds, hidden=1, fits=2)
    ),
}
