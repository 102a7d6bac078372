"""Figures in the font and the colours of the page, with alternative text.

A cell that runs in the page (live/cells.py) uses this, too.
"""

import re
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
ElementTree.register_namespace("", "http://www.w3.org/2000/svg")
# Colours with a meaning follow the theme (_static/pictures.css). Light greys become
# a grey that is visible on both backgrounds. Other colours stay.
COLORS = {
    "#000000": "currentColor",
    "#ffffff": "var(--pst-color-background)",
    "#1a5fb4": "var(--forward)",
    "#b3400f": "var(--backward)",
    "#eef2f7": "var(--pst-color-surface)",
    "#9aa7b5": "var(--pst-color-border)",
    "#b2b2b2": "#8a8f98",
    "#c0c0c0": "#8a8f98",
}
COLOR = re.compile("|".join(COLORS))
FONT = re.compile(r"font-family: [^;]*;?")
SPACE = re.compile(r"\s*([A-Za-z])\s*")


def inline_svg(svg: str, description: str, prefix: str) -> str:
    """Return the SVG for the page, with ids that begin with the prefix."""
    root = ElementTree.fromstring(svg)
    used = set(re.findall(r"#(n\d+)", svg))
    for group in root.iter(SVG + "g"):
        if group.get("id", "").startswith("QuadMesh"):
            _merge(group)
    for element in root.iter():
        _restyle(element, used, prefix)
    _prune(root)
    width, height = (float(size) for size in root.get("viewBox").split()[2:])
    root.attrib = {
        "class": "picture",
        "role": "img",
        "aria-label": description,
        "viewBox": root.get("viewBox"),
        # Matplotlib uses points, 72 to the inch; a page uses pixels, 96 to the inch.
        "width": f"{width * 4 / 3:.0f}",
        "height": f"{height * 4 / 3:.0f}",
    }
    return ElementTree.tostring(root, encoding="unicode")


def _restyle(element: ElementTree.Element, used: set[str], prefix: str) -> None:
    """Use the colours and the font of the page, and keep only ids that are used."""
    element.text = (element.text or "").strip() or None
    element.tail = None
    name = element.attrib.pop("id", None)
    if name in used:
        element.set("id", prefix + name)
    if LINK in element.attrib:
        element.set("href", "#" + prefix + element.attrib.pop(LINK)[1:])
    if "clip-path" in element.attrib:
        element.set("clip-path", element.get("clip-path").replace("#", "#" + prefix))
    if "style" in element.attrib:
        style = COLOR.sub(lambda found: COLORS[found[0]], element.get("style"))
        style = FONT.sub("", style).replace("; ", ";").replace(": ", ":")
        element.set("style", style.strip("; "))
    if "d" in element.attrib:
        element.set("d", SPACE.sub(r"\1", element.get("d")))
    if element.get("transform", "").startswith("rotate(-0 "):
        del element.attrib["transform"]


def _merge(cells: ElementTree.Element) -> None:
    """Merge all cells of the same colour: a heat map has hundreds of cells."""
    first = {}
    for cell in list(cells):
        other = first.setdefault(cell.get("style"), cell)
        if other is not cell:
            other.set("d", other.get("d") + cell.get("d"))
            cells.remove(cell)


def _prune(element: ElementTree.Element) -> None:
    """Remove empty groups, and style sheets, which would apply to the whole page."""
    kept = []
    for child in element:
        _prune(child)
        if child.tag == SVG + "g" and not child.attrib:
            kept += child
        elif child.tag != SVG + "style" and (len(child) or child.attrib):
            kept.append(child)
    element[:] = kept
