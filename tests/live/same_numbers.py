"""Run every cell of each page in a browser, and compare its text with the notebook's.

`make test-live` runs it. Names such as 05_layer select other pages. Figures are
compared with the printed ones. Tables and animations (HTML) are not compared.
"""

import json
import os
import shutil
import sys
import time
from difflib import unified_diff
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
PAGES = ["01_by_hand", "05_layer", "10_first_deep_model"]
DONE = "Done|topped"
# The text of each cell's own output, its descriptions, and whether its figures are as
# printed. The ids of two figures differ.
READ = r"""() => {
const cells = [...document.querySelectorAll("div.cell:has(.live-bar)")];
return cells.map((cell) => {
  const svg = (selector) => [...cell.querySelectorAll(selector + " svg.picture")].map(
    (it) => it.outerHTML.replace(/(picture|cell)\d+-(\d+-)?/g, ""));
  const own = svg(".live-output"), printed = svg(".cell_output:not(.live-output)");
  const parts = [...cell.querySelectorAll(".live-output :is(pre, svg.picture)")];
  const text = parts.map((it) => it.ariaLabel ?? it.textContent).join("\n");
  return [text, String(own) === String(printed)];
})}"""


def expected(notebook):
    """Return the id and the text of each cell that has a button."""
    for cell in notebook["cells"]:
        source, tags = "".join(cell["source"]), cell["metadata"].get("tags", [])
        shown = "remove-input" not in tags and not source.startswith("#| default_exp")
        if cell["cell_type"] == "code" and shown and "not-live" not in tags:
            outputs = [
                "".join(output.get("text") or output["data"]["text/plain"])
                for output in cell["outputs"]
                if "text/html" not in output.get("data", {})
            ]
            yield cell["id"], "\n".join(outputs)


def lines(text):
    return [line.rstrip() for line in text.splitlines() if line.strip()]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Print nothing for a request."""


def compare(page, name):
    """Print a row of the table and the differences; return how many there are."""
    notebook = json.loads((ROOT / "book" / f"{name}.ipynb").read_bytes())
    start = time.monotonic()
    page.evaluate("document.querySelectorAll('details').forEach(it => it.open = true)")
    page.get_by_role("button", name="Run cell").last.click()
    status = page.locator(".live-bar [role=status]").last
    if "Press Run again" in status.text_content():
        page.get_by_role("button", name="Run cell").last.click()
    page.wait_for_function(
        f"it => /{DONE}/.test(it.textContent)", arg=status.element_handle()
    )
    pairs = list(zip(expected(notebook), page.evaluate(READ), strict=True))
    found = [
        "\n".join(
            unified_diff(lines(text), lines(got), cell, "in the page", lineterm="")
        )
        or f"--- {cell}: a figure differs"
        for (cell, text), (got, same) in pairs
        if lines(text) != lines(got) or not same
    ]
    seconds = time.monotonic() - start
    print(f"{name:28} {len(pairs) - len(found):5} {len(found):10} {seconds:6.0f} s")
    print("\n".join([*found, status.text_content()] if found else []), flush=True)
    return len(found)


def main(names):
    """Compare the pages with these names, or three chapters."""
    handler = partial(Quiet, directory=ROOT / "_build" / "live" / "_build" / "html")
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    print(f"{'page':28} {'same':>5} {'different':>10} {'time':>8}")
    with sync_playwright() as playwright:
        options = ["--no-sandbox"] * (os.getuid() == 0)
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=options)
        found = 0
        for name in names or PAGES:
            page = browser.new_page()
            page.set_default_timeout(300_000)
            page.goto(f"http://127.0.0.1:{server.server_port}/book/{name}.html")
            found += compare(page, name)
            page.close()
    sys.exit(found > 0)


if __name__ == "__main__":
    main(sys.argv[1:])
