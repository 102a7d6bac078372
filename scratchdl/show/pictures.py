"""`show` displays a figure with its description; `draw` draws a live object."""

import re
from io import StringIO
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

FORWARD, BACKWARD = "#1a5fb4", "#b3400f"


def _tidy(svg: str) -> str:
    """Return Matplotlib's SVG without what differs from one machine to the next."""
    names = {}

    def number(found: re.Match) -> str:
        return f"{round(float(found[0]), 2) + 0.0:g}"  # The sum makes -0 a 0.

    def name(found: re.Match) -> str:
        return names.setdefault(found[0], f"n{len(names)}")

    def tag(found: re.Match) -> str:
        short = re.sub(r"\s+", " ", re.sub(r"-?\d+\.\d+", number, found[0]))
        return re.sub(r"\b\w+[0-9a-f]{10}\b", name, short)

    return re.sub(r"<[^>]+>", tag, svg[svg.index("<svg") :])


def show(description: str, figure: Figure | None = None) -> None:
    """Show a figure in a notebook, together with its description (appendix B).

    Parameters
    ----------
    description : str
        What the figure shows, for those who do not see it.
    figure : matplotlib.figure.Figure, optional
        The figure; the current one if left out.
    """
    from IPython.display import display  # Only notebooks come here.

    figure = figure or plt.gcf()
    file = StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with plt.rc_context({"svg.fonttype": "none"}):  # Text stays text.
        figure.savefig(file, format="svg", bbox_inches="tight", metadata=nothing)
    plt.close(figure)  # Else the notebook would show it a second time.
    svg = _tidy(file.getvalue())
    display({"image/svg+xml": svg, "text/plain": description}, raw=True)


def chain(
    boxes: list[str],
    arrows: list[tuple[str, str]],
    params: dict[int, tuple[str, str]] | None = None,
    groups: list[tuple[str, int, int]] | None = None,
) -> Figure:
    """Draw steps from top to bottom: values go down, gradients come up (appendix B).

    Parameters
    ----------
    boxes : list of str
        Names of the steps.
    arrows : list of (str, str)
        One more than boxes, from above the first to below the last: what goes
        forward there, and what comes back; an empty text leaves its arrow out.
    params : dict of int to (str, str), optional
        For a box's number, its parameter and that parameter's gradient.
    groups : list of (str, int, int), optional
        A title, and the numbers of the first and last box to frame.
    """
    top = 0.8 if any(arrows[0]) else 0.3
    bottom = -len(boxes) + (0.2 if any(arrows[-1]) else 0.7)
    edge = max(1.1, 0.068 * max(map(len, boxes)) + 0.1)  # Half a box.
    right = edge + 1.9
    left = -right - (1.0 if params or groups else 0.0)
    figure = plt.figure(figsize=(0.76 * (right - left), 0.76 * (top - bottom)))
    ax = figure.add_axes((0, 0, 1, 1), xlim=(left, right), ylim=(bottom, top))
    ax.axis("off")

    def arrow(start: tuple, end: tuple, color: str) -> None:
        style = {"arrowstyle": "-|>", "color": color, "lw": 1.8, "shrinkA": 0}
        ax.annotate("", xy=end, xytext=start, arrowprops={**style, "shrinkB": 0})

    def label(x: float, y: float, text: str, align: str, color: str = "black") -> None:
        ax.text(x, y, text, ha=align, va="center", color=color, fontsize=12)

    def frame(x: float, y: float, width: float, height: float, **style) -> None:
        box = "round,pad=0,rounding_size=0.1"
        ax.add_patch(FancyBboxPatch((x, y), width, height, boxstyle=box, **style))

    for title, first, last in groups or []:
        width, height = right - left - 0.2, last - first + 0.72
        frame(left + 0.1, -last - 0.36, width, height, fc="#eef2f7", ec="#9aa7b5")
        label(right - 0.2, -first, title, "right")
    for number, name in enumerate(boxes):
        frame(-edge, -number - 0.25, 2 * edge, 0.5, fc="white", ec="black", lw=1.4)
        label(0, -number, name, "center")
    for number, (value, grad) in enumerate(arrows):
        above, middle, below = 0.75 - number, 0.5 - number, 0.25 - number
        if value:
            arrow((-0.25, above), (-0.25, below), FORWARD)
            label(-0.4, middle, value, "right", FORWARD)
        if grad:
            arrow((0.25, below), (0.25, above), BACKWARD)
            label(0.4, middle, grad, "left", BACKWARD)
    for number, (param, grad) in (params or {}).items():
        upper, lower = 0.12 - number, -0.12 - number
        arrow((-edge - 0.4, upper), (-edge, upper), FORWARD)
        label(-edge - 0.5, upper, param, "right", FORWARD)
        if grad:
            arrow((-edge, lower), (-edge - 0.4, lower), BACKWARD)
            label(-edge - 0.5, lower, grad, "right", BACKWARD)
    return figure


def _taken(step: Any) -> tuple[str, str, str]:
    """Return what a step took: its name, shape, and gradient's shape or ''."""
    if isinstance(step, type):
        name = step.__name__
        raise TypeError(f"draw: got the class {name}; pass an object: {name}().")
    if not hasattr(step, "forward") or not hasattr(step, "backward"):
        raise TypeError(
            f"draw: got {step!r}; pass an object that goes forward and back: an "
            "operation, a layer, a loss, a network, or a list of such steps."
        )
    name = "prediction" if hasattr(step, "prediction") else "input_"
    array = getattr(step, name, None)
    returned = name == "prediction" or getattr(step, "output", None) is not None
    if array is None or not returned:
        raise RuntimeError(
            f"draw: {type(step).__name__} keeps no {name} and output; the shapes are "
            "read from them. Call forward with a batch first."
        )
    grad = getattr(step, "input_grad", None)
    # A gradient with another number of rows is left over from another batch.
    fresh = grad is not None and np.shape(grad)[:1] == np.shape(array)[:1]
    return name, f"{np.shape(array)}", f"{np.shape(grad)}" if fresh else ""


def _side(steps: list[Any], grad: str) -> tuple[str, str] | None:
    """Return what goes from the side into a box of these steps, and what comes out."""
    if hasattr(steps[0], "target"):
        return f"target {np.shape(steps[0].target)}", ""
    params = [step.param for step in steps if hasattr(step, "param")]
    if getattr(steps[0], "input_grad", None) is None:
        # The first operation of a network may have its parameter's gradient alone.
        grad = "" if getattr(steps[0], "param_grad", None) is None else "alone"
    if len(params) > 1:
        return f"{len(params)} params", grad and f"{len(params)} param_grads"
    for param in params:
        shape = np.shape(param)
        return f"param {shape}", grad and f"param_grad {shape}"
    return None


def _words(boxes: list, arrows: list, params: dict, groups: list) -> str:
    """Return what `chain` draws from the same four, in words."""
    values, grads = (
        ", ".join(filter(None, texts)) for texts in zip(*arrows, strict=True)
    )
    told = [f"Boxes from top to bottom: {', '.join(boxes)}."]
    for title, first, last in groups:
        told.append(f"A frame, {title}, holds {', '.join(boxes[first : last + 1])}.")
    told.append(f"Values go down: {values}.")
    if grads:
        told.append(f"Gradients come up, from the top: {grads}.")
    for number, (param, grad) in params.items():
        out = grad and f", {grad} out"
        told.append(f"At the side of {boxes[number]}: {param} in{out}.")
    return " ".join(told)


def _parts(thing: Any) -> list[Any]:
    """Return the layers of a network and its loss, the steps of a list, or the step."""
    if isinstance(thing, (list, tuple)) and thing:
        return list(thing)
    if not getattr(thing, "layers", None):
        return [thing]
    loss = getattr(thing, "loss", None)
    output = getattr(thing.layers[-1], "output", None)
    compared = output is not None and getattr(loss, "prediction", None) is output
    return [*thing.layers, loss] if compared else list(thing.layers)


def _boxes(parts: list[Any], detail: str) -> tuple[list, list, list]:
    """Return the boxes' titles, the steps inside each, and the frames around them."""
    boxes, insides, groups = [], [], []
    for part in parts:
        title = type(part).__name__
        title += f"({part.neurons})" if hasattr(part, "neurons") else ""
        inside = list(getattr(part, "operations", None) or [part])
        if detail == "layers" or len(inside) == 1:
            boxes.append(title)
            insides.append(inside)
        else:
            groups.append((title, len(boxes), len(boxes) + len(inside) - 1))
            boxes += [type(operation).__name__ for operation in inside]
            insides += [[operation] for operation in inside]
    return boxes, insides, groups


def draw(thing: Any, detail: str = "operations") -> None:
    """Show a live object as a picture, with the shapes it has seen (appendix B).

    After forward, values go down. After backward, their gradients come up as well.
    What is shown is read from the object: your own classes need the same attributes.

    Parameters
    ----------
    thing : Operation, ParamOperation, Layer, Loss, NeuralNetwork, or list of them
        What to draw; a list is drawn as steps in a row.
    detail : str
        "operations" for a frame around each layer's operations; "layers" for a box.

    Raises
    ------
    TypeError, ValueError
        If `thing` is or holds something else, or `detail` is another word.
    RuntimeError
        If no forward pass came before.
    """
    if detail not in ("operations", "layers"):
        raise ValueError(
            f"draw: detail is {detail!r}; it must be 'operations' or 'layers'."
        )
    boxes, insides, groups = _boxes(_parts(thing), detail)
    arrows, params = [], {}
    for number, inside in enumerate(insides):
        name, shape, grad = _taken(inside[0])
        if number == 0 or name == "prediction":
            shape, grad = f"{name} {shape}", grad and f"input_grad {grad}"
        arrows.append((shape, grad))
        if side := _side(inside, grad):
            params[number] = side
    if name == "prediction":
        arrows.append(("loss", ""))
    else:
        _, _, grad = _taken(inside[-1])
        shape = np.shape(inside[-1].output)  # Its gradient has it too, by the rule.
        arrows.append((f"output {shape}", grad and f"output_grad {shape}"))
    if len(boxes) == 1:
        after = 0 if name == "prediction" else 1
        boxes = ["step before", *boxes, *["step after"] * after]
        arrows = [("", ""), *arrows, *[("", "")] * after]
        params = {number + 1: side for number, side in params.items()}
    drawn = boxes, arrows, params, groups
    show(_words(*drawn), chain(*drawn))
