"""The example of the page "For teachers": a new exercise needs only three places."""

import json
import re

from book_exercises import BOOK, exercises_in, run
from notebooks import cells_of

from scratchdl.exercises import verdict
from scratchdl.exercises.checking import CHECKS, NEEDS, TABLE

FENCE = re.compile(r"^(`{3,})(markdown|python)\n(.*?)\n\1$", re.MULTILINE | re.DOTALL)


def blocks():
    """Return the example's cells and checks, as the page shows them."""
    cells = cells_of(BOOK / "for_teachers.ipynb", "markdown")
    text = "\n\n".join(cell["source"] for cell in cells)
    section = text.partition("## An exercise of your own")[2].partition("\n## ")[0]
    return [(kind, source) for _, kind, source in FENCE.findall(section)]


def add_cells(path, parts):
    notebook = json.loads((BOOK / path.name).read_text(encoding="utf-8"))
    names = {"markdown": "markdown", "python": "code"}
    notebook["cells"] += [
        {"cell_type": names[kind], "source": source} for kind, source in parts
    ]
    path.write_text(json.dumps(notebook), encoding="utf-8")


def test_the_example_of_the_page_is_an_exercise(tmp_path, monkeypatch):
    for table in (CHECKS, NEEDS, TABLE):  # Without it again after this test.
        monkeypatch.setitem(table, "ex-mine", None)
    *cells, (_, check), (_, own_check) = blocks()
    add_cells(tmp_path / "05_layer.ipynb", cells[:3])
    add_cells(tmp_path / "solutions_05.ipynb", cells[3:])
    *_, exercise = exercises_in(tmp_path / "05_layer.ipynb")
    assert exercise["label"] == "ex-mine"
    assert "(solutions_05.ipynb#cell-id=ex-mine)" in exercise["link"]
    for module, source in (("scratchdl.exercises.chapter_05", check), ("a", own_check)):
        exec(source, {"__name__": module})
        assert run(exercise["imports"], *exercise["exercise"]).startswith("Waiting")
        assert run(exercise["imports"], *exercise["solution"]) == "Right.\n"
        assert verdict("ex-mine", lambda inputs, neurons: inputs).startswith("Not yet.")
    exec(check, {"__name__": "scratchdl.exercises.chapter_05"})
    assert "a bias, too" in verdict("ex-mine", lambda inputs, neurons: inputs * neurons)
