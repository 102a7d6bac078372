"""Words: terms in order, no private idiom, and boxes for what only owners need."""

import json
import re
from pathlib import Path

import pytest

BOOK = Path(__file__).parents[2] / "book"
# Where each term is introduced: in italics, or in bold.
INTRODUCED = {
    "01_by_hand": {
        "01-04": ["weight"],
        "01-06": ["error", "loss"],
        "01-08": ["gradient"],
        "01-10": ["learning rate"],
        "01-13b": ["gradient descent"],
        "01-13d": ["batch", "bias", "parameters"],
        "01-17d": ["nudge"],
        "01-19": ["training rows", "test rows"],
        "01-21": ["epoch", "random number generator"],
        "01-23": ["mean absolute error", "root mean squared error"],
        "01-27": ["sigmoid"],
        "01-29": ["hidden layer"],
        "01-34a": ["analytic", "numerical"],
        "01-39c": ["operation", "nonlinear"],
    },
    "02_operation": {
        "02-09": ["output gradient", "input gradient"],
        "02-23": ["broadcasts", "shape rule"],
        "02-47": ["property"],
    },
    "03_three_operations": {
        "03-07": ["neuron"],
        "03-31": ["saturated"],
        "03-37": ["underflow"],
        "03-40": ["activation"],
    },
    "04_checking_gradients": {
        "04-09c": ["forward difference", "central difference"],
        "04-29": ["backpropagation"],
    },
    "05_layer": {
        "05-18": ["random generator"],
        "05-39c": ["stuck", "variance"],
    },
    "06_loss": {
        "06-34b": ["density"],
        "06-34d": ["maximum likelihood"],
    },
    "07_network": {
        "07-44a": ["generator expression"],
        "07-59c": ["vanishing gradient", "shortcut"],
    },
    "09_trainer": {
        "09-16a": ["validation loss"],
        "09-21": ["overfit", "early stopping"],
        "09-patience": ["patience"],
        "09-38b": ["standard error"],
    },
    "10_first_deep_model": {
        "10-21b": ["eigenvalue"],
        "10-e1": ["baseline"],
    },
}
# What a reader would have to learn for this book alone.
IDIOMS = re.compile(
    r"\b(way back|gaps?|guards?|mend|mends|mended|serves|misses|whoever|twins|"
    r"come about|nobody takes|somebody|a row of (steps|layers))\b"
)
CHAPTERS = sorted(path.stem for path in BOOK.glob("[01]*.ipynb"))


ELSEWHERE = "index", "A_the_data", "C_symptoms"


def cells_of(page, kind="markdown"):
    """Return the cells of a kind by id, without the two that announce the chapter."""
    cells = json.loads((BOOK / f"{page}.ipynb").read_text(encoding="utf-8"))["cells"]
    return {
        cell["id"]: "".join(cell["source"])
        for cell in cells[2:]
        if cell["cell_type"] == kind
    }


CELLS = {(page, i): text for page in INTRODUCED for i, text in cells_of(page).items()}
TERMS = [
    (term, (page, cell))
    for page, places in INTRODUCED.items()
    for cell, terms in places.items()
    for term in terms
]


@pytest.mark.parametrize(("term", "place"), TERMS)
def test_a_term_is_first_used_where_it_is_introduced(term, place):
    uses = [
        where
        for where, text in CELLS.items()
        if re.search(rf"\b{term}", re.sub(r"^#.*|\]\(\S+\)", "", text, flags=re.M))
    ]
    assert uses[0] == place
    assert re.search(rf"\*(The )?{term}", CELLS[place])


@pytest.mark.parametrize("page", [*CHAPTERS, "A_the_data"])
def test_remarks_about_the_printed_chapter_are_in_closed_boxes(page):
    text = "\n".join(cells_of(page).values()).partition("## Exercises")[0]
    boxes = re.findall(r"```\{admonition\} (.+)\n:class: (.+)\n", text)
    assert set(boxes) <= {("In the printed chapter", "dropdown")}
    outside = re.sub(r"```\{admonition\}.*?```", "", text, flags=re.S)
    about = re.findall(r".*(?:printed (?:code|book|page|text)).*", outside)
    assert not [line for line in about if not line.startswith(">")]


@pytest.mark.parametrize("page", [*CHAPTERS, *ELSEWHERE])
def test_private_idioms_are_gone(page):
    text = "\n".join([*cells_of(page).values(), *cells_of(page, "code").values()])
    assert not [line for line in text.splitlines() if IDIOMS.search(line)]
