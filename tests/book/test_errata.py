"""Appendix D: each fault has its section, is shown, and fails where it must."""

import ast
import json
import re
from pathlib import Path

import pytest
from models import CORRECTED, PRINTED, fit, network

from scratchdl import SGD, Trainer, load_boston

PATH = Path(__file__).parents[2] / "book" / "D_errata.ipynb"
CELLS = json.loads(PATH.read_text(encoding="utf-8"))["cells"]
# Faults that end in an error, in the printed code or in the corrected one.
RAISING = [1, 2, 3, 4, 5, 7, 8, 12, 14, 15, 16, 18]


def sections():
    """Return for each heading of the second level its prose and its code cells."""
    found, heading = {}, "the opening"
    for cell in CELLS:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            found[heading][1].append(cell)
            continue
        for part in re.split(r"^(?=## )", source, flags=re.MULTILINE):
            if part.startswith("## "):
                heading = part.partition("\n")[0].removeprefix("## ")
            prose, code = found.get(heading, ("", []))
            found[heading] = prose + part, code
    return found


SECTIONS = sections()
FAULTS = {
    int(heading.partition(".")[0]): section
    for heading, section in SECTIONS.items()
    if heading[0].isdigit()
}


def output(cells):
    """Return what the cells printed, and the words that go with their pictures."""
    texts = []
    for cell in cells:
        for result in cell["outputs"]:
            texts += result.get("text") or result["data"]["text/plain"]
    return "".join(texts)


def calls(cells):
    for cell in cells:
        for node in ast.walk(ast.parse("".join(cell["source"]))):
            if isinstance(node, ast.Call):
                yield getattr(node.func, "id", None)


def test_the_wrong_cell_and_all_19_faults_are_there_in_order():
    assert list(FAULTS) == list(range(20))


@pytest.mark.parametrize("number", FAULTS)
def test_a_fault_says_where_runs_and_is_corrected(number):
    prose, code = FAULTS[number]
    assert "**Where**" in prose
    assert "**Fix**" in prose
    assert "**The printed results**" in prose
    assert output(code)


@pytest.mark.parametrize("number", RAISING)
def test_what_is_to_raise_goes_through_the_helper(number):
    _, code = FAULTS[number]
    assert "raises" in calls(code)
    assert re.search(r"^\w+Error: .", output(code), re.MULTILINE)


def test_the_helper_complains_if_nothing_is_raised(capsys):
    sources = ["".join(cell["source"]) for cell in CELLS]
    (source,) = [source for source in sources if source.startswith("def raises(")]
    names = {}
    exec(source, names)
    names["raises"](ZeroDivisionError, lambda: 1 / 0)
    assert capsys.readouterr().out == "ZeroDivisionError: division by zero\n"
    with pytest.raises(AssertionError, match="ValueError"):
        names["raises"](ValueError, lambda: None)
    with pytest.raises(ZeroDivisionError):
        names["raises"](ValueError, lambda: 1 / 0)


def test_the_two_tables_of_the_data():
    text = output(FAULTS[0][1])
    rows = re.findall(r"^  (?:epoch \d+|MAE|RMSE) +(\S+) +(\S+)$", text, re.MULTILINE)
    printed, corrected = (
        " ".join(table.values()).split() for table in (PRINTED, CORRECTED)
    )
    assert rows == [
        (one, other + "*" if one != other else other)
        for one, other in zip(printed, corrected, strict=True)
    ]
    stars = sum(other.endswith("*") for _, other in rows)
    assert 0 < stars < 21
    assert f"{stars} of 21" in text


def test_early_stopping_reports_restores_and_leaves_three_networks():
    trainer = Trainer(network(1), SGD(lr=0.05))
    fit(trainer, load_boston(), epochs=30, eval_every=1, early_stopping=False)
    losses = trainer.history["validation_loss"]
    reported, restored, left = losses[19], losses[28], losses[29]
    assert reported < losses[9]
    assert reported < left
    assert len({f"{loss:.3f}" for loss in (reported, restored, left)}) == 3
    text = output(FAULTS[11][1])
    for epoch, loss in (20, reported), (29, restored), (30, left):
        assert re.search(rf"epoch {epoch}\D+{loss:.3f}", text), epoch
    # The corrected trainer gives back what it reports.
    assert re.search(rf"{reported:.3f}\D+20$", text, re.MULTILINE)
