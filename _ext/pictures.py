"""Figures as part of the page, with its font, its colours and alternative text."""

from pathlib import Path

from docutils import nodes
from inline_svg import inline_svg
from sphinx.application import Sphinx


def place_pictures(app: Sphinx, doctree: nodes.document) -> None:
    """Put each SVG output into the page, with its text output as the label."""
    for number, bundle in enumerate(list(doctree.findall(nodes.container))):
        if bundle.get("nb_element") != "mime_bundle":
            continue
        outputs = {output["mime_type"]: output for output in bundle}
        if "image/svg+xml" not in outputs:
            continue
        (image,) = outputs["image/svg+xml"]
        _, path = app.env.relfn2path(image["uri"], app.env.docname)
        svg = Path(path).read_text(encoding="utf-8")
        words = outputs["text/plain"].astext()
        html = inline_svg(svg, words, f"picture{number}-")
        outputs["image/svg+xml"][:] = [nodes.raw("", html, format="html")]


def setup(app: Sphinx) -> dict:
    """Connect the function, before Sphinx collects the files of images."""
    app.connect("doctree-read", place_pictures, priority=400)
    return {"version": "1", "parallel_read_safe": True}
