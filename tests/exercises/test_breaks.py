"""Nearly every break of a solution must be called wrong by the exercise's check."""

import signal

import numpy as np
import pytest
from breaks import LABELS, breaks_of, judge, listed, message_about
from equivalent_breaks import EQUIVALENT

if not hasattr(signal, "setitimer"):
    pytest.skip("breaks.py needs Linux or macOS", allow_module_level=True)


@pytest.fixture(scope="module")
def judged():
    return {label: judge(label) for label in LABELS}


def test_97_percent_of_the_breaks_are_called_wrong(judged):
    pairs = [(label, what) for label in LABELS for what in judged[label][1]]
    survivors = [(label, what) for label, what in pairs if what not in listed(label)]
    total = sum(len(judged[label][0]) - len(listed(label)) for label in LABELS)
    score = 1 - len(survivors) / total
    report = [f"{label}: {what}" for label, what in survivors]
    print(f"{score:.1%} of {total} breaks are called wrong.", *report, sep="\n")
    assert score >= 0.97


@pytest.mark.parametrize("label", EQUIVALENT)
def test_an_equivalent_break_is_one_that_is_called_right(label, judged):
    assert set(listed(label)) <= set(judged[label][1])


SOURCE = """
class Own(Operation):
    def _output(self):
        doubled = 2 * self.input_
        return np.sum(doubled * (self.input_ + 1), axis=0, keepdims=True)
"""


def test_each_place_is_broken():
    found = breaks_of(SOURCE)
    here = "return np.sum(doubled * (self.input_ + 1), axis=0, keepdims=True)"
    for old, new in (
        (" + 1", " - 1"),
        (" + 1", " + 2"),
        ("(self.input_ + 1)", "self.input_"),
        ("(self.input_ + 1)", "self.input_ + 1"),
        ("doubled *", "doubled /"),
        ("doubled *", "self.input_ *"),
        ("self.input_ +", "doubled +"),
        ("self.input_ +", "self.output +"),
        ("sum", "mean"),
        ("=0", "=1"),
        ("True", "False"),
        (", axis=0", ""),
        ("return ", ""),
    ):
        assert here.replace(old, new) in found
    assert "without doubled = 2 * self.input_" in found
    assert here not in found


@pytest.mark.filterwarnings("error")
def test_a_break_disturbs_nothing():
    state, settings = np.random.get_state()[1].copy(), np.geterr()
    source = """
    class ReLU(Operation):
        def _output(self):
            np.random.rand()
            np.seterr(all="raise")
            return np.log(-1 * abs(self.input_))
    """.replace("\n    ", "\n")
    assert message_about("ex-relu", source) != "Right."
    assert np.array_equal(state, np.random.get_state()[1])
    assert np.geterr() == settings


def test_a_break_that_never_ends_is_stopped(monkeypatch):
    monkeypatch.setattr("breaks.SECONDS", 0.2)
    source = "def r_squared(y_true, y_pred):\n    while True: pass"
    assert message_about("ex-r-squared", source) == "It never ends."
