"""Without PyTorch and scikit-learn, chapter 12 and its solutions are skipped."""

from importlib.util import find_spec

import pytest

PAGES = "12_elsewhere.ipynb", "solutions_12.ipynb"
MISSING = [name for name in ("torch", "sklearn") if not find_spec(name)]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Skip a cell that cannot run, before its notebook gets a kernel."""
    if MISSING and item.path.name in PAGES:
        reason = f"without {' and '.join(MISSING)}; make test-elsewhere brings both"
        item.add_marker(pytest.mark.skip(reason=reason))
