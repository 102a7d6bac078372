"""What must hold for any batch, measured with nothing of the package.

Hypothesis draws the batches, small and odd ones first of all.

The complex step gives the gradients: for an analytic function, Im f(x + ih) / h is the
derivative, without a difference and so without a loss of digits.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from models import identical

from scratchdl import (
    SGD,
    BiasAdd,
    Dense,
    Linear,
    MeanSquaredError,
    NeuralNetwork,
    Sigmoid,
    Trainer,
    WeightMultiply,
    mae,
    permute_data,
    rmse,
)

SIZES = st.integers(1, 5)
SEEDS = st.integers(0, 2**32 - 1)
NUMBERS = st.floats(-4, 4, allow_subnormal=False)


def batches(rows, columns):
    return arrays(np.float64, (rows, columns), elements=NUMBERS)


def squash(x):
    return 1 / (1 + np.exp(-x))


def slopes(function, at):
    """Return the derivative of a number by each entry of an array."""
    gradient = np.zeros(at.shape)
    for index in np.ndindex(at.shape):
        moved = at.astype(complex)
        moved[index] += 1e-30j
        gradient[index] = function(moved).imag / 1e-30
    return gradient


def slopes_by_each(function, params):
    """Return the derivatives of a number by each of several arrays."""
    return [
        slopes(lambda p, i=i: function([*params[:i], p, *params[i + 1 :]]), param)
        for i, param in enumerate(params)
    ]


def assert_close(actual, expected, digits=1e-11):
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    scale = max(1.0, np.abs(expected).max())
    np.testing.assert_allclose(actual, expected, rtol=digits, atol=digits * scale)


def assert_all_close(actual, expected, digits=1e-11):
    for one, other in zip(actual, expected, strict=True):
        assert_close(one, other, digits)


# Operations and layers: both go forward and backward, so they share their properties.
# A part's formula is written here again, with the parameters as arguments.
FORMULAS = {
    "WeightMultiply": lambda x, W: x @ W,
    "BiasAdd": lambda x, B: x + B,
    "Sigmoid": squash,
    "Linear": lambda x: x,
    "Dense": lambda x, W, B: x @ W + B,
    "Dense, Linear": lambda x, W, B: x @ W + B,
    "Dense, Sigmoid": lambda x, W, B: squash(x @ W + B),
}
PARTS = pytest.mark.parametrize("kind", FORMULAS)


class Case:
    """A part with its parameters, a batch for it, and a gradient of its output."""

    def __init__(self, draw, kind):
        rows, inputs, neurons = draw(SIZES), draw(SIZES), draw(SIZES)
        self.formula = FORMULAS[kind]
        self.x = draw(batches(rows, inputs))
        if kind == "WeightMultiply":
            self.part = WeightMultiply(draw(batches(inputs, neurons)))
        elif kind.startswith("Dense"):
            activations = {"Dense, Linear": Linear(), "Dense, Sigmoid": Sigmoid()}
            self.part = Dense(neurons, activations.get(kind))
            self.part.seed = draw(SEEDS)
            self.part.forward(self.x)
        else:
            neurons = inputs
            bias = draw(batches(1, inputs))
            self.part = {"Sigmoid": Sigmoid, "Linear": Linear}.get(
                kind, lambda: BiasAdd(bias)
            )()
        self.grad = draw(batches(rows, neurons))

    @property
    def params(self):
        if isinstance(self.part, Dense):
            return self.part.params
        return [self.part.param] if hasattr(self.part, "param") else []

    def run(self, x, grad):
        """Return output, input gradient and parameter gradients, as copies."""
        output = self.part.forward(x).copy()
        input_grad = self.part.backward(grad).copy()
        if isinstance(self.part, Dense):
            grads = self.part.param_grads
        else:
            grads = [self.part.param_grad] if self.params else []
        return output, input_grad, [grad.copy() for grad in grads]


@PARTS
@given(st.data())
def test_part_gives_its_formula_and_its_gradients(kind, data):
    case = Case(data.draw, kind)
    output, input_grad, grads = case.run(case.x, case.grad)

    def weighted(x, params):
        return np.sum(case.formula(x, *params) * case.grad)

    assert_close(output, case.formula(case.x, *case.params))
    assert_close(input_grad, slopes(lambda x: weighted(x, case.params), case.x))
    expected = slopes_by_each(lambda params: weighted(case.x, params), case.params)
    assert_all_close(grads, expected)


@PARTS
@given(st.data())
def test_part_treats_a_row_alone_as_in_its_batch(kind, data):
    case = Case(data.draw, kind)
    output, input_grad, grads = case.run(case.x, case.grad)
    alone = [
        case.run(case.x[i : i + 1], case.grad[i : i + 1]) for i in range(len(case.x))
    ]
    assert_close(np.vstack([row[0] for row in alone]), output)
    assert_close(np.vstack([row[1] for row in alone]), input_grad)
    for number, grad in enumerate(grads):
        assert_close(sum(row[2][number] for row in alone), grad)


@PARTS
@given(st.data())
def test_part_changes_nothing_that_it_is_given(kind, data):
    case = Case(data.draw, kind)
    given_arrays = [case.x, case.grad, *case.params]
    before = [array.tobytes() for array in given_arrays]
    case.run(case.x, case.grad)
    case.run(case.x, case.grad)
    assert [array.tobytes() for array in given_arrays] == before
    assert identical(given_arrays[2:], case.params)


@given(arrays(np.float64, st.tuples(SIZES, SIZES), elements=st.floats(-1e308, 1e308)))
def test_sigmoid_squashes_every_number_there_is(x):
    with np.errstate(all="raise", under="ignore"):
        sigmoid, mirrored = Sigmoid(), Sigmoid()
        output, opposite = sigmoid.forward(x), mirrored.forward(-x)
        slope = sigmoid.backward(np.ones_like(x))
    assert (output >= 0).all() and (output <= 1).all()
    assert ((output >= 0.5) == (x >= -1e-15)).all()
    np.testing.assert_allclose(output + opposite, 1, rtol=1e-15)
    assert (slope >= 0).all() and (slope <= 0.25).all()
    order = np.argsort(x, axis=None)
    assert (np.diff(output.ravel()[order]) >= 0).all()


@given(SIZES, SIZES, SIZES, SEEDS)
def test_dense_draws_the_same_parameters_for_the_same_seed(rows, inputs, neurons, seed):
    layers = Dense(neurons), Dense(neurons, Sigmoid())
    for layer, count in zip(layers, (rows, 1), strict=True):
        layer.seed = seed
        layer.forward(np.ones((count, inputs)))
    stream = np.random.RandomState(seed)
    W, B = stream.randn(inputs, neurons), stream.randn(1, neurons)
    for layer in layers:
        assert_all_close(layer.params, [W, B], digits=0)


# The loss


@st.composite
def predictions(draw):
    rows, outputs = draw(SIZES), draw(SIZES)
    return draw(batches(rows, outputs)), draw(batches(rows, outputs))


def loss_and_grad(prediction, target):
    loss = MeanSquaredError()
    return loss.forward(prediction, target), loss.backward()


def squares(prediction, target):
    return np.sum((prediction - target) ** 2) / len(target)


@given(predictions())
def test_loss_gives_its_formula_and_its_gradient(pair):
    prediction, target = pair
    loss, grad = loss_and_grad(prediction, target)
    assert_close(loss, squares(prediction, target))
    assert_close(grad, slopes(lambda p: squares(p, target), prediction))


@given(predictions(), NUMBERS)
def test_loss_knows_differences_only(pair, shift):
    prediction, target = pair
    loss, grad = loss_and_grad(prediction, target)
    assert loss >= 0
    assert loss_and_grad(target, target)[0] == 0
    assert_close(loss_and_grad(prediction + shift, target + shift)[0], loss)
    turned, turned_grad = loss_and_grad(target, prediction)
    assert turned == loss
    np.testing.assert_array_equal(turned_grad, -grad)


@given(predictions())
def test_loss_keeps_float32_and_changes_nothing(pair):
    prediction, target = (array.astype(np.float32) for array in pair)
    before = prediction.tobytes(), target.tobytes()
    loss, grad = loss_and_grad(prediction, target)
    assert type(loss) is float
    assert grad.dtype == np.float32
    assert (prediction.tobytes(), target.tobytes()) == before


@given(predictions())
def test_measures_of_an_error(pair):
    p, y = pair
    assert_close(mae(y, p), np.abs(p - y).sum() / p.size)
    assert_close(rmse(y, p), ((p - y) ** 2).sum() ** 0.5 / p.size**0.5)
    # The square of an error below 1e-162 is 0, for want of smaller numbers.
    assert mae(y, p) <= rmse(y, p) * (1 + 1e-12) + 1e-161
    assert rmse(y, p) <= np.abs(p - y).max() * (1 + 1e-12)


# Networks


@st.composite
def networks(draw):
    """Draw a network with parameters, and its formula as a loss of these."""
    rows, inputs, outputs = draw(SIZES), draw(SIZES), draw(SIZES)
    widths = [*draw(st.lists(SIZES, max_size=3)), outputs]
    squashed = [draw(st.booleans()) for _ in widths]
    X, y = draw(batches(rows, inputs)), draw(batches(rows, outputs))
    net = NeuralNetwork(
        [
            Dense(width, Sigmoid() if curve else None)
            for width, curve in zip(widths, squashed, strict=True)
        ],
        MeanSquaredError(),
        seed=draw(SEEDS),
        independent_layers=draw(st.booleans()),
    )
    net.forward(X)

    def loss(params, x=X):
        for number, curve in enumerate(squashed):
            x = x @ params[2 * number] + params[2 * number + 1]
            x = squash(x) if curve else x
        return squares(x, y)

    return net, X, y, loss


def copies(arrays_):
    return [array.copy() for array in arrays_]


@given(networks())
def test_network_gives_its_loss_and_each_parameter_its_gradient(drawn):
    net, X, y, loss = drawn
    params, kept = copies(net.params()), [X, y, *net.params()]
    before = [array.tobytes() for array in kept]
    assert_close(net.train_batch(X, y), loss(params))
    assert [array.tobytes() for array in kept] == before
    assert identical(kept[2:], net.params())
    grads = list(net.param_grads())
    assert_all_close(grads, slopes_by_each(loss, params), digits=1e-10)
    # What comes out at the front is the gradient by the data.
    net.layers[0].operations[0].needs_input_grad = True
    net.backward(net.loss.backward())  # train_batch leaves out what nobody reads.
    by_data = net.layers[0].operations[0].input_grad
    assert_close(by_data, slopes(lambda x: loss(params, x), X), digits=1e-10)


@given(networks())
def test_network_keeps_float32(drawn):
    net, X, y, _ = drawn
    for layer in net.layers:
        layer.reset()
    optimizer = SGD(lr=1e-6)
    optimizer.net = net
    X, y = X.astype(np.float32), y.astype(np.float32)
    for _ in range(2):
        net.train_batch(X, y)
        optimizer.step()
    operations = [op for layer in net.layers for op in layer.operations]
    found = [op.input_grad for op in operations[1:]]
    found += [net.forward(X), net.loss.input_grad, *net.params(), *net.param_grads()]
    assert {array.dtype for array in found} == {np.dtype(np.float32)}


@given(networks(), st.floats(0, 10))
def test_a_step_goes_against_the_gradient_in_place(drawn, lr):
    net, X, y, _ = drawn
    optimizer = SGD(lr=lr)
    optimizer.net = net
    net.train_batch(X, y)
    params, before = list(net.params()), copies(net.params())
    optimizer.step()
    assert identical(params, net.params())
    expected = [p - lr * g for p, g in zip(before, net.param_grads(), strict=True)]
    assert_all_close(params, expected, digits=1e-15)


# Training


@given(st.integers(1, 20), st.integers(1, 25), SEEDS)
def test_batches_and_shuffling_lose_no_row(rows, size, seed):
    X = np.arange(2.0 * rows).reshape(rows, 2)
    y = X[:, :1] + 0.5
    net = NeuralNetwork([Dense(1)], MeanSquaredError())
    taken = list(Trainer(net, SGD()).generate_batches(X, y, size))
    np.testing.assert_array_equal(np.vstack([batch for batch, _ in taken]), X)
    np.testing.assert_array_equal(np.vstack([batch for _, batch in taken]), y)
    assert {len(batch) for batch, _ in taken[:-1]} <= {size}
    assert 1 <= len(taken[-1][0]) <= size
    new_X, new_y = permute_data(X, y, np.random.RandomState(seed))
    np.testing.assert_array_equal(new_y, new_X[:, :1] + 0.5)
    np.testing.assert_array_equal(np.sort(new_X, axis=0), X)
