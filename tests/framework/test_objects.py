"""Objects that show themselves, in a true line each."""

import numpy as np
import pytest
from models import fit, network, own, same

import scratchdl
from scratchdl import (
    SGD,
    BiasAdd,
    Layer,
    NeuralNetwork,
    Operation,
    Trainer,
    check_gradients,
)

X, Y = np.arange(12.0).reshape(4, 3) / 12, np.ones((4, 1))


class OwnLayer(Layer):
    pass


class OwnNetwork(NeuralNetwork):
    pass


class OwnTrainer(Trainer):
    pass


NAMES = vars(scratchdl) | globals()


# A name and numbers are all that these consist of: the line is the call.
@pytest.mark.parametrize(
    "line",
    [
        "Operation()",
        "Layer(neurons=2)",
        "Dense(neurons=13, activation=Sigmoid())",
        "OwnLayer(neurons=3)",
        "Loss()",
        "MeanSquaredError()",
        "Optimizer(lr=1.0)",
        "SGD(lr=0.01)",
        "Dropout(keep_prob=0.8)",
        "GlorotDense(neurons=3, activation=ReLU(), keep_prob=1.0)",
        "SGDMomentum(lr=0.2, momentum=0.9, final_lr=0.01, decay_type='linear')",
        "SGDMomentum(lr=0.1, momentum=0, final_lr=None, decay_type=None)",
        "NeuralNetwork(layers=[Dense(neurons=2, activation=Sigmoid()), "
        "OwnLayer(neurons=1)], loss=MeanSquaredError(), seed=3, "
        "independent_layers=True)",
        "OwnNetwork(layers=[Layer(neurons=2)], loss=Loss(), seed=None, "
        "independent_layers=False)",
    ],
)
def test_the_line_is_the_call_that_makes_the_object(line):
    assert repr(eval(line, NAMES)) == line


def test_the_line_of_a_network_makes_its_equal():
    net = network(hidden=1, seed=7, independent_layers=True)
    other = eval(repr(net), NAMES)
    net.forward(X)
    other.forward(X)
    assert same(net.params(), other.params())


def test_a_line_says_what_has_become_of_the_object():
    for name, operation in {"Own": own(BiasAdd), "BiasAdd": BiasAdd}.items():
        assert repr(operation(np.ones((1, 2)))) == f"{name}(param of shape (1, 2))"
    trainer = OwnTrainer(network(hidden=0), SGD(lr=0.01))
    line = f"OwnTrainer(net={trainer.net!r}, optim=SGD(lr=0.01)) at epoch"
    assert repr(trainer) == f"{line} 0"
    fit(trainer, (X, X, Y, Y), epochs=3)
    assert repr(trainer) == f"{line} 3"


def test_an_error_of_several_lines_is_told_in_one():
    def stop(operation):
        raise ValueError("one line\n  and another.")

    line = repr(check_gradients(own(Operation, _output=stop)(), X))
    assert "ValueError" in line and "one line and another" in line
    assert "\n" not in line
