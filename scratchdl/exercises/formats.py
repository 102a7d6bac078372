"""Write grades for spreadsheets, nbgrader and Gradescope, and tests for Otter."""

import ast
import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .grading import Grade, find_notebooks, read_cells

# The columns of CsvExportPlugin in nbgrader/plugins/export.py.
NBGRADER = """
    assignment duedate timestamp student_id last_name first_name email raw_score
    late_submission_penalty score max_score
"""
OTTER = """\
from otter.test_files import test_case
from scratchdl.exercises import verdict

OK_FORMAT = False
name = {label!r}
points = 1


@test_case()
def test_answer(env):
    message = verdict({label!r}, eval({answer!r}, env))
    assert message is None, message
"""


def write_csv(grades: Sequence[Grade], out: Path) -> None:
    """Write a row for each submission, for a spreadsheet."""
    labels = list(grades[0].messages)
    rows: list[list[Any]] = [
        ["submission", *labels, "score", "max_score", "look_at"],
    ]
    for each in grades:
        right = [int(message is None) for message in each.messages.values()]
        remarks = "; ".join(each.look_at)
        rows.append([each.submission, *right, each.score, len(right), remarks])
    _write_rows(rows, out)


def write_nbgrader(grades: Sequence[Grade], out: Path) -> None:
    """Write the columns of ``nbgrader export``; the top folder is the student's."""
    rows = [NBGRADER.split()]
    for each in grades:
        student, _, rest = each.submission.partition("/")
        score, most = str(float(each.score)), str(float(len(each.messages)))
        name = (rest or out.stem).partition("/")[0]
        rows.append([name, "", "", student, "", "", "", score, "0.0", score, most])
    _write_rows(rows, out)


def _write_rows(rows: Sequence[Sequence[Any]], out: Path) -> None:
    # A spreadsheet would run a name such as =1+1, and needs the mark of UTF-8.
    def plain(cell: Any) -> Any:
        return f"'{cell}" if str(cell).startswith(tuple("=+-@\t\r")) else cell

    with out.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([[plain(cell) for cell in row] for row in rows])


def write_gradescope(grades: Sequence[Grade], out: Path) -> None:
    """Write ``results.json`` for one submission; students do not see the remarks."""
    if len(grades) != 1:
        raise ValueError(f"grade: Gradescope needs 1 notebook, not {len(grades)}.")
    (grade,) = grades
    tests: list[dict[str, Any]] = [
        {
            "name": label,
            "score": int(message is None),
            "max_score": 1,
            "output": message or "Right.",
        }
        for label, message in grade.messages.items()
    ]
    remarks = {"name": "look_at", "visibility": "hidden", "score": 0, "max_score": 0}
    tests.append(remarks | {"output": "\n".join(grade.look_at)})
    out.write_text(json.dumps({"tests": tests}, indent=2), encoding="utf-8")


def write_otter(folder: Path, labels: Sequence[str], out: Path) -> None:
    """Write a test for each exercise, with the answer that a notebook checks."""
    answers: dict[str, str] = {}
    for path in find_notebooks(folder):
        for source in read_cells(path):
            answers |= _checked(source)
    if missing := [label for label in labels if label not in answers]:
        raise ValueError(f"grade: no notebook checks the answer of {missing[0]!r}.")
    out.mkdir(parents=True, exist_ok=True)
    for label in labels:
        test = OTTER.format(label=label, answer=answers[label])
        (out / f"{label}.py").write_text(test, encoding="utf-8")


def _checked(source: str) -> dict[str, str]:
    """Return the code of the answers that a cell checks, by label."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:
        return {}
    calls = [node for node in nodes if isinstance(node, ast.Call) and node.args]
    calls = [node for node in calls if ast.unparse(node.func) == "check_answer"]
    return {ast.literal_eval(c.args[0]): ast.unparse(c.args[1]) for c in calls}
