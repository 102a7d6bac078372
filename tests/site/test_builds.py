"""The same files give the same pages: in each folder, each time, with each tool."""

import os
import shutil
import subprocess
import sys

from serve import PAGES

ROOT = PAGES.parents[1]


def contents(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in files}


def test_sphinx_alone_builds_the_same_pages_in_another_folder(tmp_path):
    """`make book` has built them with Jupyter Book, and perhaps many times."""
    copy = tmp_path / "深度 学习 (1)"
    shutil.copytree(
        ROOT, copy, ignore=shutil.ignore_patterns(".*", "_build", "mutants")
    )
    (copy / ".venv").symlink_to(sys.prefix)
    options = {
        "cwd": copy,
        "env": os.environ | {"LC_ALL": "C", "PYTHONPATH": str(copy)},
    }
    subprocess.run(["make", "sphinx"], check=True, **options)
    (copy / "book" / "05_layer.ipynb").touch()  # This page is then built again.
    subprocess.run(["make", "sphinx"], check=True, **options)
    first, second = contents(PAGES), contents(copy / "_build" / "sphinx" / "html")
    assert first.keys() ^ second.keys() == set(), "remove _build, and build again"
    assert [path for path in first if first[path] != second[path]] == []
