"""Every page, narrow and wide, light and dark, looked at by a browser."""

import re
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pages import ALL, NOT_FOUND, soup
from playwright.sync_api import expect
from serve import PAGES

WIDTHS = [360, 768, 1440]
PRINTED = {"05_layer": "A4", "08_optimizer": "A4", "11_extending": "Letter"}
THEMES = ["light", "dark"]
AXE = Path(__file__).parents[2] / ".venv" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STILL = (
    "*, ::before, ::after { transition: none !important; animation: none !important }"
)
FORMULA = re.compile(
    r"\$[^$\n]*[\\^_={}][^$\n]*\$|\$\$|\\[()\[\]]|\\(begin|end|frac|partial|times|sum)\b"
)

OPEN_ALL = """() => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  for (const button of document.querySelectorAll("button.toggle-button-hidden"))
    button.click();
}"""
PROSE = """() => {
  const main = document.querySelector("main").cloneNode(true);
  const quoted = "pre, code, .katex, math, script, style";
  for (const element of main.querySelectorAll(quoted)) element.remove();
  return main.textContent;
}"""
LOOK = """rules => axe.run(document, {
  preload: false, resultTypes: ["violations"], runOnly: rules,
})"""
WIDE = """() => {
  const {scrollWidth, clientWidth} = document.scrollingElement;
  const scrolls = element => element !== document.body && (
    getComputedStyle(element).overflowX !== "visible" ||
    scrolls(element.parentElement));
  return scrollWidth <= clientWidth ? [] : [...document.querySelectorAll("body *")]
    .filter(element => element.getBoundingClientRect().right > clientWidth + 1)
    .filter(element => !scrolls(element))
    .map(element => element.outerHTML.slice(0, 120)).concat(["the page"]);
}"""
# What is wide and what is not is known of all that has been laid out.
SETTLED = """width => {
  const over = block => block.scrollWidth > block.clientWidth ||
    block.scrollHeight > block.clientHeight;
  const near = block => block.checkVisibility({contentVisibilityAuto: true});
  const blocks = [...document.querySelectorAll("pre, div.math")];
  return innerWidth === width && blocks.filter(near).every(
    block => over(block) === (block.tabIndex === 0));
}"""

# Goes to each place that a link can lead to, and follows each link within the page.
# Returns the places whose first line is then not on the screen.
ARRIVE = """async () => {
  const away = [];
  const look = (id, way) => {
    const {top} = document.getElementById(id).getBoundingClientRect();
    if (top < 0 || top > innerHeight - 20) away.push([id, way, Math.round(top)]);
    scrollTo(0, 0);
  };
  if (location.hash) look(location.hash.slice(1), "address");
  const links = document.querySelectorAll("main a[href^='#']:not([href='#'])");
  for (const link of [...links].reverse()) { // The first leads below what is laid out.
    link.click();
    // A browser that draws nothing at the moment must not stop the test.
    await new Promise(done => (requestAnimationFrame(done), setTimeout(done, 200)));
    look(link.hash.slice(1), "click");
  }
  for (const {id} of document.querySelectorAll("article [id]:not(svg *, pre)")) {
    location.hash = id;
    look(id, "hash");
  }
  return away;
}"""

# Sentences in an output that scroll, and names in a table that are torn apart.
TORN = """() => {
  const outputs = [...document.querySelectorAll(".cell_output pre")].filter(
    it => it.scrollWidth > it.clientWidth && !it.querySelector(".aligned"));
  const names = [...document.querySelectorAll("td code .pre, .text_html th")]
    .flatMap(it => [...it.childNodes]).filter(it => !/[ -]/.test(it.data));
  const range = new Range();
  const torn = it => (range.selectNodeContents(it), range.getClientRects().length > 1);
  return [...outputs, ...names.filter(torn)].map(it => it.textContent);
}"""

# What can be used, what the Tab key reached, and what did not show that it was.
WATCH = """() => {
  const style = element => ["", "::before", "::after"].map(part => {
    const s = getComputedStyle(element, part || null);
    const line = s.outlineStyle === "none" ? "" : s.outline;
    const frame = [s.boxShadow, s.borderColor, s.backgroundColor];
    return [line, ...frame, s.textDecoration].join();
  }).join();
  const can = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const usable = [...document.querySelectorAll(can)].filter(element =>
    !element.disabled && element.getClientRects().length &&
    element.checkVisibility({visibilityProperty: true}));
  const before = new Map(usable.map(element => [element, style(element)]));
  window.reached = new Set();
  window.unseen = new Set();
  document.addEventListener("focusin", ({target}) => {
    reached.add(target);
    const faint = [...(function* () {
      for (let up = target; up; up = up.parentElement) yield up;
    })()].some(up => getComputedStyle(up).opacity < 0.5);
    if (faint || before.get(target) === style(target)) unseen.add(target);
  });
  window.missed = () => usable.filter(element =>
    element.matches(can) && !reached.has(element));
  return usable.length;
}"""
TELL = "elements => [...elements].map(element => element.outerHTML.slice(0, 160))"


def faults_of(report):
    """Return one line for each element that axe-core objects to."""
    for violation in report["violations"]:
        for node in violation["nodes"]:
            checks = node["any"] + node["all"] + node["none"]
            why = "; ".join(check["message"] for check in checks)
            yield f"{violation['id']}: {node['target']} {node['html'][:120]} {why}"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ALL)
def test_a_page_is_in_order(visit, host, name, theme):
    address = f"{host}/{name}?q=gradient"  # The search page shows results.
    page = visit(address, theme, WIDTHS[0], reduced_motion="reduce")
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    raw = FORMULA.search(page.evaluate(PROSE))
    assert not raw, f"{name}: a formula's source is shown: {raw[0]}"
    assert page.locator(".katex-error").count() == 0
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.add_style_tag(content=STILL)
    faults = defaultdict(list)
    page.evaluate(OPEN_ALL)
    # Only colours differ in the dark, and all elements can be seen on the widest page.
    rules = RULES if theme == "light" else ["color-contrast", "link-in-text-block"]
    for width in WIDTHS if theme == "light" else WIDTHS[-1:]:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(SETTLED, arg=width)
        for part in page.evaluate(WIDE) + page.evaluate(TORN):
            faults[f"too wide: {part}"].append(width)
        for fault in faults_of(page.evaluate(LOOK, rules)):
            faults[fault].append(width)
    lines = [
        f"{name}, {theme}, {widths} px: {fault}" for fault, widths in faults.items()
    ]
    assert not lines, "\n" + "\n".join(lines)


@pytest.mark.parametrize("theme", THEMES)
def test_a_link_under_the_mouse_has_contrast(visit, host, theme):
    page = visit(f"{host}/book/in_the_page.html", theme)
    page.add_style_tag(content=STILL)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for link in page.locator("article :is(td, p) a").all()[:4]:
        link.hover()
        assert [*faults_of(page.evaluate(LOOK, ["color-contrast"]))] == []


HEADINGS = """() => [...document.querySelectorAll("article :is(h1, h2, h3)")]
    .filter(it => it.getBoundingClientRect().top < 150).length"""


@pytest.mark.parametrize("theme", THEMES)
def test_the_view_for_a_lecture_hall(visit, home, theme):
    address = f"{home}/book/10_first_deep_model.html"
    page = visit(address, theme, width=1280, reduced_motion="reduce")
    page.evaluate(OPEN_ALL)
    code = page.locator(".cell_input pre").nth(9)
    code.evaluate("it => scrollTo(0, it.getBoundingClientRect().top + scrollY - 100)")
    page.locator(".present-button").dispatch_event("click")
    expect(code).to_be_in_viewport()
    expect(page.locator("nav:visible")).to_have_count(0)
    assert code.evaluate("it => parseFloat(getComputedStyle(it).fontSize)") >= 900 / 30
    above = page.evaluate(HEADINGS)
    for key, more in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1)):
        page.keyboard.press(key)
        assert page.evaluate(HEADINGS) == above + more
    page.locator("input[type=range]").first.focus()
    before = page.evaluate("scrollY")
    page.keyboard.press("ArrowRight")  # It moves the slider.
    assert page.evaluate("scrollY") == before
    page.evaluate(AXE.read_text(encoding="utf-8"))
    faults = faults_of(page.evaluate(LOOK, RULES))
    assert page.evaluate(WIDE) + list(faults) == []
    page.locator(".right-next").click()
    expect(page.locator(".present-button")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(page.locator("nav:visible")).not_to_have_count(0)


@pytest.mark.parametrize("name", ALL)
def test_everything_is_reached_by_keyboard(visit, host, name):
    page = visit(f"{host}/{name}?q=gradient", reduced_motion="reduce")
    page.add_style_tag(content=STILL)
    for width in (WIDTHS[0], WIDTHS[-1]):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(SETTLED, arg=width)
        page.evaluate("document.activeElement.blur()")
        count = page.evaluate(WATCH)
        # What is laid out on the way, and turns out to scroll, is a stop more.
        for presses in (count + 5, count // 2, count // 2):
            for _ in range(presses):
                page.keyboard.down("Tab")  # It is held; each repeat goes on by one.
            missed = page.evaluate(f"({TELL})(missed())")
            if not missed:
                break
        assert not missed, f"{name}, {width} px: not reached:\n" + "\n".join(missed)
        unseen = page.evaluate(f"({TELL})(unseen)")
        assert not unseen, f"{name}, {width} px: focus not seen:\n" + "\n".join(unseen)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
@pytest.mark.parametrize("name", [n for n in ALL if soup(n).select("section[id]")])
def test_links_arrive(visit, host, name, width, height):
    last = soup(name).select("section[id]")[-1]["id"]
    options = {"width": width, "height": height, "reduced_motion": "reduce"}
    for address in (name, f"{name}#{last}"):
        page = visit(f"{host}/{address}", **options)
        page.wait_for_function("document.fonts.status === 'loaded'")
        assert page.evaluate(ARRIVE) == []


@pytest.mark.parametrize("name", [name for name in ALL if name != NOT_FOUND])
def test_a_page_opens_from_disk(visit, name):
    page = visit((PAGES / name).as_uri())
    drawn = "[...document.querySelectorAll('.katex')].every(f => f.offsetWidth > 0)"
    assert page.evaluate(OPEN_ALL) is None and page.evaluate(drawn)
    fonts = "document.fonts.ready.then(() => [...document.fonts].map(f => f.status))"
    assert "error" not in page.evaluate(fonts)


@pytest.mark.parametrize("name", PRINTED)
def test_a_page_is_printed_whole_and_dark_on_white(visit, host, tmp_path, name):
    page = visit(f"{host}/book/{name}.html", "dark")
    file = tmp_path / "page.pdf"
    page.pdf(path=file, format=PRINTED[name], prefer_css_page_size=True)
    words = subprocess.check_output(["pdftotext", "-bbox", file, "-"], text=True)
    for sheet in BeautifulSoup(words, "html.parser").select("page")[:-1]:
        low = max([float(word["ymax"]) for word in sheet.select("word")], default=0)
        assert low > float(sheet["height"]) / 3, f"nearly empty: {sheet.text[:200]}"
    lines = subprocess.check_output(["pdftotext", "-layout", file, "-"], text=True)
    sheets = ["".join(sheet.split()) for sheet in lines.split("\f")]
    text = "article :is(p, pre):not(:has(.katex, .headerlink), summary *)"
    parts = soup(f"book/{name}.html").select(text)
    missing = Counter("".join("".join(it.text.split()) for it in parts))
    assert missing <= Counter("".join(sheets)), missing - Counter("".join(sheets))
    for part in parts:
        if part.name == "pre" and "long" not in part.get("class", []):
            code = "".join(part.text.split())
            assert any(code in sheet for sheet in sheets), f"split: {part.text}"
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    dead = "button, input, summary, nav, dialog, .headerlink, .toc-entry"
    assert not page.locator(f":is({dead}):visible").all()
    page.add_style_tag(content="*, ::before { background: white !important }")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert not [*faults_of(page.evaluate(LOOK, ["wcag2aa"]))]
