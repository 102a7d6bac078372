"""Exercises: the stub waits, the solution is right, typical slips get their message."""

import ast
import contextlib
import io
import json
import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from verdicts import FILE
from wrong_answers import WRONG_ANSWERS

import scratchdl.exercises
from scratchdl import Operation
from scratchdl.exercises import check_answer

VERDICTS = json.loads(FILE.read_text(encoding="utf-8"))
CHAPTERS = sorted((Path(__file__).parents[2] / "book").glob("[01]*.ipynb"))
# What only chapter 12 needs. Its checks do without, its solutions do not.
MISSING = {name for name in ("torch", "sklearn") if not find_spec(name)}
GATE = re.compile(r"\{(exercise|solution)-(start|end)\}")


def imports_in(source):
    nodes = (ast.Import, ast.ImportFrom)
    lines = [node for node in ast.parse(source).body if isinstance(node, nodes)]
    return "\n".join(line for line in map(ast.unparse, lines) if not needs(line))


def needs(source):
    return MISSING & set(re.findall(r"\w+", source))


def exercises_in(path):
    """Yield each exercise of a chapter: label, imports so far, and code by place."""
    imports, place, exercise = [], None, None
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            imports.append(imports_in(source))
            if place:
                exercise[place].append(source)
        elif gate := GATE.search(source):
            place, edge = gate.groups()
            if (place, edge) == ("exercise", "start"):
                label = re.search(r":label: (\S+)", source)[1]
                exercise = {"label": label, "exercise": [], "solution": []}
                exercise["text"] = source
            if edge == "end":
                if place == "solution":
                    yield {**exercise, "imports": "\n".join(imports)}
                place = None


EXERCISES = {
    exercise["label"]: {**exercise, "chapter": path.stem}
    for path in CHAPTERS
    for exercise in exercises_in(path)
}


def run(*sources):
    """Run one source after the other; return what the last one printed."""
    names = {}
    # A chapter may use what it has itself built above the exercise.
    exec("from scratchdl import *", names)
    for source in sources:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(source, names)
    return printed.getvalue()


def check_line(exercise):
    return exercise["exercise"][-1].strip().splitlines()[-1]


@pytest.mark.parametrize("chapter", [path.stem for path in CHAPTERS])
def test_each_chapter_has_three_exercises_or_more(chapter):
    here = [ex for ex in EXERCISES.values() if ex["chapter"] == chapter]
    assert len(here) >= 3


def test_each_exercise_has_its_check_and_its_wrong_answers():
    labels = set(EXERCISES)
    assert labels == set(WRONG_ANSWERS)
    assert labels == set(scratchdl.exercises._CHECKS)


@pytest.mark.parametrize("label", EXERCISES)
def test_an_exercise_is_complete(label):
    exercise = EXERCISES[label]
    title = re.search(r"exercise-start\} (.+)", exercise["text"])[1]
    assert f"**{title.rstrip('.')}.**" in exercise["text"]
    assert check_line(exercise).startswith(f'check_answer("{label}", ')
    assert exercise["solution"][-1].strip().splitlines()[-1] == check_line(exercise)


@pytest.mark.parametrize("label", EXERCISES)
def test_the_stub_waits_and_the_solution_is_right(label):
    exercise = EXERCISES[label]
    before = [exercise["imports"], *exercise["exercise"]]
    assert run(*before).splitlines()[-1].startswith("Waiting for your answer")
    if missing := needs("\n".join(exercise["solution"])):
        pytest.skip(f"without {missing.pop()}; make test-elsewhere brings it")
    assert run(*before, *exercise["solution"]).splitlines()[-1] == "Right."


def answer_message(label, answer):
    exercise = EXERCISES[label]
    before = [exercise["imports"], *exercise["exercise"]]
    return run(*before, f"{answer}\n{check_line(exercise)}")


@pytest.mark.parametrize("label", WRONG_ANSWERS)
def test_typical_wrong_answers_get_the_message_meant_for_them(label):
    messages = []
    for answer, words in WRONG_ANSWERS[label]:
        message = answer_message(label, answer)
        assert message.startswith("Not yet. ")
        assert words in message
        messages.append(message)
    assert len(set(messages)) == len(messages) >= 2
    assert messages == VERDICTS[label]


def test_a_label_that_does_not_exist():
    with pytest.raises(ValueError) as error:
        check_answer("ex-tan", 1)
    assert str(error.value) == (
        "check_answer: no exercise has the label 'ex-tan'; copy it from the "
        "exercise's check line."
    )


def test_a_stub_that_is_half_filled_in_waits(capsys):
    class Tanh(Operation):
        def _output(self):
            return np.tanh(self.input_)

        def _input_grad(self, output_grad):
            return ...

    check_answer("ex-tanh", Tanh)
    assert capsys.readouterr().out.startswith("Waiting for your answer")
