"""Notebooks with their outputs, a package in sync with them, a documented interface."""

import ast
import importlib
import inspect
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from run_in_order import ran_in_order

import scratchdl

ROOT = Path(__file__).parent.parent.parent
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))
PUBLIC = [
    "Operation",
    "ParamOperation",
    "WeightMultiply",
    "BiasAdd",
    "Sigmoid",
    "Linear",
    "Layer",
    "Dense",
    "Loss",
    "MeanSquaredError",
    "NeuralNetwork",
    "Optimizer",
    "SGD",
    "Trainer",
    "permute_data",
    "mae",
    "rmse",
    "eval_regression_model",
    "load_boston",
    "assert_same_shape",
    "check_gradients",
    "numerical_gradient",
    "Tanh",
    "ReLU",
    "softmax",
    "SoftmaxCrossEntropy",
    "accuracy",
    "GlorotDense",
    "SGDMomentum",
    "Dropout",
    "load_digits",
]
# Whoever calls one of these on the way through a cell leaves an output.
SPEAKING = {
    "print",
    "show",
    "draw",
    "play",
    "report",
    "raises",
    "compare",
    "eval_regression_model",
    "train_both",
    "fit_twice",
    "check_answer",
}
# What comes out differently on another machine or another day.
NOT_REPRODUCIBLE = ["<Figure size", "np.float64(", " at 0x", "Warning:", "/home/"]


def code_cells(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def calls(node):
    """Yield the names called when a cell runs, but not inside what it only defines."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda)):
        return
    if isinstance(node, ast.Call):
        yield getattr(node.func, "id", None) or getattr(node.func, "attr", None)
    for child in ast.iter_child_nodes(node):
        yield from calls(child)


def test_all_pages_are_in_the_table_of_contents():
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    assert NOTEBOOKS
    for path in NOTEBOOKS:
        assert f"book/{path.stem}\n" in contents


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_was_run_from_top_to_bottom(path):
    assert ran_in_order(path)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_has_its_outputs(path):
    for cell in code_cells(path):
        source = "".join(cell["source"])
        speaks = SPEAKING & set(calls(ast.parse(source)))
        assert cell["outputs"] or not speaks, source
        for output in cell["outputs"]:
            if output["output_type"] == "execute_result":  # An object's own page.
                assert "text/html" in output["data"], source
            else:
                assert output["output_type"] in ("stream", "display_data"), source
            if output["output_type"] == "display_data":  # A picture, and its words.
                form = "text/html" if "play" in speaks else "image/svg+xml"
                assert set(output["data"]) == {form, "text/plain"}, source
                assert "".join(output["data"]["text/plain"]).strip(), source
            assert output.get("name") != "stderr", source
            text = json.dumps(
                [output.get("text"), output.get("data", {}).get("text/plain")]
            )
            assert not any(word in text for word in NOT_REPRODUCIBLE), source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_metadata_is_clean(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert notebook["metadata"] == {
        "kernelspec": {
            "display_name": "Python 3",
            "language": "python",
            "name": "python3",
        }
    }
    for cell in notebook["cells"]:
        assert set(cell["metadata"]) <= {"tags"}
        assert set(cell["metadata"].get("tags", [])) <= {"hide-input"}


def test_package_is_a_fresh_export(tmp_path):
    shutil.copytree(ROOT / "book", tmp_path / "book")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    command = Path(sys.executable).parent / "nbdev-export"
    subprocess.run([command], cwd=tmp_path, check=True)
    fresh = {path.name: path.read_bytes() for path in tmp_path.glob("scratchdl/*.py")}
    stands = {path.name: path.read_bytes() for path in ROOT.glob("scratchdl/*.py")}
    assert sorted(fresh) == sorted(stands)
    for name in fresh:
        assert fresh[name] == stands[name], f"{name}: run make notebooks"


def test_public_names():
    assert sorted(scratchdl.__all__) == sorted(PUBLIC)


def test_what_the_readme_points_to_is_there():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)]+)\)", readme)
    assert ".github/page.png" in targets
    folders = re.findall(r"`(\w+/[\w/]*)`", readme)
    assert "scratchdl/gradcheck/" in folders
    for target in [*targets, *folders]:
        assert (ROOT / target).exists(), target


def test_contributing_gives_a_reason_for_each_file_behind_the_pages():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    folders = ("_ext", "_static", "_templates")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.*")]
    assert [p for p in files if p.suffix != ".pyc" and f"{p.name}`" not in text] == []


@pytest.mark.parametrize("name", PUBLIC)
def test_docstrings_say_where_the_thing_is_built(name):
    thing = getattr(scratchdl, name)
    text = inspect.getdoc(thing)
    assert "(chapter " in text or "(appendix " in text
    if inspect.isclass(thing):
        for method, function in inspect.getmembers(thing, inspect.isfunction):
            assert method.startswith("_") or inspect.getdoc(function), method


def built():
    """Return what the notebooks export: names, by module, and each module's page."""
    found = {}
    for path in NOTEBOOKS:
        sources = ["".join(cell["source"]) for cell in code_cells(path)]
        exported = [source for source in sources if source.startswith("#| export")]
        nodes = [node for source in exported for node in ast.parse(source).body]
        names = [node.name for node in nodes if hasattr(node, "name")]
        names = [name for name in names if not name.startswith("_")]
        if names:
            (module,) = re.findall(r"^#\| default_exp (\w+)", "\n".join(sources), re.M)
            found[module] = path.name, names
    return found


def test_docstrings_name_the_page_that_builds_the_thing():
    words = re.compile(r"\((?:chapter|appendix) (\w+)\)")
    for module, (page, names) in built().items():
        for name in names:
            thing = getattr(importlib.import_module(f"scratchdl.{module}"), name)
            place = words.search(inspect.getdoc(thing))
            assert place, name
            assert page.lstrip("0").startswith(f"{place[1]}_"), name


def test_the_reference_has_each_module_with_its_page():
    text = (ROOT / "book" / "reference.md").read_text(encoding="utf-8")
    sections = re.findall(
        r"^## (\w+)\n\nFrom \[\w+ \w+\]\((.*)\)\.\n\n```{eval-rst}\n"
        r"\.\. automodule:: scratchdl\.(\w+)\n```",
        text,
        re.M,
    )
    assert [(name, page) for name, page, _ in sections] == [
        (module, page) for module, (page, _) in built().items()
    ]
    assert all(name == module for name, _, module in sections)


def test_chapters_end_with_what_has_been_built_so_far():
    row = "| {} | [{}]({}) | [{}](reference.md#{}) |"
    rows = ["| What you have built so far | Chapter | Look it up |", "|---|---|---|"]
    chapters = {page: (module, names) for module, (page, names) in built().items()}
    for path in [path for path in NOTEBOOKS if path.name[0].isdigit()]:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        ends = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
        (end,) = [end for end in ends if end.startswith("## What you have, and what")]
        if path.name not in chapters:  # It exports nothing.
            none = ["**What you have built so far**: two models, and no class yet."]
            so_far = rows if len(rows) > 2 else none
            assert "\n\n" + "\n".join(so_far) + "\n\n" in end
            continue
        module, names = chapters[path.name]
        names = ", ".join(f"`{name}`" for name in names)
        about = int(path.name[:2]), path.name, module, module
        new = row.format(f"**New:** {names}", *about)
        assert "\n\n" + "\n".join([*rows, new]) + "\n\n" in end
        rows.append(row.format(names, *about))


def test_the_map_names_what_each_page_builds():
    index = (ROOT / "book" / "index.ipynb").read_text(encoding="utf-8")
    for module, (page, names) in built().items():
        (line,) = re.findall(rf"\| \[[^|]*\]\({page}\) \|.*\|", index)
        assert line.endswith(f"| [{module}](reference.md#{module}) |")
        classes = [name for name in names if name in PUBLIC and name[0].isupper()]
        assert all(f"`{name}`" in line for name in classes)


def test_the_core_needs_numpy_alone():
    program = (
        "import sys, scratchdl; "
        "print(sorted({name.partition('.')[0] for name in sys.modules} "
        "& {'matplotlib', 'IPython', 'pandas', 'scipy', 'sklearn', 'torch', 'tqdm'}))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_the_oldest_numpy_is_the_one_that_is_tested():
    least = re.search(r'"numpy>=([\d.]+)"', (ROOT / "pyproject.toml").read_text())[1]
    pins = (ROOT / "tests" / "requirements-oldest.txt").read_text()
    workflow = (ROOT / ".github" / "workflows" / "book.yml").read_text()
    assert f"numpy=={least}.0\n" in pins
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
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.search(r"^SKIPPED .*without torch.*make test-elsewhere", run.stdout, re.M)
    assert re.search(rf"= {len(code_cells(path))} skipped", run.stdout)
