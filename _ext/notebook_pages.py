"""What the pages need beyond Jupyter Book: labels and formulas."""

import re

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

PRIMED = re.compile(r"<msup>(<mi>[^<]*</mi>)<mi>(&#x0203[23];)</mi></msup>")
DIRECTIVE = re.compile(
    r"#\|[ ]*(?P<name>default_exp|export)(?:[ ]+(?P<module>\w+))?[ ]*(?:\n|$)"
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
        file = f"scratchdl/{directive['module'] or default}.py"
        label = nodes.paragraph("", "Exported to ", classes=["export-label"])
        label += nodes.literal("", file)
        cell.insert(0, label)


def write_math(writer: HTML5Translator, node: nodes.Element) -> None:
    """Write a formula as MathML, which browsers draw without script or network."""
    display = "block" if isinstance(node, nodes.math_block) else "inline"
    formula = convert(node.astext(), display=display)
    # A prime is raised as it is; raised once more, most fonts make it a speck.
    writer.body.append(PRIMED.sub(r"\1<mo>\2</mo>", formula))
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict:
    """Register all of the above."""
    app.add_html_math_renderer("mathml", (write_math, None), (write_math, None))
    app.connect("doctree-read", label_exports)
    return {"version": "1", "parallel_read_safe": True}
