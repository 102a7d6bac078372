"""What follows from the project's home: buttons, addresses, cards, the 404 page."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
HOME = "https://github.com/someone/scratchdl"
SITE = "https://someone.github.io/scratchdl/"
ELSEWHERE = ["mybinder.org", "colab.research.google.com", "canonical", "og:image"]


def run_tool(name, *arguments):
    command = [BIN / name, *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def build(folder, home):
    """Build one chapter of the book, for a project with this home."""
    for name in ("_ext", "_static", "_templates", "scratchdl"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    (folder / "book").mkdir()
    shutil.copy(ROOT / "book" / "02_operation.ipynb", folder / "book")
    config = (ROOT / "_config.yml").read_text(encoding="utf-8")
    assert config.count('  url: ""\n') == 1
    config = config.replace('  url: ""\n', f'  url: "{home}"\n')
    (folder / "_config.yml").write_text(config, encoding="utf-8")
    shutil.copy(ROOT / "book" / "LICENSE.md", folder / "book")
    contents = (
        "format: jb-book\nroot: book/02_operation\nchapters: [{file: book/LICENSE}]\n"
    )
    (folder / "_toc.yml").write_text(contents, encoding="utf-8")
    return run_tool("jupyter-book", "build", "--quiet", folder)


def first_cell(html):
    """Return the code that a downloaded notebook begins with, and the wheel."""
    sources = html / "_sources" / "book"
    first, *others = json.loads((sources / "02_operation.ipynb").read_bytes())["cells"]
    original = json.loads((ROOT / "book" / "02_operation.ipynb").read_bytes())
    assert first["cell_type"] == "code" and others == original["cells"]
    (wheel,) = sources.glob("*.whl")
    return first["source"], wheel


def test_without_a_home_only_the_download_is_offered(tmp_path):
    run = build(tmp_path, "")
    assert run.returncode == 0, run.stderr
    html = tmp_path / "_build" / "html"
    page = (html / "book" / "02_operation.html").read_text(encoding="utf-8")
    assert not [word for word in ELSEWHERE if word in page]
    assert 'href="../_sources/book/02_operation.ipynb"' in page
    first, wheel = first_cell(html)
    assert f"%pip install --quiet {wheel.name} matplotlib" in first
    with ZipFile(html / "notebooks.zip") as packed:
        names = {Path(name).name for name in packed.namelist()}
    assert names == {"02_operation.ipynb", "LICENSE.md", wheel.name}


def test_with_a_home_binder_and_colab_open_the_chapter(tmp_path):
    run = build(tmp_path, HOME)
    assert run.returncode == 0, run.stderr
    html = tmp_path / "_build" / "html"
    page = (html / "book" / "02_operation.html").read_text(encoding="utf-8")
    for address in (
        "https://mybinder.org/v2/gh/someone/scratchdl/main"
        "?urlpath=lab/tree/book/02_operation.ipynb",
        "https://colab.research.google.com/github/someone/scratchdl"
        "/blob/colab/02_operation.ipynb",
        f"{SITE}book/02_operation.html",
    ):
        assert f'href="{address}"' in page
    card = re.search(f'"og:image" content="{SITE}(.+?)"', page)[1]
    assert (html / card).read_bytes().startswith(b"\x89PNG")
    assert f'"og:url" content="{SITE}book/02_operation.html"' in page
    not_found = (html / "404.html").read_text(encoding="utf-8")
    assert 'data-content_root="/scratchdl/"' in not_found
    assert '"noindex"' in not_found and "canonical" not in not_found
    links = re.findall(r'(?:href|src)="([^"#]+)', not_found)
    others = [link for link in links if not link.startswith("/scratchdl/")]
    assert others == [f"{HOME}/issues"]  # The footer says where to ask.
    # Colab gets this one file, so the file has to fetch the package.
    first, wheel = first_cell(html)
    assert f"%pip install --quiet {SITE}_sources/book/{wheel.name} mat" in first


@pytest.mark.parametrize(
    "home", ["https://example.com/a/b", "https://github.com/someone", f"{HOME}/book"]
)
def test_a_home_that_is_none_stops_the_build(tmp_path, home):
    run = build(tmp_path, home)
    assert run.returncode != 0
    assert "must be https://github.com/OWNER/NAME" in run.stdout + run.stderr
