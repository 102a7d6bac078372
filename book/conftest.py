"""Without PyTorch and scikit-learn, chapter 12 is skipped, and says so."""

from importlib.util import find_spec

import pytest

MISSING = [name for name in ("torch", "sklearn") if not find_spec(name)]


def pytest_itemcollected(item: pytest.Item) -> None:
    """Skip a cell that cannot run, before its notebook gets a kernel."""
    if MISSING and item.path.name == "12_elsewhere.ipynb":
        reason = f"without {' and '.join(MISSING)}; make test-elsewhere brings both"
        item.add_marker(pytest.mark.skip(reason=reason))
