"""All 21 numbers that the printed chapter shows, to the last digit."""

import contextlib
import io

import numpy as np
import pytest
from models import CORRECTED, HIDDEN_LAYERS, PRINTED, SEED, fit, network, same

from scratchdl import SGD, Trainer, eval_regression_model, load_boston


@pytest.mark.parametrize("corrected", [False, True])
@pytest.mark.parametrize("model", PRINTED)
def test_printed_lines(model, corrected):
    data, net = load_boston(corrected=corrected), network(HIDDEN_LAYERS[model])
    lines = fit(Trainer(net, SGD(lr=0.01)), data)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        eval_regression_model(net, data[1], data[3])
    *losses, mae, rmse = (CORRECTED if corrected else PRINTED)[model].split()
    assert lines + printed.getvalue().splitlines() == [
        *(
            f"Validation loss after {10 * number} epochs is {loss}"
            for number, loss in enumerate(losses, start=1)
        ),
        f"Mean absolute error: {mae}",
        "",
        f"Root mean squared error {rmse}",
    ]


def test_the_digits_do_not_depend_on_rounding():
    # A different BLAS, or more threads, changes sums in their last bits only.
    class Jittered(SGD):
        def step(self):
            for param, _ in self.params_with_grads():
                param *= 1 + 1e-12
            super().step()

    lines = fit(Trainer(network(2), Jittered(lr=0.01)), load_boston())
    losses = [line.split()[-1] for line in lines]
    assert losses == PRINTED["deep network"].split()[:5]


def test_training_leaves_the_global_random_state_alone():
    np.random.seed(5)
    before = np.random.get_state()
    fit(Trainer(network(2), SGD(lr=0.01)), load_boston(), epochs=10)
    after = np.random.get_state()
    assert before[2] == after[2]
    np.testing.assert_array_equal(before[1], after[1])


@pytest.mark.parametrize("seed", [0, SEED, 2**32 - 2])
@pytest.mark.parametrize("independent", [False, True])
def test_the_contract_of_the_random_numbers(seed, independent):
    # Each layer draws W, then B, from a generator that was seeded for it.
    X_train, *_ = load_boston()
    net = network(2, seed=seed, independent_layers=independent)
    assert net.seed == seed
    expected = np.random.RandomState(seed).randn(3)
    np.testing.assert_array_equal(net.rng.randn(3), expected)
    net.rng.seed(3)
    net.forward(X_train)
    for number, layer in enumerate(net.layers):
        stream = np.random.RandomState((seed + independent * number) % 2**32)
        assert same(layer.params, [stream.randn(*p.shape) for p in layer.params])
    shuffled = net.rng.permutation(9)
    untouched = np.array_equal(shuffled, np.random.RandomState(3).permutation(9))
    assert untouched is independent  # The book's layers draw from the same generator.
