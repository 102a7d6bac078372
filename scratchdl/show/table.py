"""A table of a network: its operations, their shapes and their parameters."""

from html import escape
from typing import Any

from .output import publish

TITLES = ("layer", "operation", "output", "parameter", "entries")

Cells = tuple[str, str, str, int]  # operation, output, parameter, entries
Groups = list[tuple[str, list[Cells]]]  # the rows of each layer


def summary(network: Any) -> None:
    """Display a table of a network's operations and parameters (chapter 7).

    There is a row for each operation, with the shapes of its output and its parameter
    and the number of entries of the parameter. Before the first batch, there is only
    one row for each layer.

    Parameters
    ----------
    network : NeuralNetwork
        The network. A class of your own needs `layers` with `operations`, and a
        `loss`, named as in the book.

    Raises
    ------
    TypeError
        If `network` has no layers.
    """
    if not hasattr(network, "layers"):
        raise TypeError(
            f"summary: network is {network!r}; pass a network: trainer.net."
        )
    title = f"{type(network).__name__} with {network.loss}"
    if not all(layer.operations for layer in network.layers):
        title += "; its parameters are created with the first batch"
    groups = [(repr(layer), _rows(layer)) for layer in network.layers]
    total = sum(entries for _, rows in groups for *_, entries in rows)
    publish("text/html", _html(title, groups, total), _text(title, groups, total))


def _rows(layer: Any) -> list[Cells]:
    rows: list[Cells] = []
    for operation in layer.operations:
        output = getattr(operation, "output", None)
        shape = ["?"] if output is None else ["rows", *map(str, output.shape[1:])]
        param = getattr(operation, "param", None)
        shapes = f"({', '.join(shape)})", "none" if param is None else str(param.shape)
        rows.append(
            (type(operation).__name__, *shapes, 0 if param is None else param.size)
        )
    return rows or [("not yet", f"(rows, {layer.neurons})", "not yet", 0)]


def _html(title: str, groups: Groups, total: int) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in TITLES[1:])
    html = f"<table><caption>{escape(title)}</caption><thead><tr>{head}</tr></thead>"
    for layer, rows in groups:
        lines = [f'<th scope="rowgroup" colspan="{len(rows[0])}">{escape(layer)}</th>']
        lines += ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
        html += f"<tbody><tr>{'</tr><tr>'.join(lines)}</tr></tbody>"
    foot = f'<tr><th scope="row" colspan="3">total</th><td>{total}</td></tr>'
    return f"{html}<tfoot>{foot}</tfoot></table>"


def _text(title: str, groups: Groups, total: int) -> str:
    lines: list[tuple[str, ...]] = [TITLES]
    for layer, rows in groups:
        names = [layer] + [""] * (len(rows) - 1)
        lines += [(name, *map(str, row)) for name, row in zip(names, rows, strict=True)]
    lines.append(("total", "", "", "", str(total)))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    texts = [title]
    for *cells, entries in lines:
        padded = [
            f"{cell:{width}}" for cell, width in zip(cells, widths[:-1], strict=True)
        ]
        texts.append("  ".join([*padded, f"{entries:>{widths[-1]}}"]))
    return "\n".join(texts)
