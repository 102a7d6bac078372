"""Grading a folder of notebooks, and carrying answers into a newer notebook."""

import ast
import csv
import json
import re
import subprocess
import sys

import pytest
from book_exercises import EXERCISES, check_line

from scratchdl.exercises import labels, verdict
from scratchdl.exercises.__main__ import main
from scratchdl.exercises.carrying import carry
from scratchdl.exercises.checking import CHECKS, NEEDS, TABLE
from scratchdl.exercises.grading import Limits, grade

SEVEN = 'check_answer("ex-saturation", 7)'
LABELS = ["ex-tanh", "ex-saturation", "ex-r-squared", "ex-build-momentum"]
SOLVED = {label: "\n".join(EXERCISES[label]["solution"]) for label in LABELS}
STUBS = {label: "\n".join(EXERCISES[label]["exercise"]) for label in LABELS}
IMPORTS = """\
import contextlib, io, os, socket, sys, time
import numpy as np, scratchdl, scratchdl.exercises as e
from scratchdl import *
from scratchdl.exercises import check_answer, verdict
"""
# Kind of submission; its cell that differs, if any, or the whole set of answers; the
# code of this cell; which answers are right; and a word in look_at.
KINDS_TABLE = r"""
solved                 |               |               |1111|
untouched              |stubs          |               |0000|
one is wrong           |ex-saturation  |ASK 7)         |1011|
张伟                   |ex-saturation  |ASK 5)         |1111|
=1+1                   |ex-saturation  |ASK 4 + 1)     |1111|
loop at the start      |ex-tanh        |while True: time.sleep(1)  |0111|cell 3 took more
loop after an answer   |ex-saturation  |ASK 5)\nwhile True: time.sleep(1)|1111|cell 4 took more
loop of wrong answers  |ex-saturation  |while True: ASK 7)|1011|calls of check_answer
answer that loops      |ex-r-squared   |def f(*a):\n while a: time.sleep(1)\ncheck_answer("ex-r-squared", f)|1101|cell 5 took
syntax error           |ex-saturation  |def f(:        |1011|never checked: ex-saturation
exits at the start     |first          |raise SystemExit|1111|
ends Python            |first          |os._exit(0)    |1111|cell 2 ended Python
takes much memory      |first          |x = [0] * 10**11|1111|
magics                 |ex-saturation  |%matplotlib inline\n!ls\nASK 5)|1111|
needs a library        |first          |import no_such |1111|no_such is not installed
stub stays below       |last           |ASK ...)       |1111|
guesses                |ex-saturation  |for n in range(50): ASK n)|1011|50 calls
guesses with verdict   |ex-saturation  |ASK [n for n in range(9) if verdict("ex-saturation", n) is None])|1011|earlier
reads the output       |ex-saturation  |for n in range(9):\n with contextlib.redirect_stdout(io.StringIO()) as s: ASK n)\n if s.getvalue(): break|1011|earlier
own check_answer       |ex-saturation  |check_answer = print|1000|check_answer was replaced
own function           |first          |e.check_answer = print|1111|exercises.check_answer was replaced
own table              |ex-saturation  |e.checking.CHECKS["ex-saturation"] = {"Right.": 7}\nASK 7)|1011|CHECKS
own allclose           |ex-saturation  |np.allclose = np.any\nASK 7)|1011|numpy.allclose was replaced
own method             |first          |ReLU._output = 1|1111|ReLU._output was replaced
class of the book      |ex-tanh        |check_answer("ex-tanh", scratchdl.Tanh)|1111|answer is scratchdl.extending.Tanh
empty subclass         |ex-tanh        |class T(scratchdl.Tanh): 1\ncheck_answer("ex-tanh", T)|1111|nothing to Tanh
imports a check        |last           |import scratchdl.exercises.chapter_03|1111|chapter_03.py was read
reads a neighbour      |last           |open("FOLDER/solved.ipynb")|1111|solved.ipynb was read
looks at frames        |last           |"".f_back      |1111|contains f_back
uses the network       |last           |socket.create_connection(("127.0.0.1", 9))|1111|socket.getaddrinfo was refused
starts a program       |last           |os.system("ls")|1111|os.system was refused
forges                 |last           |for n in range(3, 99):\n with contextlib.suppress(OSError): os.write(n, bytes(9))|1111|forged
"""  # noqa: E501
LINES = [line.split("|") for line in KINDS_TABLE.strip().splitlines()]
KINDS = {line[0].strip(): [part.strip() for part in line[1:]] for line in LINES}


def cell(kind, name, source):
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source, **code}


def submission(kind):
    """Return the text of a notebook, with each answer inside its exercise."""
    changed, code, *_ = KINDS[kind]
    code = code.replace("ASK", 'check_answer("ex-saturation",').replace(r"\n", "\n")
    answers = STUBS if changed == "stubs" else SOLVED
    sources = {"imports": IMPORTS, "first": "", **answers, "last": "", changed: code}
    cells = []
    for name, source in sources.items():
        start = f"```{{exercise-start}} T\n:label: {name}\n```"
        cells.append(cell("markdown", name, start))
        cells.append(cell("code", f"{name}-code", source))
        cells.append(cell("markdown", f"{name}-end", "```{exercise-end}\n```"))
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4})


@pytest.fixture(scope="module")
def grades(tmp_path_factory):
    """Return the rows of the table for a folder with a submission of each kind."""
    folder, out = tmp_path_factory.mktemp("hand in"), tmp_path_factory.mktemp("out")
    for name in KINDS:
        text = submission(name).replace("FOLDER", folder.as_posix())
        (folder / f"{name}.ipynb").write_text(text, encoding="utf-8")
    (folder / "broken.ipynb").write_text("{")
    options = f"--exercises {','.join(LABELS)} --seconds 4 --jobs 2 --out"
    run = [sys.executable, "-m", "scratchdl.exercises", "grade", folder]
    subprocess.run([*run, *options.split(), out / "g.csv"], check=True)
    assert (out / "g.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (out / "g.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["submission"]: row for row in csv.DictReader(file)}
    assert rows.pop("broken")["look_at"] == "the file is not a notebook"
    return rows


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_submission_gets_its_grade(name, grades):
    *_, right, remark = KINDS[name]
    row = grades[f"'{name}" if name[0] == "=" else name]
    assert "".join(row[label] for label in LABELS) == right, row
    assert row["score"] == str(right.count("1")) and row["max_score"] == "4"
    assert remark in row["look_at"] and bool(remark) == bool(row["look_at"]), row


def test_other_formats(tmp_path):
    folder, out = tmp_path / "lin" / "hw1", tmp_path / "out"
    folder.mkdir(parents=True)
    (folder / "a.ipynb").write_text(submission("one is wrong"))
    run = ["grade", str(tmp_path), "--exercises", ",".join(LABELS), "--out", str(out)]
    main([*run, "--format", "nbgrader"])
    assert out.read_text("utf-8-sig").splitlines()[1] == "hw1,,,lin,,,,3.0,0.0,3.0,4.0"
    main([*run, "--format", "gradescope"])
    *tests, remarks = json.loads(out.read_text())["tests"]
    assert [test["score"] for test in tests] == [1, 0, 1, 1]
    assert "Not yet." in tests[1]["output"] and remarks["visibility"] == "hidden"
    out.unlink()
    main([*run, "--format", "otter"])
    test = (out / "ex-saturation.py").read_text()
    assert "verdict('ex-saturation', eval('7', env))" in test


def test_a_check_of_a_lecturer_is_found_and_graded(tmp_path, monkeypatch):
    for table in (CHECKS, NEEDS, TABLE):  # Without it again after this test.
        monkeypatch.setitem(table, "ex-mine", None)
    (tmp_path / "mine.py").write_text(
        "from scratchdl.exercises import add_check\n"
        "from scratchdl.exercises.checking import ELSE, RIGHT\n"
        "add_check('ex-mine', {RIGHT: 12, 'Count again.': ELSE}, kind='predict')"
    )
    source = "import mine\nfrom scratchdl.exercises import check_answer\n"
    cells = [cell("code", "a", f"{source}check_answer('ex-mine', 12)")]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells}))
    (found,) = grade(tmp_path, ["ex-mine"], Limits(checks=tmp_path / "mine.py"))
    assert found.messages == {"ex-mine": None} and found.look_at == []
    assert labels()[-1] == ("ex-mine", "", "predict", 0, 0)
    assert verdict("ex-mine", 13) == "Not yet. Count again."


def test_answers_are_carried_into_a_newer_notebook(tmp_path):
    old, new = tmp_path / "old.ipynb", tmp_path / "new.ipynb"
    notebook = json.loads(submission("one is wrong"))
    place = [c["id"] for c in notebook["cells"]].index("ex-saturation-code")
    notebook["cells"].insert(place, cell("code", "own", "x = 1"))
    old.write_text(json.dumps(notebook))
    new.write_text(submission("untouched"))
    assert "ex-saturation: copied; added cells: 1" in carry(old, new)
    cells = json.loads(new.read_text("utf-8"))["cells"]
    sources = ["".join(c["source"]) for c in cells]
    assert sources.index("x = 1") == sources.index(SEVEN) - 1
    assert SOLVED["ex-tanh"] in sources
    # An answer in the newer notebook is kept, and nothing is copied twice.
    new.write_text(new.read_text("utf-8").replace("7)", "6)"))
    before = new.read_bytes()
    assert "has another answer, which stays" in str(carry(old, new))
    assert new.read_bytes() == before


def test_the_exercises_are_listed_as_the_book_has_them():
    assert {exercise.label for exercise in labels()} == {*EXERCISES}
    for label, chapter, kind, level, minutes in labels():
        exercise = EXERCISES[label]
        assert exercise["chapter"].partition("_")[0].lstrip("0") == chapter
        printed = re.search(r"(\d+) minutes", exercise["text"])
        assert not printed or int(printed[1]) == minutes
        assert level in (1, 2, 3) and (level == 3) >= (minutes > 15)
        *stub, _ = ast.parse("\n".join(exercise["exercise"])).body
        answer = check_line(exercise).split(", ")[1].rstrip(")")
        calls = any(isinstance(node, ast.Call) for s in stub for node in ast.walk(s))
        write = answer in {"own", *(getattr(node, "name", "") for node in stub)}
        assert kind == ("write" if write else "explore" if calls else "predict"), label
