"""Gradients against derivatives that share no line with the package.

The complex step: for an analytic function, Im f(x + ih) / h is the derivative, with no
subtraction and so no loss of digits. A random direction d for all parameters at once
gives the sum of gradient times d.
"""

import numpy as np
import pytest
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
    ParamOperation,
    Sigmoid,
    WeightMultiply,
    check_gradients,
)


def complex_loss(params, squashes, X, y):
    output = X
    for number, squash in enumerate(squashes):
        output = output @ params[2 * number] + params[2 * number + 1]
        if squash:
            output = 1 / (1 + np.exp(-output))
    return np.sum((output - y) ** 2) / len(X)


@pytest.mark.parametrize("case", range(40))
def test_random_networks(case):
    stream = RandomState(case)
    widths = stream.randint(1, 41, size=stream.randint(0, 5))
    rows, inputs, outputs = stream.randint(1, [65, 41, 41])
    X, y = stream.randn(rows, inputs), stream.randn(rows, outputs)
    squashes = stream.rand(len(widths) + 1) < 0.7
    net = NeuralNetwork(
        [
            Dense(width, Sigmoid() if squash else None)
            for width, squash in zip([*widths, outputs], squashes, strict=True)
        ],
        MeanSquaredError(),
        seed=case,
        independent_layers=True,
    )
    net.train_batch(X, y)
    params, grads = list(net.params()), list(net.param_grads())
    directions = [stream.randn(*param.shape) for param in params]
    moved = [param + 1e-30j * d for param, d in zip(params, directions, strict=True)]
    expected = complex_loss(moved, squashes, X, y).imag / 1e-30
    terms = [grad * d for grad, d in zip(grads, directions, strict=True)]
    size = sum(np.abs(term).sum() for term in terms)
    assert abs(sum(term.sum() for term in terms) - expected) <= 1e-12 * size


def test_sigmoid_far_from_zero():
    with np.errstate(all="raise", under="ignore"):
        sigmoid = Sigmoid()
        x = np.array([[-1000.0, -40.0, 0.0, 40.0, 1000.0]])
        output = sigmoid.forward(x)
        slope = sigmoid.backward(np.ones_like(x))
    np.testing.assert_allclose(
        output, [[0, np.exp(-40), 0.5, 1, 1]], rtol=1e-14, atol=1e-300
    )
    # Where s is 1 to the last digit, 1 - s is 0.
    np.testing.assert_allclose(
        slope, [[0, np.exp(-40), 0.25, 0, 0]], rtol=1e-14, atol=1e-300
    )


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, bool])
def test_sigmoid_takes_whole_numbers_for_floats(dtype):
    x = np.array([[0, 1, 127, -128]]).astype(dtype)
    results = []
    for array in (x, x.astype(float)):
        sigmoid = Sigmoid()
        output = sigmoid.forward(array)
        results.append((output, sigmoid.backward(np.ones(x.shape))))
    np.testing.assert_array_equal(*results)


def test_layers_without_an_activation_do_not_share_one():
    assert Dense(2).activation is not Dense(2).activation
    assert isinstance(Dense(2).activation, Linear)


def test_float32_stays_float32():
    stream = RandomState(0)
    X = stream.randn(6, 4).astype(np.float32)
    y = stream.randn(6, 1).astype(np.float32)
    net = NeuralNetwork([Dense(3, Sigmoid()), Dense(1)], MeanSquaredError())
    net.train_batch(X, y)
    arrays = [*net.params(), *net.param_grads(), net.layers[0].output]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_whole_numbers_give_float64_parameters():
    layer = Dense(2)
    layer.forward(np.array([[1, 2, 3]]))
    assert {param.dtype for param in layer.params} == {np.dtype(np.float64)}


class Square(Operation):
    def _output(self):
        return self.input_**2

    def _input_grad(self, output_grad):
        return 2 * self.input_ * output_grad


class Scale(ParamOperation):
    def __init__(self, row):  # does not call the base class
        self.param = row

    def _output(self):
        return self.input_ * self.param

    def _input_grad(self, output_grad):
        return self.param * output_grad

    def _param_grad(self, output_grad):
        return (self.input_ * output_grad).sum(axis=0, keepdims=True)


class ScaledSquares(Layer):
    def _setup_layer(self, input_):
        self.operations = [Square(), Scale(np.full((1, input_.shape[1]), 0.5))]


def test_a_readers_operation_needs_its_gaps_only():
    x = RandomState(3).randn(4, 2)
    check_gradients(Square(), x).raise_if_wrong()
    check_gradients(Scale(np.array([[2.0, 3.0]])), x).raise_if_wrong()
    network = NeuralNetwork([Dense(2, activation=Square())], MeanSquaredError())
    assert network.train_batch(x, x) > 0


def test_a_readers_layer_needs_setup_layer_only():
    layer = ScaledSquares(2)
    x = np.array([[1.0, 2.0]])
    np.testing.assert_array_equal(layer.forward(x), [[0.5, 2.0]])
    np.testing.assert_array_equal(layer.backward(np.ones((1, 2))), [[1.0, 2.0]])
    assert layer.params[0] is layer.operations[1].param
    np.testing.assert_array_equal(layer.param_grads[0], [[1.0, 4.0]])


class ListingDense(Layer):
    def _setup_layer(self, input_):  # fills the list itself, as the printed Dense does
        self.params = []
        self.params.append(self.rng.randn(input_.shape[1], self.neurons))
        self.params.append(self.rng.randn(1, self.neurons))
        self.operations = [WeightMultiply(self.params[0]), BiasAdd(self.params[1])]


def test_a_readers_layer_may_fill_the_list_of_parameters_itself():
    net = NeuralNetwork([ListingDense(2), Dense(1)], MeanSquaredError(), seed=1)
    optimizer = SGD(lr=0.01)
    optimizer.net = net
    x, y = np.array([[1.0, 2.0]]), np.array([[3.0]])
    losses = []
    for _ in range(3):
        losses.append(net.train_batch(x, y))
        optimizer.step()
    assert len(list(net.params())) == len(list(net.param_grads())) == 4
    assert losses[0] > losses[1] > losses[2]


def test_a_layer_may_have_one_operation():
    class Squares(Layer):
        def _setup_layer(self, input_):
            self.operations = (Square(),)

    layer = Squares(2)
    assert layer.forward(np.array([[3.0, 4.0]])).tolist() == [[9.0, 16.0]]
    assert layer.backward(np.array([[1.0, 1.0]])).tolist() == [[6.0, 8.0]]
    assert layer.params == layer.param_grads == []


def test_reset_makes_a_layer_new():
    layer = Dense(2)
    layer.forward(np.ones((3, 4)))
    layer.backward(np.ones((3, 2)))
    assert layer.first is False
    layer.reset()
    assert layer.input_ is None
    assert layer.output is None
    fresh = vars(Dense(2))
    changed = {"rng", "activation"}
    assert all(
        vars(layer)[name] == fresh[name] for name in fresh if name not in changed
    )
    assert layer.forward(np.ones((3, 7))).shape == (3, 2)


def test_a_parameter_put_in_the_place_of_another_is_trained():
    net = NeuralNetwork([Dense(1)], MeanSquaredError(), seed=1)
    net.train_batch(np.ones((2, 1)), np.ones((2, 1)))
    net.layers[0].operations[0].param = new = np.array([[7.0]])
    net.train_batch(np.ones((2, 1)), np.ones((2, 1)))
    assert next(net.params()) is new


def test_mean_squared_error_sums_over_outputs():
    loss = MeanSquaredError()
    assert loss.forward(np.array([[1.0, 2.0], [3.0, 4.0]]), np.zeros((2, 2))) == 15.0
    np.testing.assert_array_equal(loss.backward(), [[1.0, 2.0], [3.0, 4.0]])


def test_nobody_reads_the_gradient_of_the_data_so_training_leaves_it_out():
    stream = RandomState(0)
    X, y = stream.randn(6, 4), stream.randn(6, 1)
    net = NeuralNetwork([Dense(3, Sigmoid()), Dense(1)], MeanSquaredError())
    net.train_batch(X, y)
    first, *others = [op for layer in net.layers for op in layer.operations]
    assert first.input_grad is None
    assert all(op.input_grad is not None for op in others)
    grads = [grad.copy() for grad in net.param_grads()]
    net.backward(net.loss.backward())  # By hand, nothing is left out.
    assert first.input_grad.shape == X.shape
    for grad, again in zip(grads, net.param_grads(), strict=True):
        np.testing.assert_array_equal(grad, again)


def test_a_backward_of_ones_own_gets_the_gradient_of_the_data():
    class Halved(Dense):
        def backward(self, output_grad):
            return super().backward(output_grad) / 2

    class Doubled(WeightMultiply):
        def backward(self, output_grad):
            return super().backward(output_grad) * 2

    class Own(Dense):
        def _setup_layer(self, input_):
            super()._setup_layer(input_)
            self.operations[0] = Doubled(self.operations[0].param)

    X, y = np.ones((2, 3)), np.ones((2, 1))
    for layer in (Halved(1), Own(1)):
        net = NeuralNetwork([layer], MeanSquaredError())
        net.train_batch(X, y)
        assert layer.operations[0].input_grad.shape == X.shape


def test_after_a_batch_that_fails_operations_give_all_gradients():
    class Broken(Linear):
        def _input_grad(self, output_grad):
            return output_grad[:1]

    net = NeuralNetwork([Dense(2), Dense(1, Broken())], MeanSquaredError())
    X, y = np.ones((3, 4)), np.ones((3, 1))
    net.forward(X)
    with pytest.raises(ValueError, match="Broken"):
        net.train_batch(X, y)
    layer = net.layers[0]
    assert layer.backward(np.ones((3, 2))).shape == X.shape
