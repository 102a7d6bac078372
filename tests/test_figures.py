"""What the drawings hold: texts, arrows, frames, and words for those who do not see."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib.colors import to_hex
from matplotlib.patches import FancyBboxPatch

from scratchdl.figures import BACKWARD, FORWARD, chain, show


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
GROUPS = {"Dense": (0, 2), "inner": (1, 1)}


def test_all_texts_are_there_in_the_colour_of_their_direction():
    found = texts(chain(BOXES, ARROWS, PARAMS, GROUPS))
    forward, backward = ["X", "XW", "XW + B", "W", "B"], ["dX", "dXW", "dP", "dW"]
    assert set(found) == {*BOXES, *GROUPS, *forward, *backward}
    assert {found[text][2] for text in forward} == {FORWARD}
    assert {found[text][2] for text in backward} == {BACKWARD}
    assert {found[text][2] for text in [*BOXES, *GROUPS]} == {"#000000"}


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
    figure = chain(BOXES, ARROWS, PARAMS, {"two of them": (0, 1)})
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


def test_show_gives_the_picture_its_description():
    InteractiveShell.instance()
    figure = chain(["one"], [("a", ""), ("", "")])
    current = plt.figure()
    with capture_output() as captured:
        show("One box.", figure)
    (output,) = captured.outputs
    assert output.data["text/plain"] == "One box."
    png = output.data["image/png"]
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width = int.from_bytes(png[16:20], "big")
    assert output.metadata["image/png"]["width"] == width // 2 > 100
    assert plt.get_fignums() == [current.number]


def test_show_takes_the_current_figure():
    InteractiveShell.instance()
    kept, current = plt.figure(), plt.figure()
    with capture_output() as captured:
        show("Nothing yet.")
    assert captured.outputs[0].data["text/plain"] == "Nothing yet."
    assert plt.fignum_exists(kept.number) and not plt.fignum_exists(current.number)
