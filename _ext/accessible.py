"""What MyST-NB's pages want for screen readers."""

from sphinx.application import Sphinx

# A label that says something else than the words on the line it stands for.
LABEL = '<summary aria-label="Toggle hidden content">'


def unlabel(
    app: Sphinx, page: str, template: str, context: dict, doctree: object
) -> None:
    """Let the line above hidden code be read out as it stands."""
    if "body" in context:
        context["body"] = context["body"].replace(LABEL, "<summary>")


def setup(app: Sphinx) -> dict:
    """Register it."""
    app.connect("html-page-context", unlabel)
    return {"version": "1", "parallel_read_safe": True}
