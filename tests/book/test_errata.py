"""Appendix D: each fault has its section, is shown, and fails where it must."""

import re

import pytest
from models import CORRECTED, PRINTED
from notebooks import BOOK, cells_of


def sections():
    """Return for each heading of the second level its prose and its code cells."""
    found, heading = {}, "the opening"
    for cell in cells_of(BOOK / "D_errata.ipynb"):
        if cell["cell_type"] == "code":
            found[heading][1].append(cell)
            continue
        for part in re.split(r"^(?=## )", cell["source"], flags=re.MULTILINE):
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


def test_the_wrong_cell_and_all_19_faults_are_there_in_order():
    assert list(FAULTS) == list(range(20))


@pytest.mark.parametrize("number", FAULTS)
def test_a_fault_says_where_runs_and_is_corrected(number):
    prose, code = FAULTS[number]
    assert "**Where**" in prose
    assert "**Fix**" in prose
    assert "**The printed results**" in prose
    assert output(code)


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
