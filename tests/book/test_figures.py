"""What drawings and tables contain, and how pictures become part of a page."""

import re
import sys
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from models import network, own
from notebooks import NOTEBOOKS, ROOT, cells_of
from typed_in_corpus import own_classes

from scratchdl import (
    BiasAdd,
    Layer,
    Loss,
    MeanSquaredError,
    NeuralNetwork,
    WeightMultiply,
)
from scratchdl.show import BACKWARD, FORWARD, chain, draw, show, summary
from scratchdl.show.pictures import _normalized

sys.path.insert(0, str(ROOT / "_ext"))

from inline_svg import inline_svg  # noqa: E402

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


# draw, for what no notebook draws; nbval compares all drawings of the notebooks


def run(operation, *arrays):
    """Call forward with the arrays, and backward with ones."""
    output = operation.forward(*arrays)
    operation.backward(*[np.ones_like(output)] * (len(arrays) == 1))
    return operation


def again(thing):
    """Call forward once more, with a smaller batch: earlier gradients are outdated."""
    thing.forward(BATCH[:1])
    return thing


def trained(net):
    net.train_batch(BATCH, np.ones((2, 1)))
    return net


def typed_in():
    own = own_classes(checked=True)
    return own.NeuralNetwork([own.Dense(4, own.Tanh()), own.Dense(1)], own.MSE())


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (
            lambda: again(run(WeightMultiply(np.ones((3, 5))), BATCH)),
            "step before, WeightMultiply, step after. Values go down: input_ (1, 3), "
            "output (1, 5). At the side of WeightMultiply: param (3, 5) in.",
        ),
        (
            lambda: again(trained(network())),
            "Dense(13), Dense(1). Values go down: input_ (1, 3), (1, 13), output (1, "
            "1). At the side of Dense(13): 2 params in. At the side of Dense(1): 2 "
            "params in.",
        ),
        (
            lambda: run(MeanSquaredError(), BATCH, BATCH),
            "step before, MeanSquaredError. Values go down: prediction (2, 3), loss. "
            "Gradients come up, from the top: input_grad (2, 3). At the side of "
            "MeanSquaredError: target (2, 3) in.",
        ),
        (
            lambda: trained(typed_in()),
            "Dense(4), Dense(1), MSE. Values go down: input_ (2, 3), (2, 4), "
            "prediction (2, 1), loss. Gradients come up, from the top: input_grad (2, "
            "3), (2, 4), input_grad (2, 1). At the side of Dense(4): 2 params in, 2 "
            "param_grads out. At the side of Dense(1): 2 params in, 2 param_grads out. "
            "At the side of MSE: target (2, 1) in.",
        ),
    ],
)
def test_a_drawing_shows_what_the_object_has_kept(make, expected):
    data = shown(draw, make(), detail="layers")
    assert data["text/plain"] == f"Boxes from top to bottom: {expected}"
    drawn = "".join(ElementTree.fromstring(data["image/svg+xml"]).itertext())
    assert all(text in drawn for text in re.findall(r"\w+ \(.+?\)", expected))


# summary


def test_the_table_of_classes_of_your_own():
    layer = Layer(1)
    layer.operations = [BiasAdd(np.ones((1, 3)))]
    net = NeuralNetwork([layer, own(Layer, __repr__=lambda _: "a<b")(1)], Loss())
    data = shown(summary, net)
    assert re.search(r"BiasAdd +\(\?\) +\(1, 3\) +3\na<b ", data["text/plain"])
    assert ">a&lt;b<" in data["text/html"]


# Pictures as part of a page


def pictures():
    """Yield each picture of the book with its description and the id of its cell."""
    for path in NOTEBOOKS:
        for cell in cells_of(path, "code"):
            for output in cell["outputs"]:
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
