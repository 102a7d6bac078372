"""The result of a gradient check, as an object, a line of text and a table."""

from html import escape

import numpy as np

from .faults import Fault, Note
from .measuring import Comparison


class GradientCheck:
    """The result of `check_gradients`: true if no fault was found (chapter 4).

    It prints as a verdict; a notebook shows a table with a picture of the errors.

    Attributes
    ----------
    name : str
        Class of the checked object.
    faults : list of Fault
        Faults, each with a `method`, a `kind`, a `mistake` and, in a part of a layer
        or network, the `owner` of the method and the `place` of the part.
    comparison : Comparison or None
        Analytic and numerical gradients; None if a fault prevented the comparison.
    notes : dict of Note to list of str
        Remarks, each with the names of the arrays that it is about: whole numbers, a
        gradient that is too small to measure, or an array that the output depends on
        but that is not a parameter. A switch and random output have no names.
    """

    def __init__(
        self, name: str, faults: list[Fault], comparison: Comparison | None = None
    ) -> None:
        self.name, self.faults, self.comparison = name, faults, comparison
        self.notes: dict[Note, list[str]] = {}

    def __bool__(self) -> bool:
        return not self.faults

    @np.errstate(all="ignore")  # A tiny gradient underflows when it is compared.
    def __repr__(self) -> str:
        if self.faults:
            verdict = "; ".join(map(str, self.faults[:3]))
            more = len(self.faults) - 3
            return f"{self.name}: wrong. {verdict}" + f"; and {more} more" * (more > 0)
        sizes = [
            f"{name} {shape}: {wrong.size} entries"
            for name, shape, wrong in self._rows()
        ]
        return ". Note: ".join(
            [f"{self.name}: {self._verdict()}. {', '.join(sizes)}", *self._notes()]
        )

    def _verdict(self) -> str:
        if self.faults:
            return "wrong"
        small = self.notes.get(Note.SMALL, [])
        return "too small to measure" if len(small) == len(self._rows()) else "right"

    def _notes(self) -> list[str]:
        return [
            note.value.format(names=", ".join(names))
            for note, names in self.notes.items()
        ]

    def _rows(self) -> list[tuple[str, tuple[int, ...], np.ndarray]]:
        """Return name, shape and wrong entries of each gradient."""
        if self.comparison is None:
            return []
        return [
            (name, self.comparison.numerical[n].shape, self.comparison.wrong(n))
            for n, name in enumerate(self.comparison.subject.names())
        ]

    @np.errstate(all="ignore")
    def _repr_html_(self) -> str:
        lines = [*map(str, self.faults), *(f"Note: {note}" for note in self._notes())]
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        html = f"<p><b>{escape(self.name)}: {self._verdict()}</b></p><ul>{items}</ul>"
        if self.comparison is None:
            return html
        titles = "gradient of", "shape", "entries", "wrong"
        table = "<tr>" + "".join(f"<th>{title}</th>" for title in titles) + "</tr>"
        for number, (name, shape, wrong) in enumerate(self._rows()):
            label = f"{name}: {wrong.sum()} of {wrong.size} entries are wrong"
            picture = _picture(self.comparison, number, label) if wrong.any() else ""
            cells = name, shape, wrong.size, f"{wrong.sum()} {picture}"
            table += "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        return f"{html}<table>{table}</table>"

    def raise_if_wrong(self) -> None:
        """Raise an error if a fault was found; for use in tests.

        Raises
        ------
        AssertionError
            If a fault was found; the message is the verdict.
        """
        if self.faults:
            raise AssertionError(repr(self))


def _picture(comparison: Comparison, number: int, label: str) -> str:
    """Return an SVG image with a square for each measured entry.

    The opacity of a wrong entry grows with its error relative to the largest gradient.
    """
    numerical = comparison.numerical[number]
    if len(numerical.shape) != 2 or max(numerical.shape) > 64:
        return ""
    largest = np.abs(numerical.value).max() or 1.0
    errors = np.minimum(comparison.errors(number) / largest, 1.0)
    opacity = np.full(numerical.shape, np.nan)
    opacity[numerical.places] = np.where(
        comparison.wrong(number), 0.2 + 0.8 * errors, 0.0
    )
    squares = "".join(
        f'<rect x="{12 * column + 1}" y="{12 * row + 1}" width="10" height="10" '
        f'fill="#d9621e" fill-opacity="{fill:.2f}"/>'
        for (row, column), fill in np.ndenumerate(opacity)
        if not np.isnan(fill)
    )
    height, width = (12 * count for count in numerical.shape)
    return (
        f'<svg role="img" aria-label="{label}" width="{width}" height="{height}" '
        f'stroke="currentColor"><title>{label}</title>{squares}</svg>'
    )
