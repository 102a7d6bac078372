"""`play` animates a batch on its way through a network and its gradient back."""

import inspect
from copy import deepcopy
from html import escape
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray


def _line_of(thing: object, name: str) -> str:
    """Return the code that makes an attribute, such as `output`, or no text."""
    try:
        source = inspect.getsource(getattr(type(thing), f"_{name}"))
    except (OSError, TypeError):  # Typed into a prompt, or not written in Python.
        return ""
    return f"{name} = {' '.join(source.rpartition('return')[2].split())}"


class _Step(NamedTuple):
    way: str  # forward or backward
    layer: str
    name: str
    words: str
    code: list[str]
    arrays: dict[str, ndarray]  # The first one is passed on.


def _shape(array: ndarray) -> str:
    """Return a shape in words; for a single number, that number."""
    return str(array.shape or f"{array:z.3f}")


def _shapes(arrays: dict[str, ndarray]) -> str:
    return " and ".join(f"{name} {_shape(array)}" for name, array in arrays.items())


def _step(way: str, layer: str, thing: object, takes: dict, makes: dict) -> _Step:
    """Describe a step that takes some arrays, the first from the step before."""
    words = f"{_shapes(takes)} in, {_shapes(makes)} out"
    code = [_line_of(thing, name) for name in makes]
    _, *others = takes
    arrays = {**makes, **{name: takes[name] for name in others}}
    return _Step(way, layer, type(thing).__name__, words, code, arrays)


def _steps(network: Any, x: ndarray, y: ndarray) -> list[_Step]:
    """Send a batch forward and back, and tell it in steps."""
    number = np.array(network.train_batch(x, y))
    loss = network.loss
    places = [
        (f"{type(layer).__name__} {count}", operation)
        for count, layer in enumerate(network.layers, start=1)
        for operation in layer.operations
    ]
    words = f"x {x.shape} comes in, with its targets y {y.shape}"
    steps = [_Step("forward", "batch", "x", words, [], {"x": x, "y": y})]
    for layer, operation in places:
        takes = {"input_": operation.input_}
        if hasattr(operation, "param"):
            takes["param"] = operation.param
        makes = {"output": operation.output}
        steps.append(_step("forward", layer, operation, takes, makes))
    takes = {"prediction": loss.prediction, "target": y}
    steps.append(_step("forward", "loss", loss, takes, {"output": number}))
    makes = {"input_grad": loss.input_grad}
    steps.append(_step("backward", "loss", loss, takes, makes))
    for layer, operation in reversed(places):
        takes = {"output_grad": makes["input_grad"]}
        if operation.input_grad is None:  # The data's: train_batch leaves it out.
            operation.backward(makes["input_grad"])
        makes = {"input_grad": operation.input_grad}
        if hasattr(operation, "param"):
            makes["param_grad"] = operation.param_grad
        steps.append(_step("backward", layer, operation, takes, makes))
    return steps


def _table(name: str, array: ndarray) -> str:
    wide = np.atleast_2d(array)
    rows = wide.reshape(-1, wide.shape[-1]).tolist()
    lines = ["".join(f"<td>{entry:z.3f}" for entry in row) for row in rows]
    head = f"<table><caption>{name} {_shape(array)}</caption>"
    return "\n<tr>".join([head, *lines]) + "\n</table>"


def _item(step: _Step) -> str:
    """Return a step as an item of an HTML list."""
    place = f"{step.way}, {step.layer}, {step.name}"
    code = "".join(f"<code>{escape(line)}</code>" for line in step.code)
    tables = "\n".join(_table(*pair) for pair in step.arrays.items())
    passed, *_ = step.arrays.values()
    return (
        f'<li data-way="{step.way}" data-layer="{step.layer}" data-name="{step.name}" '
        f'data-passes="{_shape(passed)}">\n<p>{place}: {step.words}</p>\n'
        f"{code}\n<div>{tables}</div>"
    )


def play(network: Any, x: ndarray, y: ndarray) -> None:
    """Show a batch going through a network and its gradient coming back (appendix H).

    The figure is HTML and needs no kernel. Every number is on the page: take few rows.

    Parameters
    ----------
    network : NeuralNetwork
        A copy of it is used: it stays as it is, with its parameters and gradients.
        It need not be of this package: `layers` with `operations`, a `loss` and
        `train_batch`, named as in the book, will do.
    x, y : ndarray
        Observations (rows, inputs) and their targets (rows, outputs).

    Raises
    ------
    TypeError
        If `network` has no layers.
    TypeError, ValueError, RuntimeError
        What the network raises if arrays and layers do not fit.
    """
    from IPython.display import display  # Only notebooks come here.

    if not hasattr(network, "layers"):
        raise TypeError(f"play: network is {network!r}; pass a network: trainer.net.")
    steps = _steps(deepcopy(network), x, y)
    names = ", ".join(step.name for step in steps if step.way == "forward")
    template = files("scratchdl.show") / "motion.html"
    page = template.read_bytes().decode()
    display(
        {
            "text/html": page.replace("STEPS", "\n".join(map(_item, steps))),
            "text/plain": f"A figure that moves, in {len(steps)} steps: a batch goes "
            f"forward through {names}, and its gradient comes back.",
        },
        raw=True,
    )
