"""Fail if a notebook was not run from top to bottom: a hook for pre-commit."""

import json
import sys
from pathlib import Path


def ran_in_order(path: Path) -> bool:
    """Return whether the execution counts of the code cells are 1, 2, ..., n."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    counts = [cell["execution_count"] for cell in cells if cell["cell_type"] == "code"]
    return counts == list(range(1, len(counts) + 1))


if __name__ == "__main__":
    wrong = [name for name in sys.argv[1:] if not ran_in_order(Path(name))]
    if wrong:
        sys.exit(f"Run make notebooks: {', '.join(wrong)} did not run in order.")
