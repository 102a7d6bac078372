"""A bibliography whose entries end with a sentence on why to read the work."""

from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.style.formatting.unsrt import Style
from pybtex.style.template import Node, field, join, sentence
from sphinx.application import Sphinx


class Annotated(Style):
    """Entries in the order of the file; after the link comes the field `annote`."""

    def format_web_refs(self, e: Entry) -> Node:
        """Return the link, and the sentence after it."""
        return join(sep=" ")[super().format_web_refs(e), sentence[field("annote")]]


def setup(app: Sphinx) -> dict:
    """Let pages ask for the style by its name."""
    register_plugin("pybtex.style.formatting", "annotated", Annotated)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
