"""Wrong uses: each raises at once, says who and what is wrong, and changes nothing."""

import ast
import copy
import warnings
from pathlib import Path

import numpy as np
import pytest
from models import network

import scratchdl
from scratchdl import (
    SGD,
    BiasAdd,
    Dense,
    Dropout,
    GlorotDense,
    Layer,
    Linear,
    Loss,
    MeanSquaredError,
    NeuralNetwork,
    Operation,
    Optimizer,
    ParamOperation,
    ReLU,
    SGDMomentum,
    Sigmoid,
    SoftmaxCrossEntropy,
    Tanh,
    Trainer,
    WeightMultiply,
    accuracy,
    assert_same_shape,
    check_gradients,
    eval_regression_model,
    load_boston,
    load_digits,
    mae,
    numerical_gradient,
    permute_data,
    rmse,
    softmax,
)
from scratchdl.show.motion import play
from scratchdl.show.profiling import median_time, profile_step

X, y = np.ones((4, 13)), np.ones((4, 1))
NET = network()
TRAINER = Trainer(NET, SGD(lr=0.001))
TRAINER.fit(X, y, X, y, epochs=2, eval_every=1)
NET.train_batch(X, y)
SHARED = Sigmoid()


def ran(thing, *arrays):
    thing.forward(*arrays)
    return thing


def fit(*arrays, **options):
    return lambda: TRAINER.fit(*arrays, **options)


def step_of(*operations):
    """Train a layer of these operations for one step."""

    class Given(Layer):
        def _setup_layer(self, input_):
            self.operations = list(operations)

    net = NeuralNetwork([Given(1)], MeanSquaredError())
    optimizer = Trainer(net, SGD()).optim
    net.train_batch(np.ones((2, 1)), np.ones((2, 1)))
    optimizer.step()


# What readers write, with a mistake in each


class NoReturn(Operation):
    def _output(self):
        self.input_ + 1

    def _input_grad(self, output_grad):
        output_grad + 1


class NoGradReturn(NoReturn):
    def _output(self):
        return self.input_


class Wholesale(NoGradReturn):
    def backward(self, output_grad):  # overrides what does the checks
        return output_grad[0]


class TrainingDropout(Dropout):
    training = True


class WrongParamGrad(WeightMultiply):
    def _param_grad(self, output_grad):
        return super()._param_grad(output_grad).T


class Halved(WeightMultiply):  # defines neither _output nor the gradients
    _output = Operation._output


class WrongLossGrad(MeanSquaredError):
    def _input_grad(self):
        return super()._input_grad().ravel()


class UnsummedLoss(MeanSquaredError):
    def _output(self):
        return (self.prediction - self.target) ** 2


class UnreturnedLoss(MeanSquaredError):
    def _output(self):
        super()._output()


class HalfLoss(Loss):
    def _output(self):
        return 0.0


class HalfLayer(Layer):
    pass


class HalfOptimizer(Optimizer):
    pass


class Lazy(Layer):
    def _setup_layer(self, input_):
        pass


class Bare(Layer):
    def _setup_layer(self, input_):
        self.operations = Sigmoid()


class Text(Layer):
    def _setup_layer(self, input_):
        self.operations = ["Sigmoid"]


class Twice(Layer):
    def _setup_layer(self, input_):
        self.operations = [SHARED, Linear(), SHARED]


class Uncared(Layer):
    def _setup_layer(self, input_):
        self.operations = [Wholesale()]


class Incomplete(Lazy):
    def __init__(self, neurons):  # forgets super().__init__(neurons)
        self.neurons = neurons


# Name of the class or function, the wrong use, the error, and how the message begins;
# " ... " stands for what may come between. Where a reader's class is at fault, the name
# is its base class's.
WRONG_USES = [
    (
        "Operation",
        lambda: Operation().forward(X),
        NotImplementedError,
        "Operation must define _output.",
    ),
    (
        "Operation",
        lambda: Halved(X).forward(X),
        NotImplementedError,
        "Halved must define _output.",
    ),
    (
        "Operation",
        lambda: Operation()._input_grad(X),
        NotImplementedError,
        "Operation must define _input_grad.",
    ),
    (
        "Operation",
        lambda: NoReturn().forward(X),
        TypeError,
        "NoReturn: what _output returned must be a NumPy array, not NoneType",
    ),
    (
        "Operation",
        lambda: ran(NoGradReturn(), X).backward(X),
        TypeError,
        "NoGradReturn: input_ has shape (4, 13), but its gradient is a NoneType; "
        "it must be a NumPy array. Is a return missing?",
    ),
    (
        "ParamOperation",
        lambda: ParamOperation(None),
        TypeError,
        "ParamOperation: param must be a NumPy array, not NoneType",
    ),
    (
        "ParamOperation",
        lambda: ParamOperation(np.array(1.0)),
        ValueError,
        "ParamOperation: param must have at least one row and column, not the shape ()",
    ),
    (
        "ParamOperation",
        lambda: ParamOperation(X)._param_grad(X),
        NotImplementedError,
        "ParamOperation must define _param_grad.",
    ),
    (
        "ParamOperation",
        lambda: ran(WrongParamGrad(np.ones((13, 2))), X).backward(np.ones((4, 2))),
        ValueError,
        "WrongParamGrad: param has shape (13, 2), but its gradient has shape (2, 13); "
        "the two must be equal.",
    ),
    (
        "Sigmoid",
        lambda: Sigmoid().backward(X),
        RuntimeError,
        "Sigmoid: backward before forward; call forward first.",
    ),
    (
        "Sigmoid",
        lambda: Sigmoid().forward([[1.0]]),
        TypeError,
        "Sigmoid: input_ must be a NumPy array, not list: use np.array(...).",
    ),
    (
        "Sigmoid",
        lambda: Sigmoid().forward(np.array([["a"]])),
        TypeError,
        "Sigmoid: input_ must hold real numbers, not <U1: use .astype(float).",
    ),
    (
        "Sigmoid",
        lambda: Sigmoid().forward(np.array([[None]])),
        TypeError,
        "Sigmoid: input_ must hold real numbers, not object",
    ),
    (
        "Sigmoid",
        lambda: Sigmoid().forward(X * 1j),
        TypeError,
        "Sigmoid: input_ must hold real numbers, not complex128",
    ),
    (
        "Sigmoid",
        lambda: Sigmoid().forward(X[:0]),
        ValueError,
        "Sigmoid: input_ must have at least one row and column, not the shape "
        "(0, 13); is a filter or a slice empty?",
    ),
    (
        "Sigmoid",
        lambda: Sigmoid().forward(X[:, :0]),
        ValueError,
        "Sigmoid: input_ must have at least one row and column ... (4, 0)",
    ),
    (
        "Sigmoid",
        lambda: Sigmoid().forward(np.array(1.0)),
        ValueError,
        "Sigmoid: input_ must have at least one row and column, not the shape ()",
    ),
    (
        "Sigmoid",
        lambda: Sigmoid().forward(np.ma.array(X)),
        TypeError,
        "Sigmoid: input_ must be a NumPy array, not MaskedArray",
    ),
    (
        "Sigmoid",
        lambda: Sigmoid().forward(X.view(np.matrix)),
        TypeError,
        "Sigmoid: input_ must be a NumPy array, not matrix",
    ),
    (
        "Sigmoid",
        lambda: ran(Sigmoid(), X).backward(y),
        ValueError,
        "Sigmoid: output has shape (4, 13), but its gradient has shape (4, 1)",
    ),
    (
        "Sigmoid",
        lambda: ran(Sigmoid(), X).backward(None),
        TypeError,
        "Sigmoid: output has shape (4, 13), but its gradient is a NoneType",
    ),
    (
        "Linear",
        lambda: Linear().forward("X"),
        TypeError,
        "Linear: input_ must be a NumPy array, not str",
    ),
    (
        "Linear",
        lambda: ran(Linear(), X).backward(X * 1j),
        TypeError,
        "Linear: output has shape (4, 13), but its gradient holds complex128; "
        "it must hold real numbers.",
    ),
    (
        "WeightMultiply",
        lambda: WeightMultiply("W"),
        TypeError,
        "WeightMultiply: param must be a NumPy array, not str",
    ),
    (
        "WeightMultiply",
        lambda: WeightMultiply(np.ones(3)),
        ValueError,
        "WeightMultiply: W has shape (3,); it must be (inputs, neurons).",
    ),
    (
        "WeightMultiply",
        lambda: WeightMultiply(np.ones((2, 3))).forward(X),
        ValueError,
        "WeightMultiply: input_ has shape (4, 13) and W (2, 3); input_ must be "
        "(rows, 2), one column for each row of W.",
    ),
    (
        "WeightMultiply",
        lambda: WeightMultiply(np.ones((13, 3))).forward(X[0]),
        ValueError,
        "WeightMultiply: input_ has shape (13,) ... (rows, 13)",
    ),
    (
        "WeightMultiply",
        lambda: ran(WeightMultiply(np.ones((13, 2))), X).backward(X),
        ValueError,
        "WeightMultiply: output has shape (4, 2), but its gradient has shape (4, 13)",
    ),
    (
        "BiasAdd",
        lambda: BiasAdd([[1.0]]),
        TypeError,
        "BiasAdd: param must be a NumPy array, not list",
    ),
    (
        "BiasAdd",
        lambda: BiasAdd(np.ones(3)),
        ValueError,
        "BiasAdd: B has shape (3,); it must be one row, (1, neurons): use B.reshape",
    ),
    (
        "BiasAdd",
        lambda: BiasAdd(np.ones((2, 3))),
        ValueError,
        "BiasAdd: B has shape (2, 3); it must be one row",
    ),
    (
        "BiasAdd",
        lambda: BiasAdd(np.ones((1, 13))).forward(y),
        ValueError,
        "BiasAdd: input_ has shape (4, 1) and B (1, 13); input_ must be (rows, 13), "
        "one column for each bias.",
    ),
    (
        "BiasAdd",
        lambda: BiasAdd(np.ones((1, 13))).forward(X[0]),
        ValueError,
        "BiasAdd: input_ has shape (13,) ... (rows, 13)",
    ),
    (
        "assert_same_shape",
        lambda: assert_same_shape(X, y),
        ValueError,
        "array has shape (4, 13), but its gradient has shape (4, 1)",
    ),
    (
        "assert_same_shape",
        lambda: assert_same_shape(X, X.tolist(), NET, "weights"),
        TypeError,
        "NeuralNetwork: weights has shape (4, 13), but its gradient is a list",
    ),
    (
        "check_gradients",
        lambda: check_gradients(Sigmoid, X),
        TypeError,
        "check_gradients: got the class Sigmoid; pass an object: Sigmoid().",
    ),
    (
        "check_gradients",
        lambda: check_gradients(SGD(), X),
        TypeError,
        "check_gradients: got SGD(lr=0.01), which has no forward and backward; pass an "
        "operation, a layer, a loss or a network, such as Sigmoid().",
    ),
    (
        "check_gradients",
        lambda: check_gradients(NET, X.tolist(), y),
        TypeError,
        "check_gradients: input_ must be a NumPy array, not list",
    ),
    (
        "check_gradients",
        lambda: check_gradients(NET, X * np.nan, y),
        ValueError,
        "check_gradients: input_ of shape (4, 13) holds nan or inf; check with finite "
        "numbers.",
    ),
    (
        "check_gradients",
        lambda: check_gradients(NET, X, y.tolist()),
        TypeError,
        "check_gradients: target must be a NumPy array, not list",
    ),
    (
        "check_gradients",
        lambda: check_gradients(NET, X),
        TypeError,
        "check_gradients: NeuralNetwork has a loss: pass the target.",
    ),
    (
        "check_gradients",
        lambda: check_gradients(Dense(2), X, y),
        TypeError,
        "check_gradients: Dense has no loss: leave out the target.",
    ),
    (
        "check_gradients",
        lambda: check_gradients(NET, X[:, :5], y),
        ValueError,
        "WeightMultiply: input_ has shape (4, 5) and W (13, 13)",
    ),
    (
        "check_gradients",
        lambda: check_gradients(NET, X, y[:2]),
        ValueError,
        "MeanSquaredError: prediction has shape (4, 1), but target has shape (2, 1)",
    ),
    (
        "numerical_gradient",
        lambda: numerical_gradient(float, np.ones(2, int)),
        TypeError,
        "numerical_gradient: ... int64",
    ),
    # Layers
    (
        "Layer",
        lambda: Layer(2).forward(X),
        NotImplementedError,
        "Layer must define _setup_layer.",
    ),
    (
        "Layer",
        lambda: HalfLayer(2).forward(X),
        NotImplementedError,
        "HalfLayer must define _setup_layer.",
    ),
    (
        "Layer",
        lambda: Lazy(2).forward(X),
        TypeError,
        "Lazy: _setup_layer left [] as operations; it must make a list of them: "
        "[WeightMultiply(W)].",
    ),
    (
        "Layer",
        lambda: Bare(2).forward(X),
        TypeError,
        "Bare: _setup_layer left Sigmoid() as operations",
    ),
    (
        "Layer",
        lambda: Text(2).forward(X),
        TypeError,
        "Text: _setup_layer left ['Sigmoid'] as operations",
    ),
    (
        "Layer",
        lambda: Twice(2).forward(X),
        ValueError,
        "Twice: an operation serves twice in [Sigmoid(), Linear(), Sigmoid()]; each "
        "keeps its own batch, so make a new one for each place.",
    ),
    (
        "Layer",
        lambda: Incomplete(2).forward(X),
        RuntimeError,
        "Incomplete: the layer is not complete; its __init__ must call "
        "super().__init__(neurons).",
    ),
    (
        "Layer",
        lambda: ran(Uncared(2), X).backward(X),
        ValueError,
        "Uncared: input_ has shape (4, 13), but its gradient has shape (13,)",
    ),
    ("Dense", lambda: Dense(0), ValueError, "Dense: neurons must be at least 1, not 0"),
    (
        "Dense",
        lambda: Dense(-3),
        ValueError,
        "Dense: neurons must be at least 1, not -3",
    ),
    (
        "Dense",
        lambda: Dense(2.5),
        TypeError,
        "Dense: neurons must be a whole number, not 2.5",
    ),
    (
        "Dense",
        lambda: Dense(True),
        TypeError,
        "Dense: neurons must be a whole number, not True",
    ),
    (
        "Dense",
        lambda: Dense(2, Sigmoid),
        TypeError,
        "Dense: activation is <class ... >; pass an operation: Sigmoid().",
    ),
    (
        "Dense",
        lambda: Dense(2, "sigmoid"),
        TypeError,
        "Dense: activation is 'sigmoid'; pass an operation",
    ),
    (
        "Dense",
        lambda: Dense(2).forward(X[0]),
        ValueError,
        "Dense: input_ has shape (13,), not (rows, inputs); for one observation use "
        "reshape(1, -1), for one feature reshape(-1, 1).",
    ),
    (
        "Dense",
        lambda: Dense(2).forward(np.ones((4, 2, 3))),
        ValueError,
        "Dense: input_ has shape (4, 2, 3), not (rows, inputs)",
    ),
    (
        "Dense",
        lambda: Dense(2).forward([[1.0]]),
        TypeError,
        "Dense: input_ must be a NumPy array, not list",
    ),
    (
        "Dense",
        lambda: Dense(2).backward(X),
        RuntimeError,
        "Dense: backward before forward; call forward first.",
    ),
    (
        "Dense",
        lambda: ran(Dense(2), X).backward(y),
        ValueError,
        "Linear: output has shape (4, 2), but its gradient has shape (4, 1)",
    ),
    (
        "Dense",
        lambda: ran(Dense(2), X).forward(y),
        ValueError,
        "WeightMultiply: input_ has shape (4, 1) and W (13, 2)",
    ),
    # Losses
    (
        "Loss",
        lambda: Loss().forward(y, y),
        NotImplementedError,
        "Loss must define _output.",
    ),
    (
        "Loss",
        lambda: ran(HalfLoss(), y, y).backward(),
        NotImplementedError,
        "HalfLoss must define _input_grad.",
    ),
    (
        "Loss",
        lambda: UnsummedLoss().forward(y, y),
        TypeError,
        "UnsummedLoss: _output returned a ndarray; it must return one number. "
        "Is a return or a sum missing?",
    ),
    (
        "Loss",
        lambda: UnreturnedLoss().forward(y, y),
        TypeError,
        "UnreturnedLoss: _output returned a NoneType",
    ),
    (
        "Loss",
        lambda: ran(WrongLossGrad(), y, y).backward(),
        ValueError,
        "WrongLossGrad: prediction has shape (4, 1), but its gradient has shape (4,)",
    ),
    (
        "MeanSquaredError",
        lambda: MeanSquaredError().backward(),
        RuntimeError,
        "MeanSquaredError: backward before forward; call forward first.",
    ),
    (
        "MeanSquaredError",
        lambda: MeanSquaredError().forward(y, y[:, 0]),
        ValueError,
        "MeanSquaredError: prediction has shape (4, 1), but target has shape (4,); the "
        "two must be equal. If target is one long row of numbers, make it a column: "
        "target.reshape(-1, 1).",
    ),
    (
        "MeanSquaredError",
        lambda: MeanSquaredError().forward(y, y[:2]),
        ValueError,
        "MeanSquaredError: prediction has shape (4, 1), but target has shape (2, 1)",
    ),
    (
        "MeanSquaredError",
        lambda: MeanSquaredError().forward(y[:0], y[:0]),
        ValueError,
        "MeanSquaredError: prediction must have at least one row",
    ),
    (
        "MeanSquaredError",
        lambda: MeanSquaredError().forward(1.5, y),
        TypeError,
        "MeanSquaredError: prediction must be a NumPy array, not float",
    ),
    (
        "MeanSquaredError",
        lambda: MeanSquaredError().forward(y, [[1]]),
        TypeError,
        "MeanSquaredError: target must be a NumPy array, not list",
    ),
    (
        "MeanSquaredError",
        lambda: MeanSquaredError().forward(y * np.nan, y),
        RuntimeError,
        "MeanSquaredError: the loss is nan for predictions of shape (4, 1). If this "
        "came up in training, try a smaller learning rate; if at once, look for nan "
        "or inf in the data.",
    ),
    (
        "MeanSquaredError",
        lambda: MeanSquaredError().forward(y * 1e200, y),
        RuntimeError,
        "MeanSquaredError: the loss is inf",
    ),
    (
        "MeanSquaredError",
        lambda: MeanSquaredError().forward(y * np.inf, y * np.inf),
        RuntimeError,
        "MeanSquaredError: the loss is nan",
    ),
    # Networks
    (
        "NeuralNetwork",
        lambda: NeuralNetwork([], MeanSquaredError()),
        TypeError,
        "NeuralNetwork: layers is []; pass a list of one layer or more: "
        "[Dense(neurons=1)].",
    ),
    (
        "NeuralNetwork",
        lambda: NeuralNetwork(Dense(1), MeanSquaredError()),
        TypeError,
        "NeuralNetwork: layers is Dense ... pass a list",
    ),
    (
        "NeuralNetwork",
        lambda: NeuralNetwork([Sigmoid()], MeanSquaredError()),
        TypeError,
        "NeuralNetwork: layers is [Sigmoid()]",
    ),
    (
        "NeuralNetwork",
        lambda: NeuralNetwork([Dense], MeanSquaredError()),
        TypeError,
        "NeuralNetwork: layers is [<class",
    ),
    (
        "NeuralNetwork",
        lambda: NeuralNetwork([Dense(2), Incomplete(1)], MeanSquaredError()),
        TypeError,
        "NeuralNetwork: a Incomplete is not complete; its __init__ must call "
        "super().__init__(neurons).",
    ),
    (
        "NeuralNetwork",
        lambda: NeuralNetwork([Dense(1)], MeanSquaredError),
        TypeError,
        "NeuralNetwork: loss is <class ... >; pass a loss: MeanSquaredError().",
    ),
    (
        "NeuralNetwork",
        lambda: NeuralNetwork([Dense(1)] * 2, MeanSquaredError()),
        ValueError,
        "NeuralNetwork: an object serves twice in [Dense ... ]; each layer and each "
        "activation keeps its own batch, so make a new one for each place.",
    ),
    (
        "NeuralNetwork",
        lambda: NeuralNetwork([Dense(2, SHARED), Dense(2, SHARED)], MeanSquaredError()),
        ValueError,
        "NeuralNetwork: an object serves twice",
    ),
    (
        "NeuralNetwork",
        lambda: network(seed=-1),
        ValueError,
        "NeuralNetwork: seed must be from 0 to 2**32 - 1, not -1.",
    ),
    (
        "NeuralNetwork",
        lambda: network(seed=2**32),
        ValueError,
        "NeuralNetwork: seed must be from 0 to 2**32 - 1, not 4294967296.",
    ),
    (
        "NeuralNetwork",
        lambda: network(seed="a"),
        TypeError,
        "NeuralNetwork: seed must be a whole number or None, not 'a'.",
    ),
    (
        "NeuralNetwork",
        lambda: network(seed=True),
        TypeError,
        "NeuralNetwork: seed must be a whole number or None, not True.",
    ),
    (
        "NeuralNetwork",
        lambda: network().backward(y),
        RuntimeError,
        "Dense: backward before forward",
    ),
    (
        "NeuralNetwork",
        lambda: ran(network(), X).backward(X),
        ValueError,
        "Linear: output has shape (4, 1), but its gradient has shape (4, 13)",
    ),
    (
        "NeuralNetwork",
        lambda: network().forward(X[0]),
        ValueError,
        "Dense: input_ has shape (13,)",
    ),
    (
        "NeuralNetwork",
        lambda: NET.train_batch(X.tolist(), y),
        TypeError,
        "NeuralNetwork: inputs must be a NumPy array, not list",
    ),
    (
        "NeuralNetwork",
        lambda: NET.train_batch(X, y.tolist()),
        TypeError,
        "NeuralNetwork: targets must be a NumPy array, not list",
    ),
    (
        "NeuralNetwork",
        lambda: NET.train_batch(X, y[:, 0]),
        ValueError,
        "NeuralNetwork: targets have shape (4,), inputs (4, 13); targets must be a "
        "column: use targets.reshape(-1, 1).",
    ),
    (
        "NeuralNetwork",
        lambda: NET.train_batch(X, y[:3]),
        ValueError,
        "NeuralNetwork: inputs have shape (4, 13), targets (3, 1); both need the same "
        "number of rows, one target for each observation.",
    ),
    (
        "NeuralNetwork",
        lambda: NET.train_batch(X[:0], y[:0]),
        ValueError,
        "NeuralNetwork: inputs must have at least one row ... (0, 13)",
    ),
    (
        "NeuralNetwork",
        lambda: NET.train_batch(X[:, :5], y),
        ValueError,
        "WeightMultiply: input_ has shape (4, 5) and W (13, 13)",
    ),
    (
        "NeuralNetwork",
        lambda: NET.train_batch(X, np.ones((4, 2))),
        ValueError,
        "MeanSquaredError: prediction has shape (4, 1), but target has shape (4, 2)",
    ),
    (
        "NeuralNetwork",
        lambda: NET.train_batch(X * np.nan, y),
        RuntimeError,
        "MeanSquaredError: the loss is nan",
    ),
    # Optimizers
    (
        "Optimizer",
        lambda: Optimizer().step(),
        NotImplementedError,
        "Optimizer must define step.",
    ),
    (
        "Optimizer",
        lambda: HalfOptimizer().step(),
        NotImplementedError,
        "HalfOptimizer must define step.",
    ),
    (
        "Optimizer",
        lambda: Optimizer(lr=None),
        TypeError,
        "Optimizer: lr is None; it must be a number, such as 0.01.",
    ),
    (
        "SGD",
        lambda: SGD(lr=-0.1),
        ValueError,
        "SGD: lr is -0.1; it must be finite and not negative, for a negative step "
        "makes the loss larger.",
    ),
    ("SGD", lambda: SGD(lr=float("nan")), ValueError, "SGD: lr is nan; it must be"),
    ("SGD", lambda: SGD(lr=float("inf")), ValueError, "SGD: lr is inf; it must be"),
    ("SGD", lambda: SGD(lr="0.1"), TypeError, "SGD: lr is '0.1'; it must be a number"),
    ("SGD", lambda: SGD(lr=True), TypeError, "SGD: lr is True; it must be a number"),
    (
        "SGD",
        lambda: SGD().step(),
        RuntimeError,
        "SGD: there is no network to train; make a Trainer(net, optim), or set "
        "optim.net = net.",
    ),
    (
        "SGD",
        lambda: Trainer(network(), SGD()).optim.step(),
        RuntimeError,
        "SGD: the network has 0 parameters and 0 gradients; call train_batch before "
        "each step.",
    ),
    (
        "SGD",
        lambda: Trainer(ran(network(), X), SGD()).optim.step(),
        RuntimeError,
        "SGD: the network has 4 parameters and 0 gradients",
    ),
    (
        "SGD",
        lambda: step_of(WeightMultiply(np.array([[2]]))),
        TypeError,
        "SGD: a parameter of shape (1, 1) holds int64, which cannot take a small step; "
        "use .astype(float).",
    ),
    # Training
    (
        "Trainer",
        lambda: Trainer(SGD(), NET),
        TypeError,
        "Trainer: got SGD(lr=0.01) and NeuralNetwork( ... ); pass a network and an "
        "optimizer, such as Trainer(net, SGD(lr=0.01)).",
    ),
    (
        "Trainer",
        lambda: Trainer(NET, SGD),
        TypeError,
        "Trainer: got NeuralNetwork( ... ) and <class",
    ),
    (
        "Trainer",
        fit(X, y, X, y, epochs=0),
        ValueError,
        "Trainer: epochs must be at least 1, not 0.",
    ),
    (
        "Trainer",
        fit(X, y, X, y, eval_every=0),
        ValueError,
        "Trainer: eval_every must be at least 1, not 0.",
    ),
    (
        "Trainer",
        fit(X, y, X, y, batch_size=2.0),
        TypeError,
        "Trainer: batch_size must be a whole number, not 2.0.",
    ),
    (
        "Trainer",
        fit(X, y, X, y, seed=-1),
        ValueError,
        "Trainer: seed must be from 0 to 2**32 - 1, not -1.",
    ),
    (
        "Trainer",
        fit(X, y, X, y, seed=1.5),
        TypeError,
        "Trainer: seed must be a whole number or None, not 1.5.",
    ),
    (
        "Trainer",
        fit(X.tolist(), y, X, y),
        TypeError,
        "Trainer: inputs must be a NumPy array, not list",
    ),
    (
        "Trainer",
        fit(X, y[:, 0], X, y),
        ValueError,
        "Trainer: targets have shape (4,), inputs (4, 13)",
    ),
    (
        "Trainer",
        fit(X, y, X, y[:2]),
        ValueError,
        "Trainer: inputs have shape (4, 13), targets (2, 1)",
    ),
    (
        "Trainer",
        fit(X, y, X[:, :5], y),
        ValueError,
        "Trainer: a training array has shape (4, 13), but the test array (4, 5); all "
        "but the rows must be equal.",
    ),
    (
        "Trainer",
        fit(X, y, X, X),
        ValueError,
        "Trainer: a training array has shape (4, 1), but the test array (4, 13)",
    ),
    (
        "Trainer",  # load_boston's order, in place of fit's
        fit(*load_boston()),
        ValueError,
        "Trainer: inputs have shape (354, 13), targets (152, 13)",
    ),
    (
        "Trainer",
        fit(X, y * 1e200, X, y),
        RuntimeError,
        "MeanSquaredError: the loss is inf ... smaller learning rate",
    ),
    (
        "Trainer",
        fit(X, y, X, y * np.nan, restart=False, eval_every=1),
        RuntimeError,
        "MeanSquaredError: the loss is nan ... in the data",
    ),
    (
        "Trainer",
        fit(X[:, :5], y, X[:, :5], y, restart=False),
        ValueError,
        "WeightMultiply: input_ has shape (4, 5) and W (13, 13)",
    ),
    (
        "Trainer",
        lambda: list(TRAINER.generate_batches(X, y, size=0)),
        ValueError,
        "Trainer: size must be at least 1, not 0.",
    ),
    (
        "Trainer",
        lambda: list(TRAINER.generate_batches(X, y[:2], size=2)),
        ValueError,
        "Trainer: inputs have shape (4, 13), targets (2, 1)",
    ),
    # Data and measures
    (
        "permute_data",
        lambda: permute_data(X, y[:2]),
        ValueError,
        "permute_data: inputs have shape (4, 13), targets (2, 1); both need",
    ),
    (
        "permute_data",
        lambda: permute_data(X, None),
        TypeError,
        "permute_data: targets must be a NumPy array, not NoneType",
    ),
    (
        "permute_data",
        lambda: permute_data(X, y, 5),
        TypeError,
        "permute_data: rng is 5; pass a stream: RandomState(seed).",
    ),
    (
        "eval_regression_model",
        lambda: eval_regression_model(NET, X, y[:2]),
        ValueError,
        "eval_regression_model: inputs have shape (4, 13), targets (2, 1)",
    ),
    (
        "eval_regression_model",
        lambda: eval_regression_model(X, y, NET),
        TypeError,
        "eval_regression_model: model is ... ]]); pass a network: trainer.net.",
    ),
    (
        "eval_regression_model",
        lambda: eval_regression_model(TRAINER, X, y),
        TypeError,
        "eval_regression_model: model is Trainer(net=NeuralNetwork(",
    ),
    (
        "mae",
        lambda: mae([[1.0]], y),
        TypeError,
        "mae: y_true must be a NumPy array, not list",
    ),
    (
        "mae",
        lambda: mae(y[:, 0], y),
        ValueError,
        "mae: y_true has shape (4,), but y_pred has shape (4, 1); make both columns, "
        "with reshape(-1, 1).",
    ),
    (
        "rmse",
        lambda: rmse(y, None),
        TypeError,
        "rmse: y_pred must be a NumPy array, not NoneType",
    ),
    (
        "rmse",
        lambda: rmse(y, X),
        ValueError,
        "rmse: y_true has shape (4, 1), but y_pred has shape (4, 13)",
    ),
    (
        "play",
        lambda: play(TRAINER, X, y),
        TypeError,
        "play: network is Trainer(net=Neural ... ; pass a network: trainer.net.",
    ),
    (
        "play",
        lambda: play(X, y, NET),
        TypeError,
        "play: network is array([[ ... ; pass a network: trainer.net.",
    ),
    (
        "play",
        lambda: play(NeuralNetwork, X, y),
        TypeError,
        "play: network is <class 'scratchdl.network.NeuralNetwork'>; pass a network",
    ),
    (
        "play",
        lambda: play(NET, X.tolist(), y),
        TypeError,
        "NeuralNetwork: inputs must be a NumPy array, not list",
    ),
    (
        "play",
        lambda: play(NET, X, y[:2]),
        ValueError,
        "NeuralNetwork: inputs have shape (4, 13), targets (2, 1)",
    ),
    (
        "play",
        lambda: play(NET, X[:, :5], y),
        ValueError,
        "WeightMultiply: input_ has shape (4, 5) and W (13, 13)",
    ),
    (
        "play",
        lambda: play(NET, X, y * np.inf),
        RuntimeError,
        "MeanSquaredError: the loss is inf",
    ),
    # Chapter 11
    (
        "Tanh",
        lambda: Tanh().forward([[1.0]]),
        TypeError,
        "Tanh: input_ must be a NumPy array, not list",
    ),
    (
        "ReLU",
        lambda: ReLU().backward(X),
        RuntimeError,
        "ReLU: backward before forward; call forward first.",
    ),
    (
        "softmax",
        lambda: softmax(np.ones(3)),
        ValueError,
        "softmax: logits has shape (3,); it must be (rows, classes) ... reshape",
    ),
    (
        "SoftmaxCrossEntropy",
        lambda: SoftmaxCrossEntropy().forward(y, y),
        ValueError,
        "SoftmaxCrossEntropy: prediction has shape (4, 1) ... two classes or more.",
    ),
    (
        "SoftmaxCrossEntropy",
        lambda: SoftmaxCrossEntropy().forward(X[0], X[0]),
        ValueError,
        "SoftmaxCrossEntropy: prediction has shape (13,)",
    ),
    (
        "SoftmaxCrossEntropy",
        lambda: SoftmaxCrossEntropy().forward(X, X),
        ValueError,
        "SoftmaxCrossEntropy: a row of the target of shape (4, 13) ... np.eye(classes)",
    ),
    (
        "SoftmaxCrossEntropy",
        lambda: SoftmaxCrossEntropy().forward(X[:, :2], np.array([[-1.0, 2]] * 4)),
        ValueError,
        "SoftmaxCrossEntropy: a row of the target of shape (4, 2)",
    ),
    (
        "SoftmaxCrossEntropy",
        lambda: SoftmaxCrossEntropy().forward(X[:, :2], X[:, :2] * np.nan),
        ValueError,
        "SoftmaxCrossEntropy: a row of the target of shape (4, 2)",
    ),
    (
        "SoftmaxCrossEntropy",
        lambda: SoftmaxCrossEntropy().forward(X * np.inf, np.eye(13)[:4]),
        RuntimeError,
        "SoftmaxCrossEntropy: the loss is nan for predictions of shape (4, 13)",
    ),
    (
        "SoftmaxCrossEntropy",
        lambda: SoftmaxCrossEntropy().backward(),
        RuntimeError,
        "SoftmaxCrossEntropy: backward before forward",
    ),
    (
        "accuracy",
        lambda: accuracy(y, y),
        ValueError,
        "accuracy: y_true has shape (4, 1), and y_pred (4, 1); both must be",
    ),
    (
        "accuracy",
        lambda: accuracy(X, y),
        ValueError,
        "accuracy: y_true has shape (4, 13), and y_pred (4, 1); both must be",
    ),
    (
        "accuracy",
        lambda: accuracy([1, 2], X),
        TypeError,
        "accuracy: y_true must be a NumPy array, not list",
    ),
    (
        "accuracy",
        lambda: accuracy(X, [1, 2]),
        TypeError,
        "accuracy: y_pred must be a NumPy array, not list",
    ),
    (
        "softmax",
        lambda: softmax([1, 2]),
        TypeError,
        "softmax: logits must be a NumPy array, not list",
    ),
    (
        "SoftmaxCrossEntropy",
        lambda: SoftmaxCrossEntropy().forward(X[:, :2], np.ones((4, 2))),
        ValueError,
        "SoftmaxCrossEntropy: a row of the target of shape (4, 2)",
    ),
    (
        "GlorotDense",
        lambda: GlorotDense(0),
        ValueError,
        "GlorotDense: neurons must be at least 1, not 0.",
    ),
    (
        "GlorotDense",
        lambda: GlorotDense(2, keep_prob=0),
        ValueError,
        "GlorotDense: keep_prob is 0; it must be between 0 and 1, or 1.",
    ),
    (
        "Dropout",
        lambda: Dropout(1.5),
        ValueError,
        "Dropout: keep_prob is 1.5; it must be between 0 and 1, or 1.",
    ),
    (
        "Dropout",
        lambda: Dropout("0.8"),
        TypeError,
        "Dropout: keep_prob is '0.8'; it must be a number, such as 0.8.",
    ),
    (
        "Dropout",
        lambda: Dropout(True),
        TypeError,
        "Dropout: keep_prob is True; it must be a number",
    ),
    (
        "Dropout",
        lambda: Dropout(0.8, rng=7),
        TypeError,
        "Dropout: rng is 7; pass a stream: RandomState(seed).",
    ),
    (
        "SGDMomentum",
        lambda: SGDMomentum(lr=-1),
        ValueError,
        "SGDMomentum: lr is -1; it must be finite and not negative",
    ),
    (
        "SGDMomentum",
        lambda: SGDMomentum(momentum=1),
        ValueError,
        "SGDMomentum: momentum is 1; it must be between 0 and 1, or 0.",
    ),
    (
        "SGDMomentum",
        lambda: SGDMomentum(momentum=float("nan")),
        ValueError,
        "SGDMomentum: momentum is nan",
    ),
    (
        "SGDMomentum",
        lambda: SGDMomentum(final_lr=0.1, decay_type="cosine"),
        ValueError,
        "SGDMomentum: decay_type is 'cosine'; it must be 'linear', 'exponential' or "
        "None.",
    ),
    (
        "SGDMomentum",
        lambda: SGDMomentum(final_lr=0.1),
        ValueError,
        "SGDMomentum: final_lr is 0.1 and decay_type None; a decay needs both.",
    ),
    (
        "SGDMomentum",
        lambda: SGDMomentum(decay_type="linear"),
        ValueError,
        "SGDMomentum: final_lr is None and decay_type 'linear'; a decay needs both.",
    ),
    (
        "SGDMomentum",
        lambda: SGDMomentum(final_lr="0.1", decay_type="linear"),
        TypeError,
        "SGDMomentum: final_lr is '0.1'; it must be a number",
    ),
    (
        "SGDMomentum",
        lambda: SGDMomentum(final_lr=0, decay_type="linear"),
        ValueError,
        "SGDMomentum: lr is 0.01 and final_lr 0; with a decay both must be",
    ),
    (
        "SGDMomentum",
        lambda: SGDMomentum(0, final_lr=0.1, decay_type="exponential"),
        ValueError,
        "SGDMomentum: lr is 0 and final_lr 0.1; with a decay both must be",
    ),
    (
        "SGDMomentum",
        lambda: SGDMomentum(final_lr=float("inf"), decay_type="linear"),
        ValueError,
        "SGDMomentum: lr is 0.01 and final_lr inf; with a decay both must be finite",
    ),
    (
        "SGDMomentum",
        lambda: SGDMomentum().step(),
        RuntimeError,
        "SGDMomentum: there is no network to train",
    ),
    (
        "load_digits",
        lambda: load_digits(seed=-1),
        ValueError,
        "load_digits: seed must be from 0 to 2**32 - 1, not -1.",
    ),
    (
        "load_digits",
        lambda: load_digits(seed="1"),
        TypeError,
        "load_digits: seed must be a whole number or None, not '1'.",
    ),
    # Chapter 13
    (
        "median_time",
        lambda: median_time(NET.forward(X)),
        TypeError,
        "median_time: function is of type ndarray; pass what is to be called, not what "
        "it returned: lambda: net.forward(X).",
    ),
    (
        "median_time",
        lambda: median_time(NET.params, seconds=np.inf),
        ValueError,
        "median_time: seconds is inf; it must be finite.",
    ),
    (
        "profile_step",
        lambda: profile_step(TRAINER, X, y),
        TypeError,
        "profile_step: net is Trainer(net=Neural ... ; pass a network: trainer.net.",
    ),
    (
        "profile_step",
        lambda: profile_step(NET, X, y, steps=0),
        ValueError,
        "profile_step: steps must be at least 1, not 0.",
    ),
    (
        "profile_step",
        lambda: profile_step(NET, X[:, :5], y),
        ValueError,
        "WeightMultiply: input_ has shape (4, 5) and W (13, 13)",
    ),
    (
        "profile_step",
        lambda: profile_step(NET, X, y * np.inf),
        RuntimeError,
        "MeanSquaredError: the loss is inf",
    ),
]
# Of the front door: they are imported from their modules.
OUTSIDE = {"play", "median_time", "profile_step"}
NOTHING_TO_MISUSE = {"load_boston"}  # two switches, each on or off


def state():
    """Return all that a failed call must leave alone."""
    kind, words, *counters = np.random.get_state()
    return copy.deepcopy(
        {
            "parameters": [param.tolist() for param in NET.params()],
            "gradients": [grad.tolist() for grad in NET.param_grads()],
            "layers": [(len(layer.operations), layer.first) for layer in NET.layers],
            "history": TRAINER.history,
            "epoch": TRAINER.epoch,
            "learning rate": TRAINER.optim.lr,
            "network": [TRAINER.net is NET, TRAINER.optim.net is NET],
            "global random numbers": (kind, words.tolist(), counters),
            "data": (X.tolist(), y.tolist()),
        }
    )


@pytest.mark.parametrize(
    ("name", "use", "error", "words"),
    WRONG_USES,
    ids=[f"{name} | {words[:60]}" for name, _, _, words in WRONG_USES],
)
def test_wrong_use(name, use, error, words):
    before, arrays = state(), list(NET.params())
    with warnings.catch_warnings(), pytest.raises(error) as raised:
        # NumPy's warnings must not come first.
        warnings.simplefilter("error", RuntimeWarning)
        use()
    assert raised.type is error
    message = str(raised.value)
    first, *others = words.split(" ... ")
    assert message.startswith(first), message
    end = len(first)
    for piece in others:
        assert piece in message[end:], message
        end = message.index(piece, end) + len(piece)
    assert message[-1] in ".?", message
    assert state() == before
    assert all(a is b for a, b in zip(arrays, NET.params(), strict=True))


def test_the_table_covers_the_public_interface():
    names = {name for name, *_ in WRONG_USES}
    assert names == (set(scratchdl.__all__) | OUTSIDE) - NOTHING_TO_MISUSE
    assert set(scratchdl.__all__) >= NOTHING_TO_MISUSE
    assert len(WRONG_USES) >= 60


def test_a_failed_forward_pass_leaves_no_stale_output():
    operation = ran(WeightMultiply(np.ones((13, 2))), X)
    with pytest.raises(ValueError, match="input_"):
        operation.forward(y)
    with pytest.raises(RuntimeError, match="backward before forward"):
        operation.backward(np.ones((4, 2)))


@pytest.mark.parametrize(
    "wrong",
    [
        X.tolist(),
        "X",
        None,
        X.astype(str),
        X.astype(object),
        X + 1j,
        X[:0],
        np.array(1.0),
        np.ma.masked_array(X),
        X.view(np.matrix),
    ],
    ids=lambda wrong: f"{type(wrong).__name__} {getattr(wrong, 'dtype', '')}",
)
@pytest.mark.parametrize(
    "operation",
    [
        WeightMultiply(np.ones((13, 2))),
        BiasAdd(np.ones((1, 13))),
        Sigmoid(),
        Linear(),
        Tanh(),
        ReLU(),
        Dropout(0.5),
        TrainingDropout(0.5),
        NoReturn(),
    ],
    ids=repr,
)
def test_a_bad_input_is_named_before_what_it_leads_to(operation, wrong):
    with pytest.raises((TypeError, ValueError)) as raised:
        operation.forward(wrong)
    assert str(raised.value).startswith(f"{type(operation).__name__}: input_ must ")
    chained = raised.value.__context__
    assert chained is None or raised.value.__suppress_context__


@pytest.mark.parametrize("wrong", [X.tolist(), y])
def test_nothing_goes_back_after_a_forward_pass_that_failed(wrong):
    layer = ran(Dense(2), X)
    loss = ran(MeanSquaredError(), y, y)
    infinite = ran(MeanSquaredError(), y, y)
    for call in (
        lambda: layer.forward(wrong),
        lambda: loss.forward(wrong, X),
        lambda: infinite.forward(y * np.inf, y),
    ):
        with pytest.raises((TypeError, ValueError, RuntimeError)):
            call()
    calls = lambda: layer.backward(np.ones((4, 2))), loss.backward, infinite.backward
    for call in calls:
        with pytest.raises(RuntimeError, match="backward before forward"):
            call()


def test_a_numerical_gradient_puts_the_entry_back_if_the_function_fails():
    array = np.zeros(3)
    with pytest.raises(ZeroDivisionError):
        numerical_gradient(lambda: 1 / 0, array)
    assert array.tolist() == [0, 0, 0]


def test_no_assert_guards_the_package():
    # `python -O` leaves assert statements out.
    for path in Path(scratchdl.__file__).parent.glob("*.py"):
        statements = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        assert not any(isinstance(node, ast.Assert) for node in statements), path
