"""What chapter 11 drops in: gradients, stability, rates, dropout, and the digits."""

import contextlib
import io
import math
import sys
import time
import warnings
from threading import RLock

import numpy as np
import pytest
from models import fit, identical, network, same, snapshot
from numpy.random import RandomState
from tqdm import tqdm

from scratchdl import (
    SGD,
    Dense,
    Dropout,
    GlorotDense,
    MeanSquaredError,
    NeuralNetwork,
    Operation,
    Optimizer,
    ReLU,
    SGDMomentum,
    Sigmoid,
    SoftmaxCrossEntropy,
    Tanh,
    Trainer,
    accuracy,
    check_gradients,
    load_boston,
    load_digits,
    softmax,
)

DATA = load_boston()
X = RandomState(1).randn(6, 5)
Y = np.eye(5)[[0, 4, 2, 2, 1, 3]]


class SameMask(Dropout):
    training = True

    def _output(self):
        self.rng.seed(0)
        return super()._output()


def digits_network(seed, keep_prob=1.0, hidden=128):
    return NeuralNetwork(
        [GlorotDense(hidden, ReLU(), keep_prob), GlorotDense(10)],
        SoftmaxCrossEntropy(),
        seed=seed,
        independent_layers=True,
    )


# Gradients


@pytest.mark.parametrize(
    "thing",
    [
        Tanh(),
        ReLU(),
        Dropout(0.5),
        SameMask(0.5, RandomState(0)),
        GlorotDense(4, Tanh()),
        GlorotDense(4, ReLU(), keep_prob=0.5),
    ],
    ids=repr,
)
@pytest.mark.parametrize("scale", [1e-3, 1.0, 8.0])
@pytest.mark.parametrize("dtype", [float, np.float32])
def test_gradients(thing, scale, dtype):
    thing.seed = 1  # A layer draws its weights.
    check_gradients(thing, (scale * X).astype(dtype)).raise_if_wrong()


@pytest.mark.parametrize("seed", range(20))
def test_few_digits_far_out_are_no_mistake(seed):
    # In float32, tanh is 1 to the last digit there, and the biases' slopes are noise.
    layer = GlorotDense(4, Tanh())
    layer.seed = seed
    check_gradients(layer, (8 * X).astype(np.float32)).raise_if_wrong()


@pytest.mark.parametrize("scale", [1e-3, 1.0, 8.0])
def test_gradient_of_the_loss(scale):
    soft = softmax(RandomState(2).randn(6, 5))
    for target in (Y, soft):
        check_gradients(SoftmaxCrossEntropy(), scale * X, target).raise_if_wrong()


def test_gradients_of_a_whole_network():
    layers = [GlorotDense(4, Tanh()), GlorotDense(4, ReLU(), 0.8), GlorotDense(5)]
    net = NeuralNetwork(layers, SoftmaxCrossEntropy(), independent_layers=True)
    check_gradients(net, X, Y).raise_if_wrong()


def test_activations():
    x = np.array([[-2.0, 0.0, 3.0]])
    np.testing.assert_allclose(Tanh().forward(x), [[-math.tanh(2), 0, math.tanh(3)]])
    assert ReLU().forward(x).tolist() == [[0, 0, 3]]
    relu = ReLU()
    relu.forward(x)
    assert relu.backward(np.full((1, 3), 5.0)).tolist() == [[0, 0, 5]]
    whole = np.array([[1, 2]], np.uint8)
    assert Tanh().forward(whole).dtype == float
    np.testing.assert_allclose(Tanh().forward(whole), np.tanh([[1.0, 2.0]]))


# The loss


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_loss_is_stable_for_large_logits(dtype):
    logits = np.array([[1e4, 0, -1e4], [1e4, 0, -1e4], [0, 0, 0]], dtype)
    loss = SoftmaxCrossEntropy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        right = loss.forward(logits, np.eye(3, dtype=dtype)[[0, 0, 1]])
        assert right == pytest.approx(math.log(3) / 3, rel=1e-6)
        wrong = loss.forward(logits, np.eye(3, dtype=dtype)[[1, 2, 1]])
        assert wrong == pytest.approx((1e4 + 2e4 + math.log(3)) / 3, rel=1e-6)
        grad = loss.backward()
    expected = np.array([[1, -1, 0], [1, 0, -1], [1 / 3, -2 / 3, 1 / 3]]) / 3
    np.testing.assert_allclose(grad, expected, rtol=1e-6)
    assert grad.dtype == dtype
    assert softmax(logits).dtype == dtype
    np.testing.assert_allclose(softmax(logits).sum(axis=1), 1, rtol=1e-6)


def test_the_loss_depends_on_differences_alone():
    loss = SoftmaxCrossEntropy()
    value = loss.forward(X, Y)
    assert loss.forward(X + 1000, Y) == pytest.approx(value, rel=1e-9)
    p = softmax(X)[np.arange(6), Y.argmax(axis=1)]
    assert value == pytest.approx(-np.log(p).mean())
    assert loss.forward(np.zeros((6, 5)), Y) == pytest.approx(math.log(5))
    # A sure and right answer costs nothing, and no minus stands before it.
    assert math.copysign(1, loss.forward(1000 * Y, Y)) == 1
    whole = np.array([[250, 0]], np.uint8)
    assert loss.forward(whole, np.array([[0, 1]], np.uint8)) == pytest.approx(250)


def test_accuracy():
    assert accuracy(Y, Y * 3 - 7) == 1.0
    assert accuracy(Y[:4], Y[[0, 0, 2, 0]]) == 0.5
    assert accuracy(np.eye(2), np.array([[0.3, 0.7], [0.1, 0.2]])) == 0.5


# Starting weights


def test_glorot_scales_what_dense_draws():
    for keep_prob in (1.0, 0.5):
        plain, glorot = Dense(300), GlorotDense(300, keep_prob=keep_prob)
        for layer in (plain, glorot):
            layer.seed = 3
            layer.forward(np.ones((2, 100)))
        W, B = glorot.params
        np.testing.assert_allclose(W, plain.params[0] * math.sqrt(2 / 400))
        assert W.var() == pytest.approx(2 / 400, rel=0.02)
        assert not B.any() and B.shape == (1, 300)
        assert W is glorot.operations[0].param and B is glorot.operations[1].param


def test_glorot_has_dropout_when_asked_for():
    names = {1.0: ["WeightMultiply", "BiasAdd", "ReLU"]}
    names[0.8] = [*names[1.0], "Dropout"]
    for keep_prob, kinds in names.items():
        layer = GlorotDense(4, ReLU(), keep_prob)
        layer.forward(X)
        assert [type(op).__name__ for op in layer.operations] == kinds
    assert layer.operations[-1].keep_prob == 0.8


# Momentum and decay


class Fixed:
    """A network of two parameters whose gradients are set by hand."""

    def __init__(self, dtype=float):
        self.arrays = [np.zeros((2, 3), dtype), np.zeros((1, 3), dtype)]
        self.grads = [np.ones((2, 3), dtype), np.full((1, 3), -2.0, dtype)]

    def params(self):
        return iter(self.arrays)

    def param_grads(self):
        return iter(self.grads)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_momentum_adds_up(dtype):
    optimizer, net = SGDMomentum(lr=0.1, momentum=0.5), Fixed(dtype)
    optimizer.net, arrays = net, list(net.arrays)
    velocity = place = 0.0
    for number in range(4):
        optimizer.step()
        velocity = 0.5 * velocity - 0.1
        place += velocity
        np.testing.assert_allclose(net.arrays[0], place, rtol=1e-6)
        np.testing.assert_allclose(net.arrays[1], -2 * place, rtol=1e-6)
        if number == 0:
            velocities = list(optimizer.velocities)
    assert identical(arrays, net.arrays)
    assert identical(velocities, optimizer.velocities)
    assert {array.dtype.type for array in arrays + velocities} == {dtype}


def test_velocities_belong_to_their_arrays():
    optimizer = SGDMomentum(lr=0.1, momentum=0.5)
    for _ in range(2):
        optimizer.net = net = Fixed()
        optimizer.step()
        np.testing.assert_allclose(net.arrays[0], -0.1)
    optimizer.start_epoch(1, 5)
    optimizer.step()
    np.testing.assert_allclose(net.arrays[0], -0.2)
    optimizer.start_epoch(2, 5)
    optimizer.step()
    np.testing.assert_allclose(net.arrays[0], -0.2 - 0.15)


@pytest.mark.parametrize(
    ("decay_type", "rates"),
    [
        (None, [0.8] * 5),
        ("linear", [0.8, 0.6125, 0.425, 0.2375, 0.05]),
        ("exponential", [0.8, 0.4, 0.2, 0.1, 0.05]),
    ],
)
def test_decay(decay_type, rates):
    class Watched(SGDMomentum):
        seen = ()

        def step(self):
            self.seen += (self.current_lr,)
            before = snapshot(self.net)
            super().step()
            moves = [-self.current_lr * grad for grad in self.net.param_grads()]
            for place, move in enumerate(moves):
                np.testing.assert_allclose(self.velocities[place], move)
                before[place] += self.velocities[place]
            assert same(self.net.params(), before)

    final_lr = decay_type and 0.05
    optimizer = Watched(0.8, momentum=0, final_lr=final_lr, decay_type=decay_type)
    assert optimizer.current_lr == 0.8  # Nobody has said which epoch it is.
    rows = [array[:10] * 1e-3 for array in DATA]
    trainer = Trainer(network(), optimizer)
    for call in (1, 2):  # A second fit starts anew from the first rate.
        fit(trainer, rows, epochs=5, batch_size=5, restart=call == 1)
        np.testing.assert_allclose(optimizer.seen, np.repeat(rates, 2), rtol=1e-12)
        optimizer.seen = ()
    assert optimizer.lr == 0.8
    fit(trainer, rows, epochs=1, batch_size=10)
    assert optimizer.seen == (0.8,)


def test_every_optimizer_hears_of_each_epoch():
    class Listening(SGD):
        heard = ()

        def start_epoch(self, epoch, epochs):
            count = sum(len(layer.params) for layer in self.net.layers)
            self.heard += ((epoch, epochs, count),)

    trainer = Trainer(network(), Listening())
    fit(trainer, DATA, epochs=3)
    fit(trainer, DATA, epochs=2, restart=False)
    first, second = ((1, 3, 0), (2, 3, 4), (3, 3, 4)), ((1, 2, 4), (2, 2, 4))
    assert trainer.optim.heard == first + second
    assert Optimizer().start_epoch(1, 2) is None


def test_after_a_failure_momentum_begins_with_nothing():
    trainer = Trainer(network(), SGDMomentum(0.001))
    fit(trainer, DATA, epochs=2, eval_every=2)
    trainer.optim.lr = 1e6
    with np.errstate(all="ignore"), pytest.raises(RuntimeError):
        fit(trainer, DATA, restart=False)
    trainer.optim.lr = 0.001
    fit(trainer, DATA, epochs=2, eval_every=2, restart=False)
    assert all(np.all(np.isfinite(param)) for param in trainer.net.params())


def test_nothing_grows_with_the_epochs():
    trainer = Trainer(digits_network(1, 0.8, hidden=8), SGDMomentum(0.1))
    X_small, y_small = X @ np.ones((5, 64)), np.eye(10)[[0, 4, 2, 2, 1, 3]]
    rows = X_small, X_small, y_small, y_small

    def sizes():
        velocities = trainer.optim.velocities
        operations = [op for layer in trainer.net.layers for op in layer.operations]
        return len(velocities), sum(v.size for v in velocities), len(operations)

    fit(trainer, rows, epochs=1)
    before = sizes()
    for restart in (True, False):
        fit(trainer, rows, epochs=30, restart=restart)
        assert sizes() == before == (4, 8 * 64 + 8 + 80 + 10, 7)


# Dropout


def test_dropout_keeps_the_mean_and_goes_back_by_its_mask():
    dropout, ones = Dropout(0.8, RandomState(0)), np.ones((500, 200))
    assert dropout.forward(ones) is ones
    assert dropout.backward(ones) is ones
    dropout.training = True
    output = dropout.forward(ones)
    assert set(np.unique(output)) == {0, 1.25}
    assert output.mean() == pytest.approx(1, abs=0.01)
    np.testing.assert_array_equal(dropout.backward(3 * ones), 3 * output)
    assert not np.array_equal(dropout.forward(ones), output)
    dropout.training = False
    assert dropout.forward(ones) is ones


def test_dropout_has_a_stream_of_its_own():
    ones = np.ones((20, 30))
    state = np.random.get_state()[1].copy()
    outputs = []
    for _ in range(2):
        dropout = Dropout(rng=RandomState(4))
        dropout.training = True
        outputs.append(dropout.forward(ones))
    np.testing.assert_array_equal(*outputs)
    np.testing.assert_array_equal(np.random.get_state()[1], state)
    assert not Dropout().training
    assert Dropout(1).keep_prob == 1  # nothing to leave out, but allowed


class Watching(Dropout):
    """Writes down what it was in, each time it is asked."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def _output(self):
        self.seen.append((self.training, len(self.input_)))
        return super()._output()


def test_dropout_is_on_in_training_and_off_in_evaluation():
    watching = Watching()
    net = NeuralNetwork([Dense(3, watching), Dense(1)], MeanSquaredError())
    rows = [array[:50] for array in DATA]
    rows[1], rows[3] = rows[1][:7], rows[3][:7]
    trainer = Trainer(net, SGD(1e-5))
    fit(trainer, rows, epochs=2, eval_every=1, batch_size=30)
    batches = [(True, 30), (True, 20)]
    evaluation = [(False, 7), (False, 50)]
    # All rows set the layers up before the switch is on.
    assert watching.seen == (
        [(False, 50)] + batches + evaluation + batches + evaluation + [(False, 7)]
    )
    assert watching.training is False


def test_dropout_is_off_after_an_error():
    class Late(SGD):
        def step(self):
            raise KeyboardInterrupt if self.lr == 1.0 else ValueError("late")

    for lr, error in ((1.0, KeyboardInterrupt), (0.5, ValueError)):
        watching = Watching()
        net = NeuralNetwork([Dense(3, watching), Dense(1)], MeanSquaredError())
        with pytest.raises(error):
            fit(Trainer(net, Late(lr)), DATA)
        assert watching.seen[-1][0] and watching.training is False


def test_the_history_is_that_of_the_whole_network():
    X_train, X_test, y_train, y_test = load_digits(1)
    net = digits_network(1, keep_prob=0.5, hidden=16)
    trainer = Trainer(net, SGDMomentum(0.05))
    fit(trainer, (X_train, X_test, y_train, y_test), epochs=2, eval_every=2)
    loss = net.loss.forward(net.forward(X_test), y_test)
    assert trainer.history["validation_loss"] == [loss]
    np.testing.assert_array_equal(net.forward(X_test), net.forward(X_test))
    # The training loss was taken in another order of the rows.
    loss = net.loss.forward(net.forward(X_train), y_train)
    assert trainer.history["training_loss"] == [pytest.approx(loss, rel=1e-12)]


def test_training_with_dropout_is_decided_by_the_seed():
    def params(seed):
        net = digits_network(seed, keep_prob=0.5, hidden=16)
        trainer = Trainer(net, SGDMomentum(0.05))
        for _ in range(2):
            fit(trainer, load_digits(1), epochs=1, eval_every=1, seed=seed)
        return snapshot(net)

    first, again, other = params(1), params(1), params(2)
    assert same(first, again)
    assert not np.array_equal(first[0], other[0])


def test_the_switch_is_for_whatever_has_it():
    class Other(Operation):
        training = None

        def _output(self):
            self.was = self.training
            return self.input_

        def _input_grad(self, output_grad):
            return output_grad

    other, plain = Other(), Sigmoid()
    net = NeuralNetwork([Dense(2, other), Dense(1, plain)], MeanSquaredError())
    fit(Trainer(net, SGD(1e-5)), DATA, epochs=1)
    assert other.training is False and other.was is False
    assert not hasattr(plain, "training")


# The progress bar

# Else its lock is shared by all processes that `make mutants` forks off: one that is
# stopped while it holds the lock makes the others wait for ever.
tqdm.set_lock(RLock())


def fit_with_bar(**options):
    X_train, X_test, y_train, y_test = DATA
    trainer = Trainer(network(), SGD(0.05))
    with (
        contextlib.redirect_stdout(io.StringIO()) as printed,
        contextlib.redirect_stderr(io.StringIO()) as bar,
    ):
        trainer.fit(X_train, y_train, X_test, y_test, epochs=50, **options)
    return printed.getvalue(), bar.getvalue(), snapshot(trainer.net)


def test_the_bar_counts_epochs_and_leaves_the_lines_alone():
    quiet, no_bar, params = fit_with_bar(early_stopping=False)
    printed, bar, again = fit_with_bar(early_stopping=False, progress=True)
    assert printed == quiet and len(quiet.splitlines()) == 5
    assert no_bar == ""
    assert "100%" in bar and "50/50" in bar and "epoch" in bar
    assert same(params, again)


def test_the_bar_steps_aside_for_a_line(monkeypatch):
    lines = []
    monkeypatch.setattr(tqdm, "write", staticmethod(lines.append))
    printed, _, _ = fit_with_bar(early_stopping=False, progress=True)
    assert printed == "" and len(lines) == 5


def test_the_bar_ends_where_training_stops():
    printed, bar, _ = fit_with_bar(progress=True, seed=20190501)
    epochs = 10 * (len(printed.splitlines()) - 1)
    assert epochs < 50
    assert f"{epochs - 1}/50" in bar and "50/50" not in bar


def test_without_tqdm_the_bar_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)  # To import it is an error.
    trainer = Trainer(network(), SGD())
    with pytest.raises(ImportError, match="tqdm"):
        fit(trainer, DATA, progress=True)
    assert trainer.epoch == 0 and all(layer.first for layer in trainer.net.layers)
    fit(trainer, DATA, epochs=1)


# The digits


def test_the_digits():
    X_train, X_test, y_train, y_test = load_digits()
    shapes = [array.shape for array in (X_train, X_test, y_train, y_test)]
    assert shapes == [(1438, 64), (359, 64), (1438, 10), (359, 10)]
    X_all, y_all = np.vstack([X_train, X_test]), np.vstack([y_train, y_test])
    assert X_all.min() == 0 and X_all.max() == 1
    assert np.all(16 * X_all == np.round(16 * X_all))
    assert set(np.unique(y_all)) == {0, 1} and np.all(y_all.sum(axis=1) == 1)
    counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert y_all.sum(axis=0).tolist() == counts
    assert 16 * X_all.sum() == 561718  # The sum of scikit-learn's copy.


def test_a_seed_splits_the_digits():
    first, again, other = load_digits(0), load_digits(), load_digits(4)
    assert same(first, again)
    assert not np.array_equal(first[1], other[1])
    # The same digits, in another order.
    rows = [np.vstack([d[0], d[1]]) for d in (first, other)]
    labels = [np.vstack([d[2], d[3]]).argmax(axis=1) for d in (first, other)]
    pairs = map(np.column_stack, zip(rows, labels, strict=True))
    one, two = (sorted(map(tuple, pair)) for pair in pairs)
    assert one == two


def test_the_whole_reads_digits_quickly():
    found, times = [], []
    for split in range(5):
        X_train, X_test, y_train, y_test = load_digits(split)
        net = digits_network(split, keep_prob=0.8)
        optimizer = SGDMomentum(0.2, 0.9, final_lr=0.01, decay_type="linear")
        start = time.perf_counter()
        options = {"epochs": 30, "seed": split, "early_stopping": False}
        fit(Trainer(net, optimizer), (X_train, X_test, y_train, y_test), **options)
        times.append(time.perf_counter() - start)
        found.append(accuracy(y_test, net.forward(X_test)))
    assert np.mean(found) >= 0.975
    assert np.mean(times) < 10


def test_float32_stays_float32():
    X_train, X_test, y_train, y_test = (
        array.astype(np.float32) for array in load_digits()
    )
    net = digits_network(1, keep_prob=0.8, hidden=16)
    optimizer = SGDMomentum(0.1, final_lr=0.01, decay_type="exponential")
    fit(Trainer(net, optimizer), (X_train, X_test, y_train, y_test), epochs=2)
    arrays = [*net.params(), *net.param_grads(), *optimizer.velocities]
    net.layers[0].operations[-1].training = True
    arrays += [net.forward(X_test), net.layers[0].operations[-1].mask]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
