"""Pages printed from the dark theme, as a PDF."""

import re
import subprocess

import pytest
from bs4 import BeautifulSoup
from pages import soup

PRINTED = ["05_layer", "08_optimizer", "10_first_deep_model", "C_symptoms", "glossary"]
PAPER = {"A4": 841.9, "Letter": 792}
# Text that is hard to read on white paper, and parts that are only for the screen.
FAINT = """() => {
  const paint = document.createElement("canvas").getContext("2d");
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


@pytest.mark.parametrize("paper", PAPER)
@pytest.mark.parametrize("name", PRINTED)
def test_a_printed_page_is_whole_and_easy_to_read(visit, host, tmp_path, name, paper):
    page = visit(f"{host}/book/{name}.html", "dark")
    file = tmp_path / "page.pdf"
    page.pdf(path=file, format=paper, prefer_css_page_size=True)
    words = subprocess.check_output(["pdftotext", "-bbox", file, "-"], text=True)
    sheets = [s.select("word") for s in BeautifulSoup(words, "lxml").select("page")]
    for number, sheet in enumerate(sheets[:-1], start=1):
        low = max(float(word["ymax"]) for word in sheet)
        assert low > PAPER[paper] / 3, f"sheet {number} is nearly empty"
    texts = ["".join(word.text for word in sheet) for sheet in sheets]
    for part in soup(f"book/{name}.html").select("article :is(h1, h2, h3, p, pre)"):
        text = re.sub(r"\s|#$", "", part.text)
        if part.find_parent("summary") or part.select(".katex, [href^=http]"):
            continue
        short = part.name == "pre" and "long" not in part.get("class", [])
        on = texts if short else ["".join(texts)]
        assert any(text in sheet for sheet in on), f"cut or split: {part.text[:200]}"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert not page.evaluate(FAINT)
