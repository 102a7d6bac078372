"""The e-book as a reader sees it, with and without the solutions."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup
from serve import PAGES

import scratchdl

ROOT = Path(__file__).parents[2]
EPUBCHECK = ["java", "-jar", "/usr/share/java/epubcheck.jar", "--failonwarnings"]
NEEDS_SCRIPT = "script, button, input, .headerlink, .motion-boxes, .website-only"


def build_without_solutions(folder):
    """Build the e-book without solutions."""
    tool = Path(sys.executable).with_name("jupyter-book")
    options = ["--builder", "custom", "--custom-builder", "epub"]
    command = [tool, "build", "--quiet", *options, "--path-output", folder, ROOT]
    subprocess.run(command, env=os.environ | {"SOLUTIONS": "no"}, check=True)


@pytest.mark.parametrize("solutions", [True, False])
def test_the_ebook_has_what_readers_without_scripts_need(solutions, tmp_path, visit):
    if not solutions:
        build_without_solutions(tmp_path)
    builds = PAGES.parent if solutions else tmp_path / "_build"
    (file,) = (builds / "epub").glob("*.epub")
    # XML, links inside the book, the kinds of files, and the order of the contents.
    subprocess.run([*EPUBCHECK, file], check=True, capture_output=True)
    ZipFile(file).extractall(tmp_path / "book")
    paths = sorted((tmp_path / "book").rglob("*.xhtml"))
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    pages = {name: BeautifulSoup(text, "html.parser") for name, text in texts.items()}

    contents = [link.get_text() for link in pages["nav.xhtml"].select("nav a")]
    for words in ("Chapter 5: Layers", "A first draft", "Glossary", "Index"):
        assert words in contents
    assert ("Solutions to chapter 1" in contents) == solutions
    assert any('href="solutions_' in text for text in texts.values()) == solutions
    package = (tmp_path / "book" / "content.opf").read_text(encoding="utf-8")
    for words in ("CC BY 4.0", f">{scratchdl.__version__}<", "<dc:language>en<"):
        assert words in package

    book = "".join(texts.values())
    assert book.count("<math") > 200 and "katex-html" not in book
    assert book.count("<summary>Output</summary>") > 50
    for name, page in pages.items():
        assert page.select(NEEDS_SCRIPT) == [], name
        assert all(part.get("aria-label") for part in page.select("[role=img]")), name
        assert all(image.get("alt") for image in page.select("img")), name
    if solutions:
        page = visit(paths[0].as_uri(), width=360)
        for path in paths:
            page.goto(path.as_uri())
            page.eval_on_selector_all("details", "all => all.map(d => d.open = true)")
            assert page.evaluate("document.body.scrollWidth") <= 360, path.name
