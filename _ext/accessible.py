"""Corrections to the pages for screen readers and for the keyboard."""

import re
from pathlib import Path

from sphinx.application import Sphinx

# This label differs from the visible words, which speech control needs.
LABEL = '<summary aria-label="Toggle hidden content">'
# Code and formulas can be focused until accessible.js finds that they are not wide.
WIDE = re.compile(r'<(pre\b|div(?= class="math))')
THEME = "_static/scripts/pydata-sphinx-theme.js"
# This loop measures everything when a page opens, so the browser lays out the whole
# page. accessible.js measures each part when it comes near the screen.
LOOP = re.compile(r'document\.querySelectorAll\(\["pre",[^\]]*\]\.join\(", "\)\)')


def correct_body(
    app: Sphinx, page: str, template: str, context: dict, doctree: object
) -> None:
    """Let the keyboard reach wide parts, and remove the label of hidden code."""
    if "body" in context:
        body = context["body"].replace(LABEL, "<summary>")
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
