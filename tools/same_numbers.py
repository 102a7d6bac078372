"""Run the cells of pages in a browser; compare their text and figures with the printed.

`make test-live` runs it. Names such as 05_layer select other pages. Tables and
animations (HTML) are not compared.
"""

import json
import os
import shutil
import sys
from difflib import unified_diff
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "_build" / "live" / "_build" / "html"
CHAPTERS = ["01_by_hand", "05_layer", "10_first_deep_model"]
BUTTON = "div.cell:has(.live-bar) .live-bar button:first-child"
STATUS = ".live-bar [role=status]"
# The text of each cell's own output, its descriptions, and whether its figures are as
# printed. The ids of two figures differ.
READ = r"""() => [...document.querySelectorAll("div.cell:has(.live-bar)")].map(cell => {
  const svg = (selector) => [...cell.querySelectorAll(selector + " svg.picture")].map(
    (it) => it.outerHTML.replace(/(picture|cell)\d+-(\d+-)?/g, ""));
  const own = svg(".live-output"), printed = svg(".cell_output:not(.live-output)");
  const parts = [...cell.querySelectorAll(".live-output :is(pre, svg.picture)")];
  const text = parts.map((it) => it.ariaLabel ?? it.textContent).join("\n");
  return [text, String(own) === String(printed)];
})"""


def lines(text):
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def expected(notebook):
    """Yield the id and the lines of each cell that has a button."""
    for cell in notebook["cells"]:
        hidden = {"remove-input", "not-live"} & set(cell["metadata"].get("tags", []))
        hidden = hidden or "".join(cell["source"]).startswith("#| default_exp")
        if cell["cell_type"] == "code" and not hidden:
            outputs = [out.get("data", out) for out in cell["outputs"]]
            kept = [out for out in outputs if "text/html" not in out]
            texts = ["".join(out.get("text/plain", out.get("text"))) for out in kept]
            yield cell["id"], lines("\n".join(texts))


def differences(page, name):
    """Run all cells of a page, and yield how each one differs."""
    notebook = json.loads((ROOT / "book" / f"{name}.ipynb").read_bytes())
    page.evaluate(
        "() => document.querySelectorAll('details').forEach(it => it.open = 1)"
    )
    for _ in range(2):  # The first press tells the size.
        page.locator(BUTTON).last.click()
    last = page.locator(STATUS).last.element_handle()
    page.wait_for_function("it => /Done|topped/.test(it.textContent)", arg=last)
    for (cell, text), (got, same) in zip(
        expected(notebook), page.evaluate(READ), strict=True
    ):
        yield from unified_diff(text, lines(got), cell, "in the page", lineterm="")
        if not same:
            yield f"--- {cell}: a figure differs"


SimpleHTTPRequestHandler.log_message = lambda *_: None
handler = partial(SimpleHTTPRequestHandler, directory=PAGES)
server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
Thread(target=server.serve_forever, daemon=True).start()
with sync_playwright() as playwright:
    options = ["--no-sandbox"] * (os.getuid() == 0)
    path = shutil.which("chromium") or shutil.which("google-chrome")
    browser = playwright.chromium.launch(executable_path=path, args=options)
    failed = False
    for name in sys.argv[1:] or CHAPTERS:
        page = browser.new_page()
        page.set_default_timeout(300_000)
        page.goto(f"http://127.0.0.1:{server.server_port}/book/{name}.html")
        found = list(differences(page, name))
        failed |= bool(found)
        print(
            f"{name}: {'different' if found else 'same'}", *found, sep="\n", flush=True
        )
        page.close()
sys.exit(failed)
