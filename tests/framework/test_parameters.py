"""One home for parameters: however they are set, all who use them see the same."""

import numpy as np
import pytest
from models import fit, identical, network, same, snapshot

from scratchdl import (
    SGD,
    Dense,
    MeanSquaredError,
    NeuralNetwork,
    Sigmoid,
    Trainer,
    WeightMultiply,
)

X, y = np.ones((4, 3)), np.ones((4, 1))
W = np.full((3, 2), 0.5)


WAYS = [
    "net.layers[0].operations[0].param = W",
    "net.layers[0].operations[0].param[...] = W",
    "next(net.params())[...] = W",
    "net.layers[0].params = [W, net.layers[0].params[1]]",
    "net.layers[0].params[0] = W",
    "net.layers[0].operations[0] = WeightMultiply(W)",
]


def small(seed=1):
    layers = [Dense(2, Sigmoid()), Dense(1)]
    return NeuralNetwork(layers, MeanSquaredError(), seed=seed)


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_set_parameters_takes_effect_at_once(way):
    net = small()
    net.forward(X)
    exec(way, {**globals(), "net": net})
    first = net.layers[0]
    B = first.params[1]
    np.testing.assert_array_equal(next(net.params()), W)
    np.testing.assert_array_equal(first.params[0], W)
    hidden = 1 / (1 + np.exp(-(X @ W + B)))
    np.testing.assert_allclose(first.forward(X), hidden)
    # The optimizer updates the array that forward reads.
    trainer = Trainer(net, SGD(lr=0.1))
    net.train_batch(X, y)
    before = first.params[0].copy()
    trainer.optim.step()
    assert not np.array_equal(first.operations[0].param, before)
    assert identical([first.operations[0].param], [first.params[0]])


@pytest.mark.parametrize("way", WAYS)
def test_early_stopping_restores_what_forward_uses(way):
    net = small()
    net.forward(X)
    exec(way, {**globals(), "net": net})
    trainer = Trainer(net, SGD(lr=0.0))
    options = {"epochs": 20, "eval_every": 1, "restart": False, "batch_size": 4}
    lines = fit(trainer, (X, X, y, y), **options)
    assert lines[-1].startswith("Stopped early")
    np.testing.assert_array_equal(next(net.params()), W)
    np.testing.assert_array_equal(net.layers[0].operations[0].param, W)


def test_parameters_set_before_the_first_pass_are_used():
    layer = Dense(2)
    layer.params = [W, np.zeros((1, 2))]
    np.testing.assert_array_equal(layer.forward(X), X @ W)


@pytest.mark.parametrize("wrong", [[W], [W, W[:1], W]], ids=len)
def test_a_wrong_number_of_parameters_is_refused(wrong):
    layer = Dense(2)
    layer.forward(X)
    before = list(layer.params)
    with pytest.raises(ValueError, match=f"BiasAdd.*each.* {len(wrong)}"):
        layer.params = wrong
    with pytest.raises(ValueError, match="each.* 1"):
        layer.params[:] = [W]
    with pytest.raises(ValueError, match="each.* 3"):
        layer.params.append(W)
    assert identical(before, layer.params)


@pytest.mark.parametrize("wrong", [W.tolist(), W[0], W[:, :, None], None])
def test_a_parameter_that_cannot_be_used_is_refused(wrong):
    operation = WeightMultiply(W)
    with pytest.raises((TypeError, ValueError), match="WeightMultiply.*param"):
        operation.param = wrong
    assert operation.param is W


def test_a_network_that_has_never_run_says_so_instead_of_yielding_nothing():
    with pytest.raises(RuntimeError, match="forward.*params"):
        list(small().params())


def test_saved_parameters_go_into_a_network_that_has_never_run(tmp_path):
    file, trained, new = tmp_path / "net.npz", small(), small(seed=7)
    trained.forward(X)
    trained.save(file)
    new.load(file)
    assert same(new.params(), trained.params())
    np.testing.assert_array_equal(new.forward(X), trained.forward(X))
    with np.load(file) as arrays:  # A plain file, which NumPy alone can read.
        assert [a.shape for a in arrays.values()] == [(3, 2), (1, 2), (2, 1), (1, 1)]


def test_load_changes_the_arrays_in_use_and_keeps_float32(tmp_path):
    file, net = str(tmp_path / "net.npz"), small()
    net.forward(X.astype(np.float32))
    net.save(file)
    arrays, before = list(net.params()), snapshot(net)
    for param in net.params():
        param += 1
    net.load(file)
    assert identical(arrays, net.params()) and same(before, net.params())
    new = small(seed=2)
    new.load(file)
    assert {param.dtype for param in new.params()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("run", [False, True], ids=["new", "run"])
@pytest.mark.parametrize("layers", [[Dense(2)], [Dense(4), Dense(1)]], ids=repr)
def test_another_network_is_refused_and_left_alone(tmp_path, layers, run):
    file, other = tmp_path / "net.npz", small()
    other.forward(X)
    other.save(file)
    net = NeuralNetwork([Dense(layer.neurons) for layer in layers], MeanSquaredError())
    if run:
        net.forward(X)
        before = snapshot(net)
    with pytest.raises(ValueError, match=r"NeuralNetwork.*\(3, 2\)"):
        net.load(file)
    assert same(before, net.params()) if run else all(part.first for part in net.layers)


def test_a_network_without_parameters_has_nothing_to_save(tmp_path):
    with pytest.raises(RuntimeError, match="forward"):
        network().save(tmp_path / "net.npz")
