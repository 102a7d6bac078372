"""Replace each export directive by a label with the name of the module."""

import re

from docutils import nodes
from sphinx.application import Sphinx

DIRECTIVE = re.compile(
    r"#\|[ ]*(?P<name>default_exp|export)(?:[ ]+(?P<module>[\w.]+))?[ ]*(?:\n|$)"
)


def label_exports(app: Sphinx, doctree: nodes.document) -> None:
    """Replace each export directive by a label with the name of the module."""
    default = ""
    for cell in list(doctree.findall(nodes.container)):
        if cell.get("nb_element") != "cell_code":
            continue
        block = next(cell.findall(nodes.literal_block), None)
        directive = block and DIRECTIVE.match(block.astext())
        if not directive:
            continue
        if directive["name"] == "default_exp":
            default = directive["module"]
            cell.parent.remove(cell)
            continue
        code = block.astext()[directive.end() :]
        block.rawsource = code
        block[:] = [nodes.Text(code)]
        module = directive["module"] or default
        file = f"scratchdl/{module.replace('.', '/')}.py"
        label = nodes.paragraph("", "Exported to ", classes=["export-label"])
        label += nodes.literal("", file)
        cell.insert(0, label)


def setup(app: Sphinx) -> dict:
    """Connect the function."""
    app.connect("doctree-read", label_exports)
    return {"version": "1", "parallel_read_safe": True}
