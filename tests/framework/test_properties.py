"""What must hold for any batch, measured with nothing of the package.

Hypothesis draws the batches, small and odd ones first of all.

The complex step gives the gradients: for an analytic function, Im f(x + ih) / h is the
derivative, without a difference and so without a loss of digits.
"""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from models import fit, identical

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
AFFINE = pytest.mark.parametrize("kind", [k for k in FORMULAS if "Sigmoid" not in k])


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
def test_part_follows_the_order_of_the_rows(kind, data):
    case = Case(data.draw, kind)
    order = data.draw(st.permutations(range(len(case.x))))
    output, input_grad, grads = case.run(case.x, case.grad)
    moved = case.run(case.x[order], case.grad[order])
    assert_close(moved[0], output[order])
    assert_close(moved[1], input_grad[order])
    assert_all_close(moved[2], grads)


@AFFINE
@given(st.data(), NUMBERS)
def test_part_without_a_curve_is_affine_in_its_input(kind, data, share):
    # Parameters and all, a mixture of inputs gives the mixture of the outputs; without
    # a bias, so does any sum of multiples.
    case = Case(data.draw, kind)
    other, factor = data.draw(batches(*case.x.shape)), 1 - share
    if kind in ("WeightMultiply", "Linear"):
        factor = data.draw(NUMBERS)
    mixed, *_ = case.run(share * case.x + factor * other, case.grad)
    of_x, *_ = case.run(case.x, case.grad)
    of_other, *_ = case.run(other, case.grad)
    assert_close(mixed, share * of_x + factor * of_other)


@PARTS
@given(st.data(), NUMBERS, NUMBERS)
def test_part_goes_back_linearly(kind, data, a, b):
    case = Case(data.draw, kind)
    other = data.draw(batches(*case.grad.shape))
    _, of_grad, grads = case.run(case.x, case.grad)
    _, of_other, others = case.run(case.x, other)
    _, of_sum, sums = case.run(case.x, a * case.grad + b * other)
    assert_close(of_sum, a * of_grad + b * of_other)
    mixed = [a * one + b * two for one, two in zip(grads, others, strict=True)]
    assert_all_close(sums, mixed)


@PARTS
@given(st.data())
def test_part_keeps_float32(kind, data):
    case = Case(data.draw, kind)
    narrow = np.float32
    if isinstance(case.part, Dense):
        case.part.reset()
    elif case.params:
        case.part.param = case.part.param.astype(narrow)
    output, input_grad, grads = case.run(
        case.x.astype(narrow), case.grad.astype(narrow)
    )
    found = {array.dtype for array in [output, input_grad, *grads, *case.params]}
    assert found == {np.dtype(narrow)}


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


@given(predictions(), NUMBERS)
def test_loss_grows_with_the_square(pair, factor):
    prediction, target = pair
    loss, grad = loss_and_grad(prediction, target)
    scaled, scaled_grad = loss_and_grad(factor * prediction, factor * target)
    assert_close(scaled, factor**2 * loss)
    assert_close(scaled_grad, factor * grad)


@given(predictions(), st.randoms(use_true_random=False))
def test_loss_is_the_mean_of_its_rows_in_any_order(pair, random):
    prediction, target = pair
    loss, grad = loss_and_grad(prediction, target)
    rows = range(len(target))
    alone = [loss_and_grad(prediction[[row]], target[[row]]) for row in rows]
    assert_close(np.mean([one for one, _ in alone]), loss)
    assert_close(np.vstack([one for _, one in alone]) / len(rows), grad)
    order = random.sample(rows, len(rows))
    moved, moved_grad = loss_and_grad(prediction[order], target[order])
    assert_close(moved, loss)
    np.testing.assert_array_equal(moved_grad, grad[order])


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
    params = copies(net.params())
    assert_close(net.train_batch(X, y), loss(params))
    grads = list(net.param_grads())
    assert_all_close(grads, slopes_by_each(loss, params), digits=1e-10)
    # What comes out at the front is the gradient by the data.
    net.layers[0].operations[0].needs_input_grad = True
    net.backward(net.loss.backward())  # train_batch leaves out what nobody reads.
    by_data = net.layers[0].operations[0].input_grad
    assert_close(by_data, slopes(lambda x: loss(params, x), X), digits=1e-10)


@given(networks(), st.randoms(use_true_random=False))
def test_network_does_not_care_for_the_order_of_the_rows(drawn, random):
    net, X, y, _ = drawn
    loss, output = net.train_batch(X, y), net.forward(X)
    grads = copies(net.param_grads())
    order = random.sample(range(len(X)), len(X))
    assert_close(net.train_batch(X[order], y[order]), loss)
    assert_all_close(net.param_grads(), grads)
    assert_close(net.forward(X[order]), output[order])


@given(networks())
def test_network_takes_each_row_twice_as_it_takes_each_once(drawn):
    net, X, y, _ = drawn
    loss, grads = net.train_batch(X, y), copies(net.param_grads())
    assert_close(net.train_batch(np.vstack([X, X]), np.vstack([y, y])), loss)
    assert_all_close(net.param_grads(), grads)


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
    found = [net.forward(X), *net.params(), *net.param_grads()]
    assert {array.dtype for array in found} == {np.dtype(np.float32)}


@given(networks())
def test_network_changes_neither_data_nor_parameters(drawn):
    net, X, y, _ = drawn
    kept = [X, y, *net.params()]
    before = [array.tobytes() for array in kept]
    net.train_batch(X, y)
    assert [array.tobytes() for array in kept] == before
    assert identical(kept[2:], net.params())
    pairs = zip(net.params(), net.param_grads(), strict=True)
    assert all(param.shape == grad.shape for param, grad in pairs)


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


@given(networks())
def test_a_small_step_lowers_the_loss_as_the_gradient_says(drawn):
    net, X, y, _ = drawn
    loss = net.train_batch(X, y)
    slope = sum(np.sum(grad**2) for grad in net.param_grads())
    assume(slope > 1e-6 * loss)  # Else it is at the bottom, and rounding decides.
    before, optimizer = copies(net.params()), SGD()
    optimizer.net = net
    for exponent in range(3, 40):
        optimizer.lr = 2.0**-exponent
        optimizer.step()
        fallen = loss - net.loss.forward(net.forward(X), y)
        for param, value in zip(net.params(), before, strict=True):
            param[...] = value
        if abs(fallen - optimizer.lr * slope) < 0.1 * optimizer.lr * slope:
            return
    pytest.fail(f"no step lowered the loss {loss} as a slope of {slope} says")


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


@given(networks(), SEEDS, st.integers(1, 4), st.integers(1, 6))
def test_training_is_decided_by_its_seed(drawn, seed, epochs, size):
    net, X, y, _ = drawn
    options = {"epochs": epochs, "eval_every": 1, "batch_size": size, "seed": seed}
    runs = []
    for _ in range(2):
        trainer = Trainer(net, SGD(lr=1e-3))
        lines = fit(trainer, (X, X, y, y), **options)
        runs.append((lines, trainer.history, [p.tobytes() for p in net.params()]))
    assert runs[0] == runs[1]
