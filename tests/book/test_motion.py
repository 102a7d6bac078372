"""The numbers of the animation are the network's, in order; it does not change."""

import pickle
import re
import sys
from copy import deepcopy
from html import unescape
from importlib.resources import files
from unittest.mock import Mock

import numpy as np
import pytest
from models import network
from test_figures import shown
from typed_in_corpus import own_classes

from scratchdl import Dense, Layer, MeanSquaredError, NeuralNetwork, load_boston
from scratchdl.operation import Operation, ParamOperation
from scratchdl.show import BACKWARD, FORWARD, play

TEMPLATE = (files("scratchdl.show") / "motion.html").read_text(encoding="utf-8")


def frames_of(*arguments):
    """Return the page's frames: attributes, words, lines of code, tables by caption."""
    frames = []
    for item in shown(play, *arguments)["text/html"].split("<li ")[1:]:
        frame = dict(re.findall(r'(data-\w+)="([^"]*)"', item))
        frame["words"] = re.search("<p>(.*)</p>", item)[1]
        frame["code"] = [unescape(c) for c in re.findall("<code>([^<]*)</code>", item)]
        tables = re.findall("<caption>([^<]*)</caption>(.*?)</table>", item, re.DOTALL)
        frame["tables"] = {
            caption: [re.findall(r"<td>([^<\s]*)", row) for row in rows]
            for caption, (_, *rows) in ((c, t.split("<tr>")) for c, t in tables)
        }
        frames.append(frame)
    return frames


@pytest.fixture
def deep():
    X, _, y, _ = load_boston()
    net = network(hidden=2)
    net.train_batch(X, y)
    return net, X[7:11], y[7:11]


def test_every_number_is_the_networks(deep):
    frames, (net, x, y) = frames_of(*deep), deepcopy(deep)
    net.layers[0].operations[0].needs_input_grad = True
    loss = net.train_batch(x, y)
    parts = [*(op for layer in net.layers for op in layer.operations), net.loss]
    outputs = [x, *(op.output for op in parts[:-1]), loss]
    gradients = [op.input_grad for op in reversed(parts)]
    for frame, array in zip(frames, outputs + gradients, strict=True):
        cells = [*frame["tables"].values()][0]
        assert np.shape(cells) == np.atleast_2d(array).shape
        assert np.abs(np.array(cells, float) - array).max() <= 0.0005 + 1e-9


class Flat(Operation):
    def _output(self):
        return self.input_.reshape(len(self.input_), -1)

    def _input_grad(self, output_grad):
        return output_grad.reshape(self.input_.shape)


class Times(ParamOperation):
    def _output(self):
        return self.input_ * self.param * (self.param < 9)

    def _input_grad(self, output_grad):
        return output_grad * self.param

    def _param_grad(self, output_grad):
        return (output_grad * self.input_).sum(axis=0)


class Own(Layer):
    def _setup_layer(self, input_):
        self.operations = [Flat(), Times(np.array([2.0, -0.0001]))]


def test_classes_of_your_own():
    x, y = np.array([[[1.0], [4.0]], [[0.5], [-6.0]]]), np.ones((2, 2))
    frames = frames_of(NeuralNetwork([Own(2)], MeanSquaredError()), x, y)
    rows = [["1.000"], ["4.000"], ["0.500"], ["-6.000"]]
    assert frames[0]["tables"]["x (2, 2, 1)"] == rows
    assert frames[1]["code"] == ["output = self.input_.reshape(len(self.input_), -1)"]
    assert frames[2]["code"] == ["output = self.input_ * self.param * (self.param < 9)"]
    rows = [["2.000", "0.000"], ["1.000", "0.001"]]  # not -0.000
    assert frames[2]["tables"]["output (2, 2)"] == rows
    code = "param_grad = (output_grad * self.input_).sum(axis=0)"
    assert frames[5]["code"][1] == code
    assert "param_grad (2,)" in frames[5]["tables"]


class Twofold(Operation):
    """Two ways to return: `play` must show the one that ran."""

    def __init__(self, training):
        self.training, self.mask = training, None

    def _output(self):
        self.mask = None
        if not self.training:
            return self.input_
        self.mask = np.ones(self.input_.shape)
        return (
            self.input_
            * self.mask
        )  # fmt: skip

    def _input_grad(self, output_grad):
        if self.mask is None:
            return output_grad
        return output_grad * self.mask


def test_the_line_that_ran_is_shown_with_what_it_reads():
    shown = {}
    for training in (False, True):
        net = NeuralNetwork([Dense(2, Twofold(training))], MeanSquaredError(), seed=1)
        frames = frames_of(net, np.ones((3, 4)), np.ones((3, 2)))
        there, back = frames[3], frames[6]
        assert there["data-name"] == back["data-name"] == "Twofold"
        shown[training] = [[*f["code"], *f["tables"]] for f in (there, back)]
    assert shown[False] == [
        ["output = self.input_", "output (3, 2)"],
        ["input_grad = output_grad", "input_grad (3, 2)"],
    ]
    assert shown[True] == [
        ["output = self.input_ * self.mask", "output (3, 2)", "mask (3, 2)"],
        ["input_grad = output_grad * self.mask", "input_grad (3, 2)", "mask (3, 2)"],
    ]


def test_a_tracer_of_someone_else_stays():
    before, tracer = sys.gettrace(), Mock(return_value=None)
    sys.settrace(tracer)
    try:
        frames_of(network(), np.ones((2, 3)), np.ones((2, 1)))
        assert sys.gettrace() is tracer
    finally:
        sys.settrace(before)


def test_code_that_cannot_be_read_is_left_out(deep, monkeypatch):
    monkeypatch.setattr("inspect.getsourcelines", Mock(side_effect=OSError))
    assert frames_of(*deep)[1]["code"] == [""]


def test_classes_typed_in_from_the_printed_chapter():
    own = own_classes(checked=True)
    net = own.NeuralNetwork([own.Dense(2, own.Tanh()), own.Dense(1)], own.MSE())
    x, y = np.ones((3, 4)), np.ones((3, 1))
    frames = frames_of(net, x, y)
    assert len(frames) == 15
    assert frames[7]["data-shape"] == f"{net.train_batch(x, y):.3f}"
    assert frames[-1]["code"][1] == "param_grad = self.input_.T.dot(output_grad)"


def test_the_network_does_not_change(deep):
    before = pickle.dumps((deep, np.random.get_state()))
    assert shown(play, *deep) == shown(play, *deep)
    assert pickle.dumps((deep, np.random.get_state())) == before


def test_its_colours_are_those_of_the_drawings():
    for name, color in (("--forward", FORWARD), ("--backward", BACKWARD)):
        numbers = " ".join(str(int(color[i : i + 2], 16)) for i in (1, 3, 5))
        assert f"{name}: {numbers};" in TEMPLATE
