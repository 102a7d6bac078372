"""Corrections to the pages for screen readers, for the keyboard and for phones."""

import re
from pathlib import Path

from sphinx.application import Sphinx

# This label differs from the visible words, which speech control needs.
LABEL = '<summary aria-label="Toggle hidden content">'
# Code and formulas can be focused until accessible.js finds that they are not wide.
WIDE = re.compile(r'<(pre\b|div(?= class="math))')
# The text of an output, and its lines that are a row of a table or of an array. These
# lines scroll on a phone, and the others wrap (book.css).
OUTPUT = re.compile(r'(<div class="output [^<]*<div[^<]*<pre[^<]*<span></span>)([^<]+)')
ROW = re.compile(r"^(.*\S {2,}\S.*| ?\[[-\d. [\]]+)$", re.MULTILINE)
ALIGNED = r'<span class="aligned">\1</span>'
# Code in a table, and where a long name may be broken: after a dot or an underscore.
CELL = re.compile(r"<td.*?</td>", re.DOTALL)
CODE = re.compile(r'(?<=<span class="pre">)[^<]+')
PART = re.compile(r"(?<=[A-Za-z])(\.(?=\w)|_(?=[A-Za-z]))")
# Code of more than 25 lines may be split between two printed pages (print.css).
LONG = re.compile(r"<pre>(?=(?:(?:(?!</pre>).)*\n){26})")
THEME = "_static/scripts/pydata-sphinx-theme.js"
# This loop measures everything when a page opens, so the browser lays out the whole
# page. accessible.js measures each part when it comes near the screen.
LOOP = re.compile(r'document\.querySelectorAll\(\["pre",[^\]]*\]\.join\(", "\)\)')


def let_names_break(cell: re.Match) -> str:
    """Allow line breaks in long names, so that a table fits on a phone."""
    return CODE.sub(lambda code: PART.sub(r"\1<wbr>", code[0]), cell[0])


def correct_body(
    app: Sphinx, page: str, template: str, context: dict, doctree: object
) -> None:
    """Let the keyboard reach what is wide, let text wrap, and mark long code."""
    if "body" in context and app.builder.name == "html":
        body = context["body"].replace(LABEL, "<summary>")
        body = CELL.sub(let_names_break, body)
        body = OUTPUT.sub(lambda out: out[1] + ROW.sub(ALIGNED, out[2]), body)
        body = LONG.sub('<pre class="long">', body)
        context["body"] = WIDE.sub(r'<\1 tabindex="0"', body)


def remove_loop(app: Sphinx, error: Exception | None) -> None:
    """Remove the loop over everything that may be wide from the theme's script."""
    script = Path(app.outdir) / THEME
    if script.exists():
        script.write_text(LOOP.sub("[]", script.read_text("utf-8")), "utf-8")


def setup(app: Sphinx) -> dict:
    """Connect both functions."""
    app.connect("html-page-context", correct_body)
    app.connect("build-finished", remove_loop)
    return {"version": "1", "parallel_read_safe": True}
