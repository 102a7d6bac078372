"""What drawings and tables contain, and how pictures become part of a page."""

import json
import re
import sys
from html import escape
from pathlib import Path
from xml.etree import ElementTree

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


# chain; the notebooks' stored pictures show where everything is

BOXES = ["WeightMultiply", "BiasAdd", "Sigmoid"]
ARROWS = [("X", "dX"), ("XW", "dXW"), ("XW + B", ""), ("", "dP")]
PARAMS = {0: ("W", "dW"), 1: ("B", "")}
GROUPS = [("two of them", 0, 1), ("inner", 1, 1)]


def test_values_go_down_or_in_and_gradients_go_up_or_out():
    (ax,) = chain(BOXES, ARROWS, PARAMS, GROUPS).axes
    colors = {t.get_text(): to_hex(t.get_color()) for t in ax.texts if t.get_text()}
    expected = dict.fromkeys([*BOXES, "two of them", "inner"], "#000000")
    expected |= dict.fromkeys(["X", "XW", "XW + B", "W", "B"], FORWARD)
    assert colors == expected | dict.fromkeys(["dX", "dXW", "dP", "dW"], BACKWARD)
    arrows = [
        (*np.sign(np.subtract(note.xy, note.xyann)), color)
        for note in ax.texts
        if not note.get_text()
        for color in [to_hex(note.arrow_patch.get_edgecolor())]
    ]
    down, up = (0, -1, FORWARD), (0, 1, BACKWARD)
    into, out = (1, 0, FORWARD), (-1, 0, BACKWARD)
    assert arrows == [down, up] * 3 + [into, out, into]


@pytest.mark.parametrize(
    "arguments", [(BOXES, ARROWS, PARAMS, GROUPS), (["one"], [("", ""), ("", "")])]
)
def test_everything_is_inside_the_picture_which_is_not_distorted(arguments):
    (ax,) = chain(*arguments).axes
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    points = [text.get_position() for text in ax.texts]
    points += [note.xy for note in ax.texts if not note.get_text()]
    points += [corner for p in ax.patches for corner in p.get_bbox().get_points()]
    assert all(left <= x <= right and bottom <= y <= top for x, y in points)
    assert ax.get_position().bounds == (0, 0, 1, 1)
    width, height = ax.figure.get_size_inches()
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


def again(thing):
    """Call forward once more, with a smaller batch: earlier gradients are outdated."""
    thing.forward(BATCH[:1])
    return thing


def trained(own=None):
    """Return a trained network, made of typed-in classes if they are given."""
    net = network()
    if own:
        net = own.NeuralNetwork([own.Dense(4, own.Tanh()), own.Dense(1)], own.MSE())
    net.train_batch(BATCH, np.ones((2, 1)))
    return net


# Boxes in brackets with what is at their side, and arrows between them.
DRAWINGS = [
    (
        lambda: [run(WeightMultiply(np.ones((3, 5))), BATCH)],
        "[step before] input_ (2, 3) / input_grad (2, 3) [WeightMultiply, param (3, 5) "
        "/ param_grad (3, 5)] output (2, 5) / output_grad (2, 5) [step after]",
    ),
    (
        lambda: again(run(WeightMultiply(np.ones((3, 5))), BATCH)),
        "[step before] input_ (1, 3) [WeightMultiply, param (3, 5)] output (1, 5) "
        "[step after]",
    ),
    (
        lambda: run(Dense(4, Sigmoid()), BATCH),
        "input_ (2, 3) / input_grad (2, 3) [WeightMultiply, param (3, 4) / param_grad "
        "(3, 4)] (2, 4) / (2, 4) [BiasAdd, param (1, 4) / param_grad (1, 4)] (2, 4) / "
        "(2, 4) [Sigmoid] output (2, 4) / output_grad (2, 4) {Dense(4), 0 to 2}",
    ),
    (
        lambda: again(trained()),
        "input_ (1, 3) [Dense(13), 2 params] (1, 13) [Dense(1), 2 params] output "
        "(1, 1)",
    ),
    (
        lambda: run(MeanSquaredError(), BATCH, BATCH),
        "[step before] prediction (2, 3) / input_grad (2, 3) [MeanSquaredError, target "
        "(2, 3)] loss",
    ),
    (
        lambda: trained(),  # without the gradient of the data
        "input_ (2, 3) [Dense(13), 2 params / 2 param_grads] (2, 13) / (2, 13) "
        "[Dense(1), 2 params / 2 param_grads] prediction (2, 1) / input_grad (2, 1) "
        "[MeanSquaredError, target (2, 1)] loss",
    ),
    (
        lambda: trained(own_classes(checked=True)),
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
    detail = "layers" if hasattr(thing, "layers") else "operations"
    data = shown(draw, thing, detail=detail)
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
        ([network(), "text"], RuntimeError, "NeuralNetwork .*input_.*forward"),
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
        return "Own(<b)"


TABLE = """\
NeuralNetwork with MeanSquaredError()
layer                                 operation       output     parameter  entries
Dense(neurons=3, activation=Own(<b))  WeightMultiply  (rows, 3)  (3, 3)           9
                                      BiasAdd         (rows, 3)  (1, 3)           3
                                      Own             (rows, 3)  none             0
Layer(neurons=1)                      BiasAdd         (?)        (1, 3)           3
total                                                                            15"""


def test_the_table_of_a_network():
    net = NeuralNetwork([Dense(3, Own()), Layer(1)], MeanSquaredError())
    text, html = (shown(summary, net)[key] for key in ("text/plain", "text/html"))
    assert "first batch" in text and "first batch" in html
    assert re.search(r"\(rows, 3\) +not yet +0\nLay(.*\n)+total +0$", text)
    net.layers[0].forward(BATCH)
    net.layers[1].operations = [BiasAdd(np.ones((1, 3)))]
    text, html = (shown(summary, net)[key] for key in ("text/plain", "text/html"))
    title, *lines = TABLE.splitlines()
    assert text == TABLE and html.startswith(f"<table><caption>{title}</caption>")
    assert html.count("<tbody>") == html.count("</tbody>") == 2
    layer, *cells = re.split("  +|\n *", escape("\n".join(lines)))
    assert cells == re.findall("<t[hd][^>]*>([^<]*)</t[hd]>", html)
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
    return [e.text.strip() for e in root.iter() if e.tag.endswith(("text", "span"))]


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
    grounds = [("#ffffff", "#f3f4f5")] * 2 + [("#14181e", "#29313d")] * 2
    for color, pair in zip(colors, grounds, strict=True):  # light, then dark
        for ground in pair:  # of the page, and of a frame
            lower, higher = sorted((luminance(color), luminance(ground)))
            assert (higher + 0.05) / (lower + 0.05) >= 4.5, (color, ground)
