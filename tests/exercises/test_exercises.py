"""Exercises: the stub waits, the solution is right, typical mistakes get their hint."""

import inspect
import re

import numpy as np
import pytest
from book_exercises import (
    CHAPTERS,
    EXERCISES,
    check_line,
    definition,
    message_for,
    needs,
    run,
)
from right_answers import FRAMES, RIGHT_ANSWERS, code
from wrong_answers import BROKEN_SOLUTIONS, WRONG_ANSWERS

import scratchdl
from scratchdl import Operation
from scratchdl.exercises import check_answer
from scratchdl.exercises.checking import CHECKS

OWN = "ex-own-framework"
# Numbers may also be an array, a list, or floats.
CHECK_AGAIN = """
import numpy as np
answers, array = [{answer}], np.array({answer})
if array.dtype.kind in "if":
    answers += [array, array.tolist(), array + 0.0]
for each in answers:
    check_answer("{label}", each)
"""


@pytest.mark.parametrize("chapter", [path.stem for path in CHAPTERS])
def test_a_chapter_has_three_exercises_and_two_that_build_a_piece_of_it(chapter):
    here = [label for label, ex in EXERCISES.items() if ex["chapter"] == chapter]
    builds = [label for label in here if label.startswith("ex-build")]
    assert len(here) >= 3 and len(builds) >= 2


def test_each_exercise_has_its_check():
    assert set(EXERCISES) == set(CHECKS)


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
    answer = check_line(exercise).partition(", ")[2][:-1]
    again = CHECK_AGAIN.format(answer=answer, label=label)
    printed = run(*before, *exercise["solution"], again)
    assert set(printed.splitlines()) == {"Right."}


def assert_hints(messages):
    """Check that each message has its key word, and that no two are the same."""
    for message, word in messages:
        assert message.startswith("Not yet. ")
        assert word in message
    assert len(dict(messages)) == len(messages) >= 2


@pytest.mark.parametrize("label", WRONG_ANSWERS)
def test_wrong_answers_get_the_hint_meant_for_them(label, capsys):
    messages = []
    for word, answer in WRONG_ANSWERS[label].items():
        check_answer(label, answer)
        messages.append((capsys.readouterr().out, word))
    assert_hints(messages)


@pytest.mark.parametrize("label", BROKEN_SOLUTIONS)
def test_broken_solutions_get_the_hint_meant_for_them(label):
    solution, messages = definition(EXERCISES[label]), []
    for old, new, word in BROKEN_SOLUTIONS[label]:
        assert solution.count(old) == 1
        messages.append((message_for(label, solution.replace(old, new)), word))
    assert_hints(messages)


@pytest.mark.parametrize("label", RIGHT_ANSWERS)
def test_right_answers_that_are_written_differently(label, capsys):
    answers = RIGHT_ANSWERS[label]
    assert len(answers) == 3
    for answer in answers:
        if label in FRAMES:  # It asks for code.
            message = message_for(label, code(label, answer))
        else:
            check_answer(label, answer)
            message = capsys.readouterr().out
        assert message.splitlines()[-1] == "Right.", answer


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("own = [Sigmoid, Linear", "own = [Sigmoid, BookLinear", "still the book's"),
        ("self.rng.seed(self.seed)", "pass", "printed parameters"),
        ("BiasAdd(B), self.activation]", "self.activation, BiasAdd(B)]", "which order"),
        ("return output_grad @ self", "return -output_grad @ self", "gradients differ"),
        ("param -= self.lr", "param -= 2 * self.lr", "Two steps"),
        ("self.net.rng.seed(seed)", "pass", "start again"),
        ("self.restore(saved)", "pass", "best parameters"),
        ("layer.first = True", "pass", "start again"),
        ("own = [Sigmoid, Linear", "own = [Linear, Sigmoid", "in the place of Sigmoid"),
        ("own =", "Trainer.fit = lambda self: 0\nown =", "calls `training.fit"),
        ("own =", "NeuralNetwork.param_grads = lambda self: []\nown =", "no grad"),
        ('{loss:.3f}")', '{loss:.1f}")', "three decimals"),
    ],
)
def test_the_part_that_breaks_a_framework_is_named(old, new, word):
    source = "\n".join(EXERCISES[OWN]["solution"])
    assert source.count(old) == 1
    book = "from scratchdl import Linear as BookLinear"
    message = run(EXERCISES[OWN]["imports"], book, source.replace(old, new))
    assert word in message.splitlines()[-1]


BUILDS = {
    label: getattr(scratchdl, check_line(EXERCISES[label]).split()[1][:-1], None)
    for label in EXERCISES
    if label.startswith("ex-build")
}


@pytest.mark.parametrize(
    "label", [label for label, part in BUILDS.items() if inspect.isclass(part)]
)
def test_the_part_of_the_book_is_a_right_answer(label, capsys):
    check_answer(label, BUILDS[label])
    assert capsys.readouterr().out == "Right.\n"


def test_a_label_that_does_not_exist():
    with pytest.raises(ValueError, match="'ex-tan'; copy"):
        check_answer("ex-tan", 1)


class HalfTanh(Operation):
    def _output(self):
        return np.tanh(self.input_)

    def _input_grad(self, output_grad):
        return ...


class IndexedTanh(HalfTanh):
    def _input_grad(self, output_grad):
        grad = np.empty_like(output_grad)
        grad[...] = output_grad * (1 - self.output**2)
        return grad[..., :]


@pytest.mark.parametrize(
    ("label", "answer", "verdict"),
    [
        ("ex-tanh", HalfTanh, "Waiting"),
        ("ex-three-fits", [5, ...], "Waiting"),
        ("ex-shared-activation", lambda layers: ..., "Waiting"),
        ("ex-tanh", IndexedTanh, "Right."),
        ("ex-r-squared", eval("lambda y_true, y_pred: ..."), "Not yet."),
    ],
)
def test_three_dots_are_missing_unless_they_are_an_index(
    label, answer, verdict, capsys
):
    check_answer(label, answer)
    assert capsys.readouterr().out.startswith(verdict)
