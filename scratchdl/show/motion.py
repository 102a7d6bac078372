"""An animation of one training step: the forward and backward pass of a batch."""

import ast
import contextlib
import inspect
import sys
from collections.abc import Iterator
from copy import deepcopy
from html import escape
from importlib.resources import files
from textwrap import dedent
from types import FrameType
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from .output import publish


def play(network: Any, x: ndarray, y: ndarray) -> None:
    """Display an animation of a batch's forward and backward pass (appendix H).

    The animation is HTML and needs no kernel. The page contains every number, so use
    a batch of few rows.

    Parameters
    ----------
    network : NeuralNetwork
        The network. A copy of it is used, so its parameters and gradients stay as they
        are. A class of your own needs `layers` with `operations`, a `loss` and
        `train_batch`, named as in the book.
    x, y : ndarray
        Observations (rows, inputs) and their targets (rows, outputs).

    Raises
    ------
    TypeError
        If `network` has no layers.
    TypeError, ValueError, RuntimeError
        Errors that `train_batch` raises if the arrays do not fit.
    """
    if not hasattr(network, "layers"):
        raise TypeError(f"play: network is {network!r}; pass a network: trainer.net.")
    frames = _frames(deepcopy(network), x, y)
    names = ", ".join(frame.name for frame in frames if frame.direction == "forward")
    template = files("scratchdl.show") / "motion.html"
    page = template.read_text(encoding="utf-8")
    publish(
        "text/html",
        page.replace("FRAMES", "\n".join(map(_item, frames))),
        f"An animation in {len(frames)} steps: the forward pass of a batch through "
        f"{names}, and the backward pass of its gradient.",
    )


class _Frame(NamedTuple):
    """One step of the animation: what an operation needs and returns."""

    direction: str  # forward or backward
    layer: str
    name: str
    words: str
    code: list[str]
    arrays: dict[str, ndarray]  # The first array is passed on.


def _frames(network: Any, x: ndarray, y: ndarray) -> list[_Frame]:
    """Train the network with a batch, and describe what each operation computed."""
    with _returning_lines() as lines:
        value = np.array(network.train_batch(x, y))
    loss = network.loss
    operations = [
        (f"{type(layer).__name__} {count}", operation)
        for count, layer in enumerate(network.layers, start=1)
        for operation in layer.operations
    ]
    words = f"x {x.shape} comes in, with its targets y {y.shape}"
    frames = [_Frame("forward", "batch", "x", words, [], {"x": x, "y": y})]
    for layer, operation in operations:
        inputs = {"input_": operation.input_}
        if hasattr(operation, "param"):
            inputs["param"] = operation.param
        outputs = {"output": operation.output}
        frames.append(_frame("forward", layer, operation, inputs, outputs, lines))
    inputs, grad = {"prediction": loss.prediction, "target": y}, loss.input_grad
    frames.append(_frame("forward", "loss", loss, inputs, {"output": value}, lines))
    outputs = {"input_grad": grad}
    frames.append(_frame("backward", "loss", loss, inputs, outputs, lines))
    for layer, operation in reversed(operations):
        inputs = {"output_grad": grad}
        grad = operation.input_grad
        if grad is None:  # train_batch may leave out the gradient of the data.
            grad = operation._input_grad(inputs["output_grad"])
        outputs = {"input_grad": grad}
        if hasattr(operation, "param"):
            outputs["param_grad"] = operation.param_grad
        frames.append(_frame("backward", layer, operation, inputs, outputs, lines))
    return frames


@contextlib.contextmanager
def _returning_lines() -> Iterator[dict[tuple[int, str], int]]:
    """Record the line at which each object's methods return, by id and name."""
    lines: dict[tuple[int, str], int] = {}

    def watch(frame: FrameType, event: str, _: Any) -> Any:
        frame.f_trace_lines = False
        if event == "return":
            owner = id(frame.f_locals.get("self"))
            lines[owner, frame.f_code.co_name] = frame.f_lineno
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        yield lines
    finally:
        sys.settrace(before)


def _frame(
    direction: str,
    layer: str,
    operation: object,
    inputs: dict[str, ndarray],
    outputs: dict[str, ndarray],
    lines: dict[tuple[int, str], int],
) -> _Frame:
    words = f"{_shapes(inputs)} in, {_shapes(outputs)} out"
    code, arrays = [], dict(outputs)
    first, *others = inputs
    for name in outputs:
        line, read = _code(operation, name, lines.get((id(operation), f"_{name}"), 0))
        code.append(line)
        others += [name for name in read if name not in (*others, *arrays)]
    if direction == "forward":  # The first input is shown in the frame before.
        others = [name for name in others if name != first]
    for name in others:
        array = inputs[name] if name in inputs else getattr(operation, name, None)
        if isinstance(array, ndarray):
            arrays[name] = array
    return _Frame(direction, layer, type(operation).__name__, words, code, arrays)


def _code(operation: object, name: str, line: int) -> tuple[str, list[str]]:
    """Return the code that computed an attribute, and the attributes that it reads.

    The code is the return statement at this line, or the last return statement. Both
    results are empty if the source is unknown.
    """
    method = inspect.unwrap(getattr(type(operation), f"_{name}"))
    try:
        source, start = inspect.getsourcelines(method)
        tree = ast.parse(text := dedent("".join(source)))
    except (OSError, TypeError, SyntaxError):  # at a prompt, or not written in Python
        return "", []
    returns = [node for node in ast.walk(tree) if isinstance(node, ast.Return)]
    returns.sort(key=lambda node: node.lineno)
    ends = [start - 1 + (node.end_lineno or 0) for node in returns]
    number = next((n for n, end in enumerate(ends) if 0 < line <= end), -1)
    if not returns or (value := returns[number].value) is None:
        return "", []
    code = " ".join((ast.get_source_segment(text, value) or "").split())
    read = {
        part.attr: None
        for part in ast.walk(value)
        if isinstance(part, ast.Attribute) and ast.unparse(part.value) == "self"
    }
    return f"{name} = {code}", list(read)


def _shape(array: ndarray) -> str:
    """Return the shape of an array as text, or the number if it is a single one."""
    return str(array.shape or f"{array:z.3f}")


def _shapes(arrays: dict[str, ndarray]) -> str:
    return " and ".join(f"{name} {_shape(array)}" for name, array in arrays.items())


def _item(frame: _Frame) -> str:
    """Return a frame as an item of an HTML list."""
    place = f"{frame.direction}, {frame.layer}, {frame.name}"
    code = "".join(f"<code>{escape(line)}</code>" for line in frame.code)
    tables = "\n".join(_table(name, array) for name, array in frame.arrays.items())
    passed_on, *_ = frame.arrays.values()
    return (
        f'<li data-direction="{frame.direction}" data-layer="{frame.layer}" '
        f'data-name="{frame.name}" data-shape="{_shape(passed_on)}">\n'
        f"<p>{place}: {frame.words}</p>\n{code}\n<div>{tables}</div>"
    )


def _table(name: str, array: ndarray) -> str:
    matrix = np.atleast_2d(array)
    rows = matrix.reshape(-1, matrix.shape[-1]).tolist()
    lines = ["".join(f"<td>{entry:z.3f}" for entry in row) for row in rows]
    caption = f"<table><caption>{name} {_shape(array)}</caption>"
    return "\n<tr>".join([caption, *lines]) + "\n</table>"
