"""What the drawings hold: texts, arrows, frames, and words for those who do not see."""

import json
import re
import sys
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
from matplotlib.patches import FancyBboxPatch

from scratchdl import (
    SGD,
    BiasAdd,
    Dense,
    MeanSquaredError,
    NeuralNetwork,
    Sigmoid,
    WeightMultiply,
)
from scratchdl.show.pictures import BACKWARD, FORWARD, _tidy, chain, draw, show

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "_ext"))

from pictures import inline_svg  # noqa: E402


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def texts(figure):
    """Return the figure's texts with where they stand and in which colour."""
    found = [text for text in figure.axes[0].texts if text.get_text()]
    return {
        text.get_text(): (*text.get_position(), to_hex(text.get_color()))
        for text in found
    }


def arrows(figure):
    """Return each arrow as direction and colour: what is up, down, left or right."""
    found = []
    for note in figure.axes[0].texts:
        if hasattr(note, "arrow_patch") and note.arrow_patch:
            (x, y), (x0, y0) = note.xy, note.xyann
            name = ["up" if y > y0 else "down", "right" if x > x0 else "left"][x != x0]
            assert (x == x0) != (y == y0)
            color = to_hex(note.arrow_patch.get_edgecolor())
            found.append((name, color, note.xy, note.xyann))
    return found


def frames(figure):
    found = figure.axes[0].patches
    assert all(isinstance(patch, FancyBboxPatch) for patch in found)
    return [
        (f.get_y(), f.get_y() + f.get_height(), f.get_x(), f.get_x() + f.get_width())
        for f in found
    ]


BOXES = ["WeightMultiply", "BiasAdd", "Sigmoid"]
ARROWS = [("X", "dX"), ("XW", "dXW"), ("XW + B", ""), ("", "dP")]
PARAMS = {0: ("W", "dW"), 1: ("B", "")}
GROUPS = [("Dense", 0, 2), ("inner", 1, 1)]


def test_all_texts_are_there_in_the_colour_of_their_direction():
    found = texts(chain(BOXES, ARROWS, PARAMS, GROUPS))
    forward, backward = ["X", "XW", "XW + B", "W", "B"], ["dX", "dXW", "dP", "dW"]
    titles = [title for title, *_ in GROUPS]
    assert set(found) == {*BOXES, *titles, *forward, *backward}
    assert {found[text][2] for text in forward} == {FORWARD}
    assert {found[text][2] for text in backward} == {BACKWARD}
    assert {found[text][2] for text in [*BOXES, *titles]} == {"#000000"}


def test_boxes_stand_in_order_from_top_to_bottom():
    figure = chain(BOXES, ARROWS)
    heights = [texts(figure)[name][1] for name in BOXES]
    assert heights == sorted(heights, reverse=True)
    assert len(set(heights)) == 3
    for (low, high, left, right), name in zip(frames(figure), BOXES, strict=True):
        x, y, _ = texts(figure)[name]
        assert (2 * x, 2 * y) == pytest.approx((left + right, low + high))


def test_values_go_down_and_gradients_come_up_between_the_boxes():
    figure = chain(BOXES, ARROWS)
    found = arrows(figure)
    assert [name for name, *_ in found] == ["down", "up", "down", "up", "down", "up"]
    assert all((name == "down") == (color == FORWARD) for name, color, *_ in found)
    assert all((name == "up") == (color == BACKWARD) for name, color, *_ in found)
    boxes, words = frames(figure), texts(figure)
    for (name, _, (x, y), (_, start)), word in zip(
        found, ["X", "dX", "XW", "dXW", "XW + B", "dP"], strict=True
    ):
        label, middle, _ = words[word]
        assert label < x if name == "down" else label > x
        assert middle == pytest.approx((y + start) / 2)
    for _, _, (_, y), _ in found:
        assert not any(low < y < high for low, high, *_ in boxes)


def test_parameters_go_in_and_their_gradients_come_out():
    figure = chain(BOXES, ARROWS, PARAMS)
    sideways = [arrow for arrow in arrows(figure) if arrow[0] in ("left", "right")]
    assert [name for name, *_ in sideways] == ["right", "left", "right"]
    assert [color for _, color, *_ in sideways] == [FORWARD, BACKWARD, FORWARD]
    found, boxes = texts(figure), frames(figure)
    words = [("W", 0), ("dW", 0), ("B", 1)]
    for (word, box), (name, _, *ends) in zip(words, sideways, strict=True):
        low, high, edge, _ = boxes[box]
        (x, y), (other, _) = ends if name == "right" else ends[::-1]
        assert x == edge > other > found[word][0]
        assert low < y == found[word][1] < high


def test_a_group_frames_its_boxes_and_no_other():
    figure = chain(BOXES, ARROWS, PARAMS, [("two of them", 0, 1)])
    (low, high, left, right), *boxes = frames(figure)
    inside = [low < b[0] and b[1] < high and left < b[2] < right for b in boxes]
    assert inside == [True, True, False]
    x, y, _ = texts(figure)["two of them"]
    assert low < y < high and left < x < right


def test_everything_lies_within_the_picture():
    for arguments in ([BOXES, ARROWS, PARAMS, GROUPS], [["one"], [("", ""), ("", "")]]):
        figure = chain(*arguments)
        ax = figure.axes[0]
        (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
        for x, y, _ in texts(figure).values():
            assert left < x < right and bottom < y < top
        for low, high, start, end in frames(figure):
            assert left < start < end < right and bottom < low < high < top
        for _, _, *ends in arrows(figure):
            assert all(left <= x <= right and bottom <= y <= top for x, y in ends)
        # It fills the figure, and is drawn as high as wide.
        assert ax.get_position().bounds == (0, 0, 1, 1)
        width, height = figure.get_size_inches()
        assert width / height == pytest.approx((right - left) / (top - bottom))


def shown(call, *arguments, **options):
    """Return the outputs of a call, as a notebook keeps them."""
    InteractiveShell.instance()
    with capture_output() as captured:
        call(*arguments, **options)
    return [output.data for output in captured.outputs]


def test_show_gives_the_picture_its_description():
    figure = chain(["one"], [("a", ""), ("", "")])
    current = plt.figure()
    (data,) = shown(show, "One box.", figure)
    assert data["text/plain"] == "One box."
    root = ElementTree.fromstring(data["image/svg+xml"])
    assert root.tag.endswith("svg") and root.get("viewBox")
    assert [text.strip() for text in root.itertext() if text.strip()][-2:] == [
        "one",
        "a",
    ]
    assert plt.get_fignums() == [current.number]


def test_show_takes_the_current_figure():
    kept, current = plt.figure(), plt.figure()
    (data,) = shown(show, "Nothing yet.")
    assert data["text/plain"] == "Nothing yet."
    assert plt.fignum_exists(kept.number) and not plt.fignum_exists(current.number)


def plot(noise=0.0):
    """Draw all kinds of things, with numbers that another machine rounds otherwise."""
    figure, axes = plt.subplots(1, 2, layout="constrained")
    x = np.linspace(0, 1, 7) / 3 * (1 + noise)
    axes[0].plot(x, x**2, "o-")
    axes[0].scatter(x, x)
    axes[0].text(0.1, 0.1, "14.60449")
    axes[1].pcolormesh(np.outer(x, x))
    return figure


def test_a_picture_comes_out_the_same_each_time_and_on_each_machine():
    first, again, other = (
        shown(show, "A plot.", plot(noise))[0]["image/svg+xml"]
        for noise in (0.0, 0.0, 1e-14)
    )
    assert first == again == other
    assert ">14.60449<" in first  # Numbers for readers keep all their digits.
    inside = "".join(re.findall("<[^>]+>", first))
    assert re.search(r"\d\.\d\d\b", inside) and not re.search(r"\.\d{3}", inside)
    assert "Matplotlib" not in first
    assert _tidy('<?xml?><svg a="-0.000001 2.005000"/>') == '<svg a="0 2"/>'


# draw: what it makes of live objects

BATCH = np.arange(6.0).reshape(2, 3)


def run(step, *arrays):
    """Send a batch forward and ones back."""
    output = step.forward(*arrays)
    step.backward(*[np.ones_like(output)] * (len(arrays) == 1))
    return step


def net(back=False):
    layers = [Dense(4, Sigmoid()), Dense(4), Dense(1)]
    network = NeuralNetwork(layers, MeanSquaredError())
    if back:
        network.train_batch(BATCH, np.ones((2, 1)))
    else:
        network.forward(BATCH)
    return network


class Typed:
    """A reader's operation, of no class of ours."""

    def forward(self, input_):
        self.input_ = input_
        self.output = np.hstack([input_, input_])
        return self.output

    def backward(self, output_grad):
        self.input_grad = output_grad[:, :3] + output_grad[:, 3:]
        return self.input_grad


class TypedLoss:
    def forward(self, prediction, target):
        self.prediction, self.target = prediction, target
        return np.sum((prediction - target) ** 2)

    def backward(self):
        self.input_grad = 2 * (self.prediction - self.target)
        return self.input_grad


class TypedLayer:
    def __init__(self):
        self.operations = [Typed(), Sigmoid()]

    def forward(self, input_):
        for operation in self.operations:
            input_ = operation.forward(input_)
        return input_

    def backward(self, output_grad):
        for operation in reversed(self.operations):
            output_grad = operation.backward(output_grad)
        return output_grad


@pytest.fixture
def drawn(monkeypatch):
    """Call draw; return what it hands to chain, and the words that it shows."""

    def call(thing, **options):
        handed = []

        def note(*arguments):
            handed.append(arguments)
            return chain(*arguments)

        monkeypatch.setattr("scratchdl.show.pictures.chain", note)
        (data,) = shown(draw, thing, **options)
        assert "<svg" in data["image/svg+xml"]
        return *handed[0], data["text/plain"]

    return call


def test_draw_an_operation_with_its_neighbours(drawn):
    step = Sigmoid()
    step.forward(BATCH)
    boxes, arrows, params, groups, words = drawn(step)
    assert boxes == ["step before", "Sigmoid", "step after"]
    values = [("", ""), ("input_ (2, 3)", ""), ("output (2, 3)", ""), ("", "")]
    assert (arrows, params, groups) == (values, {}, [])
    assert "Gradients" not in words

    _, arrows, _, _, words = drawn(run(step, BATCH))
    assert arrows[1:3] == [
        ("input_ (2, 3)", "input_grad (2, 3)"),
        ("output (2, 3)", "output_grad (2, 3)"),
    ]
    assert words == (
        "Boxes from top to bottom: step before, Sigmoid, step after. Values go down: "
        "input_ (2, 3), output (2, 3). Gradients come up, from the top: "
        "input_grad (2, 3), output_grad (2, 3)."
    )


def test_draw_a_parameter_at_the_side(drawn):
    step = WeightMultiply(np.ones((3, 5)))
    step.forward(BATCH)
    assert drawn(step)[2] == {1: ("param (3, 5)", "")}
    _, arrows, params, _, words = drawn(run(step, BATCH))
    assert arrows[2] == ("output (2, 5)", "output_grad (2, 5)")
    assert params == {1: ("param (3, 5)", "param_grad (3, 5)")}
    assert "At the side of WeightMultiply: param (3, 5) in, param_grad (3, 5)" in words


def test_a_gradient_left_over_from_another_batch_is_not_drawn(drawn):
    step = run(WeightMultiply(np.ones((3, 5))), BATCH)
    step.forward(BATCH[:1])
    _, arrows, params, *_ = drawn(step)
    assert arrows[1] == ("input_ (1, 3)", "") and params == {1: ("param (3, 5)", "")}


def test_draw_a_layer_as_a_frame_or_as_a_box(drawn):
    layer = run(Dense(4, Sigmoid()), BATCH)
    boxes, arrows, params, groups, words = drawn(layer)
    assert boxes == ["WeightMultiply", "BiasAdd", "Sigmoid"]
    assert groups == [("Dense(4)", 0, 2)] and set(params) == {0, 1}
    assert arrows[0] == ("input_ (2, 3)", "input_grad (2, 3)")
    assert arrows[1:3] == [("(2, 4)", "(2, 4)")] * 2
    assert "A frame, Dense(4), holds WeightMultiply, BiasAdd, Sigmoid." in words

    boxes, arrows, params, groups, _ = drawn(layer, detail="layers")
    assert boxes == ["step before", "Dense(4)", "step after"]
    assert arrows[2] == ("output (2, 4)", "output_grad (2, 4)")
    assert (params, groups) == ({1: ("2 params", "2 param_grads")}, [])


def test_draw_a_network_forward_as_operations_and_as_layers(drawn):
    boxes, arrows, params, groups, _ = drawn(net())
    assert (
        boxes
        == ["WeightMultiply", "BiasAdd", "Sigmoid"]
        + [*("WeightMultiply", "BiasAdd", "Linear")] * 2
    )
    assert groups == [("Dense(4)", 0, 2), ("Dense(4)", 3, 5), ("Dense(1)", 6, 8)]
    assert set(params) == {0, 1, 3, 4, 6, 7}
    assert not any(grad for _, grad in [*arrows, *params.values()])

    boxes, arrows, params, groups, _ = drawn(net(), detail="layers")
    assert (boxes, groups) == (["Dense(4)", "Dense(4)", "Dense(1)"], [])
    values = ["input_ (2, 3)", "(2, 4)", "(2, 4)", "output (2, 1)"]
    assert arrows == [(value, "") for value in values]


def test_draw_the_way_back_from_the_loss(drawn):
    boxes, arrows, params, _, words = drawn(net(back=True), detail="layers")
    assert boxes == ["Dense(4)", "Dense(4)", "Dense(1)", "MeanSquaredError"]
    assert arrows == [
        ("input_ (2, 3)", ""),  # Nobody reads the gradient of the data.
        ("(2, 4)", "(2, 4)"),
        ("(2, 4)", "(2, 4)"),
        ("prediction (2, 1)", "input_grad (2, 1)"),
        ("loss", ""),
    ]
    assert params[0] == ("2 params", "2 param_grads")
    assert params[3] == ("target (2, 1)", "")
    assert "At the side of MeanSquaredError: target (2, 1) in." in words


def test_a_loss_of_another_batch_is_not_drawn(drawn):
    network = net(back=True)
    network.forward(BATCH[:1])
    boxes, arrows, *_ = drawn(network, detail="layers")
    assert boxes[-1] == "Dense(1)" and arrows[-1] == ("output (1, 1)", "")


def test_draw_a_loss_alone(drawn):
    boxes, arrows, params, *_ = drawn(run(MeanSquaredError(), BATCH, BATCH))
    assert boxes == ["step before", "MeanSquaredError"]
    assert arrows == [
        ("", ""),
        ("prediction (2, 3)", "input_grad (2, 3)"),
        ("loss", ""),
    ]
    assert params == {1: ("target (2, 3)", "")}


def test_draw_asks_what_an_object_can_do_not_what_it_is(drawn):
    boxes, arrows, *_ = drawn(run(Typed(), BATCH))
    assert boxes[1] == "Typed" and arrows[2][1] == "output_grad (2, 6)"
    layer, bias, loss = TypedLayer(), BiasAdd(np.ones((1, 6))), TypedLoss()
    prediction = bias.forward(layer.forward(BATCH))
    loss.forward(prediction, prediction)
    layer.backward(bias.backward(loss.backward()))
    boxes, arrows, params, groups, _ = drawn([layer, bias, loss])
    assert boxes == ["Typed", "Sigmoid", "BiasAdd", "TypedLoss"]
    assert groups == [("TypedLayer", 0, 1)] and set(params) == {2, 3}
    assert arrows[3:] == [("prediction (2, 6)", "input_grad (2, 6)"), ("loss", "")]


@pytest.mark.parametrize(
    ("thing", "options", "error", "words"),
    [
        (Sigmoid, {}, TypeError, "draw: got the class Sigmoid; pass an object"),
        ("text", {}, TypeError, "draw: got 'text'; pass an object that goes forward"),
        ([], {}, TypeError, "draw: got []; pass"),
        ([net(), "text"], {}, RuntimeError, "draw: NeuralNetwork keeps no input_"),
        (SGD(), {}, TypeError, "draw: got SGD(lr="),
        (Sigmoid(), {}, RuntimeError, "draw: Sigmoid keeps no input_ and output; "),
        (Dense(2), {}, RuntimeError, "draw: Dense keeps no input_ and output; "),
        (
            NeuralNetwork([Dense(2)], MeanSquaredError()),
            {},
            RuntimeError,
            "draw: Dense keeps no input_",
        ),
        (MeanSquaredError(), {}, RuntimeError, "draw: MeanSquaredError keeps no pre"),
        (net(), {"detail": "all"}, ValueError, "draw: detail is 'all'; it must be"),
    ],
    ids=str,
)
def test_what_cannot_be_drawn_says_what_to_do(thing, options, error, words):
    with pytest.raises(error) as raised:
        draw(thing, **options)
    assert str(raised.value).startswith(words)
    assert str(raised.value).endswith(".")
    assert not plt.get_fignums()


# The page: pictures as a part of it


def pictures():
    """Yield each picture of the book with its words, and the cell that it is from."""
    for path in sorted((ROOT / "book").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                if "image/svg+xml" in output.get("data", {}):
                    data = {key: "".join(text) for key, text in output["data"].items()}
                    yield data["image/svg+xml"], data["text/plain"], cell["id"]


@pytest.mark.parametrize(
    ("svg", "words"),
    [pytest.param(svg, words, id=name) for svg, words, name in pictures()],
)
def test_a_picture_becomes_part_of_the_page(svg, words):
    page = inline_svg(svg, words, "here-")
    root = ElementTree.fromstring(page)
    assert root.get("role") == "img" and root.get("aria-label") == words
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) and all(name.startswith("here-") for name in ids)
    refers = re.findall(r"(?:url\(|href=\")#([^)\"]+)", page)
    assert set(refers) == set(ids)
    # It follows the theme, and brings no style sheet, font or file of its own.
    assert not re.search(f"#000000|#ffffff|{FORWARD}|{BACKWARD}|black|white", page)
    for foreign in ("<style", "font-family", "<image", "<metadata", "<?xml", "<!DOC"):
        assert foreign not in page
    # No text is lost, and all of it can be read on a phone: 328 pixels for a picture.
    texts, texts_before = (
        [
            text.text.strip()
            for text in tree.iter()
            if text.tag.endswith(("text", "span"))
        ]
        for tree in (root, ElementTree.fromstring(svg))
    )
    assert texts == texts_before != []
    width = float(root.get("viewBox").split()[2])
    sizes = [float(size) for size in re.findall(r"font-size:([\d.]+)px", page)]
    assert all(size * min(4 / 3, 328 / width) > 8.8 for size in sizes)


def test_a_heat_map_keeps_every_cell():
    (data,) = shown(show, "A map.", plot())
    page = inline_svg(data["image/svg+xml"], "A map.", "x-")
    cells = [
        element
        for element in ElementTree.fromstring(data["image/svg+xml"]).iter()
        if element.get("id", "").startswith("QuadMesh")
    ]
    (group,) = cells
    assert len(group) == 49
    for cell in group:
        assert cell.get("d").replace(" ", "") in page.replace(" ", "")


def test_the_colours_of_both_directions_stand_out_in_both_themes():
    css = (ROOT / "_static" / "pictures.css").read_text(encoding="utf-8")

    def luminance(color):
        parts = (int(color[n : n + 2], 16) / 255 for n in (1, 3, 5))
        linear = [
            p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
        ]
        return np.dot(linear, (0.2126, 0.7152, 0.0722))

    colors = re.findall(r"--(?:forward|backward): (#\w{6})", css)
    assert colors[:2] == [FORWARD, BACKWARD] and len(colors) == 4
    light, dark = ("#ffffff", "#f3f4f5"), ("#14181e", "#29313d")  # pages, frames
    for color, grounds in zip(colors, [light, light, dark, dark], strict=True):
        for ground in grounds:
            lower, higher = sorted((luminance(color), luminance(ground)))
            assert (higher + 0.05) / (lower + 0.05) >= 4.5, (color, ground)
