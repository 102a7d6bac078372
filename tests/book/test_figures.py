"""What drawings and tables contain, and how pictures become part of a page."""

import json
import re
import sys
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib.colors import to_hex
from models import network
from typed_in_corpus import own_classes

from scratchdl import (
    SGD,
    BiasAdd,
    Dense,
    Layer,
    Linear,
    MeanSquaredError,
    NeuralNetwork,
    Sigmoid,
    WeightMultiply,
)
from scratchdl.show import BACKWARD, FORWARD, chain, draw, show, summary
from scratchdl.show.pictures import _normalized

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "_ext"))

from pictures import inline_svg  # noqa: E402

BATCH = np.arange(6.0).reshape(2, 3)


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def shown(call, *arguments, **options):
    """Return the data of a call's only output, as a notebook stores it."""
    InteractiveShell.instance()
    with capture_output() as captured:
        call(*arguments, **options)
    (output,) = captured.outputs
    assert captured.stdout == captured.stderr == ""
    return output.data


# chain: texts, arrows and frames

BOXES = ["WeightMultiply", "BiasAdd", "Sigmoid"]
ARROWS = [("X", "dX"), ("XW", "dXW"), ("XW + B", ""), ("", "dP")]
PARAMS = {0: ("W", "dW"), 1: ("B", "")}
GROUPS = [("two of them", 0, 1), ("inner", 1, 1)]


class Drawn:
    """What `chain` has drawn: places and colours of texts, arrows and frames."""

    def __init__(self, *arguments):
        (self.ax,) = chain(*arguments).axes
        notes = self.ax.texts
        self.texts = {
            text.get_text(): (*text.get_position(), to_hex(text.get_color()))
            for text in notes
            if text.get_text()
        }
        self.arrows = [
            (np.subtract(note.xy, note.xyann), note.xy, note.xyann, color)
            for note in notes
            if getattr(note, "arrow_patch", None)
            for color in [to_hex(note.arrow_patch.get_edgecolor())]
        ]
        self.frames = [patch.get_bbox().extents for patch in self.ax.patches]


def test_every_text_has_the_colour_of_its_direction():
    texts = Drawn(BOXES, ARROWS, PARAMS, GROUPS).texts
    colors = {
        "#000000": [*BOXES, "two of them", "inner"],
        FORWARD: ["X", "XW", "XW + B", "W", "B"],
        BACKWARD: ["dX", "dXW", "dP", "dW"],
    }
    assert {text: color for text, (_, _, color) in texts.items()} == {
        text: color for color, group in colors.items() for text in group
    }


def test_boxes_are_in_order_around_their_names():
    drawn = Drawn(BOXES, ARROWS)
    heights = [drawn.texts[name][1] for name in BOXES]
    assert heights == sorted(set(heights), reverse=True)
    for (left, low, right, high), name in zip(drawn.frames, BOXES, strict=True):
        x, y, _ = drawn.texts[name]
        assert (2 * x, 2 * y) == pytest.approx((left + right, low + high))


def test_values_go_down_and_gradients_go_up_between_the_boxes():
    drawn = Drawn(BOXES, ARROWS)
    labels = ["X", "dX", "XW", "dXW", "XW + B", "dP"]
    for label, ((dx, dy), end, start, color) in zip(labels, drawn.arrows, strict=True):
        x, middle, text_color = drawn.texts[label]
        down = not label.startswith("d")
        assert dx == 0 and (dy < 0) == down and (x < end[0]) == down
        assert color == text_color and middle == pytest.approx((end[1] + start[1]) / 2)
        assert not any(low < end[1] < high for _, low, _, high in drawn.frames)


def test_parameters_go_in_and_their_gradients_come_out_at_the_side():
    drawn = Drawn(BOXES, ARROWS, PARAMS)
    sideways = [arrow for arrow in drawn.arrows if arrow[0][1] == 0]
    labels = [("W", 0), ("dW", 0), ("B", 1)]
    for (label, box), ((dx, _), *ends, color) in zip(labels, sideways, strict=True):
        edge, low, _, high = drawn.frames[box]
        inward = not label.startswith("d")
        (inner, y), (outer, _) = ends if inward else ends[::-1]
        x, label_y, text_color = drawn.texts[label]
        assert (dx > 0) == inward and color == text_color
        assert inner == edge > outer > x and low < y == label_y < high


def test_a_frame_contains_its_boxes_its_title_and_no_other_box():
    drawn = Drawn(BOXES, ARROWS, PARAMS, GROUPS[:1])
    (left, low, right, high), *boxes = drawn.frames
    inside = [left < b[0] and low < b[1] and b[3] < high for b in boxes]
    assert inside == [True, True, False]
    x, y, _ = drawn.texts["two of them"]
    assert low < y < high and left < x < right


@pytest.mark.parametrize(
    "arguments", [(BOXES, ARROWS, PARAMS, GROUPS), (["one"], [("", ""), ("", "")])]
)
def test_everything_is_inside_the_picture_which_is_not_distorted(arguments):
    drawn = Drawn(*arguments)
    (left, right), (bottom, top) = drawn.ax.get_xlim(), drawn.ax.get_ylim()
    points = [place[:2] for place in drawn.texts.values()]
    points += [end for _, *ends, _ in drawn.arrows for end in ends]
    points += [point for f in drawn.frames for point in (f[:2], f[2:])]
    assert all(left <= x <= right and bottom <= y <= top for x, y in points)
    assert drawn.ax.get_position().bounds == (0, 0, 1, 1)
    width, height = drawn.ax.figure.get_size_inches()
    assert width / height == pytest.approx((right - left) / (top - bottom))


# show


def test_show_displays_a_figure_with_its_description_and_closes_it():
    figure = chain(["one"], [("a", ""), ("", "")])
    current, latest = plt.figure(), plt.figure()
    data = shown(show, "One box.", figure)
    assert data["text/plain"] == "One box."
    root = ElementTree.fromstring(data["image/svg+xml"])
    assert root.tag.endswith("svg") and root.get("viewBox")
    assert [text for text in root.itertext() if text.strip()][-2:] == ["one", "a"]
    assert plt.get_fignums() == [current.number, latest.number]
    shown(show, "The current figure.")
    assert plt.get_fignums() == [current.number]


def plot(noise=0.0):
    """Plot several kinds of marks; the noise stands for another machine's rounding."""
    figure, axes = plt.subplots(1, 2, layout="constrained")
    x = np.linspace(0, 1, 7) / 3 * (1 + noise)
    axes[0].plot(x, x**2, "o-")
    axes[0].scatter(x, x)
    axes[0].text(0.1, 0.1, "14.60449")
    axes[1].pcolormesh(np.outer(x, x))
    return figure


def test_a_picture_is_the_same_each_time_and_on_each_machine():
    first, again, other = (
        shown(show, "A plot.", plot(noise))["image/svg+xml"] for noise in (0, 0, 1e-14)
    )
    assert first == again == other and "Matplotlib" not in first
    assert ">14.60449<" in first  # Numbers in texts keep all their digits.
    tags = "".join(re.findall("<[^>]+>", first))
    assert re.search(r"\d\.\d\d\b", tags) and not re.search(r"\.\d{3}", tags)
    assert _normalized('<?xml?><svg a="-0.000001 2.005000"/>') == '<svg a="0 2"/>'


# draw


def run(operation, *arrays):
    """Call forward with the arrays, and backward with ones."""
    output = operation.forward(*arrays)
    operation.backward(*[np.ones_like(output)] * (len(arrays) == 1))
    return operation


def net(backward=False):
    network = NeuralNetwork([Dense(4, Sigmoid()), Dense(1)], MeanSquaredError())
    if backward:
        network.train_batch(BATCH, np.ones((2, 1)))
    else:
        network.forward(BATCH)
    return network


def again(thing):
    """Call forward once more, with a smaller batch: earlier gradients are outdated."""
    thing.forward(BATCH[:1])
    return thing


def typed_in():
    """Train with classes that a reader has typed in from the printed chapter."""
    own = own_classes(checked=True)
    network = own.NeuralNetwork([own.Dense(4, own.Tanh()), own.Dense(1)], own.MSE())
    network.train_batch(BATCH, np.ones((2, 1)))
    return network


# Boxes in brackets with what is at their side, and arrows between them.
DRAWINGS = [
    (
        lambda: run(WeightMultiply(np.ones((3, 5))), BATCH),
        "[step before] input_ (2, 3) / input_grad (2, 3) [WeightMultiply, param (3, 5) "
        "/ param_grad (3, 5)] output (2, 5) / output_grad (2, 5) [step after]",
    ),
    (
        lambda: again(run(WeightMultiply(np.ones((3, 5))), BATCH)),
        "[step before] input_ (1, 3) [WeightMultiply, param (3, 5)] output (1, 5) "
        "[step after]",
    ),
    (
        lambda: [again(Sigmoid()), again(Linear())],
        "input_ (1, 3) [Sigmoid] (1, 3) [Linear] output (1, 3)",
    ),
    (
        lambda: run(Dense(4, Sigmoid()), BATCH),
        "input_ (2, 3) / input_grad (2, 3) [WeightMultiply, param (3, 4) / param_grad "
        "(3, 4)] (2, 4) / (2, 4) [BiasAdd, param (1, 4) / param_grad (1, 4)] (2, 4) / "
        "(2, 4) [Sigmoid] output (2, 4) / output_grad (2, 4) {Dense(4), 0 to 2}",
    ),
    (
        lambda: (run(Dense(4, Sigmoid()), BATCH), "layers"),
        "[step before] input_ (2, 3) / input_grad (2, 3) [Dense(4), 2 params / "
        "2 param_grads] output (2, 4) / output_grad (2, 4) [step after]",
    ),
    (
        net,
        "input_ (2, 3) [WeightMultiply, param (3, 4)] (2, 4) [BiasAdd, param (1, 4)] "
        "(2, 4) [Sigmoid] (2, 4) [WeightMultiply, param (4, 1)] (2, 1) [BiasAdd, param "
        "(1, 1)] (2, 1) [Linear] output (2, 1) {Dense(4), 0 to 2} {Dense(1), 3 to 5}",
    ),
    (
        lambda: (again(net(backward=True)), "layers"),
        "input_ (1, 3) [Dense(4), 2 params] (1, 4) [Dense(1), 2 params] output (1, 1)",
    ),
    (
        lambda: run(MeanSquaredError(), BATCH, BATCH),
        "[step before] prediction (2, 3) / input_grad (2, 3) [MeanSquaredError, target "
        "(2, 3)] loss",
    ),
    (
        lambda: (net(backward=True), "layers"),  # without the gradient of the data
        "input_ (2, 3) [Dense(4), 2 params / 2 param_grads] (2, 4) / (2, 4) [Dense(1), "
        "2 params / 2 param_grads] prediction (2, 1) / input_grad (2, 1) "
        "[MeanSquaredError, target (2, 1)] loss",
    ),
    (
        lambda: (typed_in(), "layers"),
        "input_ (2, 3) / input_grad (2, 3) [Dense(4), 2 params / 2 param_grads] "
        "(2, 4) / (2, 4) [Dense(1), 2 params / 2 param_grads] prediction (2, 1) / "
        "input_grad (2, 1) [MSE, target (2, 1)] loss",
    ),
]


def in_one_line(boxes, arrows, params, groups):
    words = []
    for arrow, row in zip(arrows, range(len(boxes) + 1), strict=True):
        words.append(" / ".join(filter(None, arrow)))
        side = " / ".join(filter(None, params.get(row, ())))
        words += [
            "[" + ", ".join(filter(None, [box, side])) + "]"
            for box in boxes[row : row + 1]
        ]
    words += [f"{{{title}, {first} to {last}}}" for title, first, last in groups]
    return " ".join(filter(None, words))


@pytest.mark.parametrize(("make", "expected"), DRAWINGS)
def test_a_drawing_shows_what_the_object_has_kept(make, expected, monkeypatch):
    calls = []
    monkeypatch.setattr(
        "scratchdl.show.pictures.chain",
        lambda *arguments: calls.append(arguments) or chain(*arguments),
    )
    thing = make()
    data = shown(draw, *(thing if isinstance(thing, tuple) else [thing]))
    assert "<svg" in data["image/svg+xml"]
    boxes, arrows, params, groups = calls[0]
    line = in_one_line(*calls[0])
    # In training, the framework may leave out the gradient of the data.
    assert expected in (
        line,
        line.replace("(2, 3) / input_grad (2, 3) [D", "(2, 3) [D"),
    )
    texts = [*boxes, *sum([*arrows, *params.values()], ()), *(g[0] for g in groups)]
    assert all(text in data["text/plain"] for text in texts)
    assert ("Gradients" in data["text/plain"]) == any(grad for _, grad in arrows)


@pytest.mark.parametrize(
    ("thing", "error", "words"),
    [
        (Sigmoid, TypeError, r"Sigmoid\b.*object: Sigmoid\(\)"),
        ("text", TypeError, "'text'; pass"),
        ([], TypeError, r"\[\]; pass"),
        (SGD(), TypeError, "SGD.*; pass"),
        ([net(), "text"], RuntimeError, "NeuralNetwork .*input_.*forward"),
        (Sigmoid(), RuntimeError, "Sigmoid .*input_.*forward"),
        (network(), RuntimeError, "Dense .*input_.*forward"),
        (MeanSquaredError(), RuntimeError, "MeanSquaredError .*prediction.*forward"),
    ],
    ids=str,
)
def test_what_cannot_be_drawn(thing, error, words):
    with pytest.raises(error, match=f"^draw: .*{words}"):
        draw(thing)
    with pytest.raises(ValueError, match="^draw: .*'all'.*'layers'"):
        draw(thing, detail="all")
    assert not plt.get_fignums()


# summary


class Own(Linear):
    def __repr__(self):
        return "Own(a < b)"


class OwnLayer(Layer):
    def _setup_layer(self, input_):
        self.operations = [BiasAdd(np.ones((1, 3))), Sigmoid()]


def cells(table):
    """Return the cells of an HTML table, row by row, as text."""
    assert table.startswith("<table><caption>") and table.endswith("</table>")
    return [
        [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", table)
    ]


WAITING = ["not yet", "(rows, 3)", "not yet", "0"]


@pytest.mark.parametrize("ready", [False, True])
def test_the_table_of_a_network(ready):
    net = NeuralNetwork([Dense(3, Own()), OwnLayer(3)], MeanSquaredError())
    body = [["Dense(neurons=3, activation=Own(a < b))"], ["OwnLayer(neurons=3)"]]
    if ready:
        net.forward(BATCH)
        body[0] += ["WeightMultiply", "(rows, 3)", "(3, 3)", "9"]
        body[1] += ["BiasAdd", "(rows, 3)", "(1, 3)", "3"]
        body.insert(1, ["BiasAdd", "(rows, 3)", "(1, 3)", "3"])
        body.insert(2, ["Own", "(rows, 3)", "none", "0"])
        body.append(["Sigmoid", "(rows, 3)", "none", "0"])
    else:
        body = [row + WAITING for row in body]
    titles = ["layer", "operation", "output", "parameter", "entries"]
    total = ["total", str(sum(param.size for param in net.params()))]
    data = shown(summary, net)
    assert cells(data["text/html"]) == [titles, *body, total]
    assert ("first batch" in data["text/html"]) == (not ready)
    # The plain text has the same title and rows, in aligned columns.
    title, *lines = data["text/plain"].splitlines()
    assert f"<caption>{title}</caption>" in data["text/html"]
    assert title.startswith("NeuralNetwork with MeanSquaredError()")
    assert [re.split("  +", line.strip()) for line in lines] == [titles, *body, total]
    assert len({len(line) for line in lines}) == 1


def test_the_table_after_an_error_and_of_something_else():
    net = network(hidden=0)
    net.forward(BATCH)
    with pytest.raises(ValueError):
        net.forward(BATCH[:, :2])
    (row, *_) = cells(shown(summary, net)["text/html"])[1:]
    assert row[1:] == ["WeightMultiply", "(?)", "(3, 1)", "3"]
    with pytest.raises(TypeError, match="^summary: .*SGD.*pass a network"):
        summary(SGD())


# Pictures as part of a page


def pictures():
    """Yield each picture of the book with its description and the id of its cell."""
    for path in sorted((ROOT / "book").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                if "image/svg+xml" in output.get("data", {}):
                    data = {key: "".join(text) for key, text in output["data"].items()}
                    picture = data["image/svg+xml"], data["text/plain"]
                    yield pytest.param(*picture, id=cell["id"])


def words_of(root):
    found = [e.text for e in root.iter() if e.tag.endswith(("text", "span"))]
    return [text.strip() for text in found]


@pytest.mark.parametrize(("svg", "description"), list(pictures()))
def test_a_picture_becomes_part_of_the_page(svg, description):
    page = inline_svg(svg, description, "here-")
    root = ElementTree.fromstring(page)
    assert root.get("role") == "img" and root.get("aria-label") == description
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) and all(name.startswith("here-") for name in ids)
    assert set(re.findall(r"(?:url\(|href=\")#([^)\"]+)", page)) == set(ids)
    # It follows the theme, and has no style sheet, font or file of its own.
    assert not re.search(f"#000000|#ffffff|{FORWARD}|{BACKWARD}|black|white", page)
    assert not re.search("<style|font-family|<image|<metadata|<[?]xml|<!DOC", page)
    # No text is lost, and all of it can be read on a phone: 328 pixels for a picture.
    assert words_of(root) == words_of(ElementTree.fromstring(svg)) != []
    width = float(root.get("viewBox").split()[2])
    sizes = [float(size) for size in re.findall(r"font-size:([\d.]+)px", page)]
    assert all(size * min(4 / 3, 328 / width) > 8.8 for size in sizes)


def test_a_heat_map_keeps_every_cell():
    svg = shown(show, "A map.", plot())["image/svg+xml"]
    page = inline_svg(svg, "A map.", "x-").replace(" ", "")
    elements = ElementTree.fromstring(svg).iter()
    (group,) = (e for e in elements if e.get("id", "").startswith("QuadMesh"))
    assert len(group) == 49
    assert all(cell.get("d").replace(" ", "") in page for cell in group)


def luminance(color):
    parts = np.array([int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear.dot([0.2126, 0.7152, 0.0722])


def test_the_colours_of_both_directions_have_enough_contrast_in_both_themes():
    css = (ROOT / "_static" / "pictures.css").read_text(encoding="utf-8")
    colors = re.findall(r"--(?:forward|backward): (#\w{6})", css)
    assert colors[:2] == [FORWARD, BACKWARD] and len(colors) == 4
    light, dark = ("#ffffff", "#f3f4f5"), ("#14181e", "#29313d")  # pages, frames
    for color, grounds in zip(colors, [light, light, dark, dark], strict=True):
        for ground in grounds:
            lower, higher = sorted((luminance(color), luminance(ground)))
            assert (higher + 0.05) / (lower + 0.05) >= 4.5, (color, ground)
