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
        frame["code"] = [unescape(c) for c in re.findall("<code>(.*?)</code>", item)]
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


def kept(net, x, y):
    """Return the arrays of each frame, as a copy of the network keeps them."""
    net = deepcopy(net)
    value, loss = net.train_batch(x, y), net.loss
    operations = [op for layer in net.layers for op in layer.operations]
    yield {"x": x, "y": y}
    for op in operations:
        yield {"output": op.output, "param": getattr(op, "param", None)}
    yield {"output": value, "target": y}
    yield {"input_grad": loss.input_grad, "target": y, "prediction": loss.prediction}
    for number, op in reversed([*enumerate(operations)]):
        input_grad = op.input_grad
        if input_grad is None:  # The gradient of the data may be left out.
            input_grad = operations[1].input_grad @ op.param.T
        arrays = {
            "input_grad": input_grad,
            "param_grad": getattr(op, "param_grad", None),
        }
        kind, read = number % 3, {}  # multiplication, bias, activation
        if kind == 0:
            read = {"param": op.param, "input_": op.input_}
        elif kind == 2 and number < len(operations) - 1:  # The last one is linear.
            read = {"output": op.output}
        yield arrays | read


def test_every_number_is_the_networks(deep):
    frames, expected = frames_of(*deep), list(kept(*deep))
    assert len(frames) == len(expected) == 21
    for frame, arrays in zip(frames, expected, strict=True):
        arrays = {name: a for name, a in arrays.items() if a is not None}
        captions = [f"{name} {np.shape(a) or f'{a:.3f}'}" for name, a in arrays.items()]
        assert [*frame["tables"]] == captions
        for cells, array in zip(frame["tables"].values(), arrays.values(), strict=True):
            assert np.shape(cells) == np.atleast_2d(array).shape
            assert all(re.fullmatch(r"-?\d+\.\d{3}", c) for row in cells for c in row)
            assert np.abs(np.array(cells, float) - array).max() <= 0.0005 + 1e-9


def test_frames_are_in_order_with_what_they_pass_on(deep):
    frames = frames_of(*deep)
    operations = [
        (f"Dense {number}", name)
        for number, activation in [(1, "Sigmoid"), (2, "Sigmoid"), (3, "Linear")]
        for name in ("WeightMultiply", "BiasAdd", activation)
    ]
    places = [*operations, ("loss", "MeanSquaredError")]
    expected = [("forward", *place) for place in [("batch", "x"), *places]]
    expected += [("backward", *place) for place in reversed(places)]
    keys = "data-direction", "data-layer", "data-name"
    assert [tuple(frame[key] for key in keys) for frame in frames] == expected
    loss = [*frames[10]["tables"]][0].removeprefix("output ")
    wide, narrow = "(4, 13)", "(4, 1)"
    shapes = [*[wide] * 7, *[narrow] * 3, loss, *[narrow] * 3, *[wide] * 7]
    assert [frame["data-shape"] for frame in frames] == shapes
    for frame, place, shape in zip(frames, expected, shapes, strict=True):
        assert [*frame["tables"]][0].endswith(shape)
        assert frame["words"].startswith(", ".join(place) + ": ")


class Flat(Operation):
    def _output(self):
        return self.input_.reshape(len(self.input_), -1)

    def _input_grad(self, output_grad):
        return output_grad.reshape(self.input_.shape)


class Times(ParamOperation):
    def _output(self):
        if self.input_.size < 0:
            return None
        return self.input_ * self.param * (self.param < 9)

    def _input_grad(self, output_grad):
        return output_grad * self.param

    def _param_grad(self, output_grad):
        return (output_grad * self.input_).sum(
            axis=0,
        )


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
    assert frames[5]["code"][1] == (
        "param_grad = (output_grad * self.input_).sum( axis=0, )"
    )
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
    before = sys.gettrace()

    def tracer(*_):
        return None

    sys.settrace(tracer)
    try:
        frames_of(network(), np.ones((2, 3)), np.ones((2, 1)))
        assert sys.gettrace() is tracer
    finally:
        sys.settrace(before)


def test_code_that_cannot_be_read_is_left_out(deep, monkeypatch):
    monkeypatch.setattr("inspect.getsourcelines", Mock(side_effect=OSError))
    assert frames_of(*deep)[1]["code"] == [""]
    assert ".motion li code:empty { display: none; }" in TEMPLATE


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


def test_a_new_network_stays_new():
    net, other, x = network(), network(), np.ones((2, 3))
    cells = frames_of(net, x, np.ones((2, 1)))[1]["tables"]["param (3, 13)"]
    assert pickle.dumps(net) == pickle.dumps(other)
    other.forward(x)
    assert np.abs(np.array(cells, float) - next(other.params())).max() < 1e-3


def test_the_page_is_the_template_with_the_frames_in_its_list(deep):
    data = shown(play, *deep)
    page, text = data["text/html"], data["text/plain"]
    before, after = TEMPLATE.split("FRAMES")
    assert page.startswith(before) and page.endswith(after)
    assert before.endswith("<ol>\n") and after.startswith("\n</ol>")
    assert page[len(before) : -len(after)].count("<li ") == 21
    assert "21 steps" in text and "MeanSquaredError" in text
    own = NeuralNetwork([Own(2)], MeanSquaredError())
    assert "(self.param &lt; 9)" in shown(play, own, *np.ones((2, 1, 2)))["text/html"]


def test_several_animations_fit_on_one_page_that_loads_nothing():
    assert not re.search(r"\sid=|getElementById|https?:|src=|href=|import ", TEMPLATE)
    assert len(TEMPLATE.splitlines()) < 200 and len(TEMPLATE) < 12_000
    style = TEMPLATE.partition("<script>")[0]
    selectors = re.findall(r"^([^@\s}][^{]*)\{", style, re.M)
    assert len(selectors) > 20
    assert all(".motion" in s for s in ",".join(selectors).split(","))


def test_its_colours_are_those_of_the_drawings():
    for name, color in (("--forward", FORWARD), ("--backward", BACKWARD)):
        numbers = " ".join(str(int(color[i : i + 2], 16)) for i in (1, 3, 5))
        assert f"{name}: {numbers};" in TEMPLATE
