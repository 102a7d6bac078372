"""The built pages, as lists and as parsed text."""

from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup
from serve import PAGES

# The first page of all sends the reader on to the book's; it has nothing to look at.
FIRST = PAGES / "index.html"
ALL = sorted(
    page.relative_to(PAGES).as_posix()
    for page in PAGES.rglob("*.html")
    if "_static" not in page.relative_to(PAGES).parts and page != FIRST
)


@cache
def soup(name: str) -> BeautifulSoup:
    """Return a page, parsed."""
    return BeautifulSoup(Path(PAGES, name).read_text(encoding="utf-8"), "html.parser")


# A host shows this page at any address, so its links begin at the site's root.
NOT_FOUND = "404.html"
ROOT_PATH = soup(NOT_FOUND).html["data-content_root"]
