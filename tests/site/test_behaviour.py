"""What moves when it is clicked or typed at."""

import re

import pytest
from pages import ALL, soup
from playwright.sync_api import expect
from test_pages import OPEN_ALL

# A figure that answers a prediction is closed at first.
MOVING = [name for name in ALL if soup(name).select(".motion")]
PLAYING = [name for name in ALL if soup(name).select(".playing")]
NAMED = {
    "WeightMultiply": "scratchdl.operations.WeightMultiply",
    "lerning rate": "term-learning-rate",
    "overfitting": "term-overfit",
    "学习": "term-learning-rate",
}
CONTRAST = """element => {
  const light = colour => {
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(part => {
      const c = part / 255;
      return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    }).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  };
  const style = getComputedStyle(element);
  const [a, b] = [light(style.color), light(style.backgroundColor)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""


@pytest.mark.parametrize(
    "name", [n for n in ALL if soup(n).select(".admonition.dropdown")]
)
def test_each_closed_box_opens_and_closes(visit, home, name):
    page = visit(f"{home}/{name}")
    for box in page.locator(".admonition.dropdown").all():
        button = box.locator("button.toggle-button")
        answer = box.locator(".admonition-title ~ *").first
        expect(answer).to_be_hidden()
        button.click()
        expect(answer).to_be_visible()
        expect(button).to_have_attribute("aria-expanded", "true")
        button.press("Enter")
        expect(answer).to_be_hidden()
        button.press("Space")
        expect(answer).to_be_visible()


@pytest.mark.parametrize("name", [n for n in ALL if soup(n).select("details.hide")])
def test_hidden_code_and_outputs_open_and_close(visit, host, name):
    page = visit(f"{host}/{name}")
    for cell in page.locator("details.hide").all():
        line, content = cell.locator("summary"), cell.locator("summary + *")
        expect(content).to_be_hidden()
        line.click()
        expect(content).to_be_visible()
        line.press("Enter")
        expect(content).to_be_hidden()
    page.emulate_media(media="print")
    for content in page.locator("details.hide > summary + *").all():
        expect(content).to_be_visible()


def test_what_opens_on_a_phone_can_be_scrolled_by_keyboard(visit, host):
    """The theme looks for what is too wide before it is shown."""
    name = next(name for name in ALL if soup(name).select("details.hide pre"))
    page = visit(f"{host}/{name}", width=360)
    cell = page.locator("details.hide:has(pre)").first
    cell.locator("summary").press("Enter")
    expect(cell.locator("pre").first).to_have_attribute("tabindex", "0")


def test_the_theme_switches_and_is_remembered(visit, home):
    page = visit(f"{home}/book/06_loss.html", "dark")
    html = page.locator("html")
    expect(html).to_have_attribute("data-theme", "dark")
    switch = page.locator(".theme-switch-button:visible")
    for _ in range(3):
        switch.press("Enter")
        if html.get_attribute("data-mode") == "light":
            break
    expect(html).to_have_attribute("data-theme", "light")
    page.goto(f"{home}/book/07_network.html")
    expect(html).to_have_attribute("data-theme", "light")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 720)])
def test_two_doors_are_on_the_first_screen(visit, home, width, height):
    page = visit(f"{home}/book/index.html", width=width)
    page.set_viewport_size({"width": width, "height": height})
    doors = page.locator(".doors a")
    words = ["Start with chapter 1", "My code from the printed chapter fails"]
    expect(doors).to_have_text(words)
    for door in doors.all():
        expect(door).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_search_finds_sections_and_quotes_them(visit, home, theme):
    page = visit(f"{home}/book/06_loss.html", theme)
    page.keyboard.press("Control+k")
    page.keyboard.type("weight decay")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("The best 20 results")
    for result in page.locator("#search-results li").all():
        expect(result.locator("a")).to_have_attribute("href", re.compile("^book/.+#."))
        expect(result.locator("mark").first).to_be_visible()
    for mark in page.locator("#search-results p mark").all():
        assert re.search("weight|decay", mark.text_content(), re.IGNORECASE)
        assert mark.evaluate(CONTRAST) >= 4.5, mark.evaluate("m => m.outerHTML")
    page.locator("#search-results a").first.click()
    expect(page.locator(":target")).to_be_in_viewport()


def test_search_finds_while_typing(visit, home):
    page = visit(f"{home}/search.html")
    page.keyboard.type("反向")
    first = page.locator("#search-results a").first
    expect(first).to_have_text(re.compile("^Glossary › back"))
    page.locator("main input").fill("zzzzzz")
    expect(page.get_by_role("status")).to_have_text("No results")
    expect(page.locator("#search-nothing a").first).to_be_visible()


def test_search_finds_names_and_messages_first(visit, host):
    page = visit(f"{host}/search.html")
    place = next(name for name in ALL if "/C_" in name)
    for part in soup("book/glossary.html").select("dt, dd [lang]"):
        for name in part.find(string=True).split("；"):
            best = page.evaluate("query => search.find(query)[0]", name)
            assert "/glossary" in best["address"] and name in best["names"], name
    for part in soup(place).select("h3"):
        message = part.get_text().removesuffix("#")
        query = re.sub(r"\d+", lambda number: f"1{number[0]}", message)
        best = page.evaluate("query => search.find(query)[0]", query)
        assert place in best["address"] and message == best["names"][0], query
    for query, address in NAMED.items():
        assert address in page.evaluate("q => search.find(q)[0].address", query)


@pytest.mark.parametrize("width", [360, 768])
def test_the_sidebar_opens_and_closes_by_keyboard(visit, home, width):
    page = visit(f"{home}/book/06_loss.html", width=width)
    contents = page.locator("#pst-primary-sidebar-modal")
    expect(contents).to_be_hidden()
    page.locator("button.primary-toggle:visible").press("Enter")
    expect(contents).to_be_visible()
    page.keyboard.press("Escape")
    expect(contents).to_be_hidden()
    page.locator("button.primary-toggle:visible").press("Enter")
    chapter = contents.get_by_role("link", name=re.compile("Chapter 7"))
    chapter.press("Enter")
    expect(page).to_have_title(re.compile("Chapter 7"))


def test_the_skip_link_comes_first_and_skips(visit, home):
    page = visit(f"{home}/book/06_loss.html")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to main content")
    expect(page.locator(":focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')")


@pytest.mark.parametrize("address", ["nowhere.html", "book/x/y/nowhere.html"])
def test_a_wrong_address_leads_back(visit, host, address):
    wrong = f"{host}/{address}"
    page = visit(wrong, expected=wrong)
    link = page.locator("main a[href]").first
    expect(link).to_be_visible()
    for link in page.locator("main a[href], link[href]").all():
        target = link.evaluate("element => element.href")
        if target.startswith(host) and target != wrong:
            assert page.request.get(target).ok, target
    page.locator("main a[href]:visible").first.click()
    expect(page.locator("main article h1")).to_be_visible()


def test_a_figure_moves():
    assert MOVING


def step_of(figure):
    """Return the step a moving figure shows."""
    return int(figure.get_attribute("data-step"))


@pytest.mark.parametrize("name", MOVING)
def test_the_moving_figure_steps(visit, home, name):
    page = visit(f"{home}/{name}")
    page.evaluate(OPEN_ALL)
    figure = page.locator(".motion").first
    press = {
        action: figure.locator(f"[data-action={action}]")
        for action in ("start", "back", "step", "play")
    }
    first = step_of(figure)
    press["step"].click()
    expect(figure).to_have_attribute("data-step", str(first + 1))
    press["step"].press("Enter")
    expect(figure).to_have_attribute("data-step", str(first + 2))
    press["back"].click()
    expect(figure).to_have_attribute("data-step", str(first + 1))
    page.keyboard.press("ArrowRight")
    expect(figure).to_have_attribute("data-step", str(first + 2))
    page.keyboard.press("ArrowLeft")
    expect(figure).to_have_attribute("data-step", str(first + 1))
    press["start"].click()
    expect(figure).to_have_attribute("data-step", str(first))
    press["play"].click()
    expect(figure).to_have_attribute("data-step", str(first + 1), timeout=10_000)
    press["play"].click()
    stopped = step_of(figure)
    page.wait_for_timeout(2500)
    assert step_of(figure) == stopped, "pause does not stop it"


@pytest.mark.parametrize("name", MOVING)
def test_the_moving_figure_waits_for_the_reader(visit, home, name):
    page = visit(f"{home}/{name}", reduced_motion="reduce")
    page.evaluate(OPEN_ALL)
    figure = page.locator(".motion").first
    before = step_of(figure)
    figure.scroll_into_view_if_needed()
    page.wait_for_timeout(2500)
    assert step_of(figure) == before, "it starts by itself"
    figure.locator("[data-action=step]").click()
    expect(figure).to_have_attribute("data-step", str(before + 1))
    running = "element => element.getAnimations({subtree: true}).length"
    assert figure.evaluate(running) == 0, "it is animated for who wants less motion"


def test_a_figure_has_sliders():
    assert PLAYING


def picture_of(figure):
    """Return what a figure with sliders shows: its caption, and its lines."""
    lines = figure.locator("figure").first.locator("g path")
    outlines = lines.evaluate_all("paths => paths.map(p => p.getAttribute('d'))")
    return figure.locator("[aria-live]").text_content(), outlines


@pytest.mark.parametrize("name", PLAYING)
def test_sliders_move_a_figure_by_keyboard(visit, home, name):
    page = visit(f"{home}/{name}", width=390)
    for figure in page.locator(".playing").all():
        figure.scroll_into_view_if_needed()
        first, *others = figure.locator("figure").all()
        expect(first).to_be_visible()
        assert not any(other.is_visible() for other in others)
        for slider in figure.get_by_role("slider").all():
            (words, lines), value = picture_of(figure), slider.input_value()
            key = "ArrowLeft" if value == slider.get_attribute("max") else "ArrowRight"
            slider.press(key)
            expect(figure.locator("[aria-live]")).not_to_have_text(words)
            assert picture_of(figure)[1] != lines
            beside = "slider => slider.closest('p').querySelector('output').textContent"
            assert slider.evaluate(beside) == slider.get_attribute("aria-valuetext")
            slider.press("ArrowRight" if key == "ArrowLeft" else "ArrowLeft")
            assert picture_of(figure) == (words, lines)


@pytest.mark.parametrize("name", PLAYING)
def test_on_paper_and_without_scripts_there_are_several_pictures(visit, host, name):
    without = visit(f"{host}/{name}", java_script_enabled=False)
    printed = visit(f"{host}/{name}")
    printed.emulate_media(media="print")
    for page in (without, printed):
        for figure in page.locator(".playing").all():
            expect(figure.locator("input").first).to_be_hidden()
            pictures = figure.locator("figure")
            assert pictures.count() >= 2
            for picture in pictures.all():
                expect(picture.locator("[role=img]")).to_be_visible()
                expect(picture.locator("figcaption")).not_to_be_empty()
