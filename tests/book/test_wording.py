"""Words: terms in order, no private idiom, and boxes for what only owners need."""

import re

import pytest
from notebooks import BOOK, cells_of

# Which chapter introduces which terms: in italics, or in bold.
INTRODUCED = {
    "01_by_hand": (
        "weight, error, loss, gradient, learning rate, gradient descent, batch, bias, "
        "parameters, nudge, training rows, test rows, epoch, random number generator, "
        "mean absolute error, root mean squared error, sigmoid, hidden layer, "
        "analytic, numerical, operation, nonlinear"
    ),
    "02_operation": (
        "output gradient, input gradient, broadcasts, shape rule, property"
    ),
    "03_three_operations": "neuron, saturated, underflow, activation",
    "04_checking_gradients": "forward difference, central difference, backpropagation",
    "05_layer": "random generator, stuck, variance",
    "06_loss": "density, maximum likelihood",
    "07_network": "generator expression, vanishing gradient, shortcut",
    "09_trainer": "validation loss, overfit, early stopping, patience, standard error",
    "10_first_deep_model": "eigenvalue, baseline",
}
# What a reader would have to learn for this book alone.
IDIOMS = re.compile(
    r"\b(way back|gaps?|guards?|mend|mends|mended|serves|misses|whoever|twins|"
    r"come about|nobody takes|somebody|a row of (steps|layers))\b"
)
CHAPTERS = sorted(path.stem for path in BOOK.glob("[01]*.ipynb"))


def texts_of(page, kind="markdown"):
    """Return the texts of a kind by id, without the two that announce the chapter."""
    cells = cells_of(BOOK / f"{page}.ipynb")[2:]
    return {c["id"]: c["source"] for c in cells if c["cell_type"] == kind}


CELLS = {(page, i): text for page in INTRODUCED for i, text in texts_of(page).items()}
TERMS = [
    (page, term) for page, terms in INTRODUCED.items() for term in terms.split(", ")
]


@pytest.mark.parametrize(("page", "term"), TERMS)
def test_a_term_is_introduced_where_it_is_first_used(page, term):
    (first, _), text = next(
        (place, text)
        for place, text in CELLS.items()
        if re.search(rf"\b{term}", re.sub(r"^#.*|\]\(\S+\)", "", text, flags=re.M))
    )
    assert first == page and re.search(rf"\*(The )?{term}", text)


@pytest.mark.parametrize("page", [*CHAPTERS, "A_the_data"])
def test_remarks_about_the_printed_chapter_are_in_closed_boxes(page):
    text = "\n".join(texts_of(page).values()).partition("## Exercises")[0]
    boxes = re.findall(r"```\{admonition\} (.+)\n:class: (.+)\n", text)
    assert set(boxes) <= {("In the printed chapter", "dropdown")}
    outside = re.sub(r"```\{admonition\}.*?```", "", text, flags=re.S)
    about = re.findall(r".*(?:printed (?:code|book|page|text)).*", outside)
    assert not [line for line in about if not line.startswith(">")]


@pytest.mark.parametrize("page", [*CHAPTERS, "index", "A_the_data", "C_symptoms"])
def test_private_idioms_are_gone(page):
    text = "\n".join([*texts_of(page).values(), *texts_of(page, "code").values()])
    assert not [line for line in text.splitlines() if IDIOMS.search(line)]
