"""The page that a host shows for an address at which there is nothing."""

from urllib.parse import urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

BODY = """<h1>There is no page here</h1>
<p>The address may be mistyped, or the page has moved.</p>
<ul>
<li><a href="{root}book/index.html">The first page</a> says what this book is.</li>
<li><a href="{root}book/index.html#the-map">The map</a> says which chapter builds
which class.</li>
<li><a href="{root}search.html">The search</a> looks through all pages.</li>
</ul>
"""


def point_to_root(app: Sphinx, config: Config) -> None:
    """Let all links begin at the site's root: the page is shown at any depth."""
    root = urlsplit(config.html_baseurl).path.rstrip("/") + "/"
    config.notfound_urls_prefix = root
    config.notfound_context = {
        "title": "There is no page here",
        "body": BODY.format(root=root),
        "metatags": '<meta name="robots" content="noindex" />\n',
    }


def finish_page(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document
) -> None:
    """Tell the page's scripts the same, and nobody that this is where it lies."""
    if page == app.config.notfound_pagename:
        context["content_root"] = app.config.notfound_urls_prefix
        context["pageurl"] = None


def setup(app: Sphinx) -> dict:
    """Register both, with the extension that makes the page."""
    app.setup_extension("notfound.extension")
    app.connect("config-inited", point_to_root)
    app.connect("html-page-context", finish_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
