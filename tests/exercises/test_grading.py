"""Grading a folder of notebooks, and carrying answers into a newer notebook."""

import ast
import csv
import json
import re
import subprocess
import sys

import pytest
from book_exercises import CHAPTERS, EXERCISES, check_line

from scratchdl.exercises import labels
from scratchdl.exercises.__main__ import main

LABELS = ["ex-tanh", "ex-saturation", "ex-r-squared", "ex-build-momentum"]
TANH, NUMBER, SQUARED, MOMENTUM = LABELS
SOLVED = {label: "\n".join(EXERCISES[label]["solution"]) for label in LABELS}
ASK = f'check_answer("{NUMBER}", '
SEVEN = f"{ASK}7)"
TWICE = "class Tanh(Tanh):\n    pass\n"
CELL = {"metadata": {}, "outputs": [], "execution_count": None}
# By kind of submission: what replaces an answer, or is put in front of all ("first")
# or after them ("last"); which answers are then right; and a word in look_at.
KINDS = {
    "solved": ({}, "1111", ""),
    "untouched": (None, "0000", ""),
    "one is wrong": ({NUMBER: SEVEN}, "1011", ""),
    "张伟": ({NUMBER: f"{ASK}5)"}, "1111", ""),
    "=1+1": ({}, "1111", ""),
    "endless loop at the end": ({"last": "while True: 1"}, "1111", "cell 7 took more"),
    "endless loop at the start": ({TANH: "while 1: 1"}, "0111", "cell 3 took more"),
    "endless loop after an answer": (
        {NUMBER: f"{ASK}5)\nwhile True: {SEVEN}"},
        "1011",
        "calls of check_answer",
    ),
    "endless answer": (
        {SQUARED: f'def f(*a):\n  while 1: 1\ncheck_answer("{SQUARED}", f)'},
        "1101",
        "cell 5 took more",
    ),
    "syntax error": ({SQUARED: "def f(:"}, "1101", "r-squared: no call"),
    "exits": ({"last": "raise SystemExit"}, "1111", ""),
    "exits at the start": ({"first": "raise SystemExit"}, "1111", ""),
    "ends Python": ({"first": "import os; os._exit(0)"}, "1111", "1 ended Python"),
    "stops": ({SQUARED: "1 / 0"}, "1101", "no call"),
    "thread goes on": (
        {"last": "import threading\nthreading.Thread(target=input).start()"},
        "1111",
        "",
    ),
    "asks": ({"first": "input()"}, "1111", ""),
    "prints much": ({"first": "print('x' * 10**7)"}, "1111", ""),
    "memory": ({"first": "[0] * 10**11"}, "1111", ""),
    "magics": ({"first": "%matplotlib inline\n!ls\nx = 1"}, "1111", ""),
    "a library": ({"first": "import no_such"}, "1111", "no_such is not installed"),
    "stub stays below": ({"last": f"{ASK}...)"}, "1111", ""),
    "later wrong": ({"last": SEVEN}, "1011", "an earlier answer was right"),
    "later right": ({"first": SEVEN}, "1111", ""),
    "guesses": (
        {NUMBER: f"for n in range(50): {ASK}n)"},
        "1011",
        "saturation: 50 calls",
    ),
    "guesses with verdict": (
        {
            NUMBER: f"{SEVEN[:-2]}next(n for n in range(9)\n"
            f'if "Not" not in (verdict("{NUMBER}", n) or "")))'
        },
        "1011",
        "",
    ),
    "reads what is printed": (
        {
            NUMBER: "import contextlib, io\nfor n in range(9):\n"
            "  with contextlib.redirect_stdout(io.StringIO()) as s:\n"
            f"    {ASK}n)\n  if 'Right' in s.getvalue(): break"
        },
        "1011",
        "an earlier answer was right",
    ),
    "own check_answer": (
        {NUMBER: f"def check_answer(*a): print('Right.')\n{SEVEN}"},
        "1000",
        "check_answer was replaced",
    ),
    "other check_answer": (
        {"first": "import scratchdl.exercises as e\ne.check_answer = print"},
        "1111",
        "exercises.check_answer was replaced",
    ),
    "own table": (
        {
            NUMBER: "from scratchdl.exercises.checking import CHECKS\n"
            f"CHECKS['{NUMBER}'] = {{'Right.': 7}}\n{SEVEN}"
        },
        "1011",
        "contains CHECKS",
    ),
    "own allclose": (
        {NUMBER: f"np.allclose = lambda *a, **k: True\n{SEVEN}"},
        "1011",
        "numpy.allclose was replaced",
    ),
    "changed class": (
        {"first": "import scratchdl\nscratchdl.ReLU._output = 1"},
        "1111",
        "ReLU._output was replaced",
    ),
    "own class of the book": (
        {TANH: f'from scratchdl import Tanh\ncheck_answer("{TANH}", Tanh)'},
        "1111",
        "the answer is scratchdl.extending.Tanh",
    ),
    "nothing added": (
        {TANH: f'from scratchdl import Tanh\n{TWICE}check_answer("{TANH}", Tanh)'},
        "1111",
        "adds nothing to Tanh",
    ),
    "reads a check": (
        {
            "last": "import scratchdl.exercises as e\n"
            "open(e.__path__[0] + '/chapter_03.py')"
        },
        "1111",
        "chapter_03.py was read",
    ),
    "imports a check": (
        {"last": "from scratchdl.exercises import chapter_03"},
        "1111",
        "chapter_03.py was read",
    ),
    "reads others": ({"last": "open('FOLDER/solved.ipynb')"}, "1111", "solved.ipynb"),
    "looks at frames": ({"last": "x = ''.f_back"}, "1111", "contains f_back"),
    "network": (
        {"last": "import socket; socket.create_connection(('127.0.0.1', 9))"},
        "1111",
        "socket.getaddrinfo was refused",
    ),
    "programs": ({"last": "import os; os.system('ls')"}, "1111", "os.system was"),
    "forges": (
        {
            "last": "import os\nfor n in range(3, 99):\n  try: os.write(n, bytes(9))\n"
            "  except OSError: 1"
        },
        "1111",
        "forged",
    ),
}


def notebook(sources, exercises=True):
    """Return the text of a notebook with code cells, each in its exercise."""
    cells = []
    for name, source in sources.items():
        lines = source.splitlines(keepends=True)
        here = [{"cell_type": "code", "id": f"{name}-code", "source": lines, **CELL}]
        if name in LABELS and exercises:
            start = f"```{{exercise-start}} T\n:label: {name}\n```"
            here.insert(0, {"cell_type": "markdown", "id": name, "source": start})
            end = {"cell_type": "markdown", "source": "```{exercise-end}\n```"}
            here.append({"id": f"{name}-end", **end})
        cells += here
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4})


def submission(changes):
    imports = "import numpy as np\nfrom scratchdl import *\n"
    imports += "from scratchdl.exercises import check_answer, verdict"
    stubs = {label: "\n".join(EXERCISES[label]["exercise"]) for label in LABELS}
    answers = stubs if changes is None else SOLVED
    cells = {"first": "", "imports": imports, **answers, "last": ""}
    return cells | (changes or {})


@pytest.fixture(scope="module")
def grades(tmp_path_factory):
    """Return the rows of the table for a folder with a submission of each kind."""
    folder, out = tmp_path_factory.mktemp("hand in"), tmp_path_factory.mktemp("out")
    for name, (changes, *_) in KINDS.items():
        text = notebook(submission(changes)).replace("FOLDER", folder.as_posix())
        (folder / f"{name}.ipynb").write_text(text, encoding="utf-8")
    (folder / "broken.ipynb").write_text("{")
    run = [sys.executable, "-m", "scratchdl.exercises", "grade", folder]
    run += ["--exercises", ",".join(LABELS), "--seconds", "4", "--memory", "2048"]
    subprocess.run([*run, "--jobs", "2", "--out", out / "g.csv"], check=True)
    assert (out / "g.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (out / "g.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["submission"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_of_submission_gets_its_grade(name, grades):
    _, right, remark = KINDS[name]
    row = grades[f"'{name}" if name[0] == "=" else name]
    assert "".join(row[label] for label in LABELS) == right, row
    assert row["score"] == str(right.count("1")) and row["max_score"] == "4"
    assert remark in row["look_at"] and bool(remark) == bool(row["look_at"]), row


def test_a_file_that_is_not_a_notebook(grades):
    row = grades["broken"]
    assert (row["score"], row["look_at"]) == ("0", "the file is not a notebook")


def test_other_formats(tmp_path):
    (tmp_path / "lin" / "hw1").mkdir(parents=True)
    path, out = tmp_path / "lin" / "hw1" / "a.ipynb", tmp_path / "out"
    path.write_text(notebook(submission({"first": "", NUMBER: SEVEN})))
    grade = ["grade", str(tmp_path), "--exercises", ",".join(LABELS), "--out", str(out)]
    main([*grade, "--format", "nbgrader"])
    assert out.read_text("utf-8-sig").splitlines()[1] == "hw1,,,lin,,,,3.0,0.0,3.0,4.0"
    main([*grade, "--format", "gradescope"])
    tests = json.loads(out.read_text())["tests"]
    assert [test["score"] for test in tests] == [1, 0, 1, 1, 0]
    assert tests[1]["output"].startswith("Not yet.")
    assert tests[-1]["visibility"] == "hidden"
    out.unlink()
    main([*grade, "--format", "otter"])
    code = (out / f"{NUMBER}.py").read_text()
    assert f"verdict('{NUMBER}', eval('7', env))" in code
    ast.parse(code)


def test_the_exercises_are_listed_as_the_book_has_them():
    listed = {exercise.label: exercise for exercise in labels()}
    assert [*listed] == [*EXERCISES]
    minutes = {}
    for label, (_, chapter, kind, time) in listed.items():
        exercise = EXERCISES[label]
        assert exercise["chapter"].lstrip("0").startswith(chapter)
        printed = re.search(r"(\d+) minutes", exercise["text"])
        assert not printed or int(printed[1]) == time
        minutes[chapter] = minutes.get(chapter, 0) + time
        *stub, _ = ast.parse("\n".join(exercise["exercise"])).body
        answer = check_line(exercise).split(", ")[1].rstrip(")")
        parts = [node for part in stub for node in ast.walk(part)]
        if answer in {getattr(node, "name", "") for node in stub} | {"own"}:
            assert kind == "write", label
        else:
            calls = any(isinstance(node, ast.Call) for node in parts)
            assert kind == ("explore" if calls else "predict"), label
    for path in CHAPTERS:
        text = path.read_text(encoding="utf-8")
        if printed := re.search(r"and (\d+) for the exercises\.", text):
            assert minutes[path.stem[:2].lstrip("0")] == int(printed[1])
