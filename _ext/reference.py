"""Links between the reference and the chapters, both ways."""

import ast
import re

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

BUILT_IN = re.compile(r"\(((?:chapter|appendix) \w+)\)")


def link_to_chapter(app: Sphinx, what: str, name: str, *rest: object) -> None:
    """Make the "(chapter 5)" of a docstring a link to the finished class there."""
    lines = rest[-1]
    if what in ("class", "function"):
        lines[:] = [BUILT_IN.sub(rf"(:ref:`\1 <{name}>`)", line) for line in lines]


def link_to_reference(app: Sphinx, doctree: nodes.document) -> None:
    """Link the label above a finished class to its entry, and give it an anchor."""
    for label in doctree.findall(nodes.paragraph):
        if "export-label" not in label["classes"]:
            continue
        cell, (file,) = label.parent, label.findall(nodes.literal)
        module = file.astext().removesuffix(".py").replace("/", ".")
        between = "; in the reference: "
        for made in ast.parse(next(cell.findall(nodes.literal_block)).astext()).body:
            short = getattr(made, "name", "_")
            if short.startswith("_"):
                continue
            name = f"{module}.{short}"
            anchor = nodes.make_id(name)
            cell["ids"].append(anchor)
            app.env.get_domain("std").note_hyperlink_target(
                name.lower(), app.env.docname, anchor
            )
            link = {"refdomain": "py", "reftype": "obj", "reftarget": name}
            entry = pending_xref("", refdoc=app.env.docname, refwarn=True, **link)
            entry += nodes.literal("", short)
            label += [nodes.Text(between), entry]
            between = ", "


def setup(app: Sphinx) -> dict:
    """Register both; the labels are made by notebook_pages, before."""
    app.connect("autodoc-process-docstring", link_to_chapter)
    app.connect("doctree-read", link_to_reference, priority=600)
    return {"version": "1", "parallel_read_safe": True}
