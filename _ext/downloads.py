"""Notebooks to download: their first cell installs the package from its wheel.

The download button of a page leads to its notebook in `_sources`. The wheel is beside
the notebooks there. A zip file contains all of them.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from solutions import without_links
from sphinx.application import Sphinx

PACKAGE = ["pyproject.toml", "README.md", "LICENSE"]
FOLDER = "scratchdl-notebooks"
CELL = """\
# Install the package of this book if it is missing.{where}
try:
    import matplotlib
    import scratchdl
except ModuleNotFoundError:
    %pip install --quiet {wheel} matplotlib"""
BESIDE = "\n# Its file, {wheel}, must be in the folder of this notebook."
PACKED = """
# It is in notebooks.zip, which you find on the page "Before you start"."""


def build_wheel(root: Path, folder: Path) -> str:
    """Build the package's wheel, the same bytes each time, and return its name."""
    for old in folder.glob("*.whl"):
        old.unlink()
    with TemporaryDirectory() as copy:  # Setuptools leaves files where it builds.
        for name in PACKAGE:
            shutil.copy(root / name, copy)
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(root / "scratchdl", Path(copy, "scratchdl"), ignore=unwanted)
        options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
        subprocess.run(
            [sys.executable, "-m", "pip", "wheel", *options, "-w", folder, copy],
            env=os.environ | {"SOURCE_DATE_EPOCH": "315532800"},  # 1980
            check=True,
        )
    (wheel,) = folder.glob("*.whl")
    return wheel.name


def add_installation(path: Path, source: str) -> None:
    """Let a notebook start with the cell that installs the package."""
    cell = {"cell_type": "code", "id": "package", "metadata": {}, "source": source}
    cell |= {"execution_count": None, "outputs": []}
    notebook = without_links(json.loads(path.read_bytes()))
    others = [other for other in notebook["cells"] if other["id"] != cell["id"]]
    notebook["cells"] = [cell, *others]
    path.write_text(json.dumps(notebook), encoding="utf-8")


def write_downloads(app: Sphinx, error: Exception | None) -> None:
    """Write the wheel, the first cell of each notebook, and the zip file."""
    if error or app.builder.name != "html":
        return
    sources = Path(app.outdir, "_sources")
    wheel = build_wheel(Path(app.srcdir), sources / "book")
    if address := app.config.html_baseurl.rstrip("/"):
        cell = CELL.format(where="", wheel=f"{address}/_sources/book/{wheel}")
    else:
        cell = CELL.format(where=BESIDE.format(wheel=wheel) + PACKED, wheel=wheel)
    files = [sources / "book" / wheel]
    for page in sorted(app.env.found_docs):
        path = sources / app.env.doc2path(page, base=False)
        if path.suffix == ".ipynb":
            add_installation(path, cell)
        files.append(path)
    with ZipFile(Path(app.outdir, "notebooks.zip"), "w") as packed:
        for path in files:
            name = ZipInfo(f"{FOLDER}/{path.name}")  # The date is 1980.
            packed.writestr(name, path.read_bytes(), ZIP_DEFLATED)


def setup(app: Sphinx) -> dict:
    """Connect the function."""
    app.connect("build-finished", write_downloads)
    return {"version": "1", "parallel_read_safe": True}
