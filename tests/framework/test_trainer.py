"""Training: batches, restarts, early stopping, and what a failure leaves behind."""

import re
import tracemalloc

import numpy as np
import pytest
from models import fit, identical, network, same, snapshot

from scratchdl import (
    SGD,
    Dense,
    MeanSquaredError,
    NeuralNetwork,
    Trainer,
    load_boston,
    mae,
    permute_data,
    rmse,
)

DATA = load_boston()


def numbers(line):
    """Return the numbers in a printed line, as text."""
    return re.findall(r"\d+(?:\.\d+)?", line)


def loss_of(net):
    return MeanSquaredError().forward(net.forward(DATA[1]), DATA[3])


def test_early_stopping_gives_the_best_parameters_back():
    net = network()
    trainer = Trainer(net, SGD(lr=0.05))
    lines = fit(trainer, DATA)
    losses = trainer.history["validation_loss"]
    assert numbers(lines[-1]) == ["20", f"{losses[1]:.3f}"]
    assert trainer.history["epochs"] == [10, 20, 30]
    assert losses[2] > losses[1] == loss_of(net)
    # The very arrays of the operations, so that training can go on from there.
    assert net.layers[0].params[0] is net.layers[0].operations[0].param
    straight = network()
    fit(Trainer(straight, SGD(lr=0.05)), DATA, epochs=20)
    assert same(net.params(), straight.params())


def test_epochs_count_on_from_the_one_that_the_network_is_back_at():
    trainer = Trainer(network(), SGD(lr=0.05))
    fit(trainer, DATA)
    assert trainer.epoch == 20
    before = snapshot(trainer.net)
    # Stopped again, it is still epoch 20 that the parameters come from.
    trainer.optim.lr = 0.2
    lines = fit(trainer, DATA, epochs=1, eval_every=1, restart=False)
    assert [numbers(line)[0] for line in lines] == ["21", "20"]
    assert same(trainer.net.params(), before)
    # An equal loss stops too.
    trainer.optim.lr = 0.0
    fit(trainer, DATA)
    assert (trainer.history["epochs"], trainer.epoch) == ([10, 20], 10)


def test_early_stopping_can_be_left_out():
    trainer = Trainer(network(), SGD(lr=0.05))
    assert len(fit(trainer, DATA, early_stopping=False)) == 5
    assert trainer.history["epochs"] == [10, 20, 30, 40, 50]
    assert loss_of(trainer.net) == trainer.history["validation_loss"][-1]


def test_history_belongs_to_the_parameters_at_the_end_of_the_epoch():
    trainer = Trainer(network(), SGD(lr=0.01))
    fit(trainer, DATA, epochs=10)
    X_train, _, y_train, _ = DATA
    expected = MeanSquaredError().forward(trainer.net.forward(X_train), y_train)
    assert trainer.history["training_loss"][0] == pytest.approx(expected, rel=1e-12)


def test_restart_begins_anew_and_no_restart_goes_on():
    trainer = Trainer(network(), SGD(lr=0.01))
    first = fit(trainer, DATA, epochs=10)
    assert fit(trainer, DATA, epochs=10) == first
    params = list(trainer.net.params())
    more = fit(trainer, DATA, epochs=20, restart=False)
    assert trainer.history["epochs"] == [10, 20, 30]
    assert numbers(more[0])[0] == "20"
    assert identical(params, trainer.net.params())
    # Evaluations are counted from where training goes on.
    assert numbers(fit(trainer, DATA, epochs=3, eval_every=2)[0])[0] == "2"
    more = fit(trainer, DATA, epochs=2, eval_every=2, restart=False)
    assert numbers(more[0])[0] == "5"


def test_each_batch_takes_one_step():
    class Counting(SGD):
        steps = 0

        def step(self):
            self.steps += 1
            super().step()

    X, _, y, _ = (array[:10] for array in DATA)
    for size, steps in ((1, 10), (4, 3), (10, 1), (99, 1)):
        trainer = Trainer(network(), Counting(lr=1e-6))
        fit(trainer, (X, X, y, y), epochs=2, batch_size=size)
        assert trainer.optim.steps == 2 * steps


def test_what_is_left_out_of_fit_is_as_documented(capsys):
    X_train, X_test, y_train, y_test = DATA
    left_out, said = (Trainer(network(), SGD(lr=0.001)) for _ in range(2))
    left_out.fit(X_train, y_train, X_test, y_test)
    lines = capsys.readouterr().out.splitlines()
    options = {"epochs": 100, "eval_every": 10, "batch_size": 32, "seed": 1}
    switches = {"restart": True, "early_stopping": True}
    assert fit(said, DATA, **options, **switches) == lines
    assert said.history["epochs"] == list(range(10, 101, 10))
    assert same(left_out.net.params(), said.net.params())
    sizes = [len(batch) for batch, _ in said.generate_batches(X_train, y_train)]
    assert sizes == [32] * 11 + [2]
    assert SGD().lr == 0.01
    assert NeuralNetwork([Dense(1)], MeanSquaredError()).seed == 1


def test_no_restart_on_a_new_network_is_a_start():
    lines = fit(Trainer(network(), SGD(lr=0.01)), DATA, restart=False)
    assert lines == fit(Trainer(network(), SGD(lr=0.01)), DATA)


def test_a_diverging_fit_leaves_everything_as_it_was():
    trainer = Trainer(network(), SGD(lr=0.01))
    fit(trainer, DATA, epochs=10)
    arrays, before = list(trainer.net.params()), snapshot(trainer.net)
    history, trainer.optim.lr = dict(trainer.history), 1e3
    for restart in (True, False):
        with (
            np.errstate(all="raise", under="ignore"),
            pytest.raises(RuntimeError, match="learning rate"),
        ):
            fit(trainer, DATA, restart=restart)
        assert identical(arrays, trainer.net.params())
        assert same(trainer.net.params(), before)
        assert (trainer.history, trainer.epoch) == (history, 10)
    trainer.optim.lr = 0.01
    assert fit(trainer, DATA, epochs=10)


def test_a_last_step_that_is_not_evaluated_must_not_run_away_unnoticed():
    trainer = Trainer(network(), SGD(lr=1e200))
    with np.errstate(all="ignore"), pytest.raises(RuntimeError, match="learning rate"):
        fit(trainer, DATA, epochs=1, batch_size=354)
    assert all(layer.first for layer in trainer.net.layers)


def test_a_failure_after_an_evaluation_takes_that_back_too():
    class Late(SGD):
        steps = 0

        def step(self):
            self.steps += 1
            if self.steps > 15:
                raise ValueError("too late")
            super().step()

    trainer = Trainer(network(), SGD(lr=0.01))
    fit(trainer, DATA, epochs=2, eval_every=1)
    before, history = snapshot(trainer.net), str(trainer.history)
    trainer.optim = Late(lr=0.01)
    with pytest.raises(ValueError, match="too late"):
        fit(trainer, DATA, epochs=2, eval_every=1, restart=False)
    assert same(trainer.net.params(), before)
    assert (str(trainer.history), trainer.epoch) == (history, 2)


def test_a_failed_first_batch_does_not_fix_the_width():
    net = network()
    with pytest.raises(ValueError, match="target"):
        net.train_batch(np.ones((4, 5)), np.ones((4, 2)))
    assert all(layer.first for layer in net.layers)
    net.train_batch(np.ones((4, 13)), np.ones((4, 1)))
    assert next(net.params()).shape == (13, 13)


def test_an_optimizer_serves_the_trainer_that_fits():
    optimizer = SGD(lr=0.01)
    first = Trainer(network(), optimizer)
    Trainer(network(), optimizer)
    fit(first, DATA, epochs=10)
    assert optimizer.net is first.net
    assert loss_of(first.net) < 40


def test_without_a_seed_two_networks_differ_even_if_fitted_with_one():
    nets = [
        NeuralNetwork([Dense(3), Dense(1)], MeanSquaredError(), seed=None)
        for _ in range(2)
    ]
    for net in nets:
        fit(Trainer(net, SGD(lr=0.0)), DATA, epochs=1, seed=1)
    assert not same(nets[0].params(), nets[1].params())


def test_permute_data_without_a_stream_differs_each_time():
    X = np.arange(50.0).reshape(50, 1)
    assert not np.array_equal(permute_data(X, X)[0], permute_data(X, X)[0])


def test_small_whole_numbers_do_not_overflow():
    y, p = np.array([[1], [250]], np.uint8), np.array([[2], [10]], np.uint8)
    loss = MeanSquaredError()
    assert mae(y, p) == 120.5
    assert loss.forward(y, p) == (1 + 240**2) / 2
    assert rmse(y, p) == pytest.approx(((1 + 240**2) / 2) ** 0.5)
    assert loss.backward().tolist() == [[-1.0], [240.0]]


def test_the_data():
    X_train, X_test, y_train, y_test = DATA
    assert [array.shape for array in DATA] == [(354, 13), (152, 13), (354, 1), (152, 1)]
    X = np.vstack([X_train, X_test])
    np.testing.assert_allclose(X.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(X.std(axis=0), 1)
    assert y_train.max() == y_test.max() == 50.0


def test_the_data_with_its_cell_mended_differs_in_one_column():
    changed = [
        np.any(a != b) for a, b in zip(DATA, load_boston(corrected=True), strict=True)
    ]
    assert changed == [True, True, False, False]
    columns = np.any(DATA[0] != load_boston(corrected=True)[0], axis=0)
    assert columns.tolist() == [True] + [False] * 12


def test_the_data_scaled_on_training_rows():
    X_train, X_test, _, _ = load_boston(scale_on_training_rows=True)
    np.testing.assert_allclose(X_train.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(X_train.std(axis=0), 1)
    assert np.abs(X_test.mean(axis=0)).max() > 0.01


def test_memory_does_not_grow_with_epochs():
    trainer, data = Trainer(network(2), SGD(lr=0.01)), load_boston()
    peaks = []
    for epochs in (2, 2, 40):  # The first also fills caches.
        tracemalloc.start()
        fit(trainer, data, epochs=epochs, eval_every=1, early_stopping=False)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    one_copy_an_epoch = 38 * sum(param.nbytes for param in trainer.net.params())
    assert peaks[2] - peaks[1] < one_copy_an_epoch / 4
