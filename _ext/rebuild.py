"""A change of an extension, a style sheet, a script or a template rebuilds all pages.

Sphinx notices such changes only in part, and would leave pages that name old files.
"""

import hashlib
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

FOLDERS = ["_ebook", "_ext", "_static", "_templates", "live"]


def add_fingerprint(app: Sphinx, config: Config) -> None:
    """Make the contents of the folders a part of the configuration."""
    files = (path for name in FOLDERS for path in Path(app.srcdir, name).rglob("*.*"))
    total = hashlib.sha256()
    for path in sorted(path for path in files if "__pycache__" not in path.parts):
        total.update(path.read_bytes())
    config.fingerprint = config.html_fingerprint = total.hexdigest()


def setup(app: Sphinx) -> dict:
    """Connect the function."""
    # The first one lets Sphinx read all pages again, and the second one write them: the
    # website is built after the e-book, which has read them already.
    app.add_config_value("fingerprint", "", "env")
    app.add_config_value("html_fingerprint", "", "html")
    app.connect("config-inited", add_fingerprint)
    return {"version": "1", "parallel_read_safe": True}
