"""Buttons to run a chapter elsewhere, once `repository: url:` names the project's home.

Colab opens the copies of the notebooks on the branch colab, because their first cell
installs the package (`downloads.py`).
"""

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

import scratchdl

GITHUB = "https://github.com/"


def apply_home(app: Sphinx, config: Config) -> None:
    """Derive all addresses from the project's home; without one, offer no buttons."""
    # for the footer, and for the e-book
    config.release = config.version = scratchdl.__version__
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
                url = button["url"].replace("/blob/main/book/", "/blob/colab/")
                button["url"] = url


def setup(app: Sphinx) -> dict:
    """Connect both functions, the first before the theme reads its options."""
    app.connect("config-inited", apply_home, priority=100)
    app.connect("html-page-context", point_colab_to_copies, priority=900)
    return {"version": "1", "parallel_read_safe": True}
