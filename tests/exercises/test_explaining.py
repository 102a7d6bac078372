"""Answers that stop with an error, or are not of the kind that is needed."""

import itertools
import re
import warnings

import numpy as np
import pytest
from book_exercises import EXERCISES, check_line, message_for, needs, run
from wrong_answers import BROKEN_SOLUTIONS

from scratchdl.exercises import check_answer
from scratchdl.exercises.checking import CHECKS, ELSE, RIGHT
from scratchdl.exercises.differences import difference

RELU = """
class ReLU(Operation):
    def _output(self):
        return {0}
    def _input_grad(self, output_grad):
        return {1}
"""
FUNCTION = "def r_squared(y_true, y_pred):\n    {}"
MEANS = "def collapse(net):\n    W1, B1 = net.layers[0].params\n    {}"


def relu(output, grad="output_grad * (self.input_ > 0)"):
    return "ex-relu", RELU.format(output, grad)


def r_squared(body):
    return "ex-r-squared", FUNCTION.format(body)


# Code, and words of the message.
CASES = [
    (*relu("max(self.input_, 0)"), "`max(self.input_, 0)` | np.maximum | entry"),
    (*relu("self.input_ if self.input_ > 0 else 0"), "`self.input_ > 0` | np.where"),
    (*relu("0 if not self.input_ else 1"), "`is None`"),
    (*relu("1 if self.input_ else 0"), "`is None`"),
    (*relu("self.input_ > 0 and self.input_"), "np.where"),
    (*relu("self.forward(self.input_)"), "calls itself"),
    (*relu("np.maximun(self.input_, 0)"), "`np.maximun` | `np.maximum`"),
    (*relu("maximum(self.input_, 0)"), "`maximum` | `np.maximum`"),
    (*relu("np.maximum(self.inputs, 0)"), "`self.inputs` | `self.input_`"),
    (*relu("np.maximum(self._input, 0)"), "`self._input` | `self.input_`"),
    (*relu("np.maximum(input_, 0)"), "`input_` | `self.input_`"),
    (*relu("np.maximum(self.input_, 0)", "self.mask.T"), "`self.mask` | spelled"),
    (*relu("self.input_ - np.ones((7, 5))"), "(2, 3) | (7, 5)"),
    (*relu("self.input_ @ self.input_"), "(2, 3) and `self.input_` | transpose"),
    (*relu("np.dot(self.input_, self.input_)"), "(2, 3) | transpose | order"),
    (*relu("self.input_.dot(np.ones(2))"), "(2, 3) | (2,) | transpose | order"),
    (*relu("self.input_.mean(axis=2)"), "axis 2 | 2 dim"),
    (*relu("self.input_.max / 2"), "`self.input_.max` is a function | ()"),
    (*relu("[1, 2].mean()"), "array | np.array"),
    (*relu("np.exp(self.input_ * None)"), "None"),
    (*r_squared("y = y_true.astype(int)\n    y -= 0.5"), "whole numbers | float"),
    (*r_squared("a, b = 1, 2, 3\n    return a"), "2 values"),
    (*r_squared("a = a + 1\n    return a"), "`a` | before it gets a value"),
    (*r_squared("pairs = zip(y_true, y_pred)\n    return pairs[0]"), "list(...)"),
    (*r_squared("return len(map(abs, y_true))"), "list(...)"),
    (*r_squared("return r_squared(y_true, y_pred)"), "`r_squared` calls itself"),
    (*r_squared("raise SystemExit"), "SystemExit"),
    (*r_squared("y_true[:2] = y_pred"), "`y_true[:2]` (2, 1) | `y_pred` (4, 1)"),
    (*r_squared("return y_true ^ 2"), "write **"),
    (*r_squared("return math.sqrt(2)"), "`import math`"),
    (*r_squared("return list(zip(Sigmoid().forward))"), "`Sigmoid().forward` is a f"),
    (*r_squared("return np.sum([y_true, y_true[1:]])"), "different shapes | loop"),
    (*r_squared("return [1.0] * y_true[0, 0]"), "`[1.0]` is a list | y_true[0, 0]"),
    (*r_squared("for y in 3: pass"), "`3` is the number 3"),
    (*r_squared("return y_true[y_true:2]"), "`y_true` is an array | `2`"),
    (*relu("self.input_ @ 2"), "`2` is the number 2"),
    (*r_squared("return np.mean()"), "`np.mean()` | missing"),
    (*r_squared("return {}['a']"), "`{}['a']` | KeyError"),
    ("ex-r-squared", "def r_squared(y):\n    return 1", "`r_squared` | arguments | 2"),
    ("ex-relu", "ReLU = Sigmoid()", "without ()"),
    ("ex-relu", RELU.format(1, 1).replace("(self):", "(self, x):"), "_output | (self)"),
    ("ex-collapse", MEANS.format("W1"), "`collapse` returned None | W and B"),
    ("ex-collapse", MEANS.format("return W1"), "shape (3, 3) | W and B"),
    ("ex-collapse", MEANS.format("yield W1"), "`collapse` contains `yield` | W and B"),
    ("ex-collapse", MEANS.format("return {'W': W1}"), "dict | W and B"),
    ("ex-collapse", MEANS.format("return 'W', 'B'"), "the text 'W'"),
    ("ex-collapse", MEANS.format("return str, B1"), "a class | ()"),
    (*r_squared("print(1)"), "None | `return`"),
    (*r_squared("return str(1.0)"), "text '1.0'"),
    (*r_squared("return (each for each in y_true)"), "list(...)"),
    (*r_squared("return np.mean"), "a function | ()"),
    (*r_squared("return [None, 1.0]"), "a list of length 2"),
    (*r_squared("return [[1.0], [1.0, 2.0]]"), "a list of length 2"),
    (*r_squared("return y_true[0, 0] * np.nan"), "nan"),
    (*relu("None"), "_output | None | return"),
    (*relu("np.maximum(self.input_, 0)", None), "grad | None | return"),
]


@pytest.mark.parametrize(("label", "code", "words"), CASES)
def test_a_mistake_is_explained(label, code, words):
    message = message_for(label, code)
    assert "Not yet. " in message
    assert all(word in message for word in words.split(" | "))
    if name := re.search("There is no `(.+)`. Did you mean `(.+)`", message):
        meant = re.sub(rf"(?<![\w.]){re.escape(name[1])}\b", name[2], code)
        assert message_for(label, meant) == "Right.\n"


class Hostile:
    """An object whose special methods all stop."""

    def _stop(self, *_):
        raise ZeroDivisionError

    __repr__ = __str__ = __eq__ = __array__ = __len__ = __iter__ = __float__ = _stop
    __getattr__ = __bool__ = __call__ = _stop
    __hash__ = object.__hash__


class HostileList(list):
    __repr__ = __len__ = __iter__ = __getitem__ = Hostile._stop


class HostileNumber(float):
    __repr__ = __str__ = __format__ = __dir__ = Hostile._stop
    __class__ = property(Hostile._stop)


class HostileError(Exception):
    __str__ = Hostile._stop


def hostile_error(*_):
    raise HostileError


endless = [1.0]
endless.append(endless)


ODD_ANSWERS = [
    *(Hostile(), Hostile, HostileList(), HostileNumber(), HostileNumber),
    *(lambda *_: Hostile(), lambda *_: HostileList(), lambda *_: HostileNumber()),
    *(lambda *_: HostileNumber().missing, hostile_error, endless, None, "a", b"1"),
    *({}, {1: 2}, (), set(), object(), 1j, np.inf, [None], int, [[1.0], [1.0, 2.0]]),
    *(itertools.repeat(np.ones((2, 2))), lambda *_: itertools.count()),
    *(np.array(["a"]), np.ma.array([1.0]), lambda *_: None, lambda *_: iter(())),
]


@pytest.mark.parametrize("label", CHECKS)
def test_no_answer_stops_a_check(label, capsys):
    for answer in [*ODD_ANSWERS, iter([1.0])]:
        check_answer(label, answer)
        message = capsys.readouterr().out
        assert message.startswith("Not yet. ")
        assert "scratchdl" not in message


def test_control_c_stops_a_check():
    def interrupted(y_true, y_pred):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_answer("ex-r-squared", interrupted)


@pytest.mark.parametrize(
    ("found", "truth", "words"),
    [
        (-0.3, 0.3, "sign"),
        (0.6, 0.3, "twice"),
        (0.15, 0.3, "half"),
        (0.67, 4 / 3, "half"),
        ([(1, 2), 5], [(1, 2), (3, 5)], "The second is a single number"),
        (30.0, 0.3, "percent"),
        (1 / 0.3, 0.3, "1 divided by"),
        (0.09, 0.3, "the square of"),
        (0.3**0.5, 0.3, "square root"),
        (np.array([3.0, 0.9, 6.0]), np.array([1.0, 0.3, 2.0]), "a mean needed"),
        (np.array([1.0, 0.3, 2.0]), np.array([3.0, 0.9, 6.0]), "a sum needed"),
        (np.array([1.5, 4.5]), np.array([0.2, 0.6]), "7.5 times"),
        (np.array([0.3]), 0.3, "shape (1,)"),
        (np.ones((2, 3)), np.ones((3, 2)), "transposed"),
        (np.ones(3), np.ones((3, 1)), "right numbers in the shape (3,)"),
        (np.nan, 0.3, "nan"),
        (None, 0.3, "None: is a `return` missing?"),
        ({}, 0.3, "a dict"),
        ("0.3", 0.3, "text '0.3'"),
        ([0.3, 5], [0.3, 0.5], "The first is right."),
        ([0.3, 5, 7], [0.3, 0.5, 7], "The first and third are right."),
        ([0.3, 50], [0.3, 0.5], "The second is 100 times"),
        ([0.5, 0.3], [0.3, 0.5], "reverse"),
        ([0.5], [0.3, 0.5], "2 parts"),
        (0.5, [0.3, 0.5], "2 parts"),
    ],
)
def test_a_general_mistake_explains_a_result(found, truth, words):
    assert words in difference(found, truth)


def test_what_no_general_mistake_explains():
    assert difference(0.7, 0.3) == difference(20, 10) == ""


def test_a_rounded_mistake_gets_the_same_hint(monkeypatch, capsys):
    monkeypatch.setitem(CHECKS, "demo", {RIGHT: 4 / 3, "Inverted.": 2 / 3, "No.": ELSE})
    for answer in (0.67, 0.667, 2 / 3):
        check_answer("demo", answer)
        assert "Inverted." in capsys.readouterr().out
    check_answer("demo", 1.33)
    assert capsys.readouterr().out == "Right.\n"


@pytest.mark.parametrize("label", BROKEN_SOLUTIONS)
def test_settings_made_by_others_change_no_verdict(label):
    exercise = EXERCISES[label]
    if needs("\n".join(exercise["solution"])):
        pytest.skip("its solution needs another library")
    before = [exercise["imports"], *exercise["exercise"], *exercise["solution"]]
    strict = "import warnings; np.seterr(all='raise'); warnings.simplefilter('error')\n"
    with np.errstate(), warnings.catch_warnings():
        assert run(*before, strict + check_line(exercise)) == "Right.\n"


def test_overflow_in_a_wrong_answer_is_no_error(capsys):
    with np.errstate(all="raise"), warnings.catch_warnings():
        warnings.simplefilter("error")
        check_answer("ex-r-squared", lambda true, pred: np.exp(1000 * true).sum())
    assert "nan or inf" in capsys.readouterr().out


def test_an_answer_of_another_kind_is_named(capsys):
    for answer, word in ((Hostile, "a class"), (print, "function")):
        for label in ("ex-one-step", "ex-batch-size", "ex-lucky-seed"):
            check_answer(label, answer)
            assert word in capsys.readouterr().out
