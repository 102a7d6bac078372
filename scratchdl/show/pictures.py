"""Figures with descriptions, and drawings of live objects."""

import re
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from .output import publish

FORWARD, BACKWARD = "#1a5fb4", "#b3400f"

Point = tuple[float, float]
Texts = tuple[str, str]  # of a forward arrow and of a backward arrow
Group = tuple[str, int, int]  # title, first box, last box


def show(description: str, figure: Figure | None = None) -> None:
    """Display a figure in a notebook, together with its description (appendix B).

    Parameters
    ----------
    description : str
        Text alternative of the figure, for readers who cannot see it.
    figure : matplotlib.figure.Figure, optional
        The figure; by default, the current one.
    """
    figure = figure or plt.gcf()
    file = StringIO()
    metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with plt.rc_context({"svg.fonttype": "none"}):  # Text is stored as text.
        figure.savefig(file, format="svg", bbox_inches="tight", metadata=metadata)
    plt.close(figure)  # An open figure would be displayed a second time.
    publish("image/svg+xml", _normalized(file.getvalue()), description)


def _normalized(svg: str) -> str:
    """Return Matplotlib's SVG without the parts that differ between machines."""
    ids: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        return f"{round(float(match[0]), 2) + 0.0:g}"  # + 0.0 turns -0 into 0.

    def short_id(match: re.Match[str]) -> str:
        return ids.setdefault(match[0], f"n{len(ids)}")

    def tag(match: re.Match[str]) -> str:
        rounded = re.sub(r"-?\d+\.\d+", number, match[0])
        return re.sub(r"\b\w+[0-9a-f]{10}\b", short_id, re.sub(r"\s+", " ", rounded))

    return re.sub(r"<[^>]+>", tag, svg[svg.index("<svg") :])


def chain(
    boxes: Sequence[str],
    arrows: Sequence[Texts],
    params: Mapping[int, Texts] | None = None,
    groups: Sequence[Group] = (),
) -> Figure:
    """Draw a sequence of operations as boxes from top to bottom (appendix B).

    Values are blue and go down; gradients are orange and go up.

    Parameters
    ----------
    boxes : list of str
        Names of the operations.
    arrows : list of (str, str)
        Texts of the value and of the gradient above the first box, between each two
        boxes, and below the last box. An empty text means no arrow.
    params : dict of int to (str, str), optional
        Texts of a parameter and of its gradient, by the index of the box.
    groups : list of (str, int, int), optional
        Frames: the title, and the indices of the first and the last box inside.

    Returns
    -------
    matplotlib.figure.Figure
        The drawing, which is also the current figure.
    """
    edge = max(1.1, 0.068 * max(map(len, boxes)) + 0.1)  # right edge of a box
    right = edge + 1.9
    left = -right - (1.0 if params or groups else 0.0)
    top = 0.8 if any(arrows[0]) else 0.3
    bottom = -len(boxes) + (0.2 if any(arrows[-1]) else 0.7)
    figure = plt.figure(figsize=(0.76 * (right - left), 0.76 * (top - bottom)))
    ax = figure.add_axes((0, 0, 1, 1), xlim=(left, right), ylim=(bottom, top))
    ax.axis("off")
    for title, first, last in groups:
        size = right - left - 0.2, last - first + 0.72
        _frame(ax, (left + 0.1, -last - 0.36), size, fc="#eef2f7", ec="#9aa7b5")
        _text(ax, (right - 0.2, -first), title, "right")
    for row, name in enumerate(boxes):
        _frame(
            ax, (-edge, -row - 0.25), (2 * edge, 0.5), fc="white", ec="black", lw=1.4
        )
        _text(ax, (0, -row), name, "center")
    for row, (value, grad) in enumerate(arrows):
        above, middle, below = 0.75 - row, 0.5 - row, 0.25 - row
        if value:
            _arrow(ax, (-0.25, above), (-0.25, below), FORWARD)
            _text(ax, (-0.4, middle), value, "right", FORWARD)
        if grad:
            _arrow(ax, (0.25, below), (0.25, above), BACKWARD)
            _text(ax, (0.4, middle), grad, "left", BACKWARD)
    _draw_params(ax, params or {}, edge)
    return figure


def _draw_params(ax: Axes, params: Mapping[int, Texts], edge: float) -> None:
    for row, (param, grad) in params.items():
        upper, lower = 0.12 - row, -0.12 - row
        _arrow(ax, (-edge - 0.4, upper), (-edge, upper), FORWARD)
        _text(ax, (-edge - 0.5, upper), param, "right", FORWARD)
        if grad:
            _arrow(ax, (-edge, lower), (-edge - 0.4, lower), BACKWARD)
            _text(ax, (-edge - 0.5, lower), grad, "right", BACKWARD)


def _arrow(ax: Axes, start: Point, end: Point, color: str) -> None:
    style = {"arrowstyle": "-|>", "color": color, "lw": 1.8, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", xy=end, xytext=start, arrowprops=style)


def _text(ax: Axes, at: Point, text: str, align: str, color: str = "black") -> None:
    ax.text(*at, text, ha=align, va="center", color=color, fontsize=12)


def _frame(ax: Axes, corner: Point, size: Point, **style: Any) -> None:
    shape = "round,pad=0,rounding_size=0.1"
    ax.add_patch(FancyBboxPatch(corner, *size, boxstyle=shape, **style))


def draw(thing: Any, detail: str = "operations") -> None:
    """Display a drawing of a live object, with the shapes of its arrays (appendix B).

    The drawing shows values after a forward pass, and gradients after a backward pass.
    Classes of your own can be drawn if they have the same attributes.

    Parameters
    ----------
    thing : Operation, ParamOperation, Layer, Loss, NeuralNetwork, or list of them
        Object to draw, or a list of objects to draw in sequence.
    detail : str
        "operations" for a frame around each layer's operations; "layers" for one box
        for each layer.

    Raises
    ------
    TypeError, ValueError
        If `thing` cannot be drawn, or `detail` is neither of the two words.
    RuntimeError
        If there was no forward pass.
    """
    if detail not in ("operations", "layers"):
        raise ValueError(
            f"draw: detail is {detail!r}; it must be 'operations' or 'layers'."
        )
    boxes, contents, groups = _boxes(_parts(thing), detail)
    arrows = _arrows(contents)
    params: dict[int, Texts] = {}
    for row, operations in enumerate(contents):
        _, output_grad = arrows[row + 1]
        if side := _side(operations, has_grad=bool(output_grad)):
            params[row] = side
    if len(boxes) == 1:  # Neighbours show where the arrows come from and go to.
        boxes, arrows = ["step before", *boxes], [("", ""), *arrows]
        params = {row + 1: side for row, side in params.items()}
        if arrows[-1][0] != "loss":
            boxes.append("step after")
            arrows.append(("", ""))
    figure = chain(boxes, arrows, params, groups)
    show(_description(boxes, arrows, params, groups), figure)


def _parts(thing: Any) -> list[Any]:
    """Return the layers of a network and its loss, the items of a list, or the object.

    The loss is included if its last prediction is the network's last output.
    """
    if isinstance(thing, (list, tuple)) and thing:
        return list(thing)
    if not getattr(thing, "layers", None):
        return [thing]
    loss = getattr(thing, "loss", None)
    output = getattr(thing.layers[-1], "output", None)
    compared = output is not None and getattr(loss, "prediction", None) is output
    return [*thing.layers, loss] if compared else list(thing.layers)


def _boxes(
    parts: list[Any], detail: str
) -> tuple[list[str], list[list[Any]], list[Group]]:
    """Return the titles of the boxes, the operations in each, and the frames."""
    boxes: list[str] = []
    contents: list[list[Any]] = []
    groups: list[Group] = []
    for part in parts:
        title = type(part).__name__
        title += f"({part.neurons})" if hasattr(part, "neurons") else ""
        operations = list(getattr(part, "operations", None) or [part])
        if detail == "layers" or len(operations) == 1:
            boxes.append(title)
            contents.append(operations)
        else:
            groups.append((title, len(boxes), len(boxes) + len(operations) - 1))
            boxes += [type(operation).__name__ for operation in operations]
            contents += [[operation] for operation in operations]
    return boxes, contents, groups


def _arrows(contents: list[list[Any]]) -> list[Texts]:
    """Return the texts of the arrows above the first box, and below each box."""
    arrows = []
    for row, (first, *_) in enumerate(contents):
        name, shape, grad = _input(first)
        if row == 0 or name == "prediction":
            shape, grad = f"{name} {shape}", f"input_grad {grad}" if grad else ""
        arrows.append((shape, grad))
    last = contents[-1][-1]
    name, _, grad = _input(last)
    if name == "prediction":
        return [*arrows, ("loss", "")]
    shape = f"{np.shape(last.output)}"  # Its gradient has the same shape.
    return [*arrows, (f"output {shape}", f"output_grad {shape}" if grad else "")]


def _input(operation: Any) -> Sequence[str]:
    """Return the name of an operation's input, its shape, and its gradient's shape."""
    who = type(operation).__name__
    if isinstance(operation, type):
        name = operation.__name__
        raise TypeError(f"draw: got the class {name}; pass an object: {name}().")
    if not hasattr(operation, "forward") or not hasattr(operation, "backward"):
        raise TypeError(
            f"draw: got {operation!r}; pass an operation, a layer, a loss, a network, "
            "or a list of them."
        )
    name = "prediction" if hasattr(operation, "prediction") else "input_"
    array = getattr(operation, name, None)
    failed = name == "input_" and getattr(operation, "output", None) is None
    if array is None or failed:
        raise RuntimeError(
            f"draw: {who} has no {name} and output yet; call forward with a "
            "batch first."
        )
    grad: Any = getattr(operation, "input_grad", None)
    # A gradient with a different number of rows belongs to an earlier batch.
    current = grad is not None and np.shape(grad)[:1] == np.shape(array)[:1]
    return name, f"{np.shape(array)}", f"{np.shape(grad)}" if current else ""


def _side(operations: list[Any], has_grad: bool) -> Texts | None:
    """Return the texts of the arrows at the side of a box: parameters or targets."""
    if hasattr(operations[0], "target"):
        return f"target {np.shape(operations[0].target)}", ""
    shapes = [np.shape(op.param) for op in operations if hasattr(op, "param")]
    if not shapes:
        return None
    if len(shapes) > 1:
        param, grad = f"{len(shapes)} params", f"{len(shapes)} param_grads"
    else:
        param, grad = f"param {shapes[0]}", f"param_grad {shapes[0]}"
    return param, grad if has_grad else ""


def _description(
    boxes: Sequence[str],
    arrows: Sequence[Texts],
    params: Mapping[int, Texts],
    groups: Sequence[Group],
) -> str:
    """Return a description of what `chain` draws from the same arguments."""
    values = ", ".join(value for value, _ in arrows if value)
    grads = ", ".join(grad for _, grad in arrows if grad)
    sentences = [f"Boxes from top to bottom: {', '.join(boxes)}."]
    for title, first, last in groups:
        inside = ", ".join(boxes[first : last + 1])
        sentences.append(f"A frame with the title {title} surrounds {inside}.")
    sentences.append(f"Values go down: {values}.")
    if grads:
        sentences.append(f"Gradients come up, from the top: {grads}.")
    for row, (param, grad) in params.items():
        out = f", {grad} out" if grad else ""
        sentences.append(f"At the side of {boxes[row]}: {param} in{out}.")
    return " ".join(sentences)
