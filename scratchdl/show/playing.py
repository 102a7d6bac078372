"""Figures with sliders, which need no kernel."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from itertools import product
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from numpy import ndarray

from .output import publish
from .pictures import BACKWARD, FORWARD

# These colours follow the theme of the page. Other colours stay.
COLORS = {"#000000": "currentColor", FORWARD: "var(--a)", BACKWARD: "var(--b)"}
DASHES = {"--": "80 50", ":": "20 40"}

Path = tuple[str, str]  # style, and outline
Frame = tuple[str, list[list[Path]]]  # caption, and lines of each of the axes


def explore(
    draw: Callable[..., str],
    sliders: Mapping[str, Sequence[Any]],
    stills: Sequence[Any],
    description: str,
    figure: Figure | None = None,
) -> None:
    """Display a figure that follows one or more sliders (appendix B).

    The lines and texts of the figure are the background. `draw` adds the lines that
    belong to the values of the sliders. Markers are drawn as dots.

    Parameters
    ----------
    draw : callable
        Function that gets a value of each slider, plots lines on the axes of the
        figure, and returns the caption. Only the data of its lines may depend on the
        values.
    sliders : dict of str to list
        Values of each slider, by its label.
    stills : list
        Values (for several sliders, tuples of values) to show at first, in print and
        without scripts. The sliders start at the first of them.
    description : str
        Text alternative of the figure, for all values.
    figure : matplotlib.figure.Figure, optional
        Figure with axes side by side; by default, the current one.

    Raises
    ------
    ValueError
        If `draw` adds different kinds of lines for different values.
    """
    figure = figure or plt.gcf()
    width, height = figure.get_size_inches() * 96  # A page has 96 pixels to the inch.
    panels = [_Panel(ax, width / len(figure.axes), height) for ax in figure.axes]
    frames = {}
    for values in product(*sliders.values()):
        caption = draw(*values)
        frames[values] = caption, [panel.take_paths() for panel in panels]
    plt.close(figure)
    styles = {str([[s for s, _ in paths] for paths in p]) for _, p in frames.values()}
    if len(styles) > 1:
        raise ValueError("explore: draw must add the same kinds of lines every time.")
    shown = [still if isinstance(still, tuple) else (still,) for still in stills]
    stills_shown = [_still(panels, *frames[key], description) for key in shown]
    page = (files("scratchdl.show") / "playing.html").read_text(encoding="utf-8")
    page = page.replace("SLIDERS", "\n".join(map(_slider, sliders.items(), shown[0])))
    page = page.replace("STILLS", "\n".join(stills_shown))
    page = page.replace("DATA", _data(sliders, frames.values()))
    captions = " ".join(frames[values][0] for values in shown)
    publish("text/html", page, f"{description} {captions}")


class _Panel:
    """One of the axes as SVG: a background, and lines that move."""

    def __init__(self, ax: Axes, width: float, height: float) -> None:
        self.ax, self.width, self.height = ax, width, height
        ax.autoscale(False)
        self.left = 14 + 8 * max(len(text) for _, text in _ticks(ax.yaxis))
        self.top = 28 if ax.get_ylabel() else 10
        self.size = np.array([width - self.left - 14, height - self.top - 48])
        self.background = self.take_paths()

    def take_paths(self) -> list[Path]:
        """Remove the lines from the axes, and return their styles and outlines."""
        lines = list(self.ax.lines)
        for line in lines:
            line.remove()
        return [path for line in lines for path in self._paths(line)]

    def _pixels(self, points: Any) -> ndarray:
        """Return positions inside the frame, in tenths of a pixel."""
        shares = (self.ax.transData - self.ax.transAxes).transform(points)
        return np.round((shares * [1, -1] + [0, 1]) * self.size * 10)

    def _paths(self, line: Line2D) -> list[Path]:
        points, dashes = self._pixels(line.get_xydata()), line.get_linestyle()
        style, paths = f"stroke:{_color(line)};stroke-width:", []
        if dashes != "None":
            width = f"{line.get_linewidth() * 40 / 3:.0f}"
            width += f";stroke-dasharray:{DASHES[dashes]}" if dashes in DASHES else ""
            paths.append((style + width, _outline(points, "l")))
        if line.get_marker() != "None":  # A dot is a line of length 0 with round ends.
            width = f"{line.get_markersize() * 40 / 3:.0f}"
            paths.append((style + width, _outline(points, "h0m")))
        return paths

    def svg(self, moving: list[Path]) -> str:
        """Return the background with these lines on it."""
        (right, bottom), ax = self.size.tolist(), self.ax
        texts = [_text(x * right, bottom + 18, text) for x, text in _ticks(ax.xaxis)]
        for y, text in _ticks(ax.yaxis):
            texts.append(_text(-8, (1 - y) * bottom + 5, text, "end"))
        for note in ax.texts:
            ((x, y),) = self._pixels([note.get_position()]) / 10
            texts.append(_text(x, y, note.get_text(), "start", _color(note)))
        texts.append(_text(right / 2, bottom + 42, ax.get_xlabel()))
        texts.append(_text(8 - self.left, -12, ax.get_ylabel(), "start"))
        lines = [
            "".join(f'<path style="{style}" d="{d}"/>' for style, d in paths)
            for paths in (self.background, moving)
        ]
        return (
            f'<svg width="{self.width:.0f}" height="{self.height:.0f}" '
            f'viewBox="0 0 {self.width:.0f} {self.height:.0f}" '
            f'style="max-width:{self.width * 1.2:.0f}px">'
            f'<svg x="{self.left}" y="{self.top}" overflow="visible">{"".join(texts)}'
            f'<path d="M0 0V{bottom:.0f}H{right:.0f}" style="stroke:#8a8f98"/>'
            f'<svg width="{right:.0f}" height="{bottom:.0f}" '
            f'viewBox="0 0 {right * 10:.0f} {bottom * 10:.0f}">'
            f"{lines[0]}<g>{lines[1]}</g></svg></svg></svg>"
        )


def _color(artist: Line2D | Text) -> str:
    color = to_hex(artist.get_color())
    return COLORS.get(color, color)


def _ticks(axis: Axis) -> list[tuple[float, str]]:
    """Return the visible ticks: position between 0 and 1, and label."""
    ax: Any = axis.axes
    places, column = axis.get_majorticklocs(), 0 if axis is ax.xaxis else 1
    points = np.tile([ax.get_xlim()[0], ax.get_ylim()[0]], (len(places), 1))
    points[:, column] = places
    shares = (ax.transData - ax.transAxes).transform(points)[:, column]
    labels = axis.get_major_formatter().format_ticks(list(places))
    pairs = zip(shares.tolist(), labels, strict=True)
    return [(share, text) for share, text in pairs if -0.01 <= share <= 1.01]


def _outline(points: ndarray, pen: str) -> str:
    """Return an SVG path, in relative coordinates, which need fewer digits."""
    steps = np.diff(points, axis=0, prepend=[[0, 0]]).astype(int)
    return "m" + pen.join(f"{x}{y:+}" for x, y in steps) + pen[:-1]


def _text(x: float, y: float, text: str, anchor: str = "middle", fill: str = "") -> str:
    fill = f' fill="{fill}"' if fill else ""
    place = f'x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"'
    return f"<text {place}{fill}>{escape(text)}</text>"


def _slider(slider: tuple[str, Sequence[Any]], start: Any) -> str:
    label, values = slider
    return (
        f"<p><label>{escape(label)} <input type='range' autocomplete='off' "
        f"min='0' max='{len(values) - 1}' value='{list(values).index(start)}'></label> "
        "<output aria-hidden='true'></output></p>"
    )


def _still(
    panels: list[_Panel], caption: str, moving: list[list[Path]], description: str
) -> str:
    svgs = "\n".join(map(_Panel.svg, panels, moving))
    return (
        f'<figure>\n<div role="img" aria-label="{escape(description)}">\n{svgs}'
        f"\n</div>\n<figcaption>{escape(caption)}</figcaption>\n</figure>"
    )


def _data(sliders: Mapping[str, Sequence[Any]], frames: Iterable[Frame]) -> str:
    """Return what the script needs: texts of the values, captions and outlines."""
    values = [[str(value) for value in values] for values in sliders.values()]
    rows = ",\n".join(
        json.dumps([caption, *(d for paths in moving for _, d in paths)])
        for caption, moving in frames
    )
    text = f'{{"values":{json.dumps(values)},"frames":[\n{rows}\n]}}'
    return text.replace("<", "\\u003c")  # A "</script>" would end the data.
