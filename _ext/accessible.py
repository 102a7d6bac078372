"""What the pages want besides, for screen readers and for the keyboard."""

import re
from pathlib import Path

from sphinx.application import Sphinx

# A label that says something else than the words on the line it stands for.
LABEL = '<summary aria-label="Toggle hidden content">'
# Until accessible.js knows better.
WIDE = re.compile(r'<(pre\b|div(?= class="math))')
THEME = "_static/scripts/pydata-sphinx-theme.js"
# What it measures when a page opens, and so lays out all of it. accessible.js waits.
LOOP = re.compile(r'document\.querySelectorAll\(\["pre",[^\]]*\]\.join\(", "\)\)')


def mend(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Let the keyboard reach what may be wide, and hidden code's line be read out."""
    if "body" in context:
        body = context["body"].replace(LABEL, "<summary>")
        context["body"] = WIDE.sub(r'<\1 tabindex="0"', body)


def unloop(app: Sphinx, error: Exception | None) -> None:
    """Take the loop over everything that may be wide out of the theme's script."""
    script = Path(app.outdir) / THEME
    if script.exists():
        script.write_text(LOOP.sub("[]", script.read_text("utf-8")), "utf-8")


def setup(app: Sphinx) -> dict:
    """Register both."""
    app.connect("html-page-context", mend)
    app.connect("build-finished", unloop)
    return {"version": "1", "parallel_read_safe": True}
