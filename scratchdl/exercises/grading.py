"""Grade a folder of notebooks: who has which exercise right, and what to look at."""

import json
import re
import runpy
import secrets
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from .checking import CHECKS, WAITING
from .running import Job, run

CONTEXT = get_context("spawn")  # The same on every operating system.
STARTING, RESTARTS, MANY_CALLS, LONGEST = 60, 3, 20, 10_000
# What an answer does not need: ways to the checks, and to the code that calls it.
UNUSUAL = re.compile(
    r"\b(CHECKS|add_check|ctypes|f_back|gi_frame|tb_frame|_getframe|currentframe"
    r"|__closure__|__code__|__globals__|__subclasses__|gc\.get_\w+|sys\.modules"
    r"|multiprocessing|exercises\.(?!check_answer|verdict)\w+|_judge|addaudithook)\b"
)
Calls = dict[tuple[int, int], tuple[str, str | None]]


class Grade(NamedTuple):
    """Result of one submission.

    Attributes
    ----------
    submission : str
        Path of the notebook in the folder, without its suffix.
    messages : dict of str to str or None
        Verdict of each exercise by label: None if the answer is right.
    look_at : list of str
        Remarks about the submission that a person should look at.
    """

    submission: str
    messages: dict[str, str | None]
    look_at: list[str]

    @property
    def score(self) -> int:
        """Number of right answers."""
        return list(self.messages.values()).count(None)


class Limits(NamedTuple):
    """Limits for each submission, and the file with the checks of a lecturer.

    Attributes
    ----------
    seconds : float
        Longest time for a cell.
    memory : int
        Megabytes, where the operating system has limits.
    checks : Path or None
        File that calls `add_check`.
    """

    seconds: float = 20
    memory: int = 4096
    checks: Path | None = None


def find_notebooks(folder: Path) -> list[Path]:
    """Return the notebooks of a folder, or a single notebook, without checkpoints."""
    found = [folder] if folder.is_file() else sorted(folder.rglob("*.ipynb"))
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def grade(
    folder: Path, labels: Iterable[str], limits: Limits | None = None, jobs: int = 1
) -> Iterator[Grade]:
    """Grade each notebook of a folder, in the order of their names.

    Each notebook runs in a process of its own, from top to bottom, without output and
    without a network. An answer is judged when `check_answer` is called. The last call
    for an exercise counts, unless its answer is still missing. If a cell takes too
    long or ends the process, the notebook runs again without this cell.

    Parameters
    ----------
    folder : Path
        Folder with notebooks, or one notebook.
    labels : iterable of str
        Labels of the exercises that count.
    limits : Limits, optional
        Limits for each submission.
    jobs : int
        Number of notebooks that run at the same time.

    Yields
    ------
    Grade
        Result of the next notebook.

    Raises
    ------
    ValueError
        If a label is unknown, or the folder has no notebooks.
    """
    limits, labels, paths = limits or Limits(), list(labels), find_notebooks(folder)
    if limits.checks:
        runpy.run_path(str(limits.checks))
    if unknown := [label for label in labels if label not in CHECKS]:
        raise ValueError(f"grade: no exercise has the label {unknown[0]!r}.")
    if not paths:
        raise ValueError(f"grade: there is no notebook in {str(folder)!r}.")
    private = [str(Path(__file__).parent.resolve()), str(folder.resolve())]
    private += [str(limits.checks.resolve())] if limits.checks else []
    with ThreadPoolExecutor(jobs) as pool:
        one = [pool.submit(_grade_one, p, labels, limits, private) for p in paths]
        for path, result in zip(paths, one, strict=True):
            name = path.name if path == folder else path.relative_to(folder).as_posix()
            yield Grade(name.removesuffix(".ipynb"), *result.result())


def read_notebook(path: Path) -> dict[str, Any]:
    """Return the content of a notebook; raise ValueError if it is not one."""
    try:
        notebook: dict[str, Any] = json.loads(path.read_bytes())
        for cell in notebook["cells"]:
            kind, source = str(cell["cell_type"]), "".join(cell["source"])
            cell.update(cell_type=kind, source=source)
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{path} is not a notebook.") from None
    return notebook


def read_cells(path: Path) -> list[str]:
    """Return the sources of a notebook's code cells."""
    cells = read_notebook(path)["cells"]
    return [cell["source"] for cell in cells if cell["cell_type"] == "code"]


def _grade_one(
    path: Path, labels: list[str], limits: Limits, private: list[str]
) -> tuple[dict[str, str | None], list[str]]:
    calls: Calls = {}
    try:
        sources = read_cells(path)
    except (ValueError, OSError):
        return dict.fromkeys(labels, WAITING), ["the file is not a notebook"]
    words = {word[0]: None for word in UNUSUAL.finditer("\n".join(sources))}
    notes = {f"the code contains {word}": None for word in words}
    skipped: frozenset[int] = frozenset()
    for _ in range(1 + RESTARTS):
        with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            job = Job(sources, skipped, folder, limits.memory, limits.checks, private)
            stopped = _run(job, limits.seconds, calls, notes)
        if stopped is None:
            break
        skipped |= {stopped}
    else:
        notes["the notebook never reached its end"] = None
    return _last_verdicts(calls, labels, notes), list(notes)


def _run(job: Job, seconds: float, calls: Calls, notes: dict[str, None]) -> int | None:
    """Run a submission; return the cell that ended its process, or None."""
    token, late = secrets.token_hex(), threading.Event()
    here, there = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=run, args=(job, there, token), daemon=True)

    def stop() -> None:
        late.set()
        process.kill()

    def start_timer(time: float) -> threading.Timer:
        timer = threading.Timer(time, stop)
        timer.start()
        return timer

    process.start()
    there.close()
    timer, cell, count, ended = start_timer(STARTING), -1, 0, False
    for kind, *values in _messages(here, token, notes):
        if kind == "end":
            ended = True
        elif kind == "cell":
            timer.cancel()
            timer, cell, count = start_timer(seconds), values[0], 0
        elif kind == "call":
            calls[cell, count] = values[0], values[1]
            count += 1
        else:
            notes[values[0]] = None
    timer.cancel()
    process.kill()
    process.join()
    here.close()
    if ended:
        return None
    why = f"took more than {seconds:g} seconds" if late.is_set() else "ended Python"
    notes[f"code cell {cell + 1} {why}"] = None
    return cell


def _messages(pipe: Connection, token: str, notes: dict[str, None]) -> Iterator[Any]:
    """Yield the messages with the token, until the pipe is closed."""
    while True:
        try:
            first, *message = json.loads(pipe.recv_bytes(LONGEST))
        except (EOFError, OSError):
            return
        except (ValueError, TypeError):
            first = None
        if first != token:
            notes["a verdict was forged"] = None
            return
        yield message


def _last_verdicts(
    calls: Calls, labels: list[str], notes: dict[str, None]
) -> dict[str, str | None]:
    verdicts: dict[str, str | None] = {}
    unchecked = []
    for label in labels:
        messages = [
            message for _, (name, message) in sorted(calls.items()) if name == label
        ]
        given = [message for message in messages if message != WAITING]
        verdicts[label] = given[-1] if given else WAITING
        if not messages:
            unchecked.append(label)
        if len(messages) > MANY_CALLS:
            notes[f"{label}: {len(messages)} calls of check_answer"] = None
        if None in given[:-1] and given[-1] is not None:
            notes[f"{label}: an earlier answer was right"] = None
    if unchecked:
        notes[f"never checked: {', '.join(unchecked)}"] = None
    return verdicts
