"""The exercises' checks: `check_answer`, and one module for each page's checks."""

from importlib import import_module

from .checking import add_check, check_answer, labels, verdict

__all__ = ["add_check", "check_answer", "labels", "verdict"]

for _chapter in range(1, 14):
    import_module(f"{__name__}.chapter_{_chapter:02}")
import_module(f"{__name__}.own_framework")
