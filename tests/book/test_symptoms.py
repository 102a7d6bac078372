"""Appendix C: it has the current messages, and none of the package is missing."""

import ast
import re
import sys
from pathlib import Path

import pytest
import symptoms
from notebooks import cells_of

import scratchdl

PACKAGE = Path(scratchdl.__file__).parent
PAGE = symptoms.PAGE.read_text(encoding="utf-8")
COMMANDS = {"formats", "grading", "running"}  # Their messages are for teachers.
TEXT = "\n\n".join(cell["source"] for cell in cells_of(symptoms.PAGE))


@pytest.fixture(scope="module")
def written():
    """Return the page as it is written now, and the lines of the package that ran."""
    ran = set()

    def trace(frame, event, _):
        if not frame.f_code.co_filename.startswith(str(PACKAGE)):
            return None
        if event == "line":
            ran.add((Path(frame.f_code.co_filename), frame.f_lineno))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        page = symptoms.write(PAGE)
        for entries in symptoms.ENTRIES.values():
            for table in entries.values():
                for code in table.get("reaches", []):
                    symptoms.last_line(code)
    finally:
        sys.settrace(before)
    return page, ran


def test_the_page_has_the_current_messages(written):
    assert written[0] == PAGE, "run tools/symptoms.py"


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(PACKAGE.rglob("*.py")) if path.stem not in COMMANDS],
    ids=lambda p: f"{p.relative_to(PACKAGE)}",
)
def test_every_raise_statement_of_the_package_is_on_the_page(path, written):
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    raising = {node.lineno for node in nodes if isinstance(node, ast.Raise)}
    assert sorted(line for line in raising if (path, line) not in written[1]) == []


def test_links_lead_to_sections_and_to_every_fault_of_the_printed_chapter():
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        assert (symptoms.BOOK / target.partition("#")[0]).exists(), target
    faults = re.findall(r"D_errata\.ipynb#cell-id=fault-(\d+)", TEXT)
    assert {int(fault) for fault in faults} == set(range(20))
