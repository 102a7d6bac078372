"""Run the cells of a submission in a process of its own, and send each verdict."""

import contextlib
import json
import linecache
import os
import re
import runpy
import sys
from collections.abc import Callable
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from . import checking

MAGIC = re.compile(r"^([ \t]*)[%!?].*", re.M)
REFUSED = re.compile(
    r"socket\.(connect|bind|get|send)|subprocess\.|pty\."
    r"|os\.(exec|fork|kill|posix_spawn|spawn|startfile|system)"
)
# The modules whose names a verdict depends on.
ROOTS = {"builtins", "numpy", "scratchdl", "json", "inspect", "ast", "linecache"}


class Job(NamedTuple):
    """Submission to run.

    Attributes
    ----------
    sources : list of str
        Sources of its code cells.
    skipped : frozenset of int
        Cells that ended an earlier run.
    folder : str
        Temporary folder in which the cells run.
    memory : int
        Limit in megabytes, where the operating system has limits.
    checks : Path or None
        File of the lecturer that adds checks.
    private : list of str
        Folders and files whose reading is reported.
    """

    sources: list[str]
    skipped: frozenset[int]
    folder: str
    memory: int
    checks: Path | None
    private: list[str]


def run(job: Job, pipe: Connection, token: str) -> None:
    """Run a submission; send what happens, with a token that its code does not know."""
    dumps, reported = json.dumps, set[str]()

    def send(*message: Any) -> None:
        pipe.send_bytes(dumps([token, *message]).encode())

    def note(text: str) -> None:
        if text not in reported:
            reported.add(text)
            send("note", text)

    _prepare(job)
    judge, restore = _replace_check_answer(send, note, _hide_checks())
    main = sys.modules["__main__"] = ModuleType("__main__")
    names = vars(main)
    names.update(display=print, get_ipython=lambda: None)
    sys.addaudithook(_watch(note, judge, job.private))
    for number, source in enumerate(job.sources):
        if number not in job.skipped:
            send("cell", number)
            _run_cell(source, f"<cell {number}>", names, note)
            restore()
            if names.get("check_answer", judge) is not judge:
                note("check_answer was replaced")
    send("end")
    os._exit(0)  # Whatever threads or exit handlers the cells have left.


def _prepare(job: Job) -> None:
    """Set limits, discard the output, and load what cells would load with programs."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # Not on Windows.
        import resource

        size = job.memory * 2**20
        for limit in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE):
            resource.setrlimit(limit, (size, size))
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (1, 2):
        os.dup2(nothing, number)
    os.environ["MPLBACKEND"] = "Agg"
    figures = any("matplotlib" in s or "show" in s for s in job.sources)
    if figures and find_spec("matplotlib"):  # It asks other programs for fonts.
        import matplotlib.pyplot  # noqa: F401
    if job.checks:
        runpy.run_path(str(job.checks))
        sys.modules[job.checks.stem] = ModuleType(job.checks.stem)
    os.chdir(job.folder)


def _hide_checks() -> dict[str, Any]:
    """Return the checks, which the modules no longer contain: they have the answers."""
    checks = dict(checking.CHECKS)
    checking.CHECKS.clear()
    package = __package__ or ""
    for name in list(sys.modules):
        if re.search(rf"{re.escape(package)}\.(chapter_|own_framework)", name):
            delattr(sys.modules[package], name.rpartition(".")[2])
            del sys.modules[name]
    return checks


def _replace_check_answer(
    send: Callable[..., None], note: Callable[[str], None], checks: dict[str, Any]
) -> tuple[Callable[[str, Any], None], Callable[[], None]]:
    """Let `check_answer` and `verdict` send verdicts, and keep them from the cells.

    Returns the new `check_answer`, and a function that restores replaced names.
    """
    find_fault, package = checking._judge, sys.modules[__package__ or ""]

    def check_answer(label: str, answer: Any) -> None:
        restore()
        if reason := _borrowed(answer):
            note(f"{label}: {reason}")
        checking.CHECKS.update(checks)
        try:
            message = find_fault("check_answer", label, answer)
        finally:
            checking.CHECKS.clear()
        send("call", label, message and message[:1000])

    def verdict(label: str, answer: Any) -> str:
        check_answer(label, answer)
        return "Your teacher gets the verdict."

    for module in (checking, package):
        vars(module).update(check_answer=check_answer, verdict=verdict)
    restore = _protect(note)
    return check_answer, restore


def _borrowed(answer: Any) -> str:
    """Return what an answer is if it is the package's own, or adds nothing to it."""
    module = str(getattr(answer, "__module__", ""))
    if callable(answer) and module.startswith("scratchdl."):
        return f"the answer is {module}.{getattr(answer, '__name__', '')}"
    kinds = answer.__mro__[:-1] if isinstance(answer, type) else ()
    own = [kind for kind in kinds if not _is_class_of_book(kind)]
    values = [value for kind in own for value in vars(kind).values()]
    if len(own) < len(kinds) and not any(map(callable, values)):
        return f"the answer adds nothing to {kinds[len(own)].__name__}"
    return ""


def _protect(note: Callable[[str], None]) -> Callable[[], None]:
    """Return a function that restores names which the cells have replaced."""
    modules = [
        module
        for name, module in sys.modules.items()
        if name.partition(".")[0] in ROOTS and isinstance(module, ModuleType)
    ]
    values = [value for module in modules for value in vars(module).values()]
    classes = {value for value in values if _is_class_of_book(value)}
    owners: list[ModuleType | type] = [*modules, *classes]
    kept = [(owner, *entry) for owner in owners for entry in vars(owner).items()]

    def restore() -> None:
        for owner, name, value in kept:
            if vars(owner).get(name) is not value:
                note(f"{owner.__name__}.{name} was replaced")
                setattr(owner, name, value)

    return restore


def _is_class_of_book(value: Any) -> bool:
    return isinstance(value, type) and value.__module__.startswith("scratchdl.")


def _watch(
    note: Callable[[str], None], judge: Callable[..., None], private: list[str]
) -> Callable[[str, Any], None]:
    """Return an audit hook that reports private files, and refuses connections."""
    frame_of, code = sys._getframe, judge.__code__

    def from_cell() -> bool:
        frame = frame_of(2)
        while frame and frame.f_code is not code:
            if frame.f_code.co_filename.startswith("<cell"):
                return True
            frame = frame.f_back  # type: ignore[assignment]
        return not frame

    def hook(event: str, args: Any) -> None:
        if event == "open" and not isinstance(args[0], int):
            path = os.path.realpath(os.fsdecode(args[0]))
            if path.startswith(tuple(private)) and from_cell():
                note(f"{os.path.basename(path)} was read")
        elif REFUSED.match(event):
            note(f"{event} was refused")
            raise PermissionError(f"{event} is not allowed while a notebook is graded")

    return hook


def _run_cell(
    source: str, file: str, names: dict[str, Any], note: Callable[[str], None]
) -> None:
    """Run a cell without its magics; after an error, the next cell can still run."""
    try:
        try:
            code = compile(source, file, "exec", dont_inherit=True)
        except SyntaxError:
            source = MAGIC.sub(r"\1pass", source)
            code = compile(source, file, "exec", dont_inherit=True)
        linecache.cache[file] = len(source), None, source.splitlines(True), file
        exec(code, names)
    except ModuleNotFoundError as error:
        note(f"{error.name} is not installed here")
    except BaseException:  # Also SystemExit and KeyboardInterrupt.
        return
