"""Cell output in two formats: one for pages, and plain text."""


def publish(mime_type: str, content: str, text: str) -> None:
    """Display content as the output of a notebook cell, with a version in plain text.

    Parameters
    ----------
    mime_type : str
        Format of the content, such as "text/html".
    content : str
        Content for the page, in this format.
    text : str
        Version of the content in plain text.
    """
    from IPython.display import display  # needed in notebooks only

    display({mime_type: content, "text/plain": text}, raw=True)  # type: ignore[no-untyped-call]
