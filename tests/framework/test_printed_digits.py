"""All 21 numbers that the printed chapter shows, to the last digit."""

import numpy as np
import pytest
from models import HIDDEN_LAYERS, SEED, fit, network, printed_results

from scratchdl import SGD, Trainer, load_boston

PRINTED = {
    "linear regression": ("30.295 28.462 26.299 25.548 25.092", "3.52", "5.01"),
    "network": ("27.434 21.834 18.915 17.193 16.214", "2.60", "4.03"),
    "deep network": ("44.134 25.271 22.341 16.464 14.604", "2.45", "3.82"),
}


# With the wrong cell mended. Another program, written from the description alone, gave
# the same.
MENDED = {
    "linear regression": ("30.293 28.469 26.293 25.541 25.087", "3.52", "5.01"),
    "network": ("27.435 21.839 18.918 17.195 16.215", "2.60", "4.03"),
    "deep network": ("44.143 25.278 22.339 16.500 14.655", "2.45", "3.83"),
}


@pytest.mark.parametrize("corrected", [False, True])
@pytest.mark.parametrize("model", PRINTED)
def test_printed_lines(model, corrected):
    losses, mae, rmse = (MENDED if corrected else PRINTED)[model]
    expected = [
        f"Validation loss after {10 * number} epochs is {loss}"
        for number, loss in enumerate(losses.split(), start=1)
    ]
    expected += [
        f"Mean absolute error: {mae}",
        "",
        f"Root mean squared error {rmse}",
    ]
    assert printed_results(HIDDEN_LAYERS[model], corrected=corrected) == expected


def test_the_digits_do_not_depend_on_rounding():
    # Another BLAS, or other threads, change sums in their last bits only.
    class Jittered(SGD):
        def step(self):
            for param, _ in self.params_with_grads():
                param *= 1 + 1e-12
            super().step()

    lines = fit(Trainer(network(2), Jittered(lr=0.01)), load_boston())
    assert [line.split()[-1] for line in lines] == PRINTED["deep network"][0].split()


def test_training_leaves_the_global_random_state_alone():
    np.random.seed(5)
    before = np.random.get_state()
    fit(Trainer(network(2), SGD(lr=0.01)), load_boston(), epochs=10)
    after = np.random.get_state()
    assert before[2] == after[2]
    np.testing.assert_array_equal(before[1], after[1])


def test_the_contract_of_the_random_numbers():
    # W, then B, from a stream freshly seeded with the network's seed, in each layer.
    X_train, *_ = load_boston()
    net = network(2)
    net.forward(X_train)
    for layer in net.layers:
        stream = np.random.RandomState(SEED)
        for param in layer.params:
            np.testing.assert_array_equal(param, stream.randn(*param.shape))


def test_independent_layers_start_differently_and_leave_the_shuffling_alone():
    X_train, *_ = load_boston()
    same, distinct = network(2), network(2, independent_layers=True)
    for net in (same, distinct):
        net.rng.seed(3)
        net.forward(X_train)
    assert np.array_equal(same.layers[0].params[0], same.layers[1].params[0])
    assert not np.array_equal(
        distinct.layers[0].params[0], distinct.layers[1].params[0]
    )
    untouched = np.random.RandomState(3).permutation(9)
    np.testing.assert_array_equal(distinct.rng.permutation(9), untouched)
    assert not np.array_equal(same.rng.permutation(9), untouched)
