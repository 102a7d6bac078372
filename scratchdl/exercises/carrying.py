"""Copy the answers of a notebook into a newer version of it, by label."""

import ast
import json
import os
import re
from pathlib import Path
from typing import Any

from .checking import has_dots
from .grading import read_notebook

START = re.compile(r"^:label: (\S+)", re.M)
Cell = dict[str, Any]


def carry(old: Path, new: Path) -> list[str]:
    """Copy the answers of a notebook into a newer one, which keeps all that it has.

    An answer replaces the stub of the exercise with the same label. Cells that were
    added to the exercise are copied, too. An answer that the newer notebook already
    has is not replaced. The older notebook is not changed.

    Parameters
    ----------
    old : Path
        Notebook with answers.
    new : Path
        Newer notebook.

    Returns
    -------
    list of str
        What has happened to each exercise of `old`.
    """
    notebooks = [read_notebook(path) for path in (old, new)]
    answered, found = (_exercises(notebook["cells"]) for notebook in notebooks)
    before = json.dumps(notebooks[1])
    report = [
        f"{label}: {_carry_one(label, cells, found[label], notebooks[1]['cells'])}"
        if label in found
        else f"{label}: not in the newer notebook"
        for label, cells in answered.items()
    ]
    if json.dumps(notebooks[1]) != before:
        for cell in notebooks[1]["cells"]:  # As Jupyter stores it.
            cell["source"] = cell["source"].splitlines(keepends=True)
        text = json.dumps(notebooks[1], indent=1, ensure_ascii=False) + "\n"
        copy = new.with_name(f"{new.name}.part")
        copy.write_text(text, encoding="utf-8", newline="\n")
        os.replace(copy, new)  # An interruption leaves the notebook whole.
    return report


def _exercises(cells: list[Cell]) -> dict[str, list[Cell]]:
    """Return the cells between the start and the end of each exercise, by label."""
    exercises: dict[str, list[Cell]] = {}
    inside: list[Cell] | None = None
    for cell in cells:
        source = cell["source"]
        if cell["cell_type"] == "markdown" and "{exercise-start}" in source:
            label = START.search(source)
            inside = exercises.setdefault(label[1], []) if label else None
        elif cell["cell_type"] == "markdown" and "{exercise-end}" in source:
            inside = None
        elif inside is not None:
            inside.append(cell)
    return exercises


def _carry_one(label: str, old: list[Cell], new: list[Cell], cells: list[Cell]) -> str:
    """Carry one exercise into `cells`, which contains `new`; return what happened."""
    call = f'check_answer("{label}"'
    stubs = [cell for cell in new if call in cell["source"]]
    if not stubs:
        return "the newer notebook does not check it"
    stub = stubs[0]
    checked = [cell for cell in old if call in cell["source"]]
    # A student may have checked other attempts, too; Colab removes the ids.
    checked.sort(key=lambda cell: cell.get("id") != stub["id"])
    place = old.index(checked[0]) if checked else len(old)
    ids, known = {cell["id"] for cell in cells}, {cell["source"] for cell in new}

    def added(part: list[Cell]) -> list[Cell]:
        own = [cell for cell in part if cell.get("id") not in ids]
        own = [cell for cell in own if cell["source"] not in known]
        names = [cell.get("id", f"{label}-{old.index(cell)}") for cell in own]
        return [_fresh(cell, name) for cell, name in zip(own, names, strict=True)]

    before, after = added(old[:place]), added(old[place + 1 :])
    outcome, answer = _choose(checked, stub)
    place = next(number for number, cell in enumerate(cells) if cell is stub)
    cells[place : place + 1] = [*before, answer, *after]
    count = len(before) + len(after)
    return outcome + (f"; added cells: {count}" if count else "")


def _choose(checked: list[Cell], stub: Cell) -> tuple[str, Cell]:
    """Return what happens to a stub, and the cell that is in its place then."""
    source = checked[0]["source"] if checked else stub["source"]
    if source == stub["source"]:
        return "nothing to copy", stub
    if not _is_stub(stub):
        return "the newer notebook has another answer, which stays", stub
    if _is_stub(checked[0]):
        return "not copied, because it still contains three dots", stub
    return "copied", _fresh({**stub, "source": source}, stub["id"])


def _is_stub(cell: Cell) -> bool:
    try:
        return has_dots(ast.parse(cell["source"]))
    except SyntaxError:
        return False


def _fresh(cell: Cell, name: str) -> Cell:
    """Return a copy of a cell, without outputs, because it has to run again."""
    code: Cell = {"outputs": [], "execution_count": None}
    return {**cell, "id": name, **(code if cell["cell_type"] == "code" else {})}
