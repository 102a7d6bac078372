"""The notebooks of the book, as several tests read them."""

import json
from pathlib import Path

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
NOTEBOOKS = sorted(BOOK.glob("*.ipynb"))


def cells_of(path, *kinds):
    """Return the cells of these kinds, or all, each with its source as one text."""
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    return [
        cell | {"source": "".join(cell["source"])}
        for cell in cells
        if cell["cell_type"] in (kinds or ("code", "markdown", "raw"))
    ]
