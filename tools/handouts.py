"""Write notebooks for students: all pages without solutions, and the package's wheel.

`make handouts` writes them into `_build/handouts`. With the first letters of names, as
in `.venv/bin/python tools/handouts.py 05 06`, it writes only these pages.
"""

import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "_ext"))
from downloads import BESIDE, CELL, add_installation, build_wheel  # noqa: E402
from solutions import NOT_FOR_STUDENTS, SENTENCE  # noqa: E402

FOLDER = ROOT / "_build" / "handouts"
LINK = re.compile(r"\[([^]]+)\]\((\w+\.(?:ipynb|md))[^)]*\)")


def without_solutions(text: str, names: set[str]) -> str:
    """Remove sentences about solutions, and links to pages that are not handed out."""
    text = SENTENCE.sub("", text)
    return LINK.sub(lambda link: link[0] if link[2] in names else link[1], text)


def write_handouts(folder: Path, beginnings: tuple[str, ...] = ("",)) -> None:
    """Write the pages whose names begin so, and the wheel, into an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wheel = build_wheel(ROOT, folder)
    install = CELL.format(where=BESIDE.format(wheel=wheel), wheel=wheel)
    pages = [*ROOT.glob("book/*.ipynb"), *ROOT.glob("book/*.md")]
    pages = [page for page in pages if page.name.startswith(beginnings)]
    pages = [page for page in pages if not page.name.startswith(NOT_FOR_STUDENTS)]
    names = {page.name for page in pages}
    for page in pages:
        text, copy = page.read_text(encoding="utf-8"), folder / page.name
        if page.suffix == ".md":
            copy.write_text(without_solutions(text, names), encoding="utf-8")
            continue
        notebook = json.loads(text)
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                cell["source"] = without_solutions("".join(cell["source"]), names)
        copy.write_text(json.dumps(notebook), encoding="utf-8")
        add_installation(copy, install)


if __name__ == "__main__":
    write_handouts(FOLDER, tuple(sys.argv[1:]) or ("",))
    print(f"Written: {FOLDER}")
