"""Matplotlib's backend in the page: `plt.show()` displays figures, as in a notebook."""

from cells import show_open_figures
from matplotlib.backends.backend_agg import FigureCanvas

__all__ = ["FigureCanvas", "show"]


def show(block: bool | None = None) -> None:
    """Display the open figures. There is no window that `block` could wait for."""
    show_open_figures()
