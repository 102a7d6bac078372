"""Show where a finished class is exported to, not the directive that says so."""

import re

from docutils import nodes
from sphinx.application import Sphinx

DIRECTIVE = re.compile(
    r"#\|[ ]*(?P<name>default_exp|export)(?:[ ]+(?P<module>[\w.]+))?[ ]*(?:\n|$)"
)


def label_exports(app: Sphinx, doctree: nodes.document) -> None:
    """Show an export directive as a label that names the module, not as code."""
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
    """Register it."""
    app.connect("doctree-read", label_exports)
    return {"version": "1", "parallel_read_safe": True}
