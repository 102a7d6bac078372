"""Public reports: what a reader gets who does the same with this package."""

import re
import warnings
from itertools import chain

import pytest
from reports import THEMES

from scratchdl.gradcheck.faults import Kind

REPORTS = list(chain(*THEMES.values()))


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report[0][8:])
def test_a_reader_who_does_the_same_is_told_the_cause(report):
    _, story, code, expected = report
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # NumPy's warnings must not come first.
        if expected is True:
            assert code(), story
        elif isinstance(expected[0], Kind):
            assert_verdict(code(), *expected)
        else:
            with pytest.raises(expected[0]) as raised:
                code()
            assert raised.type is expected[0]
            assert_words(str(raised.value), expected[1])


def assert_verdict(result, kind, method, words):
    """Check that the first fault is of this kind, and that the verdict says so."""
    assert not result
    fault = result.faults[0]
    assert (fault.kind, fault.method) == (kind, method)
    assert_words(str(result), words)


def assert_words(text, words):
    for word in words.split(" | "):
        assert re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text), (word, text)


def test_each_address_and_story_is_given_once():
    every = REPORTS
    assert len({report[0] for report in every}) == len(every) >= 40
    assert len({report[1] for report in every}) == len(every)
    assert all(re.fullmatch(r"https://[\w./-]+", report[0]) for report in every)
