"""Cells that run in the page, as `make live` builds it. `make test-live` runs this."""

import re
import time
from difflib import unified_diff
from zipfile import ZipFile

import pytest
from notebooks import BOOK, ROOT, cells_of
from pages import ALL, soup
from playwright.sync_api import Error, expect
from serve import PAGES
from test_pages import AXE, LOOK, OPEN_ALL, RULES, STILL, WIDE, faults_of

LONG = 600_000  # All cells of a chapter run, and the machine may be busy.
RUNS = ".cell:not([class*=tag_not-live]) .cell_input"
RUNNING = [name for name in ALL if soup(name).select(RUNS)]
LAYERS = "book/05_layer.html"
LOOP = "while True: pass"
# The text of each cell's own output, the descriptions of its figures, and whether its
# figures, tables and animations are as printed. The ids of two figures differ.
READ = r"""() => [...document.querySelectorAll("div.cell:has(.live-bar)")].map(cell => {
  const drawn = " :is(svg.picture, .text_html:not(:has(> svg.picture)))";
  const html = (from) => [...cell.querySelectorAll(from + drawn)].map(
    (it) => it.outerHTML.replace(/\b(picture|cell)\d[\w-]*|translate\(.*?\)/g, ""));
  const own = [...cell.querySelectorAll(".live-output :is(pre, svg.picture)")];
  const text = own.map((it) => it.ariaLabel ?? it.textContent).join("\n");
  const printed = html(".cell_output:not(.live-output)");
  return [cell.id, text, String(html(".live-output")) === String(printed)];
})"""


def lines(text):
    """Return the lines that are not empty, without spaces at their ends."""
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def printed(cell):
    """Return the lines of a cell's stored outputs."""
    outputs = [out.get("data", out) for out in cell["outputs"]]
    kept = [out for out in outputs if "text/html" not in out]
    texts = [out.get("text/plain", out.get("text", "")) for out in kept]
    return lines("\n".join("".join(text) for text in texts))


class Cell:
    """Buttons, code and outputs of a cell."""

    def __init__(self, page, place):
        self.all = page.locator(f"div.cell:has(.live-bar){place}").first
        self.status = self.all.locator(".live-bar [role=status]")
        self.own = self.all.locator(".live-output")
        self.code = self.all.locator("[role=textbox]")

    def press(self, name):
        self.all.get_by_role("button", name=name).click()

    def write(self, code):
        if not self.code.count():
            self.press("Edit")
        self.code.fill(code)

    def run(self, code=None, end="Done"):
        if code is not None:
            self.write(code)
        self.press("Run")
        expect(self.status).to_have_text(re.compile(end), timeout=LONG)


@pytest.fixture
def layers(visit, host):
    """Return chapter 5, with all closed parts open."""
    page = visit(f"{host}/{LAYERS}", reduced_motion="reduce")
    page.evaluate(OPEN_ALL)
    return page


@pytest.mark.parametrize("name", RUNNING)
def test_cells_give_the_printed_outputs(visit, host, name):
    page = visit(f"{host}/{name}")
    page.evaluate(OPEN_ALL)
    last = page.locator(".live-bar").last
    last.get_by_role("button", name="Run").click()
    ended = re.compile("Done|topped|did not run")
    expect(last.locator("[role=status]")).to_have_text(ended, timeout=LONG)
    notebook = (BOOK / name.removeprefix("book/")).with_suffix(".ipynb")
    stored = {cell["id"]: printed(cell) for cell in cells_of(notebook, "code")}
    faults, found = [], page.evaluate(READ)
    for cell, text, same in found:
        faults += unified_diff(stored[cell], lines(text), cell, "page", lineterm="")
        faults += [] if same else [f"--- {cell}: a figure or a table differs"]
    assert not faults, "\n".join(faults)
    if "first_deep_model" in name:  # Every printed number is in the README.
        rows = (ROOT / "README.md").read_text("utf-8").split("Mean absolute")[1]
        digits = re.findall(r"\d+\.\d{2,3}\b", rows.split("\n\n")[0])
        assert len(digits) == 21
        assert {*digits} <= {*re.findall(r"[\d.]+\d", str(found))}


def test_nothing_is_loaded_before_the_first_press(visit, host):
    page, asked = visit(f"{host}/404.html"), []
    page.on("request", lambda request: asked.append(request.url.split("/live/")[-1]))
    page.goto(f"{host}/{LAYERS}")
    cell = Cell(page, ":not(:has(details.hide))")
    expect(cell.status).to_have_text(re.compile(r"loads Python: \d\d MB, once"))
    assert [name for name in asked if name.endswith((".bin", ".js"))].count("live.js")
    assert not {"worker.js", "editor.js"} & {*asked} and "bin" not in str(asked)
    cell.press("Run")
    expect(cell.status).to_have_text(re.compile("Loading .* MB"))
    cell.press("Stop")
    expect(cell.status).to_have_text(re.compile("Stopped"))
    cell.run()
    assert asked.count("worker.js") >= 1 and "editor.js" not in asked


def test_exercises_are_answered_in_the_page(layers, host):
    solved = {
        label: cell["source"]
        for path in (BOOK / "solutions_05.ipynb", BOOK / LAYERS[5:-5])
        for cell in cells_of(path.with_suffix(".ipynb"), "code")
        for label in re.findall(r'check_answer\(\s*"([\w-]+)"', cell["source"])
        if "..." not in cell["source"]
    }
    page, labels = layers, [it["id"] for it in soup(LAYERS).select(".exercise")]
    for label in labels:
        name = page.locator(f"#{label} .cell", has_text="check_answer").last
        cell = Cell(page, f'[id="{name.get_attribute("id")}"]')
        cell.run("differing = 1 +" if label == "ex-one-seed" else None, "Done|error")
        expect(page.locator(f"#{label} .live-mark")).to_have_text("waiting")
        cell.run(solved[label])
        expect(cell.own).to_contain_text("Right.")
        expect(page.locator(f"#{label} .live-mark")).to_have_text("right")
    whole = f"{len(labels)} of {len(labels)} right"
    page.reload()
    expect(page.locator(".live-note").first).to_contain_text(whole)
    page.goto(f"{host}/book/index.html")
    chapter = page.locator("#the-map td", has_text="5 Layers")
    expect(chapter).to_contain_text(whole)


def test_changed_code_is_kept_and_reset(layers):
    page = layers
    cell = Cell(page, '[id="05-x2"]')
    before = cell.all.locator("pre").first.text_content()
    cell.write("1 +")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    expect(cell.code).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(cell.code).not_to_be_focused()
    page.reload()
    page.evaluate(OPEN_ALL)
    code = cell.all.locator("pre").first
    expect(code).to_have_text("1 +\n    2\n")
    cell.press("Reset")
    expect(code).to_have_text(before)
    cell.write("3")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Reset page").click()
    expect(cell.code).to_have_count(0)
    expect(code).to_have_text(before)
    expect(page.get_by_role("button", name="Reset page")).to_be_hidden()
    assert "05-x2" not in page.evaluate("JSON.stringify(localStorage)")


def test_stop_ends_an_endless_loop_at_once(layers):
    first, second, third = (Cell(layers, f" >> nth={i}") for i in range(3))
    third.run()
    first.write(LOOP)
    second.write("value = 1 if value == 5 else 0")
    for _ in range(10):
        first.press("Run")
    second.press("Run")  # It waits.
    expect(first.status).to_have_text("Running cell 1 …")
    start = time.monotonic()
    second.press("Stop")
    expect(first.status).to_contain_text("All variables are lost")
    assert time.monotonic() - start < 5
    expect(second.status).to_have_text("")
    first.run("value = 5\nvalue")
    expect(first.own).to_contain_text("5")
    third.run("value + 1")  # The second cell runs before it.
    expect(third.own.locator("pre")).to_have_text("2")


def test_errors_and_long_outputs(layers):
    first, second = (Cell(layers, f" >> nth={i}") for i in range(2))
    first.run("a = 1\nb = a / 0\n", "stopped with an error")
    expect(first.own).to_contain_text("Cell 1")
    expect(first.own).to_contain_text("line 2")
    expect(first.own).to_contain_text("ZeroDivisionError: division by zero")
    second.run(end="did not run, because of an error in cell 1")
    first.run('print("x" * 10_000_000)')
    expect(first.own).to_contain_text("cut off")
    assert len(first.own.text_content()) < 1_100_000
    first.run("import pandas", "error")
    expect(first.own).to_contain_text("only NumPy, Matplotlib")
    first.run("import os\nos._exit(3)", "Python stopped")
    first.run(
        "import sys\nprint(1)\nprint(2, file=sys.stderr)\nraise SystemExit", "error"
    )
    expect(first.own.locator("pre").first).to_have_text("1\n")
    plot = "import matplotlib.pyplot as plt\nfor y in 1, 2:\n    plt.plot([y])\n"
    first.run(plot + "    plt.show()\n    print(y)")
    expect(first.own.locator("pre, svg")).to_have_count(4)  # None is a warning.


def test_the_code_of_a_cell_reaches_no_network(layers):
    Cell(layers, "").run()
    for address in ("https://example.org/", layers.url, layers.url + "#"):
        with pytest.raises(Error, match="fetch"):
            layers.workers[0].evaluate("address => fetch(address)", address)


def test_a_page_reaches_no_other_host(browser, host):
    page, asked = browser.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{host}/{LAYERS}")
    with pytest.raises(Error, match="fetch"):
        page.evaluate("fetch('http://127.0.0.1:9/')")
    page.close()
    assert asked and all(url.startswith(f"{host}/") for url in asked)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_in_use_is_in_order(visit, host, theme):
    page = visit(f"{host}/{LAYERS}", theme, 390, reduced_motion="reduce")
    page.evaluate(OPEN_ALL)
    cell = Cell(page, '[id="05-x2"]')
    cell.run("for number in range(3):\n    None == True or 'text'  # " + "long" * 30)
    Cell(page, " >> nth=1").run("1 / 0", "error")
    page.add_style_tag(content=STILL)
    page.evaluate("scrollTo(0, 0)")
    page.mouse.move(0, 0)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(WIDE) + [*faults_of(page.evaluate(LOOK, RULES))] == []
    page.emulate_media(media="print")
    assert not page.locator("button:visible").all()
    expect(cell.all.locator("pre").first).to_be_visible()


OLD = "WebAssembly.validate = () => false"


def test_without_the_engine_there_is_no_button_and_one_reason(visit, host):
    none = visit(f"{host}/{LAYERS}", java_script_enabled=False)
    expect(none.locator(".live-bar, .live-note")).to_have_count(0)
    disk = visit((PAGES / LAYERS).as_uri())
    old = visit(f"{host}/404.html")
    old.add_init_script(OLD)
    old.goto(f"{host}/{LAYERS}")
    torch = visit(f"{host}/book/12_elsewhere.html")
    for page, reason in ((disk, "from a disk"), (old, "too old"), (torch, "PyTorch")):
        expect(page.locator(".live-bar")).to_have_count(0)
        expect(page.locator(".live-note")).to_contain_text(reason)
        page.locator(".live-note a").click()
        expect(page.locator("h1")).to_contain_text("Run the code in the page")


def test_the_ebook_has_no_engine():
    (path,) = PAGES.glob("*.epub")
    with ZipFile(path) as book:
        pages = [name for name in book.namelist() if name.endswith(".xhtml")]
        assert not [name for name in pages if b"static/live" in book.read(name)]


def test_the_licences_are_there(visit, host):
    page = visit(f"{host}/book/in_the_page.html")
    for link in page.locator("a[href*='/live/']").all():
        answer = page.request.get(link.evaluate("it => it.href"))
        assert answer.ok
        if link.get_attribute("href").endswith(".txt"):
            for name in ("NumPy", "Python Software Foundation", "Marijn"):
                assert name in answer.text(), name
