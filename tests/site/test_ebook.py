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
    texts = [path.read_text(encoding="utf-8") for path in paths]
    pages = [BeautifulSoup(text, "html.parser") for text in texts]
    book = "".join(texts)

    contents = [link.get_text() for link in pages[-1].select("nav a")]
    for words in ("Chapter 5: Layers", "A first draft", "Glossary", "Index"):
        assert words in contents
    assert ("Solutions to chapter 1" in contents) == solutions
    assert ('href="solutions_' in book) == solutions
    package = (tmp_path / "book" / "content.opf").read_text(encoding="utf-8")
    for words in ("CC BY 4.0", f">{scratchdl.__version__}<", "<dc:language>en<"):
        assert words in package

    assert book.count("<math") > 200 and "katex-html" not in book
    assert book.count("<summary>Output</summary>") > 50
    for page in pages:
        assert page.select(NEEDS_SCRIPT) == [], page.title
        assert page.select("[role=img]:not([aria-label]), img:not([alt])") == []
    if solutions:
        page = visit(paths[0].as_uri(), width=360)
        for path in paths:
            page.goto(path.as_uri())
            page.eval_on_selector_all("details", "all => all.map(d => d.open = true)")
            assert page.evaluate("document.body.scrollWidth") <= 360, path.name
