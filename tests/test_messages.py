"""Wrong uses: each raises at once, says where and what, and changes nothing."""

import copy

import numpy as np
import pytest
from models import network, snapshot

from scratchdl import (
    SGD,
    BiasAdd,
    Dense,
    Layer,
    Linear,
    Loss,
    MeanSquaredError,
    NeuralNetwork,
    Operation,
    Optimizer,
    ParamOperation,
    Sigmoid,
    Trainer,
    WeightMultiply,
    assert_same_shape,
    check_gradients,
    eval_regression_model,
    mae,
    numerical_gradient,
    permute_data,
    rmse,
)

X, y = np.ones((4, 13)), np.ones((4, 1))
NET = network()
NET.train_batch(X, y)
TRAINER = Trainer(NET, SGD(lr=0.001))
TRAINER.fit(X, y, X, y, epochs=2, eval_every=1)
SHARED = Sigmoid()


def ran(thing, *arrays):
    thing.forward(*arrays)
    return thing


class NoReturn(Operation):
    def _output(self):
        self.input_ + 1

    def _input_grad(self, output_grad):
        output_grad + 1


class NoGradReturn(NoReturn):
    def _output(self):
        return self.input_


class WrongParamGrad(WeightMultiply):
    def _param_grad(self, output_grad):
        return super()._param_grad(output_grad).T


class WrongLossGrad(MeanSquaredError):
    def _input_grad(self):
        return super()._input_grad().ravel()


class UnsummedLoss(MeanSquaredError):
    def _output(self):
        return (self.prediction - self.target) ** 2


class Lazy(Layer):
    def _setup_layer(self, input_):
        pass


class Bare(Layer):
    def _setup_layer(self, input_):
        self.operations = Sigmoid()


def fit(*arrays, **options):
    return lambda: TRAINER.fit(*arrays, **options)


WRONG_USES = [
    # Operations
    (lambda: Sigmoid().backward(X), RuntimeError, "Sigmoid: backward before forward"),
    (
        lambda: Sigmoid().forward([[1.0]]),
        TypeError,
        "Sigmoid: input_ must be a NumPy array, not list",
    ),
    (
        lambda: Sigmoid().forward(np.array([["a"]])),
        TypeError,
        "input_ must hold real numbers, not <U1",
    ),
    (lambda: Sigmoid().forward(np.array([[None]])), TypeError, "not object: use"),
    (lambda: Sigmoid().forward(X * 1j), TypeError, "complex128"),
    (
        lambda: Sigmoid().forward(X[:0]),
        ValueError,
        r"Sigmoid: .* at least one row .*\(0, 13\)",
    ),
    (lambda: Sigmoid().forward(np.array(1.0)), ValueError, r"the shape \(\)"),
    (
        lambda: ran(Sigmoid(), X).backward(y),
        ValueError,
        r"Sigmoid: output .*\(4, 13\).*\(4, 1\)",
    ),
    (lambda: ran(Sigmoid(), X).backward(None), TypeError, "Sigmoid: output .*NoneType"),
    (lambda: WeightMultiply(np.ones(3)), ValueError, r"WeightMultiply: W .*\(3,\)"),
    (
        lambda: WeightMultiply("W"),
        TypeError,
        "WeightMultiply: param must be .* not str",
    ),
    (
        lambda: WeightMultiply(np.ones((2, 3))).forward(X),
        ValueError,
        r"\(4, 13\) and W \(2, 3\)",
    ),
    (
        lambda: WeightMultiply(np.ones((13, 3))).forward(X[0]),
        ValueError,
        r"\(rows, 13\)",
    ),
    (lambda: BiasAdd(np.ones(3)), ValueError, r"BiasAdd: B .*\(3,\).*reshape"),
    (lambda: BiasAdd(np.ones((2, 3))), ValueError, r"BiasAdd: B .*\(2, 3\)"),
    (
        lambda: BiasAdd(np.ones((1, 13))).forward(y),
        ValueError,
        r"\(4, 1\) and B \(1, 13\)",
    ),
    (lambda: NoReturn().forward(X), TypeError, "NoReturn: what _output returned"),
    (
        lambda: ran(NoGradReturn(), X).backward(X),
        TypeError,
        "NoGradReturn: input_ .*return",
    ),
    (
        lambda: ran(WrongParamGrad(np.ones((13, 2))), X).backward(np.ones((4, 2))),
        ValueError,
        r"WrongParamGrad: param .*\(13, 2\).*\(2, 13\)",
    ),
    (lambda: Operation().forward(X), NotImplementedError, "must define _output"),
    (lambda: Sigmoid().forward(X[:, :0]), ValueError, r"one row and column.*\(4, 0\)"),
    (
        lambda: Sigmoid().forward(np.ma.array(X)),
        TypeError,
        "must be a NumPy array, not MaskedArray",
    ),
    (
        lambda: ran(Linear(), X).backward(X * 1j),
        TypeError,
        r"Linear: output .*\(4, 13\).*complex128",
    ),
    (
        lambda: ParamOperation(X)._param_grad(X),
        NotImplementedError,
        "must define _param_grad",
    ),
    (lambda: assert_same_shape(X, y), ValueError, r"array .*\(4, 13\).*\(4, 1\)"),
    # Layers
    (lambda: Dense(0), ValueError, "Dense: neurons must be at least 1, not 0"),
    (lambda: Dense(-3), ValueError, "Dense: neurons must be at least 1, not -3"),
    (lambda: Dense(2.5), TypeError, "Dense: neurons must be a whole number, not 2.5"),
    (lambda: Dense(True), TypeError, "Dense: neurons must be a whole number, not True"),
    (lambda: Dense(2, Sigmoid), TypeError, r"Dense: activation .*Sigmoid\(\)"),
    (lambda: Dense(2).forward(X[0]), ValueError, r"Dense: .*\(13,\).*reshape"),
    (
        lambda: Dense(2).forward([[1.0]]),
        TypeError,
        "Dense: input_ must be a NumPy array",
    ),
    (lambda: Dense(2).backward(X), RuntimeError, "Dense: backward before forward"),
    (lambda: ran(Dense(2), X).backward(y), ValueError, r"Dense: .*\(4, 2\).*\(4, 1\)"),
    (lambda: ran(Dense(2), X).forward(y), ValueError, r"\(4, 1\) and W \(13, 2\)"),
    (lambda: Layer(2).forward(X), NotImplementedError, "must define _setup_layer"),
    (lambda: Dense(2).forward(X[:, 0]), ValueError, r"one feature reshape\(-1, 1\)"),
    (
        lambda: Lazy(2).forward(X),
        TypeError,
        r"Lazy: _setup_layer left \[\] as operations",
    ),
    (
        lambda: Bare(2).forward(X),
        TypeError,
        r"Bare: _setup_layer left Sigmoid\(\) as operations",
    ),
    # Losses
    (lambda: MeanSquaredError().backward(), RuntimeError, "backward before forward"),
    (
        lambda: MeanSquaredError().forward(y, y[:, 0]),
        ValueError,
        r"MeanSquaredError: .*\(4, 1\).*\(4,\).*reshape\(-1, 1\)",
    ),
    (lambda: MeanSquaredError().forward(y, y[:2]), ValueError, r"\(4, 1\).*\(2, 1\)"),
    (lambda: MeanSquaredError().forward(y[:0], y[:0]), ValueError, "at least one row"),
    (
        lambda: MeanSquaredError().forward(y, [[1]]),
        TypeError,
        "target must be a NumPy array, not list",
    ),
    (
        lambda: MeanSquaredError().forward(y * np.nan, y),
        RuntimeError,
        "the loss is nan",
    ),
    (lambda: MeanSquaredError().forward(y * 1e200, y), RuntimeError, "the loss is inf"),
    (lambda: ran(WrongLossGrad(), y, y).backward(), ValueError, r"\(4, 1\).*\(4,\)"),
    (lambda: UnsummedLoss().forward(y, y), TypeError, "UnsummedLoss: .*ndarray.*sum"),
    (lambda: Loss().forward(y, y), NotImplementedError, "must define _output"),
    # Network
    (lambda: NeuralNetwork([], MeanSquaredError()), TypeError, "one layer or more"),
    (
        lambda: NeuralNetwork(Dense(1), MeanSquaredError()),
        TypeError,
        "one layer or more",
    ),
    (lambda: NeuralNetwork([Sigmoid()], MeanSquaredError()), TypeError, "layers is"),
    (lambda: NeuralNetwork([Dense(1)], MeanSquaredError), TypeError, "pass a loss"),
    (lambda: NeuralNetwork([Dense(1)] * 2, MeanSquaredError()), ValueError, "twice"),
    (
        lambda: NeuralNetwork([Dense(2, SHARED), Dense(2, SHARED)], MeanSquaredError()),
        ValueError,
        "serves twice",
    ),
    (lambda: network(seed=-1), ValueError, "NeuralNetwork: seed must be from 0"),
    (lambda: network(seed="a"), TypeError, "NeuralNetwork: seed must be a whole"),
    (lambda: network().backward(y), RuntimeError, "backward before forward"),
    (lambda: NET.train_batch(X, y[:, 0]), ValueError, r"\(4,\).*\(4, 13\).*reshape"),
    (lambda: NET.train_batch(X, y[:3]), ValueError, r"\(4, 13\).*\(3, 1\)"),
    (lambda: NET.train_batch(X[:0], y[:0]), ValueError, r"\(0, 13\)"),
    (lambda: NET.train_batch(X[:, :5], y), ValueError, r"\(4, 5\) and W \(13, 13\)"),
    (lambda: NET.train_batch(X, np.ones((4, 2))), ValueError, r"\(4, 1\).*\(4, 2\)"),
    (lambda: NET.train_batch(X * np.nan, y), RuntimeError, "the loss is nan"),
    # Optimizers
    (lambda: SGD(lr=-0.1), ValueError, "SGD: lr is -0.1"),
    (lambda: SGD(lr=float("nan")), ValueError, "SGD: lr is nan"),
    (lambda: SGD(lr=float("inf")), ValueError, "SGD: lr is inf"),
    (lambda: SGD(lr="0.1"), TypeError, "SGD: lr is '0.1'"),
    (lambda: SGD(lr=True), TypeError, "SGD: lr is True"),
    (lambda: SGD().step(), RuntimeError, "SGD: there is no network"),
    (lambda: Trainer(network(), SGD()).optim.step(), RuntimeError, "call train_batch"),
    (lambda: Optimizer().step(), NotImplementedError, "must define step"),
    # Trainer
    (lambda: Trainer(SGD(), NET), TypeError, r"Trainer: .*Trainer\(net, SGD"),
    (fit(X, y, X, y, epochs=0), ValueError, "Trainer: epochs must be at least 1"),
    (
        fit(X, y, X, y, eval_every=0),
        ValueError,
        "Trainer: eval_every must be at least 1",
    ),
    (
        fit(X, y, X, y, batch_size=2.0),
        TypeError,
        "Trainer: batch_size must be a whole number, not 2.0",
    ),
    (fit(X, y[:, 0], X, y), ValueError, r"Trainer: targets .*\(4,\)"),
    (fit(X, y, X, y[:2]), ValueError, r"Trainer: .*\(4, 13\), targets \(2, 1\)"),
    (fit(X, y, X[:, :5], y), ValueError, r"Trainer: .*\(4, 13\).*\(4, 5\)"),
    (fit(X, y, X, X), ValueError, r"Trainer: .*\(4, 1\).*\(4, 13\)"),
    (fit(X, y, X, y, seed=-1), ValueError, "Trainer: seed must be from 0"),
    (fit(X, y, X, y, seed=1.5), TypeError, "Trainer: seed must be a whole number"),
    (
        lambda: list(TRAINER.generate_batches(X, y, size=0)),
        ValueError,
        "Trainer: size must be at least 1",
    ),
    (
        fit(X.tolist(), y, X, y),
        TypeError,
        "Trainer: inputs must be a NumPy array, not list",
    ),
    # Data and measures
    (lambda: permute_data(X, y[:2]), ValueError, "permute_data: .*same number of rows"),
    (lambda: permute_data(X, y, 5), TypeError, r"permute_data: rng is 5"),
    (
        lambda: eval_regression_model(NET, X, y[:2]),
        ValueError,
        "eval_regression_model: .*same number of rows",
    ),
    (lambda: check_gradients(Dense(2), X), TypeError, "check_gradients: got Dense"),
    (lambda: mae([[1.0]], y), TypeError, "mae: y_true must be a NumPy array"),
    (lambda: mae(y[:, 0], y), ValueError, r"mae: .*\(4,\)"),
    (lambda: rmse(y, X), ValueError, r"rmse: .*\(4, 1\).*\(4, 13\)"),
    (lambda: numerical_gradient(float, np.ones(2, int)), TypeError, "int64"),
]


@pytest.mark.parametrize(("use", "error", "words"), WRONG_USES)
def test_wrong_use(use, error, words):
    before, history = snapshot(NET), copy.deepcopy(TRAINER.history)
    with pytest.raises(error, match=words):
        use()
    after = list(NET.params())
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    assert (TRAINER.history, TRAINER.epoch) == (history, 2)


def test_a_failed_forward_pass_leaves_no_stale_output():
    operation = ran(WeightMultiply(np.ones((13, 2))), X)
    with pytest.raises(ValueError, match="input_"):
        operation.forward(y)
    with pytest.raises(RuntimeError, match="backward before forward"):
        operation.backward(np.ones((4, 2)))


@pytest.mark.parametrize("wrong", [X.tolist(), y])
def test_nothing_goes_back_after_a_forward_pass_that_failed(wrong):
    layer = ran(Dense(2), X)
    loss = ran(MeanSquaredError(), y, y)
    for call in (
        lambda: layer.forward(wrong),
        lambda: loss.forward(wrong, X),
    ):
        with pytest.raises((TypeError, ValueError)):
            call()
    for call in (lambda: layer.backward(np.ones((4, 2))), loss.backward):
        with pytest.raises(RuntimeError, match="backward before forward"):
            call()


def test_a_numerical_gradient_puts_the_entry_back_if_the_function_fails():
    array = np.zeros(3)
    with pytest.raises(ZeroDivisionError):
        numerical_gradient(lambda: 1 / 0, array)
    assert array.tolist() == [0, 0, 0]


def test_no_assert_guards_the_package():
    # `python -O` leaves assert statements out.
    import ast
    from pathlib import Path

    import scratchdl

    for path in Path(scratchdl.__file__).parent.glob("*.py"):
        statements = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        assert not any(isinstance(node, ast.Assert) for node in statements), path
