"""Runs the cells of a page, in the Python that runs in the browser (worker.js).

Each output becomes a line of JSON in the format of a notebook's outputs.
"""

import ast
import json
import linecache
import logging
import os
import sys
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOBase
from types import ModuleType
from typing import Any

from inline_svg import inline_svg

# The names that a cell defines, as in a notebook.
NAMES = sys.modules["__main__"].__dict__
PACKAGES = "The page has only NumPy, Matplotlib and most of Python's standard library."
MOST = 1_000_000  # More text than this from one cell would stop the page.
TOO_MUCH = "\nThe output is cut off here: it is longer than a million characters.\n"


class _Outputs:
    """Sends the outputs in order. Printed text is collected for a tenth of a second."""

    def __init__(self) -> None:
        self.start(0)

    def start(self, cell: int) -> None:
        self.cell, self.pictures, self.captured = cell, 0, False
        self.name, self.parts, self.left = "stdout", [], MOST
        self.sent = time.monotonic()

    def write(self, name: str, text: str) -> None:
        if name != self.name:
            self.flush()
            self.name = name
        if self.left >= 0:
            self.parts.append(text if len(text) <= self.left else text[: self.left])
            self.left -= len(text)
            if self.left < 0:
                self.parts.append(TOO_MUCH)
        if time.monotonic() - self.sent > 0.1:
            self.flush()

    def flush(self) -> None:
        if text := "".join(self.parts):
            self.parts = []
            self.send("stream", name=self.name, text=text)
        self.sent = time.monotonic()

    def send(self, kind: str, **content: Any) -> None:
        self.flush()
        if not self.captured:
            line = json.dumps({"output_type": kind} | content) + "\n"
            os.write(1, line.encode())


class _Stream(TextIOBase):
    """The standard output or the standard error."""

    def __init__(self, name: str) -> None:
        self.kind = name

    def write(self, text: str) -> int:
        _outputs.write(self.kind, text)
        return len(text)


_outputs = _Outputs()


def display(data: Any, raw: bool = False, kind: str = "display_data") -> None:
    """Send an output in several formats, or an object, as IPython's function does."""
    if not raw:
        html = getattr(data, "_repr_html_", lambda: None)()
        data = {"text/plain": repr(data)} | ({"text/html": html} if html else {})
    if svg := data.get("image/svg+xml"):  # As on the page, with its colours.
        _outputs.pictures += 1  # The numbers keep the ids of two figures apart.
        prefix = f"cell{_outputs.cell}-{_outputs.pictures}-"
        data = {"text/html": inline_svg(svg, data["text/plain"], prefix)}
    _outputs.send(kind, data=data)


@contextmanager
def capture_output() -> Iterator[None]:
    """Show no outputs, as with IPython's function of this name."""
    _outputs.flush()
    _outputs.captured = True
    try:
        yield
    finally:
        _outputs.flush()
        _outputs.captured = False


def show_open_figures() -> None:
    """Display the open figures, and close them, as a notebook does."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    for number in pyplot.get_fignums() if pyplot else []:
        from scratchdl.show import show

        show("A figure without a description.", pyplot.figure(number))


def run(source: str, number: int) -> None:
    """Run a cell. Its number appears in tracebacks."""
    name = f"Cell {number}"
    _outputs.start(number)
    # Tracebacks and `inspect` find the source of the cell here.
    linecache.cache[name] = len(source), None, source.splitlines(True), name
    try:
        tree, value = ast.parse(source, name), None
        last = tree.body[-1:]
        if last and isinstance(last[0], ast.Expr) and source.rstrip()[-1] != ";":
            tree.body.pop()
            last = compile(ast.Expression(last[0].value), name, "eval")
        exec(compile(tree, name, "exec"), NAMES)
        if not isinstance(last, list):
            value = eval(last, NAMES)
        if value is not None:
            display(value, kind="execute_result")
        show_open_figures()
    except BaseException as error:
        outer = error.__traceback__.tb_next  # Without the line above that ran the cell.
        while outer and outer.tb_frame.f_globals.get("__name__") in ("ast", __name__):
            outer = outer.tb_next
        if isinstance(error, ModuleNotFoundError):
            error.add_note(PACKAGES)
        lines = traceback.format_exception(error.with_traceback(outer))
        content = {"ename": type(error).__name__, "evalue": str(error)}
        _outputs.send("error", traceback=lines, **content)
    _outputs.flush()


def _prepare() -> None:
    """Replace the streams, and IPython, of which only two functions are needed."""
    os.chdir("/book")  # Matplotlib finds its settings there, as in a notebook.
    sys.stdout, sys.stderr = _Stream("stdout"), _Stream("stderr")
    names = "IPython", "IPython.display", "IPython.utils.capture"
    ipython, module, capture = (ModuleType(name) for name in names)
    sys.modules |= zip(names, (ipython, module, capture), strict=True)
    module.display = NAMES["display"] = display
    capture.capture_output = capture_output
    ipython.display, ipython.version_info = module, (9, 0, 0)
    ipython.get_ipython = NAMES["get_ipython"] = lambda: None
    # Matplotlib warns that it finds no folder for its settings, and tqdm that there are
    # no threads.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", "tqdm:disabling monitor support")


_prepare()
