"""Gradients against an automatic differentiation that knows nothing of the package."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from models import HIDDEN_LAYERS, network
from numpy.random import RandomState

from scratchdl import Dense, MeanSquaredError, NeuralNetwork, Sigmoid, load_boston


def loss_of(net, y):
    """Return the network's loss as a function of data and parameters, in autograd."""

    def loss(x, params):
        for number, layer in enumerate(net.layers):
            x = anp.dot(x, params[2 * number]) + params[2 * number + 1]
            if isinstance(layer.activation, Sigmoid):
                x = 1 / (1 + anp.exp(-x))
        return anp.sum((x - y) ** 2) / len(y)

    return loss


def assert_network_agrees(net, X, y):
    loss_value, loss = net.train_batch(X, y), loss_of(net, y)
    params, found = list(net.params()), [grad.copy() for grad in net.param_grads()]
    assert len(params) == 2 * len(net.layers)
    assert loss_value == pytest.approx(loss(X, params), rel=1e-12)
    # train_batch leaves out the gradient for the data, which nothing reads.
    net.layers[0].operations[0].needs_input_grad = True
    net.backward(net.loss.backward())
    found.append(net.layers[0].operations[0].input_grad)
    for one, other in zip(
        found, [*grad(loss, 1)(X, params), grad(loss, 0)(X, params)], strict=True
    ):
        assert one.shape == other.shape
        assert np.abs(one - other).max() <= 1e-10 * np.abs(other).max()


@pytest.mark.parametrize("case", range(40))
def test_random_network(case):
    stream = RandomState(case)
    widths = stream.randint(1, 21, size=1 + case % 5)
    rows, inputs = stream.randint(1, [65, 41])
    net = NeuralNetwork(
        [Dense(width, [None, Sigmoid()][stream.randint(2)]) for width in widths],
        MeanSquaredError(),
        seed=case,
        independent_layers=case % 2 == 0,
    )
    X, y = stream.randn(rows, inputs), stream.randn(rows, widths[-1])
    assert_network_agrees(net, X, y)


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
