"""Buttons to run a chapter elsewhere, once `repository: url:` names the project's home.

The pages are published on the branch gh-pages. It contains a copy of each notebook with
a first cell that installs the package. Colab opens this copy, because it loads only one
file. The cell also fetches the times that chapter 13 reads.
"""

import json
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

GITHUB = "https://github.com/"
TIMINGS = "../tools/timings.csv"


def apply_home(app: Sphinx, config: Config) -> None:
    """Derive all addresses from the project's home; without one, offer no buttons."""
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
    """Let Colab open the copy of the notebook."""
    for group in context.get("header_buttons", []):
        for button in group.get("buttons", []):
            if button.get("text") == "Colab":
                url = button["url"].replace("/blob/main/", "/blob/gh-pages/_sources/")
                button["url"] = url


def add_installation(app: Sphinx, error: Exception | None) -> None:
    """Start each copy with a cell that installs the package, and fetches the times."""
    home = app.config.html_theme_options.get("repository_url")
    if error or not home:
        return
    install = f"%pip install --quiet git+{home} matplotlib"
    url = f"{home}/raw/main/{TIMINGS.removeprefix('../')}"
    fetch = f"\n!curl --silent --location --create-dirs --output {TIMINGS} {url}"
    for path in (Path(app.outdir) / "_sources").rglob("*.ipynb"):
        text = path.read_text(encoding="utf-8")
        source = install + fetch * (TIMINGS in text)
        cell = {"cell_type": "code", "id": "package", "metadata": {}, "source": source}
        cell |= {"execution_count": None, "outputs": []}
        notebook = json.loads(text)
        if notebook["cells"][0]["id"] != cell["id"]:
            notebook["cells"].insert(0, cell)
            path.write_text(json.dumps(notebook), encoding="utf-8")


def setup(app: Sphinx) -> dict:
    """Connect all three functions, the first before the theme reads its options."""
    app.connect("config-inited", apply_home, priority=100)
    app.connect("html-page-context", point_colab_to_copies, priority=900)
    app.connect("build-finished", add_installation)
    return {"version": "1", "parallel_read_safe": True}
