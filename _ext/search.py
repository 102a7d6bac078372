"""A search that finds sections and entries, also when pages are opened from disk."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from light_pages import MODULES, node
from sphinx.application import Sphinx
from sphinxcontrib import katex

# Pictures and colours of code are most of a page, and take most of the time to parse.
LIGHT = re.compile(r'<svg.*?</svg>|<span class="\w{1,3}">([^<]*)</span>', re.DOTALL)
NOT_TEXT = "script, style, button, summary, .headerlink, .katex-html, annotation"
BLOCKS = "p, li, dt, dt strong, dd, td, th, pre, div, br, h1, h2, h3, h4, figcaption"
# Each entry has an anchor. Inner entries come after the ones that contain them.
ENTRIES = "section:has(> :is(h1, h2, h3, h4)), dt[id], .exercise[id], .solution[id]"
SCRIPT = "_static/search.js"
# Sphinx's own search, and what only it uses.
UNUSED = ["searchtools.js", "language_data.js", "sphinx_highlight.js", "doctools.js"]


def names_of(entry: Tag, meaning: Tag | None) -> list[str]:
    """Return what an entry is called: its heading, translations and other names."""
    if entry.name == "section":
        return [entry.find(["h1", "h2", "h3", "h4"]).get_text()]
    if entry.name == "div":
        caption = entry.find(class_="admonition-title").get_text()
        return [" ".join(caption.split())]
    if "sig" in entry.get("class", []):  # Of a method, with the name of its class.
        *_, owner, name = entry["id"].split(".")
        return [f"{owner}.{name}"] if owner[0].isupper() else [name]
    other = [part.get_text() for part in meaning.select("[lang], em")]
    return [entry.get_text(), *re.split("；", "；".join(other))]


def entries_of(page: Path) -> Iterator[list]:
    """Yield the page, anchor, names and text of each entry of a page, last first."""
    html = LIGHT.sub(r"\1", page.read_text(encoding="utf-8"))
    article = BeautifulSoup(html, "html.parser").article
    for part in article.select(NOT_TEXT):
        part.decompose()
    for part in article.select(BLOCKS):
        part.append(" ")
    title = article.h1.get_text(strip=True)
    for entry in reversed(article.select(ENTRIES)):
        meaning = entry.find_next_sibling("dd") if entry.name == "dt" else None
        names = [name.strip() for name in names_of(entry, meaning)]
        text = " ".join((meaning or entry).get_text().split())
        text = text.removeprefix(names[0]).strip()
        if text:  # A heading may have only entries below it.
            yield [title, f"book/{page.name}#{entry['id']}", names, text]
        for part in (entry, meaning):
            if part:
                part.decompose()


def replace_search(app: Sphinx) -> None:
    """Turn off Sphinx's search, whose results are whole pages."""
    app.builder.search = False


def search_page(app: Sphinx) -> Iterator[tuple[str, dict, str]]:
    """Make the page of the search, as Sphinx does for its own search."""
    if app.builder.name == "html":
        yield "search", {}, "search.html"


def leave_out(
    app: Sphinx, page: str, template: str, context: dict, doctree: object
) -> None:
    """Leave out the scripts that only Sphinx's search needs."""
    scripts = context["script_files"]
    context["script_files"] = [
        script for script in scripts if Path(str(script.filename)).name not in UNUSED
    ]


def bundle(app: Sphinx, entries: Path, index: Path) -> str:
    """Bundle the script of the search with its library and texts; return its path."""
    library = MODULES / "minisearch"
    notice = (library / "LICENSE.txt").read_text("utf-8")
    options = ["--bundle", "--minify", "--charset=utf8", "--log-level=error"]
    options += ["--global-name=search", f"--banner:js=/*! MiniSearch\n{notice}*/"]
    options += [f"--alias:entries={entries}", f"--alias:index={index}"]
    source, target = Path(__file__).with_suffix(".js"), Path(app.outdir, SCRIPT)
    node("esbuild/bin/esbuild", str(source), f"--outfile={target}", *options)
    return str(target)


def write_search(app: Sphinx, error: Exception | None) -> None:
    """Write the script of the search, which contains all entries and their index."""
    if error or app.builder.name != "html":
        return
    for name in UNUSED:
        Path(app.outdir, "_static", name).unlink(missing_ok=True)
    names = sorted(name for name in app.env.found_docs if name.startswith("book/"))
    files = [Path(app.outdir, f"{name}.html") for name in names]
    found = [entry for file in files for entry in entries_of(file)]
    entries, index = (Path(app.doctreedir, end) for end in ("all.json", "index.txt"))
    entries.write_text(json.dumps(found, ensure_ascii=False), "utf-8")
    index.write_bytes(b"")  # Without an index, the script prints one.
    printed = [katex.NODEJS_BINARY, bundle(app, entries, index)]
    index.write_bytes(subprocess.check_output(printed))
    bundle(app, entries, index)


def setup(app: Sphinx) -> dict:
    """Connect the functions, the last before light_pages reads the scripts."""
    app.connect("builder-inited", replace_search)
    app.connect("html-collect-pages", search_page)
    app.connect("html-page-context", leave_out)
    app.connect("build-finished", write_search)
    return {"version": "1", "parallel_read_safe": True}
