"""Wrong uses: each raises at once, says who and what is wrong, and changes nothing."""

import builtins
import copy
import re
import warnings

import numpy as np
import pytest
from models import identical, layer_of, network, own, ran

import scratchdl
import scratchdl.show
from scratchdl import (
    SGD,
    BiasAdd,
    Dense,
    Dropout,
    Layer,
    Linear,
    MeanSquaredError,
    NeuralNetwork,
    ReLU,
    Sigmoid,
    Tanh,
    Trainer,
    WeightMultiply,
)

X, y = np.ones((4, 13)), np.ones((4, 1))
NET = network()
TRAINER = Trainer(NET, SGD(lr=0.001))
TRAINER.fit(X, y, X, y, epochs=2, eval_every=1)
NET.train_batch(X, y)
SHARED = Sigmoid()
MSE = MeanSquaredError()


class Incomplete(Layer):
    def __init__(self, neurons):  # forgets super().__init__(neurons)
        self.neurons = neurons


class Bare(Layer):
    def _setup_layer(self, input_):  # forgets the list
        self.operations = SHARED


def step_of(operation):
    """Train a layer of this operation for one step."""
    trainer = Trainer(NeuralNetwork([layer_of(operation)], MeanSquaredError()), SGD())
    trainer.net.train_batch(np.ones((2, 1)), np.ones((2, 1)))
    trainer.optim.step()


# Each row has a wrong use, the error, the class or function that the message names, and
# what else the message must contain: the shapes and values, and a key word of the
# remedy, never a sentence. `own` makes a reader's class with a mistake in it, "Own".
MISUSES = """
# Operations
Operation().forward(X) -> NotImplementedError: Operation | _output
own(WeightMultiply, _output=Operation._output)(X).forward(X)
    -> NotImplementedError: Own | _output
Operation()._input_grad(X) -> NotImplementedError: Operation | _input_grad
own(Operation, _output=lambda op: None)().forward(X)
    -> TypeError: Own | _output | NoneType
ran(own(Linear, _input_grad=lambda op, grad: None)(), X).backward(X)
    -> TypeError: Own | gradient | input_ | NoneType | return
ParamOperation(None) -> TypeError: ParamOperation | param | NoneType
ParamOperation(np.array(1.0)) -> ValueError: ParamOperation | param | ()
ParamOperation(X)._param_grad(X) -> NotImplementedError: ParamOperation | _param_grad
ran(own(WeightMultiply, _param_grad=lambda op, g: X)(X.T), X).backward(X[:, :4])
    -> ValueError: Own | param | (13, 4) | (4, 13)
Sigmoid().backward(X) -> RuntimeError: Sigmoid | forward
Sigmoid().forward([[1.0]]) -> TypeError: Sigmoid | input_ | list | np.array
Sigmoid().forward(np.array([['a']]))
    -> TypeError: Sigmoid | input_ | <U1 | .astype(float)
Sigmoid().forward(np.array([[None]])) -> TypeError: Sigmoid | input_ | object
Sigmoid().forward(X * 1j) -> TypeError: Sigmoid | input_ | complex128
Sigmoid().forward(X[:0]) -> ValueError: Sigmoid | input_ | (0, 13) | empty
Sigmoid().forward(X[:, :0]) -> ValueError: Sigmoid | input_ | (4, 0)
Sigmoid().forward(np.array(1.0)) -> ValueError: Sigmoid | input_ | ()
Sigmoid().forward(np.ma.array(X)) -> TypeError: Sigmoid | input_ | MaskedArray
Sigmoid().forward(X.view(np.matrix)) -> TypeError: Sigmoid | input_ | matrix
ran(Sigmoid(), X).backward(y) -> ValueError: Sigmoid | output | (4, 13) | (4, 1)
ran(Sigmoid(), X).backward(None) -> TypeError: Sigmoid | gradient | output | NoneType
Linear().forward('X') -> TypeError: Linear | input_ | str
ran(Linear(), X).backward(X * 1j) -> TypeError: Linear | gradient | output | complex128
WeightMultiply('W') -> TypeError: WeightMultiply | param | str
WeightMultiply(np.ones(3))
    -> ValueError: WeightMultiply | param | (3,) | (inputs, neurons)
WeightMultiply(np.ones((2, 3))).forward(X)
    -> ValueError: WeightMultiply | input_ | (4, 13) | param | (2, 3) | (rows, 2)
WeightMultiply(np.ones((13, 3))).forward(X[0])
    -> ValueError: WeightMultiply | input_ | (13,) | (rows, 13)
ran(WeightMultiply(np.ones((13, 2))), X).backward(X)
    -> ValueError: WeightMultiply | output | (4, 2) | (4, 13)
BiasAdd([[1.0]]) -> TypeError: BiasAdd | param | list
BiasAdd(np.ones(3)) -> ValueError: BiasAdd | param | (3,) | (1, neurons) | reshape
BiasAdd(np.ones((2, 3))) -> ValueError: BiasAdd | param | (2, 3) | (1, neurons)
BiasAdd(np.ones((1, 13))).forward(y)
    -> ValueError: BiasAdd | input_ | (4, 1) | param | (1, 13) | (rows, 13)
BiasAdd(np.ones((1, 13))).forward(X[0])
    -> ValueError: BiasAdd | input_ | (13,) | (rows, 13)
assert_same_shape(X, y) -> ValueError: array | (4, 13) | (4, 1)
assert_same_shape(X, X.tolist(), NET, 'weights')
    -> TypeError: NeuralNetwork | weights | list
# Gradient checks
check_gradients(Sigmoid, X) -> TypeError: check_gradients | class | Sigmoid()
check_gradients(SGD(), X) -> TypeError: check_gradients | SGD | forward | backward
check_gradients(NET, X.tolist(), y) -> TypeError: check_gradients | input_ | list
check_gradients(NET, X * np.nan, y)
    -> ValueError: check_gradients | input_ | (4, 13) | nan | finite
check_gradients(NET, X, y.tolist()) -> TypeError: check_gradients | target | list
check_gradients(NET, X) -> TypeError: check_gradients | NeuralNetwork | loss | target
check_gradients(Dense(2), X, y) -> TypeError: check_gradients | Dense | loss | target
check_gradients(NET, X[:, :5], y) -> ValueError: WeightMultiply | (4, 5) | (13, 13)
check_gradients(NET, X, y[:2]) -> ValueError: MeanSquaredError | (4, 1) | (2, 1)
numerical_gradient(float, np.ones(2, int))
    -> TypeError: numerical_gradient | (2,) | int64
# Layers
Layer(2).forward(X) -> NotImplementedError: Layer | _setup_layer
own(Layer)(2).forward(X) -> NotImplementedError: Own | _setup_layer
layer_of().forward(X) -> TypeError: Own | operations | list
Bare(2).forward(X) -> TypeError: Bare | operations | Sigmoid()
layer_of('Sigmoid').forward(X) -> TypeError: Own | operations | 'Sigmoid'
layer_of(SHARED, Linear(), SHARED).forward(X) -> ValueError: Own | Sigmoid() | new
Incomplete(2).forward(X) -> TypeError: Incomplete | super().__init__(neurons)
ran(layer_of(own(Linear, backward=lambda op, grad: grad[0])()), X).backward(X)
    -> ValueError: Own | input_ | (4, 13) | (13,)
Dense(0) -> ValueError: Dense | neurons | 1 | 0
Dense(-3) -> ValueError: Dense | neurons | 1 | -3
Dense(2.5) -> TypeError: Dense | neurons | whole | 2.5
Dense(True) -> TypeError: Dense | neurons | whole | True
Dense(2, Sigmoid) -> TypeError: Dense | activation | class | Sigmoid()
Dense(2, 'sigmoid') -> TypeError: Dense | activation | 'sigmoid'
Dense(2).forward(X[0])
    -> ValueError: Dense | input_ | (13,) | reshape(1, -1) | reshape(-1, 1)
Dense(2).forward(np.ones((4, 2, 3)))
    -> ValueError: Dense | input_ | (4, 2, 3) | (rows, inputs)
Dense(2).forward([[1.0]]) -> TypeError: Dense | input_ | list
Dense(2).backward(X) -> RuntimeError: Dense | forward
ran(Dense(2), X).backward(y) -> ValueError: Linear | output | (4, 2) | (4, 1)
ran(Dense(2), X).forward(y) -> ValueError: WeightMultiply | input_ | (4, 1) | (13, 2)
# Losses
Loss().forward(y, y) -> NotImplementedError: Loss | _output
ran(own(Loss, _output=lambda loss: 0.0)(), y, y).backward()
    -> NotImplementedError: Own | _input_grad
own(MeanSquaredError, _output=lambda loss: loss.target)().forward(y, y)
    -> TypeError: Own | _output | ndarray | number
own(MeanSquaredError, _output=lambda loss: None)().forward(y, y)
    -> TypeError: Own | _output | NoneType | number
ran(own(MeanSquaredError, _input_grad=lambda loss: y[:, 0])(), y, y).backward()
    -> ValueError: Own | prediction | (4, 1) | (4,)
MeanSquaredError().backward() -> RuntimeError: MeanSquaredError | forward
MSE.forward(y, y[:, 0])
    -> ValueError: MeanSquaredError | target | (4, 1) | (4,) | reshape
MSE.forward(y, y[:2]) -> ValueError: MeanSquaredError | target | (4, 1) | (2, 1)
MSE.forward(y[:0], y[:0]) -> ValueError: MeanSquaredError | prediction | (0, 1)
MSE.forward(1.5, y) -> TypeError: MeanSquaredError | prediction | float
MSE.forward(y, [[1]]) -> TypeError: MeanSquaredError | target | list
MSE.forward(y * np.nan, y)
    -> RuntimeError: MeanSquaredError | nan | learning rate | data
MSE.forward(y * 1e200, y) -> RuntimeError: MeanSquaredError | inf
MSE.forward(y * np.inf, y * np.inf) -> RuntimeError: MeanSquaredError | nan
# Networks
NeuralNetwork([], MSE)
    -> TypeError: NeuralNetwork | layers | [] | list | [Dense(1, activation=Sigmoid())]
NeuralNetwork(Dense(1), MSE) -> TypeError: NeuralNetwork | layers | Dense | list
NeuralNetwork([Sigmoid()], MSE) -> TypeError: NeuralNetwork | layers | Sigmoid()
NeuralNetwork([Dense], MSE) -> TypeError: NeuralNetwork | layers | class
NeuralNetwork([Dense(2), Incomplete(1)], MSE)
    -> TypeError: Incomplete | super().__init__(neurons)
NeuralNetwork([Dense(1)], MeanSquaredError)
    -> TypeError: NeuralNetwork | loss | class | MeanSquaredError()
NeuralNetwork([Dense(1)] * 2, MSE) -> ValueError: NeuralNetwork | twice | Dense | new
NeuralNetwork([Dense(2, SHARED), Dense(2, SHARED)], MSE)
    -> ValueError: NeuralNetwork | twice | Sigmoid() | new
network(seed=-1) -> ValueError: NeuralNetwork | seed | 4294967295 | -1
network(seed=2**32) -> ValueError: NeuralNetwork | seed | 4294967295 | 4294967296
network(seed='a') -> TypeError: NeuralNetwork | seed | whole | 'a'
network(seed=True) -> TypeError: NeuralNetwork | seed | whole | True
network().backward(y) -> RuntimeError: Dense | forward
ran(network(), X).backward(X) -> ValueError: Linear | output | (4, 1) | (4, 13)
network().forward(X[0]) -> ValueError: Dense | input_ | (13,)
NET.train_batch(X.tolist(), y) -> TypeError: NeuralNetwork | x_batch | list
NET.train_batch(X, y.tolist()) -> TypeError: NeuralNetwork | y_batch | list
NET.train_batch(X, y[:, 0])
    -> ValueError: MeanSquaredError | target | (4,) | (4, 1) | reshape(-1, 1)
NET.train_batch(X, y[:3]) -> ValueError: MeanSquaredError | target | (4, 1) | (3, 1)
NET.train_batch(X[:0], y[:0]) -> ValueError: NeuralNetwork | x_batch | (0, 13)
NET.train_batch(X[:, :5], y) -> ValueError: WeightMultiply | (4, 5) | (13, 13)
NET.train_batch(X, np.ones((4, 2)))
    -> ValueError: MeanSquaredError | target | (4, 1) | (4, 2)
NET.train_batch(X * np.nan, y)
    -> ValueError: NeuralNetwork | x_batch | nan | row 0 | column 0 | Replace
# Optimizers
Optimizer().step() -> NotImplementedError: Optimizer | step
own(Optimizer)().step() -> NotImplementedError: Own | step
Optimizer(lr=None) -> TypeError: Optimizer | lr | None | number
SGD(lr=-0.1) -> ValueError: SGD | lr | -0.1 | 0
SGD(lr=float('nan')) -> ValueError: SGD | lr | nan | finite
SGD(lr=float('inf')) -> ValueError: SGD | lr | inf | finite
SGD(lr='0.1') -> TypeError: SGD | lr | '0.1' | number
SGD(lr=True) -> TypeError: SGD | lr | True | number
SGD().step() -> RuntimeError: SGD | network | optim.net = net
Trainer(network(), SGD()).optim.step() -> RuntimeError: NeuralNetwork | params | forward
Trainer(ran(network(), X), SGD()).optim.step()
    -> RuntimeError: SGD | 4 | 0 | train_batch
step_of(WeightMultiply(np.array([[2]])))
    -> TypeError: SGD | (1, 1) | int64 | .astype(float)
# Training
Trainer(SGD(), NET)
    -> TypeError: Trainer | net | SGD(lr=0.01) | NeuralNetwork([Dense(1)], loss)
Trainer(NET, SGD) -> TypeError: Trainer | optim | class | Optimizer | SGD(lr=0.01)
TRAINER.fit(X, y, X, y, epochs=0) -> ValueError: Trainer | epochs | 1 | 0
TRAINER.fit(X, y, X, y, eval_every=0) -> ValueError: Trainer | eval_every | 1 | 0
TRAINER.fit(X, y, X, y, batch_size=2.0) -> TypeError: Trainer | batch_size | whole | 2.0
TRAINER.fit(X, y, X, y, seed=-1) -> ValueError: Trainer | seed | 4294967295 | -1
TRAINER.fit(X, y, X, y, seed=1.5) -> TypeError: Trainer | seed | whole | 1.5
TRAINER.fit(X.tolist(), y, X, y) -> TypeError: Trainer | X_train | list
TRAINER.fit(X, y[:, 0], X, y)
    -> ValueError: Trainer | y_train | (4,) | (4, 13) | (4, outputs) | reshape
TRAINER.fit(X, y, X, y[:2]) -> ValueError: Trainer | X_test | (4, 13) | y_test | (2, 1)
TRAINER.fit(X, y, X[:, :5], y)
    -> ValueError: Trainer | X_test | (4, 5) | (rows, 13)
TRAINER.fit(X, y, X, X) -> ValueError: Trainer | y_test | (4, 13) | (rows, 1)
TRAINER.fit(*load_boston()) -> ValueError: Trainer | (354, 13) | (152, 13)
TRAINER.fit(X, y * 1e200, X, y) -> RuntimeError: MeanSquaredError | inf | 1e+200 | data
TRAINER.fit(X, y, X, y * np.nan, restart=False, eval_every=1)
    -> ValueError: Trainer | y_test | nan | row 0 | column 0
TRAINER.fit(X[:, :5], y, X[:, :5], y, restart=False)
    -> ValueError: WeightMultiply | (4, 5) | (13, 13)
list(TRAINER.generate_batches(X, y, size=0)) -> ValueError: Trainer | batch_size | 1 | 0
list(TRAINER.generate_batches(X, y[:2], size=2))
    -> ValueError: Trainer | (4, 13) | (2, 1)
# Data and measures
permute_data(X, y[:2]) -> ValueError: permute_data | y | (4, 13) | (2, 1)
permute_data(X, None) -> TypeError: permute_data | y | NoneType
permute_data(X, y, 5) -> TypeError: permute_data | rng | 5 | RandomState(seed)
eval_regression_model(NET, X, y[:2])
    -> ValueError: eval_regression_model | (4, 13) | (2, 1)
eval_regression_model(X, y, NET) -> TypeError: eval_regression_model | model | network
eval_regression_model(TRAINER, X, y)
    -> TypeError: eval_regression_model | model | Trainer | trainer.net
mae([[1.0]], y) -> TypeError: mae | y_true | list
mae(y[:, 0], y) -> ValueError: mae | y_pred | (4,) | (4, 1) | reshape(-1, 1)
rmse(y, None) -> TypeError: rmse | y_pred | NoneType
rmse(y, X) -> ValueError: rmse | y_pred | (4, 1) | (4, 13)
rmse(y, y * np.nan) -> ValueError: rmse | y_pred | nan | row 0
load_digits(seed=-1) -> ValueError: load_digits | seed | 4294967295 | -1
load_digits(seed='1') -> TypeError: load_digits | seed | whole | '1'
# What chapter 11 adds
Tanh().forward([[1.0]]) -> TypeError: Tanh | input_ | list
ReLU().backward(X) -> RuntimeError: ReLU | forward
softmax(np.ones(3)) -> ValueError: softmax | logits | (3,) | (rows, classes) | reshape
softmax([1, 2]) -> TypeError: softmax | logits | list
SoftmaxCrossEntropy().forward(y, y)
    -> ValueError: SoftmaxCrossEntropy | prediction | (4, 1) | (rows, classes)
SoftmaxCrossEntropy().forward(X[0], X[0])
    -> ValueError: SoftmaxCrossEntropy | prediction | (13,)
SoftmaxCrossEntropy().forward(X, X)
    -> ValueError: SoftmaxCrossEntropy | target | (4, 13) | np.eye(classes)
SoftmaxCrossEntropy().forward(X[:, :2], np.array([[-1.0, 2]] * 4))
    -> ValueError: SoftmaxCrossEntropy | target | (4, 2)
SoftmaxCrossEntropy().forward(X[:, :2], X[:, :2] * np.nan)
    -> ValueError: SoftmaxCrossEntropy | target | (4, 2)
SoftmaxCrossEntropy().forward(X[:, :2], np.ones((4, 2)))
    -> ValueError: SoftmaxCrossEntropy | target | (4, 2)
SoftmaxCrossEntropy().forward(X * np.inf, np.eye(13)[:4])
    -> RuntimeError: SoftmaxCrossEntropy | nan
SoftmaxCrossEntropy().backward() -> RuntimeError: SoftmaxCrossEntropy | forward
accuracy(y[:, 0], y) -> ValueError: accuracy | y_true | (rows, classes)
accuracy(y, y) -> ValueError: accuracy | (4, 1) | class
accuracy(X, y) -> ValueError: accuracy | (4, 13) | (4, 1)
accuracy([1, 2], X) -> TypeError: accuracy | y_true | list
accuracy(X, [1, 2]) -> TypeError: accuracy | y_pred | list
GlorotDense(0) -> ValueError: GlorotDense | neurons | 1 | 0
GlorotDense(2, keep_prob=0) -> ValueError: GlorotDense | keep_prob | 0 | 1
Dropout(1.5) -> ValueError: Dropout | keep_prob | 1.5 | 1
Dropout('0.8') -> TypeError: Dropout | keep_prob | '0.8' | number
Dropout(True) -> TypeError: Dropout | keep_prob | True | number
Dropout(0.8, rng=7) -> TypeError: Dropout | rng | 7 | RandomState(seed)
SGDMomentum(lr=-1) -> ValueError: SGDMomentum | lr | -1 | 0
SGDMomentum(momentum=1) -> ValueError: SGDMomentum | momentum | 1 | 0
SGDMomentum(momentum=float('nan')) -> ValueError: SGDMomentum | momentum | nan
SGDMomentum(final_lr=0.1, decay_type='cosine')
    -> ValueError: SGDMomentum | 'cosine' | 'linear' | 'exponential' | None
SGDMomentum(final_lr=0.1)
    -> ValueError: SGDMomentum | final_lr | 0.1 | decay_type | None
SGDMomentum(decay_type='linear')
    -> ValueError: SGDMomentum | final_lr | None | decay_type | 'linear' | both
SGDMomentum(final_lr='0.1', decay_type='linear')
    -> TypeError: SGDMomentum | final_lr | '0.1' | number
SGDMomentum(final_lr=0, decay_type='linear')
    -> ValueError: SGDMomentum | lr | 0.01 | final_lr | 0
SGDMomentum(0, final_lr=0.1, decay_type='exponential')
    -> ValueError: SGDMomentum | lr | 0 | final_lr | 0.1
SGDMomentum(final_lr=float('inf'), decay_type='linear')
    -> ValueError: SGDMomentum | final_lr | inf | finite
SGDMomentum().step() -> RuntimeError: SGDMomentum | network
# Figures and timings
play(TRAINER, X, y) -> TypeError: play | network | Trainer | trainer.net
play(X, y, NET) -> TypeError: play | network | array
play(NeuralNetwork, X, y) -> TypeError: play | network | class
play(NET, X.tolist(), y) -> TypeError: NeuralNetwork | x_batch | list
play(NET, X, y[:2]) -> ValueError: MeanSquaredError | (4, 1) | (2, 1)
play(NET, X[:, :5], y) -> ValueError: WeightMultiply | (4, 5) | (13, 13)
play(NET, X, y * np.inf) -> ValueError: NeuralNetwork | y_batch | inf
median_time(NET.forward(X)) -> TypeError: median_time | function | ndarray | lambda
median_time(NET.params, seconds=np.inf)
    -> ValueError: median_time | seconds | inf | finite
profile_step(TRAINER, X, y) -> TypeError: profile_step | net | Trainer | trainer.net
profile_step(NET, X, y, steps=0) -> ValueError: profile_step | steps | 1 | 0
profile_step(NET, X[:, :5], y) -> ValueError: WeightMultiply | (4, 5) | (13, 13)
profile_step(NET, X, y * np.inf) -> ValueError: NeuralNetwork | y_batch | inf
"""
ROWS = re.sub(r"\n +", " ", re.sub(r"^#.*\n", "", MISUSES, flags=re.M)).split("\n")[
    1:-1
]
NAMES = vars(scratchdl) | vars(scratchdl.show) | globals()


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


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.partition(" -> ")[0])
def test_misuse(row):
    use, name, pieces = re.fullmatch(r"(.+) -> (\w+): (.+)", row).groups()
    error = getattr(builtins, name)
    before, arrays = state(), list(NET.params())
    with warnings.catch_warnings(), pytest.raises(error) as raised:
        # NumPy's warnings must not come first.
        warnings.simplefilter("error", RuntimeWarning)
        eval(use, NAMES)
    assert raised.type is error
    message = str(raised.value)
    for piece in pieces.split(" | "):
        assert re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", message), (piece, message)
    assert message[-1] in ".?", message  # whole sentences
    assert state() == before
    assert identical(arrays, NET.params())


def test_the_table_covers_the_public_interface():
    words = {word for row in ROWS for word in re.findall(r"^\w+|(?<=: )\w+", row)}
    used = {id(NAMES.get(word)) for word in words}
    assert [name for name in scratchdl.__all__ if id(NAMES[name]) not in used] == [
        "load_boston"  # two switches, each on or off
    ]
    assert len(set(ROWS)) == len(ROWS) >= 190


BAD_INPUTS = {
    "list": X.tolist(),
    "str": "X",
    "None": None,
    "text": X.astype(str),
    "objects": X.astype(object),
    "complex": X + 1j,
    "empty": X[:0],
    "number": np.array(1.0),
    "masked": np.ma.masked_array(X),
    "matrix": X.view(np.matrix),
}
OPERATIONS = [WeightMultiply(X.T), BiasAdd(X[:1]), Sigmoid(), Linear(), Tanh(), ReLU()]
OPERATIONS += [Dropout(0.5), own(Dropout, training=True)(0.5)]
OPERATIONS += [own(Linear, _output=lambda op: None)()]


@pytest.mark.parametrize("wrong", BAD_INPUTS)
@pytest.mark.parametrize("operation", OPERATIONS, ids=repr)
def test_a_bad_input_is_named_before_what_it_leads_to(operation, wrong):
    with pytest.raises((TypeError, ValueError)) as raised:
        operation.forward(BAD_INPUTS[wrong])
    name = type(operation).__name__
    assert re.search(rf"\b{name}\b.*\binput_\b", str(raised.value))
    chained = raised.value.__context__
    assert chained is None or raised.value.__suppress_context__


@pytest.mark.parametrize("wrong", [X.tolist(), y], ids=["list", "shape"])
def test_nothing_goes_back_after_a_forward_pass_that_failed(wrong):
    grad = [np.ones((4, 2))]
    for part, failing, grads in (
        (ran(WeightMultiply(np.ones((13, 2))), X), [wrong], grad),
        (ran(Dense(2), X), [wrong], grad),
        (ran(MeanSquaredError(), y, y), [wrong, X], []),
        (ran(MeanSquaredError(), y, y), [y * np.inf, y], []),
    ):
        with pytest.raises((TypeError, ValueError, RuntimeError)):
            part.forward(*failing)
        with pytest.raises(RuntimeError, match=f"{type(part).__name__}.* forward"):
            part.backward(*grads)
