"""Write the entries of appendix C; `make notebooks` runs this.

Each table of tools/symptoms.toml, such as `[losses.not-finite]`, is an entry. Its code
is run, and the last line that Python prints becomes the heading, so the page always has
the current messages. The entries of `[losses]` are written below the cell with the id
`losses`, each in a cell of its own. The other cells are written by hand.
"""

import io
import json
import re
import tomllib
import traceback
import warnings
from contextlib import redirect_stdout
from pathlib import Path

import made_cells

BOOK = Path(__file__).parent.parent / "book"
PAGE = BOOK / "C_symptoms.ipynb"
ENTRIES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
SETUP = ENTRIES.pop("setup")


def last_line(code: str, setup: str = SETUP) -> str:
    """Run code as a script does, and return the last line that it prints."""
    printed, names = io.StringIO(), {"__name__": "__main__"}
    with redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)  # Its text is then at the end.
        try:
            exec(setup, names)
            exec(code, names)
        except Exception as error:
            printed.writelines(traceback.format_exception_only(error))
    line = printed.getvalue().splitlines()[-1].strip()
    # Newer versions of Python add a suggestion to some messages.
    return re.sub(r"\. Did you mean:? '[\w.]+'\?$", "", line)


def heading(page: str, anchor: str) -> str:
    """Return the heading of a section of a page."""
    text = (BOOK / page).read_text(encoding="utf-8")
    if page.endswith(".ipynb"):
        cells = {cell["id"]: cell["source"] for cell in json.loads(text)["cells"]}
        return cells[anchor.removeprefix("cell-id=")][0].lstrip("# ").strip()
    found = re.findall(r"^## (.+)$", text, re.M)
    return next(h for h in found if h.lower().replace(" ", "-") == anchor)


def section(target: str) -> str:
    """Return a link to a section, with its heading as the text."""
    page, anchor = target.split("#")
    numbered = re.match(r"0?(\d+|[A-Z])_", page)
    kind = "chapter" if page[0].isdigit() else "appendix"
    where = f"{kind} {numbered[1]}, " if numbered else ""
    return f'[{where}"{heading(page, anchor)}"]({target})'


def code_span(line: str) -> str:
    ticks = "``" if "`" in line else "`"
    return f"{ticks}{line}{ticks}"


def entry(table: dict) -> str:
    """Return the Markdown of an entry: its heading, other lines, words and links."""
    setup, codes = table.get("setup", SETUP), table.get("more", [])
    if "code" in table:
        table = {"line": last_line(table["code"], setup), **table}
    more = [code_span(last_line(code, setup)) for code in codes]
    see = table["see"] if isinstance(table["see"], list) else [table["see"]]
    *others, last = map(section, see)
    links = f"{', '.join(others)} and {last}" if others else last
    parts = [
        "### " + (table.get("title") or code_span(table["line"])),
        "\\\n".join(more),
        f"{table['words']} See {links}.",
    ]
    return "\n\n".join(filter(None, parts))


def write(page: str) -> str:
    """Return the notebook with the entries of all its sections."""
    made = {
        section: {name: entry(table) for name, table in entries.items()}
        for section, entries in ENTRIES.items()
    }
    return made_cells.replace(page, "symptom-", made)


if __name__ == "__main__":
    page = write(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(page, encoding="utf-8", newline="\n")
