"""What can be read from the built pages without a browser."""

import re
import subprocess
import sys
from collections import Counter
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from notebooks import BOOK, cells_of
from pages import ALL, FIRST, NOT_FOUND, ROOT_PATH, soup
from serve import PAGES

import scratchdl

ATTRIBUTES = [("a", "href"), ("link", "href"), ("img", "src"), ("script", "src")]


def test_there_are_pages():
    assert ALL, "build the book first: make book"


def test_the_first_page_leads_to_the_book():
    assert "url=book/index.html" in FIRST.read_text(encoding="utf-8")


def test_the_theme_does_not_lay_out_the_whole_page_when_it_opens():
    script = PAGES / "_static" / "scripts" / "pydata-sphinx-theme.js"
    assert "[].forEach((e=>{e.tabIndex=e.scrollWidth" in script.read_text("utf-8")


@pytest.mark.parametrize("name", ALL)
def test_links_and_anchors_lead_somewhere(name):
    broken = []
    page = f"http:///{name}"
    for tag, attribute in ATTRIBUTES:
        for element in soup(name).find_all(tag, **{attribute: True}):
            target = element[attribute]
            if urlsplit(target).scheme or target.startswith("//"):
                if (
                    tag != "a"
                    and not target.startswith("data:")
                    and not canonical(element)
                ):
                    broken.append(f"{target}: of another host")
                continue
            address, anchor = urldefrag(urljoin(page, target))
            path = unquote(urlsplit(address).path).lstrip("/")
            if name == NOT_FOUND:
                path = path.removeprefix(ROOT_PATH.lstrip("/"))
            elif target.startswith("/"):
                broken.append(f"{target}: not relative")
            if not (PAGES / path).is_file():
                broken.append(f"{target}: no such file")
            elif anchor and path.endswith(".html") and not has(path, unquote(anchor)):
                broken.append(f"{target}: no such anchor")
    assert not broken, f"{name}\n" + "\n".join(sorted(set(broken)))


def canonical(element):
    """Tell a link that only names the page's own address."""
    return "canonical" in (element.get("rel") or [])


def has(path, anchor):
    """Tell whether a page has an element of this name."""
    return soup(path).find(id=anchor) or soup(path).find(attrs={"name": anchor})


@pytest.mark.parametrize("name", ALL)
def test_a_page_ends_with_its_licence_how_to_cite_it_and_where_to_ask(name):
    footer = soup(name).select_one(".bd-footer-content").get_text(" ", strip=True)
    asked = "the last line of the error message"
    for words in ("MIT", "CC BY 4.0", f"Version {scratchdl.__version__}.", asked):
        assert words in footer


def test_titles_and_descriptions_tell_pages_apart():
    titles = Counter(soup(name).title.get_text(strip=True) for name in ALL)
    assert [title for title, times in titles.items() if times > 1 or not title] == []
    h1 = "main article h1, .bd-search-container h1"
    assert [name for name in ALL if len(soup(name).select(h1)) != 1] == []
    described = {}
    for name in (name for name in ALL if name.startswith("book/")):
        tag = soup(name).find("meta", attrs={"name": "description"})
        described[name] = tag["content"].strip() if tag else ""
    assert [name for name, words in described.items() if len(words) < 50] == []
    assert [name for name, words in described.items() if len(words) > 160] == []
    times = Counter(described.values())
    assert [name for name, words in described.items() if times[words] > 1] == []


@pytest.mark.parametrize("language", ["md", "rst"])
def test_another_book_can_link_to_this_one(tmp_path, language):
    *_, cell = cells_of(BOOK / "reference.ipynb")
    links = re.search(rf"```{language}\n(.+?)```", cell["source"], re.DOTALL)[1]
    for name in scratchdl.__all__:
        links += (
            re.sub(r"(`)\S+", rf"\1scratchdl.{name}`", links.splitlines()[0]) + "\n"
        )
    (tmp_path / f"index.{language}").write_text(f"Links\n=====\n\n{links}", "utf-8")
    inventory = PAGES / "objects.inv"
    config = f"""extensions = ["myst_parser", "sphinx.ext.intersphinx"]
intersphinx_mapping = {{"scratchdl": ("https://example.org/", {str(inventory)!r})}}"""
    (tmp_path / "conf.py").write_text(config, "utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", tmp_path, tmp_path / "html"]
    subprocess.run(command, check=True)
    page = BeautifulSoup((tmp_path / "html" / "index.html").read_bytes(), "html.parser")
    found = [a["href"] for a in page.select("li a.external")]
    assert len(found) == links.count("- ")
    for address in found:
        path, anchor = urldefrag(address.removeprefix("https://example.org/"))
        assert has(path, unquote(anchor)) if anchor else (PAGES / path).is_file()
