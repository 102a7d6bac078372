"""Pages without the solutions, if the environment variable SOLUTIONS is "no"."""

import json
import os
import re

from sphinx.application import Sphinx
from sphinx.config import Config

LEFT_OUT = os.environ.get("SOLUTIONS") == "no"
# A link to a solution, with its sentence, which makes no sense without the link.
SENTENCE = re.compile(r" ?[^.!?\n]*\]\(solutions_[^)]*\)[^.!?\n]*[.!?]?")


def without_links(notebook: dict) -> dict:
    """Remove the sentences with a link to a solution from the text of a notebook."""
    for cell in notebook["cells"]:
        if LEFT_OUT and cell["cell_type"] == "markdown":
            cell["source"] = SENTENCE.sub("", "".join(cell["source"]))
    return notebook


def remove_pages(app: Sphinx, config: Config) -> None:
    """Remove the solutions from the contents, and exclude their files."""
    if not LEFT_OUT:
        return
    pages = config.external_site_map
    for part in pages.root.subtrees:
        part.items = [page for page in part.items if "/solutions_" not in page]
    pages.root.subtrees = [part for part in pages.root.subtrees if part.items]
    for page in [page for page in pages if "/solutions_" in page]:
        del pages[page]
    config.exclude_patterns = [*config.exclude_patterns, "book/solutions_*"]


def remove_links(app: Sphinx, page: str, source: list[str]) -> None:
    """Remove the links to solutions before the notebook is read."""
    if LEFT_OUT and app.env.doc2path(page).endswith(".ipynb"):
        source[0] = json.dumps(without_links(json.loads(source[0])))


def setup(app: Sphinx) -> dict:
    """Connect the functions, the first after the contents are known."""
    app.connect("config-inited", remove_pages, priority=950)
    app.connect("source-read", remove_links)
    return {"version": "1", "parallel_read_safe": True}
