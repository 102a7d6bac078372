"""No solutions and no page for teachers, if the environment has SOLUTIONS=no."""

import json
import os
import re

from sphinx.application import Sphinx
from sphinx.config import Config

LEFT_OUT = os.environ.get("SOLUTIONS") == "no"
NOT_FOR_STUDENTS = ("solutions_", "for_teachers")
# A link to such a page, with its line of a table or list, or with its sentence, which
# makes no sense without the link.
LINK = rf"\]\(({'|'.join(NOT_FOR_STUDENTS)})[^)]*\)"
SENTENCE = re.compile(
    rf"^[|-][^\n]*{LINK}[^\n]*\n| ?[^.!?\n]*{LINK}[^.!?\n]*[.!?]?", re.MULTILINE
)


def without_links(notebook: dict) -> dict:
    """Remove the sentences with links to these pages from the text of a notebook."""
    for cell in notebook["cells"]:
        if LEFT_OUT and cell["cell_type"] == "markdown":
            cell["source"] = SENTENCE.sub("", "".join(cell["source"]))
    return notebook


def remove_pages(app: Sphinx, config: Config) -> None:
    """Remove the pages from the contents, and exclude their files."""
    if not LEFT_OUT:
        return
    pages = config.external_site_map
    start = tuple(f"book/{name}" for name in NOT_FOR_STUDENTS)
    for part in pages.root.subtrees:
        part.items = [page for page in part.items if not page.startswith(start)]
    pages.root.subtrees = [part for part in pages.root.subtrees if part.items]
    for page in [page for page in pages if page.startswith(start)]:
        del pages[page]
    config.exclude_patterns += [f"{name}*" for name in start]


def remove_links(app: Sphinx, page: str, source: list[str]) -> None:
    """Remove the links to these pages before a notebook is read."""
    if LEFT_OUT and app.env.doc2path(page).endswith(".ipynb"):
        source[0] = json.dumps(without_links(json.loads(source[0])))


def setup(app: Sphinx) -> dict:
    """Connect the functions, the first after the contents are known."""
    app.connect("config-inited", remove_pages, priority=950)
    app.connect("source-read", remove_links)
    return {"version": "1", "parallel_read_safe": True}
