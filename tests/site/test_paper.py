"""Pages printed from the dark theme, as a PDF."""

import re
import subprocess
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from pages import soup

PRINTED = {
    "05_layer": "A4",
    "08_optimizer": "Letter",
    "11_extending": "A4",
    "C_symptoms": "Letter",
    "D_errata": "A4",
}
# Text that is hard to read on white paper, and parts that are only for the screen.
FAINT = """() => {
  const paint = document.createElement("canvas").getContext("2d", {
    willReadFrequently: true});
  const light = colour => {
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    const parts = [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
    return parts.map(part => (part /= 255) <= 0.04045 ? part / 12.92 :
      ((part + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) =>
        sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  };
  const faint = it => [...it.childNodes].some(n => n.data?.trim()) &&
    1.05 / (light(getComputedStyle(it).color) + 0.05) < 4.5;
  const dead = "button, input, summary, nav, dialog, .headerlink";
  return [...document.querySelectorAll("body *")].filter(it => it.checkVisibility() &&
    (it.matches(dead) || faint(it))).map(it => it.outerHTML.slice(0, 120));
}"""


@pytest.mark.parametrize("name", PRINTED)
def test_a_printed_page_is_whole_and_easy_to_read(visit, host, tmp_path, name):
    page = visit(f"{host}/book/{name}.html", "dark")
    file = tmp_path / "page.pdf"
    page.pdf(path=file, format=PRINTED[name], prefer_css_page_size=True)
    words = subprocess.check_output(["pdftotext", "-bbox", file, "-"], text=True)
    for sheet in BeautifulSoup(words, "html.parser").select("page")[:-1]:
        low = max(float(word["ymax"]) for word in sheet.select("word"))
        assert low > float(sheet["height"]) / 3, f"nearly empty: {sheet.text[:200]}"
    text = subprocess.check_output(["pdftotext", "-layout", file, "-"], text=True)
    sheets = [re.sub(r"\s", "", sheet) for sheet in text.split("\f")]
    parts = soup(f"book/{name}.html").select("article :is(h1, h2, h3, p, pre)")
    shown = [part for part in parts if not part.find_parent("summary")]
    missing = Counter("".join(p.text for p in shown if not p.select(".katex, .headerlink")))
    missing -= Counter("".join(sheets))
    assert not "".join(missing).strip(), missing
    for part in shown:
        if part.name == "pre" and "long" not in part.get("class", []):
            code = re.sub(r"\s", "", part.text)
            assert any(code in sheet for sheet in sheets), f"split: {part.text}"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert not page.evaluate(FAINT)
