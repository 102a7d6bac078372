"""Chapters 5 to 7: standard terms, in order; notes on the printed book are in boxes."""

import json
import re
from pathlib import Path

import pytest

BOOK = Path(__file__).parents[2] / "book"
# For each page, the terms that it introduces, which it marks at their first use.
TERMS = {
    "05_layer": ["random generator", "stuck", "variance", "property"],
    "06_loss": ["mean absolute error", "median", "density", "maximum likelihood"],
    "07_network": ["generator expression", "vanishing gradient", "shortcut"],
}
IDIOMS = (
    r"\bway back\b|\bstreams?\b|\bgaps?\b|\bguards?\b|\bmend|\bstands?\b"
    r"|\bin a row\b|\ba row of (?:steps|layers)|\bserves\b|\bmiss(?:es)?\b|\bcontent\b"
    r"|\bby each\b|\bby the (?:first|three) predictions?\b|\bdoes not fit\b|\banew\b"
    r"|\bcome about\b|\bwhoever\b|\btwins\b|\bbusiness\b|\bsomebody\b|\bnobody takes\b"
)
BOX = re.compile(r"^```\{admonition\} ([^\n]*)\n:class: (\w+)\n(.*?)^```$", re.M | re.S)


def prose(page):
    """Return the Markdown of a page, and the code with its comments and docstrings."""
    cells = json.loads((BOOK / f"{page}.ipynb").read_text(encoding="utf-8"))["cells"]
    return [
        "\n\n".join("".join(cell["source"]) for cell in cells if kind in cell.values())
        for kind in ("markdown", "code")
    ]


@pytest.mark.parametrize("page", TERMS)
def test_private_idioms_are_gone(page):
    assert not re.findall(rf".*(?:{IDIOMS}).*", "\n".join(prose(page)))


@pytest.mark.parametrize("page", TERMS)
def test_remarks_on_the_printed_chapter_are_in_closed_boxes(page):
    text, _ = prose(page)
    boxes = BOX.findall(text)
    assert {box[:2] for box in boxes} == {("In the printed chapter", "dropdown")}
    assert all("printed" in box[2] for box in boxes)
    assert not re.findall(r".*printed (?!results).*", BOX.sub("", text))


@pytest.mark.parametrize("page", TERMS)
def test_a_term_is_introduced_where_it_is_first_used(page):
    text, _ = prose(page)
    text = re.sub(r"^#.*$|^\*\*You .*$", "", text, flags=re.M)
    for term in TERMS[page]:
        first = re.search(rf"\*?\b{term}\b", text, re.IGNORECASE)
        assert first, term
        assert first[0].startswith("*"), text[first.start() - 80 : first.end()]
