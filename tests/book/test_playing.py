"""A figure with sliders contains what was plotted for each of their values."""

import json
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from bs4 import BeautifulSoup
from test_figures import shown

from scratchdl.show import BACKWARD, FORWARD, explore

WEIGHTS, BIASES = [0.5, 1, 2], [-1, 0]


def lines():
    """Return the output of a figure of the line w * x + b, with its arguments."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(6, 3))
    left.set(xlabel="x", ylabel="w x + b", xlim=(0, 10), ylim=(-10, 20))
    right.set(xscale="log", xlim=(1, 100), ylim=(0, 1))
    right.text(10, 0.5, "a < b", color=BACKWARD)

    def draw(w, b):
        left.plot([0, 10], [b, 10 * w + b], "-", color=FORWARD)
        right.plot([10], [w / 2], "o", color=BACKWARD)
        return f"w = {w}, b = {b} </script>"

    sliders = {"weight w": WEIGHTS, "bias b": BIASES}
    return shown(explore, draw, sliders, [(1, 0), (2, -1)], "Lines <3>.")


def outlines(text):
    """Return the points of an SVG path in relative coordinates."""
    steps = re.findall(r"[ml](-?\d+)([+-]\d+)", text)
    return np.cumsum(np.array(steps, int), axis=0)


@pytest.fixture(scope="module")
def page():
    return BeautifulSoup(lines()["text/html"], "html.parser")


@pytest.fixture(scope="module")
def data(page):
    return json.loads(page.find("script", type="application/json").string)


def test_each_frame_has_its_caption_and_its_lines(page, data):
    assert data["values"] == [["0.5", "1", "2"], ["-1", "0"]]
    values = [(w, b) for w in WEIGHTS for b in BIASES]
    assert len(data["frames"]) == len(values)
    area = page.select("svg svg svg")[0]
    width, height = (float(size) for size in area["viewbox"].split()[2:])
    for (w, b), (caption, line, dot) in zip(values, data["frames"], strict=True):
        assert caption == f"w = {w}, b = {b} </script>"
        ends = outlines(line) / [width, -height] * [10, 30] + [0, 20]
        assert np.allclose(ends, [[0, b], [10, 10 * w + b]], atol=0.02)
        assert dot.endswith("h0")
    middle, *_ = outlines(dot) / [width, height]  # On a logarithmic scale.
    assert middle[0] == pytest.approx(0.5, abs=0.01)


def test_the_first_stills_can_be_seen_and_no_figure_stays_open(page, data):
    captions = [caption.string for caption in page.select("figcaption")]
    assert captions == [data["frames"][number][0] for number in (3, 4)]
    assert [slider["value"] for slider in page.select("input")] == ["1", "1"]
    assert page.find("text", string="a < b")
    assert page.select_one("[role=img]")["aria-label"] == "Lines <3>."
    assert not plt.get_fignums()
