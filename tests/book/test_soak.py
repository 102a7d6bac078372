"""tools/soak.py finds each kind of violation, with the shortest program for it."""

import pytest
from soak import DIFFERS, program, run, shortest

START = [
    "net = NeuralNetwork([Dense(2), Dense(2)], MeanSquaredError())",
    "trainer = Trainer(net, SGD(0.1))",
]
FORWARD, TRAIN = "net.forward(X)", "net.train_batch(X, Y)"


@pytest.mark.parametrize(
    "calls, what",
    [
        ([TRAIN, "trainer.optim.step()", FORWARD, "net.forward(X[0])"], None),
        (["trainer.epoch = 9; raise ValueError"], "an error changes: epoch"),
        ([FORWARD, "net.layers[0].reset(); raise ValueError"], "parameters"),
        ([FORWARD, "next(net.params())[...] = np.nan"], "not finite"),
        ([TRAIN, "np.log(0 * X)"], "the warning 'divide by zero"),
        ([TRAIN, "{}[0]"], "KeyError is not documented"),
        (["X[0] = 9; raise ValueError", FORWARD], DIFFERS),
    ],
)
def test_each_kind_of_violation_is_found(calls, what):
    found = run(START, calls)
    assert what in found[1] if what else found is None


def test_a_program_is_shortened_to_what_the_violation_needs():
    wrong = "next(net.params())[...] = np.nan"
    calls = [TRAIN, "trainer.optim.step()", FORWARD, wrong, FORWARD]
    assert shortest(START, calls, run(START, calls)) == [TRAIN, wrong]


def test_a_seed_always_chooses_the_same_program():
    assert program(5) == program(5) != program(6)
