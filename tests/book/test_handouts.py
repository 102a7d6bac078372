"""Handouts: the book's notebooks without solutions, ready to be answered and graded."""

import re

import pytest
from book_exercises import EXERCISES
from handouts import write_handouts
from notebooks import NOTEBOOKS, cells_of

from scratchdl.exercises.checking import WAITING
from scratchdl.exercises.grading import grade

SOLVED = {exercise["solution"][-1] for exercise in EXERCISES.values()}
PAGES = [path for path in NOTEBOOKS if not path.stem.startswith(("solut", "for_teach"))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("handouts")
    write_handouts(folder)
    return folder


def test_all_pages_are_handed_out_with_the_package(folder):
    assert {path.name for path in folder.glob("*.ipynb")} == {p.name for p in PAGES}
    assert len(list(folder.glob("*.whl"))) == 1


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_handout_has_the_cells_of_the_book_and_no_solution(path, folder):
    first, *cells = cells_of(folder / path.name)
    assert "%pip install" in first["source"]
    # So it runs from top to bottom: `make test` runs these cells, and compares outputs.
    book = cells_of(path)
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code == [cell for cell in book if cell["cell_type"] == "code"]
    assert [cell["id"] for cell in cells] == [cell["id"] for cell in book]
    assert not SOLVED & {cell["source"] for cell in code}
    for cell in code:
        label = re.search(r'^check_answer\("(.+?)"', cell["source"], re.MULTILINE)
        if label and label[1] in EXERCISES:
            assert WAITING in str(cell["outputs"]), label[1]


def test_links_lead_to_a_file_of_the_folder(folder):
    for path in [*folder.glob("*.ipynb"), *folder.glob("*.md")]:
        text = path.read_text(encoding="utf-8")
        links = re.findall(r"\]\(([\w.]+\.(?:ipynb|md))[#)]", text)
        assert not [name for name in links if not (folder / name).exists()], path


def test_no_exercise_of_an_untouched_handout_is_right(tmp_path):
    write_handouts(tmp_path, ("05",))
    assert [path.name for path in tmp_path.glob("*.ipynb")] == ["05_layer.ipynb"]
    text = (tmp_path / "05_layer.ipynb").read_text(encoding="utf-8")
    assert "(07_network" not in text  # A link to it would be dead.
    labels = [label for label in EXERCISES if EXERCISES[label]["chapter"] == "05_layer"]
    (found,) = grade(tmp_path, labels)
    assert found.messages == dict.fromkeys(labels, WAITING) and found.look_at == []
