"""The chapter's three models, built and trained as its reader would."""

import contextlib
import io

import numpy as np

from scratchdl import (
    Dense,
    Layer,
    Linear,
    MeanSquaredError,
    NeuralNetwork,
    ParamOperation,
    Sigmoid,
)

HIDDEN_LAYERS = {"linear regression": 0, "network": 1, "deep network": 2}
SEED = 20190501
# The five losses and two errors that the printed chapter shows for each model.
PRINTED = {
    "linear regression": "30.295 28.462 26.299 25.548 25.092 3.52 5.01",
    "network": "27.434 21.834 18.915 17.193 16.214 2.60 4.03",
    "deep network": "44.134 25.271 22.341 16.464 14.604 2.45 3.82",
}
# The same with the wrong cell of the data corrected. An independent program, written
# from the description alone, gave the same numbers.
CORRECTED = {
    "linear regression": "30.293 28.469 26.293 25.541 25.087 3.52 5.01",
    "network": "27.435 21.839 18.918 17.195 16.215 2.60 4.03",
    "deep network": "44.143 25.278 22.339 16.500 14.655 2.45 3.83",
}


def network(hidden=1, seed=SEED, **options):
    layers = [Dense(neurons=13, activation=Sigmoid()) for _ in range(hidden)]
    layers.append(Dense(neurons=1, activation=Linear()))
    return NeuralNetwork(layers=layers, loss=MeanSquaredError(), seed=seed, **options)


def fit(trainer, data, **options):
    """Train on the data, and return the lines that were printed."""
    X_train, X_test, y_train, y_test = data
    arguments = {"epochs": 50, "eval_every": 10, "batch_size": 32, "seed": SEED}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        trainer.fit(X_train, y_train, X_test, y_test, **{**arguments, **options})
    return printed.getvalue().splitlines()


def snapshot(net):
    return [param.copy() for param in net.params()]


def same(arrays, others):
    """Return whether two rows of arrays hold equal numbers."""
    return all(np.array_equal(a, b) for a, b in zip(arrays, others, strict=True))


def identical(arrays, others):
    """Return whether two rows of arrays are the very same objects."""
    return all(a is b for a, b in zip(arrays, others, strict=True))


def ran(thing, *arrays):
    thing.forward(*arrays)
    return thing


def own(base, **attributes):
    """Return a reader's own subclass."""
    return type("Own", (base,), attributes)


def layer_of(*operations):
    """Return a reader's layer of these operations."""

    def set_up(layer, input_):
        layer.operations = list(operations)

    return own(Layer, _setup_layer=set_up)(2)


class Scale(ParamOperation):
    """A reader's activation with a parameter of its own."""

    def _output(self):
        return self.input_ * self.param

    def _input_grad(self, output_grad):
        return output_grad * self.param

    def _param_grad(self, output_grad):
        return (output_grad * self.input_).sum(axis=0, keepdims=True)
