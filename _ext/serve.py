"""The built pages as a web host serves them: compressed; unknown addresses get 404."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

PAGES = Path(__file__).parent.parent / "_build" / "html"

site = Starlette(
    routes=[Mount("/", StaticFiles(directory=PAGES, html=True, check_dir=False))],
    middleware=[Middleware(GZipMiddleware)],
)
