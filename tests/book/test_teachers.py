"""The page for teachers: it is current, and the times are those of the chapters."""

import re

import pytest
import teachers
from notebooks import cells_of

CHAPTERS = [teachers.Chapter(path) for path in teachers.PATHS]


def test_the_page_is_current():
    page = teachers.PAGE.read_text(encoding="utf-8")
    assert teachers.write(page) == page, "run tools/teachers.py"


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.number)
def test_a_chapter_states_its_times_and_objectives(chapter):
    reading, solving = chapter.stated
    assert reading == teachers.rounded(chapter.minutes)
    assert solving == teachers.total(chapter.exercises(), 1, 2, 3)
    form = f"about {reading} minutes to read and run, and {solving} for the exercises."
    assert chapter.opening["Time"].startswith(form)
    assert len(chapter.opening["Afterwards, you can"].split()) < 45


def test_the_front_page_adds_up_the_times_of_chapters_1_to_10():
    course = CHAPTERS[:10]
    exercises = [each for chapter in course for each in chapter.exercises()]
    reading = sum(chapter.stated[0] for chapter in course)
    times = [reading, teachers.total(exercises, 1, 2), teachers.total(exercises, 3)]
    hours = "about {:.0f} hours, or five .+ {:.0f} hours more, .+ {:.0f}\\."
    front = "".join(c["source"] for c in cells_of(teachers.BOOK / "index.ipynb"))
    assert re.search(hours.format(*(t / 60 for t in times)), front)
