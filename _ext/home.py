"""Buttons to run a chapter elsewhere, once `repository: url:` names the project's home.

The pages are published from the branch gh-pages. There lies a copy of each notebook
that brings the package along; Colab, which takes a single file, opens that.
"""

import json
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

GITHUB = "https://github.com/"


def settle(app: Sphinx, config: Config) -> None:
    """Take the pages' address from the project's; without one, offer no buttons."""
    options = config.html_theme_options
    home = (options.get("repository_url") or "").rstrip("/")
    options["repository_url"] = home
    if not home:
        options["launch_buttons"] = {}
        config.ogp_social_cards = {"enable": False}
        return
    owner, _, name = home.removeprefix(GITHUB).partition("/")
    if not home.startswith(GITHUB) or not name or "/" in name:
        raise ConfigError(f"repository: url: must be {GITHUB}OWNER/NAME, not {home}.")
    config.html_baseurl = config.ogp_site_url = f"https://{owner}.github.io/{name}/"
    config.notfound_urls_prefix = f"/{name}/"


def point_colab_to_copies(
    app: Sphinx, page: str, template: str, context: dict, doctree: object
) -> None:
    """Let Colab open the copies."""
    for group in context.get("header_buttons", []):
        for button in group.get("buttons", []):
            if button.get("text") == "Colab":
                url = button["url"].replace("/blob/main/", "/blob/gh-pages/_sources/")
                button["url"] = url


def bring_package(app: Sphinx, error: Exception | None) -> None:
    """Let each copy begin with a cell that fetches the package."""
    home = app.config.html_theme_options.get("repository_url")
    if error or not home:
        return
    source = f"%pip install --quiet git+{home} matplotlib"
    cell = {"cell_type": "code", "id": "package", "metadata": {}, "source": source}
    cell |= {"execution_count": None, "outputs": []}
    for path in (Path(app.outdir) / "_sources").rglob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if notebook["cells"][0]["id"] != cell["id"]:
            notebook["cells"].insert(0, cell)
            path.write_text(json.dumps(notebook), encoding="utf-8")


def setup(app: Sphinx) -> dict:
    """Register all three: the first before the theme reads its options."""
    app.connect("config-inited", settle, priority=100)
    app.connect("html-page-context", point_colab_to_copies, priority=900)
    app.connect("build-finished", bring_package)
    return {"version": "1", "parallel_read_safe": True}
