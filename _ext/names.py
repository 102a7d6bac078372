"""Names of sections and exercises: the ids of the notebook cells in which they begin.

A link such as `05_layer.ipynb#cell-id=exercises` leads to this cell in JupyterLab, and
to the section or exercise on the pages. It does not depend on the words of the heading.
"""

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx_exercise.nodes import is_exercise_node


def shorten_links(app: Sphinx, page: str, source: list[str]) -> None:
    """Write links to cells as links to sections, before Markdown is read."""
    source[0] = source[0].replace(".ipynb#cell-id=", ".ipynb#")


def name_sections(app: Sphinx, doctree: nodes.document) -> None:
    """Name each section by its cell, and let links find sections and exercises."""
    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix != ".ipynb":
        return
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    names = app.env.metadata[app.env.docname]["myst_slugs"] = {}
    labels = app.env.get_domain("std")
    for content in doctree.findall(nodes.section):
        if content["ids"] in (["exercise-content"], ["solution-content"]):
            # Each box would have the same id.
            content["ids"] = [f"{content.parent['ids'][0]}-content"]
        elif content.parent is not doctree:
            # MyST-NB numbers the lines of a cell from a multiple of 10,000.
            name = cells[content.line // 10_000 - 1]["id"]
            content["ids"] = [name]
            title = content.next_node(nodes.title).astext()
            names[name] = (content.line, name, title)
            page = app.env.docname.rpartition("/")[2]
            # For other books, in objects.inv.
            labels.note_hyperlink_target(
                f"{page}.{name}".lower(), app.env.docname, name, title
            )
    for exercise in doctree.findall(is_exercise_node):
        (name,) = exercise["ids"]
        names[name] = (exercise.line, name, "")


def number_by_chapter(app: Sphinx, builder: Builder) -> None:
    """Give the exercises of chapter 3 the numbers 3.1, 3.2, and so on.

    The stored environment keeps Sphinx's numbers. It would otherwise find in each build
    that they have changed, and write all chapters again.
    """
    for page, numbers in app.env.toc_fignumbers.items():
        chapter = Path(page).name.partition("_")[0].lstrip("0")
        for count, label in enumerate(numbers.get("exercise", {}), 1):
            numbers["exercise"][label] = (chapter, count)


def link_exercises(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Show a link to the exercise in its title; e-books have no such links."""
    if not app.builder.add_permalinks:
        return
    for exercise in doctree.findall(is_exercise_node):
        link = {"refid": exercise["ids"][0], "reftitle": "Link to this exercise"}
        sign = nodes.reference("", "#", classes=["headerlink"], internal=True, **link)
        exercise[0] += sign


def setup(app: Sphinx) -> dict:
    """Connect all functions; sections get names before Sphinx collects them."""
    app.connect("source-read", shorten_links)
    app.connect("doctree-read", name_sections, priority=100)
    app.connect("write-started", number_by_chapter)
    app.connect("doctree-resolved", link_exercises)
    return {"version": "1", "parallel_read_safe": True}
