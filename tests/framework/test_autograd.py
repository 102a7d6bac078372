"""Gradients against an automatic differentiation that knows nothing of the package."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from models import HIDDEN_LAYERS, network
from numpy.random import RandomState

from scratchdl import (
    BiasAdd,
    Dense,
    Linear,
    MeanSquaredError,
    NeuralNetwork,
    Sigmoid,
    WeightMultiply,
    load_boston,
)


def squash(x):
    return 1 / (1 + anp.exp(-x))


def dense(x, params, activation):
    x = anp.dot(x, params[0]) + params[1]
    return squash(x) if isinstance(activation, Sigmoid) else x


def squares(prediction, target):
    return anp.sum((prediction - target) ** 2) / len(target)


def loss_of(net, X, y):
    """Return the network's loss as a function of data and parameters, in autograd."""
    activations = [layer.activation for layer in net.layers]

    def loss(x, params):
        for number, activation in enumerate(activations):
            x = dense(x, params[2 * number : 2 * number + 2], activation)
        return squares(x, y)

    return loss


def assert_same_gradients(actual, expected):
    for one, other in zip(actual, expected, strict=True):
        assert one.shape == other.shape
        assert np.abs(one - other).max() <= 1e-10 * np.abs(other).max()


def assert_network_agrees(net, X, y):
    loss_value = net.train_batch(X, y)
    params, loss = list(net.params()), loss_of(net, X, y)
    assert loss_value == pytest.approx(loss(X, params), rel=1e-12)
    assert_same_gradients(net.param_grads(), grad(loss, 1)(X, params))
    net.backward(net.loss.backward())  # train_batch leaves out what nobody reads.
    by_data = net.layers[0].operations[0].input_grad
    assert_same_gradients([by_data], [grad(loss, 0)(X, params)])
    assert len(params) == 2 * len(net.layers)


@pytest.mark.parametrize("rows", [1, 2, 7, 50])
@pytest.mark.parametrize(
    ("make", "formula"),
    [
        (lambda s: WeightMultiply(s.randn(4, 3)), anp.dot),
        (lambda s: BiasAdd(s.randn(1, 4)), lambda x, B: x + B),
        (lambda _: Sigmoid(), squash),
        (lambda _: Linear(), lambda x: 1.0 * x),
    ],
    ids=["WeightMultiply", "BiasAdd", "Sigmoid", "Linear"],
)
def test_operation(make, formula, rows):
    stream = RandomState(rows)
    operation = make(stream)
    x = 3 * stream.randn(rows, 4)
    params = [operation.param] if hasattr(operation, "param") else []
    output_grad = stream.randn(*operation.forward(x).shape)

    def weighted(*arrays):
        return anp.sum(formula(*arrays) * output_grad)

    mine = [operation.backward(output_grad)]
    mine += [operation.param_grad] if params else []
    theirs = [grad(weighted, i)(x, *params) for i in range(1 + len(params))]
    assert_same_gradients(mine, theirs)


@pytest.mark.parametrize("activation", [None, Linear(), Sigmoid()], ids=repr)
@pytest.mark.parametrize("rows", [1, 9])
def test_dense(activation, rows):
    stream = RandomState(rows)
    layer, x = Dense(5, activation), stream.randn(rows, 3)
    layer.seed = rows
    output_grad = stream.randn(*layer.forward(x).shape)

    def weighted(x, params):
        return anp.sum(dense(x, params, layer.activation) * output_grad)

    input_grad = layer.backward(output_grad)
    theirs = grad(weighted, 0)(x, layer.params), *grad(weighted, 1)(x, layer.params)
    assert_same_gradients([input_grad, *layer.param_grads], theirs)


@pytest.mark.parametrize("outputs", [1, 2, 5])
@pytest.mark.parametrize("rows", [1, 20])
def test_loss(rows, outputs):
    stream = RandomState(outputs)
    prediction, target = stream.randn(2, rows, outputs)
    loss = MeanSquaredError()
    value = loss.forward(prediction, target)
    assert value == pytest.approx(squares(prediction, target), rel=1e-14)
    assert_same_gradients([loss.backward()], [grad(squares)(prediction, target)])


@pytest.mark.parametrize("outputs", [1, 2])
@pytest.mark.parametrize("case", range(15))
def test_random_network(case, outputs):
    stream = RandomState(case)
    widths = [*stream.randint(1, 20, size=case % 5), outputs]
    rows, inputs = stream.randint(1, 30, size=2)
    net = NeuralNetwork(
        [Dense(width, [None, Sigmoid()][stream.randint(2)]) for width in widths],
        MeanSquaredError(),
        seed=case,
        independent_layers=case % 2 == 0,
    )
    assert_network_agrees(net, stream.randn(rows, inputs), stream.randn(rows, outputs))


@pytest.mark.parametrize("outputs", [1, 2])
@pytest.mark.parametrize("model", HIDDEN_LAYERS)
def test_model_of_the_chapter_on_real_data(model, outputs):
    X, _, y, _ = load_boston()
    if outputs == 2:  # the value, and the share of old houses
        X, y = np.delete(X, 6, axis=1), np.hstack([y, X[:, 6:7]])
    net = network(HIDDEN_LAYERS[model])
    net.layers[-1].neurons = outputs
    for rows in (slice(0, 1), slice(0, 32), slice(None)):
        assert_network_agrees(net, X[rows], y[rows])
