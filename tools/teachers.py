"""Write the generated cells of the page "For teachers"; `make notebooks` runs this.

The times, needs and objectives are those in the first cells of the chapters. The
mistakes are those of `tests/exercises/wrong_answers.py`, with the messages of the
checks. The plan is written below the cell with the id `plan`, and the chapters below
`chapters`. The other cells are written by hand.
"""

import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

import made_cells
from symptoms import BOOK, code_span, heading, section

from scratchdl.exercises import labels, verdict
from scratchdl.exercises.checking import Exercise

sys.path.append(str(BOOK.parent / "tests" / "exercises"))
from book_exercises import EXERCISES, definition, message_for  # noqa: E402
from wrong_answers import BROKEN_SOLUTIONS, WRONG_ANSWERS  # noqa: E402

PAGE = BOOK / "for_teachers.ipynb"
PATHS = [*sorted(BOOK.glob("[01]*.ipynb")), BOOK / "own_framework.ipynb"]
WORDS_A_MINUTE, LINES_A_MINUTE = 130, 12
SESSIONS, LAST_OF_THEM = 5, 10  # Chapters 1 to 10 take five sessions.
GATE = re.compile(r"\{exercise-(start|end)\}")
ASKED = re.compile(r"\*\*(?:Predict|Try it)\*\*:? (.+)")


class Section(NamedTuple):
    """Section of a chapter: when it begins, and what the reader is asked there."""

    target: str
    begin: float
    questions: list[str]


class Chapter:
    """A chapter, as its notebook describes it."""

    def __init__(self, path: Path) -> None:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        self.path, self.sections = path, [Section(path.name, 0, [])]
        self.cells = [{**cell, "source": "".join(cell["source"])} for cell in cells]
        self.title = self.cells[0]["source"].splitlines()[0].removeprefix("# ")
        opening = next(c["source"] for c in self.cells if "**Time**" in c["source"])
        self.opening = dict(re.findall(r"^\*\*(.+?)\*\*:? (.+)", opening, re.M))
        self.stated = [*map(int, re.findall(r"\d+", self.opening["Time"])[:2])]
        number = re.match(r"0?(\d+)", path.name)
        self.number = number[1] if number else "own"
        self.minutes = self._read()

    def _read(self) -> float:
        """Return the time to read and run the chapter, and fill `sections`."""
        minutes, inside = 0.0, False
        for cell in self.cells:
            source, gate = cell["source"], GATE.search(cell["source"])
            inside = inside or bool(gate and gate[1] == "start")
            if source.startswith("## ") and cell["cell_type"] == "markdown":
                target = f"{self.path.name}#cell-id={cell['id']}"
                self.sections.append(Section(target, minutes, []))
            if not inside:
                minutes += minutes_for(source, cell["cell_type"])
            if cell["cell_type"] == "markdown":
                self.sections[-1].questions.extend(ASKED.findall(source))
            inside = inside and not (gate and gate[1] == "end")
        return minutes

    def exercises(self) -> list[Exercise]:
        """Return the exercises in the order of the chapter."""
        found = {each.label: each for each in labels() if each.chapter == self.number}
        return [found[label] for label in EXERCISES if label in found]


def minutes_for(source: str, kind: str) -> float:
    """Return the time for the words or the lines of code of a cell."""
    if kind == "markdown":
        text = re.sub(r"\]\([^)]*\)", "]", source)
        return len(re.findall(r"[A-Za-z][\w'-]*", text)) / WORDS_A_MINUTE
    lines = [line.strip() for line in source.splitlines()]
    return sum(line[:1] not in ("", "#") for line in lines) / LINES_A_MINUTE


def rounded(minutes: float) -> int:
    """Return a time rounded to 5 minutes."""
    return 5 * round(minutes / 5)


def total(exercises: list[Exercise], *levels: int) -> int:
    """Return the minutes of the exercises of some levels."""
    return sum(each.minutes for each in exercises if each.level in levels)


def place(target: str) -> str:
    """Return a link to a section, or to the beginning of a chapter."""
    if "#" in target:
        return section(target)
    return f"[chapter {target.partition('_')[0].lstrip('0')}]({target})"


def beginnings(chapters: list[Chapter], count: int) -> list[str]:
    """Divide chapters into parts of about equal length; return where each begins."""
    places, before = [], 0.0
    for chapter in chapters:
        # Not the first section, which begins with the chapter, nor the exercises.
        for part in (chapter.sections[0], *chapter.sections[2:-2]):
            places.append((before + part.begin, part.target))
        before += chapter.minutes

    def unfit(at: float, target: str, wanted: float) -> float:
        return abs(at - wanted) - 4 * ("#" not in target)  # Prefer a chapter.

    wanted = [before * number / count for number in range(count)]
    return [min(places, key=lambda part: unfit(*part, at))[1] for at in wanted]


def sessions(chapters: list[Chapter]) -> str:
    """Return the plan: where each session begins, where its half ends, the homework."""
    course, more = chapters[:LAST_OF_THEM], chapters[LAST_OF_THEM:-1]
    parts = [beginnings(course, 2 * SESSIONS)]
    parts += [beginnings([each], 2) for each in more]
    begins = [pair for p in parts for pair in zip(p[::2], p[1::2], strict=True)]
    ends = [target for target, _ in begins[1:]] + [chapters[-1].path.name]
    rows, left = [summary(course), ""], list(chapters)
    rows += ["| Session | Begin with | After 45 minutes, go on with | Homework |"]
    rows += ["|---|---|---|---|"]
    for number, (pair, end) in enumerate(zip(begins, ends, strict=True), 1):
        finished = [each for each in left if each.path.name < end[:2]]
        left = left[len(finished) :]
        minutes = sum(total(each.exercises(), 1, 2) for each in finished)
        which = " and ".join(each.number for each in finished)
        homework = f"chapter{'s' * (' ' in which)} {which}: {minutes} minutes"
        rows.append(f"| {number} | {' | '.join(map(place, pair))} | {homework} |")
    return "\n".join(rows)


def summary(course: list[Chapter]) -> str:
    """Return a paragraph about the times of the chapters in the sessions."""
    minutes = sum(chapter.stated[0] for chapter in course)
    exercises = [each for chapter in course for each in chapter.exercises()]
    short, long = total(exercises, 1, 2), total(exercises, 3)
    return (
        f"Chapters 1 to {LAST_OF_THEM} take about {minutes} minutes to read and run. "
        f"This is {SESSIONS} sessions of about {minutes / SESSIONS:.0f} minutes, or "
        f"{2 * SESSIONS} lessons of half that time. Their exercises of levels 1 and 2 "
        f"take {short / 60:.0f} hours: give these as homework. The exercises of level "
        f"3, which build the framework, take {long / 60:.0f} hours more. Each of the "
        "chapters 11 to 13 fills a session of its own."
    )


def table(chapters: list[Chapter]) -> str:
    """Return the times, needs and objectives of all chapters."""
    rows = ["| Chapter | You need | Afterwards, you can |", "|---|---|---|"]
    for each in chapters:
        name = each.title.removeprefix("Chapter ").replace(":", "")
        times = "{} + {} minutes".format(*each.stated)
        needs = re.split(r":|(?<=[\w)`])\.( |$)", each.opening["You need"])[0]
        objectives = each.opening["Afterwards, you can"].rstrip(".")
        rows.append(
            f"| [{name}]({each.path.name})<br />{times} | {needs} | {objectives} |"
        )
    return "\n".join(rows)


def plain(text: str) -> str:
    """Return a message as Markdown that shows it as it is."""
    parts = re.split(r"(`[^`]*`)", " ".join(text.split()))
    return "".join(
        p if p[:1] == "`" else re.sub(r"([*_$<[])", r"\\\1", p) for p in parts
    )


def mistakes(label: str, most: int = 2) -> list[str]:
    """Return a few wrong answers to an exercise, each with the message of the check."""
    found = []
    for answer in list(WRONG_ANSWERS.get(label, {}).values())[:most]:
        found.append((code_span(str(answer)), verdict(label, answer)))
    for old, new, _ in BROKEN_SOLUTIONS.get(label, []):
        old_line, new_line = old.strip(" \n,"), new.strip(" \n,")
        if len(found) == most or "\n" in old_line + new_line or old_line == new_line:
            continue  # The page shows what differs in a line.
        code = definition(EXERCISES[label]).replace(old, new)
        what = f"without {code_span(old_line)}"
        if new_line not in ("", "pass"):
            what = f"{code_span(new_line)} instead of {code_span(old_line)}"
        found.append((what, message_for(label, code)))
    return [
        f'{what}: "{plain(text.removeprefix("Not yet. "))}"' for what, text in found
    ]


def question(target: str, text: str) -> str:
    """Return what the reader is asked, with a link to the section."""
    name = heading(*target.split("#")) if "#" in target else "Opening"
    return f"[{name}]({target}): {text}"


def box(chapter: Chapter) -> str:
    """Return the closed box of a chapter: exercises, mistakes and questions."""
    lines = ["**Exercises, and mistakes to expect**", ""]
    for each in chapter.exercises():
        text = EXERCISES[each.label]["text"]
        title = re.search(r"exercise-start\} (.+)", text)[1]
        target = f"{chapter.path.name}#cell-id={each.label}"
        facts = f"{each.kind}, level {each.level}, {each.minutes} minutes"
        lines.append(f"- [{title}]({target}), `{each.label}`: {facts}")
        lines += [f"  - {mistake}" for mistake in mistakes(each.label)]
    questions = [
        f"- {question(part.target, text)}"
        for part in chapter.sections
        for text in part.questions
    ]
    if questions:
        lines += ["", "**Ask before you show the output**", "", *questions]
    name = chapter.path.name.partition("_")[0]
    lines += ["", f"The answers are in [the solutions](solutions_{name}.ipynb)."]
    body = "\n".join(lines)
    return f"<details>\n<summary>{chapter.title}</summary>\n\n{body}\n\n</details>"


def write(page: str) -> str:
    """Return the notebook with the current plan and chapters."""
    chapters = [Chapter(path) for path in PATHS]
    made = {
        "plan": {"sessions": sessions(chapters)},
        "chapter-table": {"table": table(chapters)},
        "chapters": {each.number: box(each) for each in chapters},
    }
    return made_cells.replace(page, "made-", made)


if __name__ == "__main__":
    page = write(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(page, encoding="utf-8", newline="\n")
