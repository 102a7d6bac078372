"""Notebooks with their outputs, a package in sync with them, a documented interface."""

import ast
import importlib
import inspect
import json
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from notebooks import NOTEBOOKS, ROOT, cells_of
from run_in_order import ran_in_order

import scratchdl

PACKAGE = ROOT / "scratchdl"
REFERENCE = ROOT / "book" / "reference.ipynb"
NAMES = """
    Operation ParamOperation WeightMultiply BiasAdd Sigmoid Linear Layer Dense Loss
    MeanSquaredError NeuralNetwork Optimizer SGD Trainer permute_data mae rmse
    eval_regression_model load_boston load_digits assert_same_shape check_gradients
    numerical_gradient Tanh ReLU softmax SoftmaxCrossEntropy accuracy GlorotDense
    SGDMomentum Dropout
"""
PUBLIC = re.findall(r"\w+", NAMES)
# Ordinary Python, which no notebook exports.
BESIDE = ["gradcheck", "exercises", "show"]
# What comes out differently on another machine or another day.
NOT_REPRODUCIBLE = ["<Figure size", "np.float64(", " at 0x", "Warning:", "/home/"]


def test_all_pages_are_in_the_table_of_contents():
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    assert NOTEBOOKS
    for path in NOTEBOOKS:
        assert f"book/{path.stem}\n" in contents


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_was_run_from_top_to_bottom(path):
    assert ran_in_order(path)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_reproducible_and_have_words(path):
    for output in (o for cell in cells_of(path, "code") for o in cell["outputs"]):
        kind, data = output["output_type"], output.get("data", {})
        if kind == "execute_result":  # An object's own page.
            assert "text/html" in data
        elif kind == "display_data":  # A picture, and its words.
            assert set(data) - {"image/svg+xml", "text/html"} == {"text/plain"}
            assert len(data) == 2 and "".join(data["text/plain"]).strip()
        else:
            assert (kind, output["name"]) == ("stream", "stdout")
        text = json.dumps([output.get("text"), data.get("text/plain")])
        assert not any(word in text for word in NOT_REPRODUCIBLE), text


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_metadata_is_clean(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert notebook["metadata"] == {"kernelspec": kernel}
    for cell in notebook["cells"]:
        assert set(cell["metadata"]) <= {"tags", "jupyter"}
        tags = {*cell["metadata"].get("tags", [])}
        others = tags - {"hide-input", "hide-output", "remove-input"}
        assert all(tag.startswith("not-live-") for tag in others)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_output_after_a_prediction_is_closed(path):
    closed = False
    for before, cell in pairwise(cells_of(path)):
        asked = "**Predict**" in before["source"]
        # A figure right after a closed output shows the same answer.
        follows = closed and cell["cell_type"] == "code" and bool(cell["outputs"])
        closed = asked or follows
        on_the_page = "hide-output" in cell["metadata"].get("tags", [])
        in_the_notebook = cell["metadata"].get("jupyter") == {"outputs_hidden": True}
        assert on_the_page == in_the_notebook == closed, before["id"]
        assert cell.get("outputs") or not asked, before["id"]


def test_package_is_a_fresh_export(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "book", tmp_path / "book")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    monkeypatch.chdir(tmp_path)
    importlib.import_module("export").main(tmp_path)
    fresh = tmp_path / "scratchdl"
    found = {path.relative_to(fresh) for path in fresh.rglob("*.py")}
    written = {path.relative_to(PACKAGE) for path in PACKAGE.glob("*.py")}
    written |= {Path("gradcheck", "numerical.py")}
    assert found - written == set()
    assert written - found == {Path("__init__.py"), Path("check.py")}
    for path in found:
        same = (fresh / path).read_text("utf-8") == (PACKAGE / path).read_text("utf-8")
        assert same, f"{path}: run make notebooks"


def test_what_the_readme_points_to_is_there():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)]+)\)", readme)
    assert ".github/page.png" in targets
    folders = re.findall(r"`([a-z]\w+/[\w/]*)`", readme)  # not _build, made later
    assert "scratchdl/gradcheck/" in folders
    for target in [*targets, *folders]:
        assert (ROOT / target).exists(), target


def test_a_citation_has_the_current_version():
    for file, words in (("README.md", "Version {}."), ("CITATION.cff", "version: {}")):
        text = (ROOT / file).read_text(encoding="utf-8")
        assert words.format(scratchdl.__version__) in text, file


def test_contributing_gives_a_reason_for_each_file_behind_the_pages():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    folders = ("_ext", "_static", "_templates", "_ebook", "live")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.*")]
    assert [p for p in files if p.suffix != ".pyc" and f"{p.name}`" not in text] == []


def built():
    """Return for each module the pages that export to it, and the public names."""
    found = {}
    for path in NOTEBOOKS:
        default = None
        for cell in cells_of(path, "code"):
            first, _, source = cell["source"].partition("\n")
            if first.startswith("#| default_exp "):
                default = first.split()[-1]
            elif first.startswith("#| export"):
                module = (first.split()[2:] or [default])[0]
                names = [getattr(node, "name", "_") for node in ast.parse(source).body]
                names = [name for name in names if not name.startswith("_")]
                found.setdefault(module, {}).setdefault(path.name, []).extend(names)
    return found


BUILT = built()


def number_of(page):
    """Return 5 for 05_layer.ipynb, and A for A_the_data.ipynb."""
    return page.partition("_")[0].lstrip("0")


def test_public_names():
    assert sorted(scratchdl.__all__) == sorted(PUBLIC)
    exported = {
        n for pages in BUILT.values() for names in pages.values() for n in names
    }
    assert set(PUBLIC) - exported == {"check_gradients"}  # of gradcheck


def test_docstrings_name_the_page_that_builds_the_thing():
    words = re.compile(r"\((?:chapter|appendix) (\w+)\)")
    for module, pages in BUILT.items():
        for page, names in pages.items():
            for name in names:
                thing = getattr(importlib.import_module(f"scratchdl.{module}"), name)
                place = words.search(inspect.getdoc(thing))
                assert place and place[1] == number_of(page), name


def pages_of(links):
    """Return the pages in a row of links, each with its number: [chapter 5](05_...)."""
    found = re.findall(r"\[(?:chapter|appendix) (\w+)\]\((\w+\.ipynb)\)", links)
    assert found and all(number == number_of(page) for number, page in found), links
    return [page for _, page in found]


def test_the_reference_has_each_module_with_its_page():
    sections = re.findall(
        r"^(\w+)\n## (\w+)\n\n(From|Explained in) (.*)\.\n\n"
        r"((?:- .+\n)+)\n<!-- automodule: scratchdl\.(\w+) -->$",
        "\n".join("{id}\n{source}".format_map(c) for c in cells_of(REFERENCE)),
        re.M,
    )
    framework = [module for module in BUILT if "." not in module]
    assert [name for name, *_ in sections] == framework + BESIDE
    offered = set()
    for name, title, word, links, lines, module in sections:
        assert name == title == module
        entries = importlib.import_module(f"scratchdl.{name}").__all__
        heads = [line.partition(":")[0] for line in lines.splitlines()]
        assert sorted(re.findall(r"\w+", "".join(heads))) == sorted(entries), name
        assert word == ("Explained in" if name in BESIDE else "From")
        found = set(pages_of(links))
        assert name in BESIDE or found == {p for p, n in BUILT[name].items() if n}
        offered |= set(entries)
    assert set(PUBLIC) <= offered
    texts = [p.read_text("utf-8") for p in NOTEBOOKS if p.stem != "reference"]
    imports = re.findall(r"from scratchdl(?:\.\w+)? import ([\w, ]+)", "".join(texts))
    imported = set(re.findall(r"\w+", " ".join(imports))) - {"check"}
    assert imported <= offered
    unused = {n for n in offered if not re.search(rf"\b{n}\b", "".join(texts))}
    assert unused == {"GradientCheck", "StepProfile"}  # What two functions return.


def modules_in(text):
    """Return the sections of the reference that a text links to, by module names."""
    links = re.findall(r"\[(\w+)\]\(reference\.ipynb#cell-id=(\w+)\)", text)
    for name, section in links:
        assert name == section or (PACKAGE / section / f"{name}.py").exists(), name
    return [section for _, section in links]


def table_at_the_end(path):
    """Return the rows under "What you have built so far", without their heading."""
    texts = [cell["source"] for cell in cells_of(path)]
    (end,) = [text for text in texts if "What you have built so far" in text]
    return [line for line in end.splitlines() if re.match(r"\| .*`", line)]


def test_chapters_end_with_what_has_been_built_so_far():
    so_far = []
    for path in [path for path in NOTEBOOKS if path.name[0].isdigit()]:
        exported = [n for p in BUILT.values() for n in p.get(path.name, [])]
        *before, last = [*table_at_the_end(path), ""][: len(so_far) + 1]
        assert before == so_far, path.name
        assert last.startswith("| **New:** ") or not (last or exported), path.name
        if not last:
            continue
        names = re.findall(r"`(\w+)`", last)
        assert set(exported) <= set(names), path.name
        assert f"| [{number_of(path.name)}]({path.name}) |" in last
        modules = [
            importlib.import_module(f"scratchdl.{name}") for name in modules_in(last)
        ]
        for name in names:
            assert any(hasattr(module, name) for module in modules), (path.name, name)
        so_far.append(last.replace("**New:** ", ""))


def test_the_map_names_what_each_page_builds():
    index = (ROOT / "book" / "index.ipynb").read_text(encoding="utf-8")
    modules_in(index)
    for module, pages in BUILT.items():
        for page, names in pages.items():
            (line,) = re.findall(rf"\| \[[^|]*\]\({page}\) \|.*\|", index)
            assert not names or module.split(".")[0] in modules_in(line), page
            classes = [n for n in names if n in PUBLIC and n[0].isupper()]
            assert all(f"`{name}`" in line for name in classes)


def test_the_oldest_numpy_is_the_one_that_is_tested():
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    least = re.search(r'"numpy>=([\d.]+)"', project)[1]
    pins = (ROOT / "tests" / "requirements-oldest.txt").read_text("utf-8")
    workflow = (ROOT / ".github" / "workflows" / "book.yml").read_text("utf-8")
    assert f"numpy=={least}.0" in pins.split()
    assert f'version: "=={least}.0"' in workflow


def test_a_chapter_is_skipped_with_words_where_its_libraries_are_missing():
    program = (
        "import sys, nbval.plugin, pytest; "
        "nbval.plugin.RunningKernel = None; "  # To start a kernel is an error.
        "sys.modules['torch'] = None; "
        "sys.exit(pytest.main(['--nbval', '-p', 'no:cacheprovider', sys.argv[1]]))"
    )
    path = ROOT / "book" / "12_elsewhere.ipynb"
    command = [sys.executable, "-c", program, path]
    options = {"capture_output": True, "encoding": "utf-8", "check": True}
    run = subprocess.run(command, cwd=ROOT, **options)
    assert re.search(r"^SKIPPED .*without torch.*make test-elsewhere", run.stdout, re.M)
    assert re.search(rf"= {len(cells_of(path, 'code'))} skipped", run.stdout)


def test_cells_that_do_not_run_in_the_page_are_listed_with_a_reason():
    page = (ROOT / "book" / "in_the_page.md").read_text("utf-8")
    script = (ROOT / "live" / "live.js").read_text("utf-8")
    for path in NOTEBOOKS:
        tags = {
            tag for cell in cells_of(path) for tag in cell["metadata"].get("tags", [])
        }
        reasons = {tag for tag in tags if tag.startswith("not-live-")}
        if not path.name.startswith("solutions_"):
            assert bool(reasons) == (f"]({path.name}" in page.split("not run here")[1])
        for reason in reasons - {"not-live-torch"}:
            assert f"  {reason.removeprefix('not-live-')}: " in script
