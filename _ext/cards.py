"""What search engines and messengers show of a page: a description and a card."""

import re
from html import escape
from itertools import chain
from pathlib import Path
from textwrap import wrap
from xml.etree import ElementTree

from docutils import nodes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle
from sphinx.application import Sphinx

LOGO = Path(__file__).parent.parent / "_static" / "logo.svg"
LONGEST = 160  # More of a description is cut off by those who show it.


def shorten(text: str) -> str:
    """Keep the whole sentences that fit, or the clauses if no sentence does."""
    text = " ".join(text.split())
    for mark in (r".{,159}[.!?](?= |$)", r".{,159}(?=[,;:] )"):
        if fits := re.match(mark, text):
            return fits[0] if fits[0][-1] in ".!?" else fits[0] + "."
    return text[: LONGEST - 1].rpartition(" ")[0] + "…"


def describe_page(app: Sphinx, doctree: nodes.document) -> None:
    """Take the sentences that a page opens with as its description."""
    first = chain(doctree.findall(nodes.block_quote), doctree.findall(nodes.paragraph))
    if opening := next(first, None):
        description = shorten(opening.astext())
        app.env.metadata[app.env.docname]["description"] = description


def write_head(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document
) -> None:
    """Put the description and what belongs to the card into the page's head."""
    description = (context.get("meta") or {}).get("description")
    if not description:
        return
    tags = {
        "description": description,
        "og:type": "website" if page == app.config.root_doc else "article",
        "og:site_name": app.config.html_title,
        "og:title": app.env.titles[page].astext(),
        "og:description": description,
        "twitter:card": "summary_large_image",
    }
    if app.config.html_baseurl:  # An address in these has to be a whole one.
        site = app.config.html_baseurl.rstrip("/") + "/"
        tags["og:url"] = site + app.builder.get_target_uri(page)
        tags["og:image"] = site + card_file(page)
        tags["og:image:width"], tags["og:image:height"] = "1200", "630"
        tags["og:image:alt"] = f"{tags['og:title']}. {description}"
    context["metatags"] = context.get("metatags", "") + "".join(
        f'<meta {"property" if name[:3] == "og:" else "name"}="{name}" '
        f'content="{escape(content)}" />\n'
        for name, content in tags.items()
    )


def card_file(page: str) -> str:
    """Return where a page's card lies."""
    return f"_static/cards/{page.rpartition('/')[2]}.png"


def card(label: str, title: str, description: str, book: str) -> Figure:
    """Draw the card of one page: 1200 by 630 pixels, one unit each."""
    figure = Figure(figsize=(12, 6.3), dpi=100)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 1200), ylim=(630, 0))
    axes.axis("off")
    for shape in ElementTree.parse(LOGO).iter("{http://www.w3.org/2000/svg}polygon"):
        corners = [
            [70 + 2.5 * float(number) for number in point.split(",")]
            for point in shape.get("points").split()
        ]
        axes.add_patch(Polygon(corners, color=shape.get("fill"), linewidth=0))
    for left, colour in ((0, "#2f7ad1"), (600, "#d9621e")):
        axes.add_patch(Rectangle((left, 612), 600, 18, color=colour, linewidth=0))

    def write(x: float, y: float, text: str, points: float, **style: str) -> None:
        font = {"family": "DejaVu Sans", "parse_math": False, "va": "top"}
        axes.text(x, y, text, fontsize=points, linespacing=1.25, **font, **style)

    write(172, 95, book, 22, color="#48566b")
    write(70, 205, label, 26, color="#1a5fb4", weight="bold")
    lines = wrap(title, 30)
    write(70, 255, "\n".join(lines), 44, color="#14181e", weight="bold")
    below = 290 + 78 * len(lines)
    write(70, below, "\n".join(wrap(description, 58)), 22, color="#48566b")
    return figure


def draw_card(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document
) -> None:
    """Draw the card of a page that is written."""
    description = (context.get("meta") or {}).get("description")
    if description:
        label, _, title = app.env.titles[page].astext().rpartition(": ")
        file = Path(app.outdir, card_file(page))
        file.parent.mkdir(parents=True, exist_ok=True)
        figure = card(label, title, description, app.config.html_title)
        figure.savefig(file, metadata={"Software": None})


def setup(app: Sphinx) -> dict:
    """Register all of the above."""
    app.connect("doctree-read", describe_page)
    app.connect("html-page-context", write_head)
    app.connect("html-page-context", draw_card)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
