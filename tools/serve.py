"""Serve the built pages as a web host does, for the browser tests and Lighthouse.

Pages are compressed, and an address that does not exist is answered with 404.html.
With LIVE=yes, they are those whose cells run in the page.
"""

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

BUILD = Path(__file__).parent.parent / "_build"
LIVE = os.environ.get("LIVE") == "yes"
PAGES = (BUILD / "live" / "_build" if LIVE else BUILD) / "html"

files = StaticFiles(directory=PAGES, html=True, check_dir=False)
# Python for the pages is compressed already.
engine = StaticFiles(directory=PAGES / "_static" / "live", check_dir=False)
site = Starlette(
    routes=[Mount("/_static/live", engine), Mount("/", GZipMiddleware(files))]
)
