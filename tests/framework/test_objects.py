"""Objects that show themselves: a true line each, and the table of a network."""

import copy
import re

import numpy as np
import pytest
from models import fit, network

import scratchdl
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
    Trainer,
    check_gradients,
)
from scratchdl.gradcheck.diagnosis import Fault
from scratchdl.gradcheck.measuring import compare_batch, measure, subject_of

X, Y = np.arange(12.0).reshape(4, 3) / 12, np.ones((4, 1))


class Own(Linear):
    def __repr__(self):
        return "Own(a < b)"


class Halves(ParamOperation):
    def _output(self):
        return self.input_ * self.param / 2

    def _input_grad(self, output_grad):
        return output_grad * self.param  # wrong: without the half

    def _param_grad(self, output_grad):
        return output_grad * self.input_ / 2


class OwnLayer(Layer):
    def _setup_layer(self, input_):
        self.operations = [Halves(np.ones(input_.shape)), Sigmoid()]


class OwnNetwork(NeuralNetwork):
    pass


class OwnTrainer(Trainer):
    pass


class Talkative(Operation):
    def _output(self):
        raise ValueError("one line\n  and another.")


# A name and numbers are all that these consist of: the line is the call.
@pytest.mark.parametrize(
    "line",
    [
        "Operation()",
        "Sigmoid()",
        "Linear()",
        "Layer(neurons=2)",
        "Dense(neurons=13, activation=Sigmoid())",
        "OwnLayer(neurons=3)",
        "Loss()",
        "MeanSquaredError()",
        "Optimizer(lr=1.0)",
        "SGD(lr=0.01)",
        "Tanh()",
        "ReLU()",
        "SoftmaxCrossEntropy()",
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
    assert repr(eval(line, vars(scratchdl) | globals())) == line


def test_the_line_of_a_network_makes_its_equal():
    net = network(hidden=1, seed=7, independent_layers=True)
    other = eval(repr(net))
    net.forward(X)
    other.forward(X)
    for param, same in zip(net.params(), other.params(), strict=True):
        np.testing.assert_array_equal(param, same)


def test_a_line_says_what_has_become_of_the_object():
    assert repr(Halves(np.ones((1, 2)))) == "Halves(param of shape (1, 2))"
    assert repr(BiasAdd(np.ones((1, 2)))) == "BiasAdd(param of shape (1, 2))"
    trainer = OwnTrainer(network(hidden=0), SGD(lr=0.01))
    line = f"OwnTrainer(net={trainer.net!r}, optim=SGD(lr=0.01)) at epoch"
    assert repr(trainer) == f"{line} 0"
    fit(trainer, (X, X, Y, Y), epochs=3)
    assert repr(trainer) == f"{line} 3"


def test_what_is_measured_says_so_in_a_line():
    subject = subject_of(Halves(np.ones((4, 3))), X + 1, None)
    assert repr(subject) == "Subject(Halves, input_ of shape (4, 3))"
    layer = subject_of(Dense(2), X, None)
    assert repr(layer) == "LayerSubject(Dense, input_ of shape (4, 3))"
    some = measure(subject.copy(), 1, np.ones((4, 3)), most=10)
    assert not some.complete
    assert repr(some) == f"Measured(shape=(4, 3), entries={len(some.value)})"
    assert (
        repr(compare_batch(subject)) == f"Comparison(subject={subject}, wrong=[12, 0])"
    )
    assert repr(Fault("backward", "slow")) == (
        "Fault(method='backward', mistake='slow', owner='', place='')"
    )


def test_an_error_of_several_lines_is_told_in_one():
    assert repr(check_gradients(Talkative(), X)) == (
        "Talkative: wrong. _output: stops with ValueError: one line and another"
    )


def rows(net):
    """Return the table's cells, row by row, as text."""
    html = net._repr_html_()
    assert html.startswith("<table><caption>") and html.endswith("</table>")
    return [
        re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row)
        for row in re.findall(r"<tr>(.*?)</tr>", html)
    ]


def test_a_network_waits_for_its_first_batch_in_its_table():
    net = network(hidden=1)
    assert (
        "<caption>NeuralNetwork with MeanSquaredError(); its parameters come with "
        in (net._repr_html_())
    )
    assert rows(net) == [
        ["layer", "operation", "output", "parameter", "entries"],
        ["Dense(neurons=13, activation=Sigmoid())"]
        + ["not yet", "(rows, 13)", "not yet", "0"],
        ["Dense(neurons=1, activation=Linear())"]
        + ["not yet", "(rows, 1)", "not yet", "0"],
        ["total", "0"],
    ]


def test_the_table_of_a_network_adds_up():
    net = network(hidden=1)
    net.forward(X)
    html = net._repr_html_()
    assert html == (
        "<table><caption>NeuralNetwork with MeanSquaredError()</caption><thead><tr>"
        '<th scope="col">layer</th><th scope="col">operation</th>'
        '<th scope="col">output</th><th scope="col">parameter</th>'
        '<th scope="col">entries</th></tr></thead>'
        '<tbody><tr><th scope="rowgroup" rowspan="3">'
        "Dense(neurons=13, activation=Sigmoid())</th>"
        "<td>WeightMultiply</td><td>(rows, 13)</td><td>(3, 13)</td><td>39</td></tr>"
        "<tr><td>BiasAdd</td><td>(rows, 13)</td><td>(1, 13)</td><td>13</td></tr>"
        "<tr><td>Sigmoid</td><td>(rows, 13)</td><td>none</td><td>0</td></tr></tbody>"
        '<tbody><tr><th scope="rowgroup" rowspan="3">'
        "Dense(neurons=1, activation=Linear())</th>"
        "<td>WeightMultiply</td><td>(rows, 1)</td><td>(13, 1)</td><td>13</td></tr>"
        "<tr><td>BiasAdd</td><td>(rows, 1)</td><td>(1, 1)</td><td>1</td></tr>"
        "<tr><td>Linear</td><td>(rows, 1)</td><td>none</td><td>0</td></tr></tbody>"
        '<tfoot><tr><th scope="row" colspan="4">total</th><td>66</td></tr></tfoot>'
        "</table>"
    )
    counts = [int(row[-1]) for row in rows(net)[1:]]
    assert sum(counts[:-1]) == counts[-1] == sum(p.size for p in net.params())


def test_the_table_knows_classes_of_ones_own():
    net = OwnNetwork([Dense(3, Own()), OwnLayer(3)], MeanSquaredError())
    net.forward(X)
    assert net._repr_html_().startswith("<table><caption>OwnNetwork with ")
    assert rows(net)[3:6] == [
        ["Own", "(rows, 3)", "none", "0"],
        ["OwnLayer(neurons=3)", "Halves", "(rows, 3)", "(4, 3)", "12"],
        ["Sigmoid", "(rows, 3)", "none", "0"],
    ]
    assert "Dense(neurons=3, activation=Own(a &lt; b))" in net._repr_html_()


def test_the_table_can_be_shown_after_a_failure():
    net = network(hidden=0)
    net.forward(X)
    with pytest.raises(ValueError, match="input_ must be"):
        net.forward(X[:, :2])
    assert rows(net)[1][1:] == ["WeightMultiply", "(?)", "(3, 1)", "3"]
    waiting = copy.deepcopy(net)
    waiting.layers[0].reset()
    assert "come with the first batch" in waiting._repr_html_()
