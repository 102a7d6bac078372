"""What the framework may import, how long its parts may be, and how it checks."""

import ast

import pytest
from notebooks import NOTEBOOKS, ROOT, cells_of

PACKAGE = ROOT / "scratchdl"
FRAMEWORK = sorted(PACKAGE.glob("*.py"))


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path):
    """Return the full names of the modules that a module imports."""
    package = path.relative_to(ROOT).parent.parts
    found = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            base = ".".join([*above, *filter(None, [node.module])])
            found |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", FRAMEWORK, ids=lambda path: path.stem)
def test_the_framework_knows_nothing_of_what_is_built_on_it(path):
    upper = {"gradcheck", "exercises", "show"}
    if path.stem == "__init__":  # It has check_gradients for `from scratchdl import`.
        upper.remove("gradcheck")
    assert not {name for name in imports(path) if upper & set(name.split(".")[1:2])}


def test_gradcheck_knows_nothing_of_the_framework():
    for path in sorted((PACKAGE / "gradcheck").glob("*.py")):
        known = [name for name in imports(path) if name.startswith("scratchdl")]
        assert all(name.startswith("scratchdl.gradcheck") for name in known), path.name


def sizes(path, kind):
    """Return the code lines of a module's classes or functions."""
    lines = path.read_text(encoding="utf-8").splitlines()
    nodes = list(ast.walk(tree_of(path)))
    for node in nodes:
        # A docstring is no code.
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            for number in range(node.lineno - 1, node.end_lineno):
                lines[number] = ""
    for node in nodes:
        if isinstance(node, kind):
            here = map(str.strip, lines[node.lineno - 1 : node.end_lineno])
            yield node.name, sum(bool(line) and line[0] != "#" for line in here)


@pytest.mark.parametrize("path", FRAMEWORK, ids=lambda path: path.stem)
def test_methods_and_classes_can_be_read_in_one_go(path):
    for kind, most in ((ast.FunctionDef, 35), (ast.ClassDef, 60)):
        assert [(name, size) for name, size in sizes(path, kind) if size > most] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_an_exported_cell_fits_on_a_screen(path):
    for cell in cells_of(path):
        lines = cell["source"].splitlines()
        exported = lines and lines[0].startswith("#| export")
        assert not exported or len(lines) <= 100, cell["id"]


def test_no_assert_guards_the_package():
    # `python -O` leaves assert statements out.
    for path in PACKAGE.rglob("*.py"):
        statements = ast.walk(tree_of(path))
        assert not any(isinstance(node, ast.Assert) for node in statements), path
