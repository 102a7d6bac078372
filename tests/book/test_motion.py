"""The figure's numbers are the live network's, in order; the network stays as it is."""

import re
from html.parser import HTMLParser
from importlib.resources import files

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from models import network
from typed_in_corpus import own_classes

from scratchdl import Dense, Layer, MeanSquaredError, NeuralNetwork, load_boston
from scratchdl.operation import Operation, ParamOperation
from scratchdl.show.motion import play
from scratchdl.show.pictures import BACKWARD, FORWARD

TEMPLATE = (files("scratchdl.show") / "motion.html").read_text(encoding="utf-8")


class Steps(HTMLParser):
    """Read a page's steps: attributes, words, lines of code, and tables by caption."""

    def __init__(self, page):
        super().__init__()
        self.steps, self.inside = [], None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.inside = tag
        if tag == "li":
            self.steps.append({**dict(attrs), "words": "", "code": [], "tables": {}})
        elif tag == "code":
            self.steps[-1]["code"].append("")
        elif tag == "tr":
            self.table.append([])

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside == "p" and self.steps:
            self.steps[-1]["words"] += data
        elif self.inside == "code":
            self.steps[-1]["code"][-1] += data
        elif self.inside == "caption":
            self.table = self.steps[-1]["tables"][data] = []
        elif self.inside == "td":
            self.table[-1].append(data.strip())


def displayed(*arguments):
    InteractiveShell.instance()
    with capture_output() as captured:
        play(*arguments)
    (output,) = captured.outputs
    assert captured.stdout == captured.stderr == ""
    assert set(output.data) == {"text/html", "text/plain"}
    return output.data


def steps_of(*arguments):
    return Steps(displayed(*arguments)["text/html"]).steps


def by_hand(params, x, y):
    """Return the arrays of each step of the deep network, in NumPy alone."""
    steps, backward, value = [{"x": x, "y": y}], [], x
    for number in range(3):
        W, B = params[2 * number : 2 * number + 2]
        product = value.dot(W)
        total = product + B
        squashed = total if number == 2 else 1 / (1 + np.exp(-total))
        steps.append({"output": product, "param": W})
        steps.append({"output": total, "param": B})
        steps.append({"output": squashed})
        backward.append((value, W, B, squashed, number == 2))
        value = squashed
    steps.append({"output": np.mean((value - y) ** 2), "target": y})
    grad = (value - y) * (2 / len(y))
    steps.append({"input_grad": grad, "target": y})
    for value, W, B, squashed, last in reversed(backward):
        grad = grad if last else grad * squashed * (1 - squashed)
        steps.append({"input_grad": grad})
        bias = np.ones((1, len(x))).dot(grad)
        steps.append({"input_grad": grad, "param_grad": bias.reshape(B.shape)})
        weights = value.T.dot(grad)
        grad = grad.dot(W.T)
        steps.append({"input_grad": grad, "param_grad": weights})
    return steps


@pytest.fixture
def deep():
    X, _, y, _ = load_boston()
    net = network(hidden=2)
    net.train_batch(X, y)
    return net, X[7:11], y[7:11]


def test_every_number_is_that_of_a_computation_by_hand(deep):
    net, x, y = deep
    expected = by_hand([param.copy() for param in net.params()], x, y)
    steps = steps_of(net, x, y)
    assert len(steps) == len(expected) == 21
    for step, arrays in zip(steps, expected, strict=True):
        shapes = {
            f"{name} {np.shape(array) or f'{array:.3f}'}": np.atleast_2d(array)
            for name, array in arrays.items()
        }
        assert [*step["tables"]] == [*shapes]
        for caption, array in shapes.items():
            cells = step["tables"][caption]
            assert np.shape(cells) == array.shape
            assert all(re.fullmatch(r"-?\d+\.\d{3}", c) for row in cells for c in row)
            assert np.abs(np.array(cells, float) - array).max() <= 0.0005 + 1e-9


def test_steps_come_in_order_with_what_they_pass_on(deep):
    steps = steps_of(*deep)
    hidden = ["WeightMultiply", "BiasAdd", "Sigmoid"]
    places = [("batch", "x")]
    places += [("Dense 1", name) for name in hidden]
    places += [("Dense 2", name) for name in hidden]
    places += [("Dense 3", name) for name in [*hidden[:2], "Linear"]]
    places += [("loss", "MeanSquaredError")]
    found = [(s["data-way"], s["data-layer"], s["data-name"]) for s in steps]
    assert found[:11] == [("forward", *place) for place in places]
    assert found[11:] == [("backward", *place) for place in reversed(places[1:])]
    loss = [*steps[10]["tables"]][0].removeprefix("output ")
    wide, narrow = "(4, 13)", "(4, 1)"
    passed = [*[wide] * 7, *[narrow] * 3, loss, *[narrow] * 3, *[wide] * 7]
    assert [step["data-passes"] for step in steps] == passed
    for step in steps:
        first = [*step["tables"]][0]
        assert first.endswith(step["data-passes"])
        place = ", ".join(step[f"data-{key}"] for key in ("way", "layer", "name"))
        assert step["words"].startswith(f"{place}: ")


class Times(ParamOperation):
    """One factor for each column."""

    def _output(self):
        if self.input_.size < 0:
            return None
        return self.input_ * self.param

    def _input_grad(self, output_grad):
        return output_grad * self.param

    def _param_grad(self, output_grad):
        return (output_grad * self.input_).sum(
            axis=0,
        )


class Positive(Operation):
    def _output(self):
        return np.where(self.input_ < 0, -0.0001, self.input_)

    def _input_grad(self, output_grad):
        return np.where(self.input_ < 0, 0.0, output_grad)


class Own(Layer):
    def _setup_layer(self, input_):
        self.operations = [Times(np.array([2.0, -3.0])), Positive()]


class Sum(MeanSquaredError):
    def _output(self):
        return (self.prediction - self.target).sum()

    def _input_grad(self):
        return np.ones_like(self.prediction)


def test_a_readers_own_classes_are_told_word_for_word():
    x, y = np.array([[1.0, 4.0], [0.5, -6.0]]), np.array([[2.0, 0.0], [1.0, 17.0]])
    steps = steps_of(NeuralNetwork([Own(2)], Sum()), x, y)
    assert [step["words"] for step in steps] == [
        "forward, batch, x: x (2, 2) comes in, with its targets y (2, 2)",
        "forward, Own 1, Times: input_ (2, 2) and param (2,) in, output (2, 2) out",
        "forward, Own 1, Positive: input_ (2, 2) in, output (2, 2) out",
        "forward, loss, Sum: prediction (2, 2) and target (2, 2) in, output 1.000 out",
        "backward, loss, Sum: prediction (2, 2) and target (2, 2) in, "
        "input_grad (2, 2) out",
        "backward, Own 1, Positive: output_grad (2, 2) in, input_grad (2, 2) out",
        "backward, Own 1, Times: output_grad (2, 2) in, "
        "input_grad (2, 2) and param_grad (2,) out",
    ]
    assert [step["code"] for step in steps] == [
        [],
        ["output = self.input_ * self.param"],
        ["output = np.where(self.input_ < 0, -0.0001, self.input_)"],
        ["output = (self.prediction - self.target).sum()"],
        ["input_grad = np.ones_like(self.prediction)"],
        ["input_grad = np.where(self.input_ < 0, 0.0, output_grad)"],
        [
            "input_grad = output_grad * self.param",
            "param_grad = (output_grad * self.input_).sum( axis=0, )",
        ],
    ]
    target = [["2.000", "0.000"], ["1.000", "17.000"]]
    assert [[*step["tables"].values()] for step in steps] == [
        [[["1.000", "4.000"], ["0.500", "-6.000"]], target],
        [[["2.000", "-12.000"], ["1.000", "18.000"]], [["2.000", "-3.000"]]],
        [[["2.000", "0.000"], ["1.000", "18.000"]]],  # no -0.000
        [[["1.000"]], target],
        [[["1.000", "1.000"], ["1.000", "1.000"]], target],
        [[["1.000", "0.000"], ["1.000", "1.000"]]],
        [[["2.000", "0.000"], ["2.000", "-3.000"]], [["1.500", "-6.000"]]],
    ]  # fmt: skip


def test_a_step_is_an_item_of_a_list():
    x = np.array([[1.0, 4.0], [0.5, -6.0]])
    page = displayed(NeuralNetwork([Own(2)], Sum()), x, x)["text/html"]
    assert (
        '\n<li data-way="backward" data-layer="Own 1" data-name="Times" '
        'data-passes="(2, 2)">\n'
        "<p>backward, Own 1, Times: output_grad (2, 2) in, "
        "input_grad (2, 2) and param_grad (2,) out</p>\n"
        "<code>input_grad = output_grad * self.param</code>"
        "<code>param_grad = (output_grad * self.input_).sum( axis=0, )</code>\n"
        "<div><table><caption>input_grad (2, 2)</caption>\n"
        "<tr><td>2.000<td>0.000\n<tr><td>2.000<td>-3.000\n</table>\n"
        "<table><caption>param_grad (2,)</caption>\n"
        "<tr><td>1.500<td>-6.000\n</table></div>\n</ol>"
    ) in page
    assert "(self.input_ &lt; 0, " in page


def test_a_loss_close_to_nothing_has_no_sign():
    steps = steps_of(
        NeuralNetwork([Own(2)], Sum()), np.ones((1, 2)), np.full((1, 2), 1.0)
    )
    assert steps[3]["data-passes"] == "0.000"


def test_an_array_of_three_dimensions_is_laid_out_in_rows():
    x = np.arange(12.0).reshape(2, 2, 3)

    class Flat(Operation):
        def _output(self):
            return self.input_.sum(axis=(1, 2)).reshape(-1, 1)

        def _input_grad(self, output_grad):
            return output_grad[:, :, None] * np.ones_like(self.input_)

    class Flatten(Layer):
        def _setup_layer(self, input_):
            self.operations = [Flat()]

    steps = steps_of(NeuralNetwork([Flatten(1)], Sum()), x, np.zeros((2, 1)))
    assert np.array(steps[0]["tables"]["x (2, 2, 3)"], float).tolist() == [
        [0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]
    ]  # fmt: skip


def test_code_that_cannot_be_read_is_left_out():
    names = {"Operation": Operation}
    exec(
        "class Same(Operation):\n"
        "    def _output(self): return self.input_\n"
        "    def _input_grad(self, output_grad): return output_grad\n",
        names,
    )

    class Typed(Layer):
        def _setup_layer(self, input_):
            self.operations = [names["Same"]()]

    steps = steps_of(NeuralNetwork([Typed(1)], Sum()), np.ones((2, 1)), np.ones((2, 1)))
    assert steps[1]["code"] == [""]
    assert ".motion li code:empty { display: none; }" in TEMPLATE


def test_classes_typed_in_from_the_printed_chapter_will_do():
    own = own_classes(checked=True)
    net = own.NeuralNetwork([own.Dense(2, own.Tanh()), own.Dense(1)], own.MSE())
    x, y = np.ones((3, 4)), np.ones((3, 1))
    steps = steps_of(net, x, y)
    assert len(steps) == 15
    loss = own.NeuralNetwork.train_batch(net, x, y)
    assert steps[7]["data-passes"] == f"{loss:.3f}"
    assert steps[-1]["code"][1] == "param_grad = self.input_.T.dot(output_grad)"


def test_the_network_stays_as_it_is(deep):
    net, x, y = deep
    operations = [op for layer in net.layers for op in layer.operations]
    held = [[*vars(op).items()] for op in operations]
    numbers = [array.copy() for array in [*net.params(), *net.param_grads()]]
    drawn = np.random.get_state()[1].tolist()
    displayed(net, x, y)
    assert np.random.get_state()[1].tolist() == drawn
    for before, operation in zip(held, operations, strict=True):
        assert all(getattr(operation, name) is thing for name, thing in before)
    for before, now in zip(numbers, [*net.params(), *net.param_grads()], strict=True):
        assert np.array_equal(before, now)


def test_a_network_that_has_seen_no_batch_still_has_not():
    net, other = network(), network()
    x, y = np.ones((2, 3)), np.ones((2, 1))
    steps = steps_of(net, x, y)
    assert all(layer.first for layer in net.layers)
    other.forward(x)
    first = next(other.params())
    assert (
        np.abs(np.array(steps[1]["tables"]["param (3, 13)"], float) - first).max()
        < 1e-3
    )
    net.forward(np.ones((1, 5)))


def test_the_same_batch_gives_the_same_page(deep):
    assert displayed(*deep) == displayed(*deep)


def test_words_for_where_no_html_is_shown():
    net = NeuralNetwork([Dense(1)], MeanSquaredError())
    text = displayed(net, np.ones((2, 3)), np.ones((2, 1)))["text/plain"]
    assert text == (
        "A figure that moves, in 9 steps: a batch goes forward through x, "
        "WeightMultiply, BiasAdd, Linear, MeanSquaredError, and its gradient comes "
        "back."
    )


def test_the_page_is_the_template_with_the_steps_in_its_list(deep):
    page = displayed(*deep)["text/html"]
    before, after = TEMPLATE.split("STEPS")
    assert page.startswith(before) and page.endswith(after)
    assert before.endswith("<ol>\n") and after.startswith("\n</ol>")
    steps = page[len(before) : -len(after)]
    assert steps.count("<li ") == 21
    assert steps.count("\n<li ") == 20


def test_several_figures_fit_on_one_page_that_needs_nothing_else():
    assert not re.search(r"\sid=|getElementById|https?:|src=|href=|import ", TEMPLATE)
    assert len(TEMPLATE.splitlines()) < 200 and len(TEMPLATE) < 12_000
    selectors = re.findall(
        r"^([^@\s}][^{]*)\{", TEMPLATE.partition("<script>")[0], re.M
    )
    assert len(selectors) > 20
    for selector in ",".join(selectors).split(","):
        assert ".motion" in selector, selector


def test_its_colours_are_those_of_the_drawings():
    for name, color in (("--go", FORWARD), ("--come", BACKWARD)):
        numbers = " ".join(str(int(color[i : i + 2], 16)) for i in (1, 3, 5))
        assert f"{name}: {numbers};" in TEMPLATE
