"""Command line: ``python -m scratchdl.exercises grade`` and ``carry``."""

import argparse
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import formats
from .carrying import carry
from .grading import Grade, Limits, find_notebooks, grade

WRITERS = {
    "csv": formats.write_csv,
    "nbgrader": formats.write_nbgrader,
    "gradescope": formats.write_gradescope,
}
JOBS = max(1, (os.cpu_count() or 1) // 2)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command."""
    parser = argparse.ArgumentParser(prog="python -m scratchdl.exercises")
    commands = parser.add_subparsers(required=True)
    _add_grade(commands.add_parser("grade", help="grade a folder of notebooks"))
    command = commands.add_parser("carry", help="copy answers into a newer notebook")
    command.add_argument("old", type=Path, help="notebook with answers")
    command.add_argument("new", type=Path, help="newer notebook, which is changed")
    command.set_defaults(
        run=lambda given: print(*carry(given.old, given.new), sep="\n")
    )
    given = parser.parse_args(arguments)
    try:
        given.run(given)
    except (OSError, ValueError) as error:
        parser.exit(2, f"{error}\n")


def _add_grade(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", type=Path, help="notebooks, or one notebook")
    command.add_argument(
        "--exercises", required=True, help="labels, with commas between them"
    )
    command.add_argument("--out", type=Path, default=Path("grades.csv"))
    command.add_argument("--format", choices=[*WRITERS, "otter"], default="csv")
    command.add_argument("--seconds", type=float, default=20, help="for each cell")
    command.add_argument("--memory", type=int, default=4096, help="megabytes")
    command.add_argument("--checks", type=Path, help="file that calls add_check")
    command.add_argument("--jobs", type=int, default=JOBS, help="notebooks at a time")
    command.set_defaults(run=_grade)


def _grade(given: argparse.Namespace) -> None:
    labels = [label.strip() for label in given.exercises.split(",")]
    if given.format == "otter":
        formats.write_otter(given.folder, labels, given.out)
    else:
        limits = Limits(given.seconds, given.memory, given.checks)
        grades = grade(given.folder, labels, limits, given.jobs)
        total = len(find_notebooks(given.folder))
        WRITERS[given.format](list(_show_progress(grades, total)), given.out)
    print(f"Written: {given.out}")


def _show_progress(grades: Iterator[Grade], total: int) -> Iterator[Grade]:
    """Yield the grades behind a progress bar, or print a line for each."""
    try:
        from tqdm import tqdm
    except ModuleNotFoundError:
        for number, each in enumerate(grades, 1):
            print(f"{number} of {total}: {each.submission}")
            yield each
    else:
        yield from tqdm(grades, total=total, unit="notebook")


if __name__ == "__main__":
    main()
