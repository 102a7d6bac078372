"""A browser for the built pages, and a host that serves them."""

import os
import shutil
import threading
import time

import pytest
import uvicorn
from pages import ROOT_PATH
from playwright.sync_api import expect, sync_playwright
from serve import LIVE, PAGES, site
from starlette.applications import Starlette
from starlette.routing import Mount

expect.set_options(timeout=30_000)  # A busy machine is no failure.

# `make test-live` sets LIVE=yes, and runs only these tests.
collect_ignore = [] if LIVE else ["test_live.py"]

# The first one has no windows of its own, and opens a page in half the time.
CHROMIUMS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
QUIET = ["--disable-gpu", "--disable-quic"]  # Playwright adds many more.


@pytest.fixture(scope="session")
def host():
    """Serve the pages under the address that their 404 page expects."""
    app = Starlette(routes=[Mount(ROOT_PATH, site)])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}{ROOT_PATH}".rstrip("/")
    server.should_exit = True


@pytest.fixture(scope="module")
def browser():
    """Start the machine's Chromium for the tests of a file."""
    path = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    assert path, f"no browser: none of {', '.join(CHROMIUMS)} is on the PATH"
    with sync_playwright() as playwright:
        arguments = QUIET + ["--no-sandbox"] * (os.getuid() == 0)
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(params=["http", "file"])
def home(request):
    """Return the address of the pages, once on a host and once on disk."""
    if request.param == "file":
        return PAGES.as_uri()
    return request.getfixturevalue("host")


@pytest.fixture
def visit(browser):
    """Return a function that opens a page; assert at the end that nothing went wrong.

    An address that must give an error is named by `expected`.
    """
    contexts, faults = [], []

    def open_page(
        address, theme="light", width=1440, expected=None, height=900, **options
    ):
        viewport = {"width": width, "height": height}
        # The theme that the reader's system asks for. A script which set it in
        # localStorage before each page would lose, from disk, what pages keep there.
        context = browser.new_context(viewport=viewport, color_scheme=theme, **options)
        contexts.append(context)

        own = PAGES.as_uri()
        if not address.startswith(own):
            own = "/".join(address.split("/")[:3])

        def ask(request):
            if not request.url.startswith((f"{own}/", "blob:")):  # A page's own.
                faults.append(f"asks another host: {request.url}")

        def note(message):
            if message.type in ("error", "warning") and not (
                expected and message.location.get("url") == expected
            ):
                faults.append(f"console {message.type}: {message.text}")

        def lost(request):
            if request.failure != "net::ERR_ABORTED":  # The next page was asked for.
                faults.append(f"fails: {request.url}")

        def answer(response):
            if response.status >= 400 and response.url != expected:
                faults.append(f"{response.status}: {response.url}")

        page = context.new_page()
        page.on("request", ask)
        page.on("console", note)
        page.on("pageerror", lambda error: faults.append(f"script fails: {error}"))
        page.on("requestfailed", lost)
        page.on("response", answer)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, "\n".join(["", *dict.fromkeys(faults)])
