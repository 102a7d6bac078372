"""Operations and layers: ours at their limits, and a reader's own."""

import numpy as np
import pytest
from models import Scale, layer_of, own, ran, same
from numpy.random import RandomState

from scratchdl import (
    SGD,
    BiasAdd,
    Dense,
    Layer,
    Linear,
    MeanSquaredError,
    NeuralNetwork,
    Operation,
    Sigmoid,
    WeightMultiply,
    check_gradients,
)


def test_sigmoid_far_from_zero():
    x = np.array([[-1000.0, -40.0, 0.0, 40.0, 1000.0]])
    with np.errstate(all="raise", under="ignore"):
        sigmoid = ran(Sigmoid(), x)
        slope = sigmoid.backward(np.ones_like(x))
    close = {"rtol": 1e-14, "atol": 1e-300}
    np.testing.assert_allclose(sigmoid.output, [[0, np.exp(-40), 0.5, 1, 1]], **close)
    # Where s is 1 to the last digit, 1 - s is 0.
    np.testing.assert_allclose(slope, [[0, np.exp(-40), 0.25, 0, 0]], **close)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, bool])
def test_whole_numbers_count_as_floats(dtype):
    x = np.array([[0, 1, 127, -128]]).astype(dtype)
    whole, floats = ran(Sigmoid(), x), ran(Sigmoid(), x.astype(float))
    np.testing.assert_array_equal(whole.output, floats.output)
    slopes = [sigmoid.backward(np.ones(x.shape)) for sigmoid in (whole, floats)]
    np.testing.assert_array_equal(*slopes)
    assert {param.dtype for param in ran(Dense(2), x).params} == {np.dtype(float)}


def test_layers_without_an_activation_do_not_share_one():
    assert Dense(2).activation is not Dense(2).activation
    assert isinstance(Dense(2).activation, Linear)


class Square(Operation):
    def _output(self):
        return self.input_**2

    def _input_grad(self, output_grad):
        return 2 * self.input_ * output_grad


class OwnScale(Scale):
    def __init__(self, row):  # does not call the base class
        self.param = row


def test_a_readers_operation_defines_two_methods_or_three():
    x = RandomState(3).randn(4, 2)
    check_gradients(Square(), x).raise_if_wrong()
    check_gradients(OwnScale(np.array([[2.0, 3.0]])), x).raise_if_wrong()
    network = NeuralNetwork([Dense(2, activation=Square())], MeanSquaredError())
    assert network.train_batch(x, x) > 0


def test_a_readers_layer_defines_setup_layer():
    layer = layer_of(Square(), OwnScale(np.full((1, 2), 0.5)))
    assert layer.forward(np.array([[1.0, 2.0]])).tolist() == [[0.5, 2.0]]
    assert layer.backward(np.ones((1, 2))).tolist() == [[1.0, 2.0]]
    assert layer.params[0] is layer.operations[1].param
    assert layer.param_grads[0].tolist() == [[1.0, 4.0]]


def test_a_readers_layer_may_have_one_operation_in_a_tuple():
    class Squares(Layer):
        def _setup_layer(self, input_):
            self.operations = (Square(),)

    layer = Squares(2)
    assert layer.forward(np.array([[3.0, 4.0]])).tolist() == [[9.0, 16.0]]
    assert layer.backward(np.array([[1.0, 1.0]])).tolist() == [[6.0, 8.0]]
    assert list(layer.params) == list(layer.param_grads) == []


def test_a_readers_layer_may_fill_the_list_of_parameters_itself():
    class PrintedDense(Layer):
        def _setup_layer(self, input_):
            self.params = []
            self.params.append(self.rng.randn(input_.shape[1], self.neurons))
            self.params.append(self.rng.randn(1, self.neurons))
            self.operations = [WeightMultiply(self.params[0]), BiasAdd(self.params[1])]

    net = NeuralNetwork([PrintedDense(2), Dense(1)], MeanSquaredError(), seed=1)
    optimizer = SGD(lr=0.01)
    optimizer.net = net
    x, y = np.array([[1.0, 2.0]]), np.array([[3.0]])
    losses = []
    for _ in range(3):
        losses.append(net.train_batch(x, y))
        optimizer.step()
    assert len(list(net.params())) == len(list(net.param_grads())) == 4
    assert losses[0] > losses[1] > losses[2]


def test_reset_makes_a_layer_new():
    layer = ran(Dense(2), np.ones((3, 4)))
    layer.backward(np.ones((3, 2)))
    assert layer.first is False
    layer.reset()
    assert layer.first is True
    assert layer.input_ is layer.output is None
    assert [*layer.operations, *layer.params, *layer.param_grads] == []
    assert layer.forward(np.ones((3, 7))).shape == (3, 2)


def test_training_leaves_out_the_gradient_for_the_data():
    stream = RandomState(0)
    X, y = stream.randn(6, 4), stream.randn(6, 1)
    net = NeuralNetwork([Dense(3, Sigmoid()), Dense(1)], MeanSquaredError())
    net.train_batch(X, y)
    first, *others = [op for layer in net.layers for op in layer.operations]
    assert first.input_grad is None
    assert all(op.input_grad is not None for op in others)
    grads = [grad.copy() for grad in net.param_grads()]
    first.needs_input_grad = True
    net.backward(net.loss.backward())
    assert first.input_grad.shape == X.shape
    assert same(grads, net.param_grads())


def test_an_overridden_backward_gets_the_gradient_for_the_data():
    def halve(part, output_grad):
        return super(type(part), part).backward(output_grad) / 2

    class Inner(Dense):
        def _setup_layer(self, input_):
            super()._setup_layer(input_)
            W = self.operations[0].param
            self.operations[0] = own(WeightMultiply, backward=halve)(W)

    X, y = np.ones((2, 3)), np.ones((2, 1))
    for layer in (own(Dense, backward=halve)(1), Inner(1)):
        NeuralNetwork([layer], MeanSquaredError()).train_batch(X, y)
        assert layer.operations[0].input_grad.shape == X.shape


def test_a_layer_that_was_first_in_another_network_gives_its_input_gradient():
    X, y, layer = np.ones((3, 4)), np.ones((3, 1)), Dense(4)
    NeuralNetwork([layer], MeanSquaredError()).forward(X)
    assert NeuralNetwork([Dense(4), layer, Dense(1)], MeanSquaredError()).train_batch(
        X, y
    )
    assert layer.operations[0].input_grad.shape == X.shape
