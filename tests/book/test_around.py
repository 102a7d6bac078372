"""What stands around the chapters: terms, works, descriptions, cards."""

import json
import re
import sys
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
import yaml
from pybtex.database import parse_file

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "_ext"))

import cards  # noqa: E402

BOOK = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["title"]
CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
PAGES = [CONTENTS["root"]] + [
    page["file"] for part in CONTENTS["parts"] for page in part["chapters"]
]
GLOSSARY = (ROOT / "book/glossary.md").read_text(encoding="utf-8")
ENTRIES = re.findall(
    r"^(?P<term>\w[\w' -]*) \[(?P<chinese>.+)\]\{\.language-zh-Hans\}\n"
    r"  (?P<meaning>.+) \[(?P<label>\w+ \w+)\]\((?P<page>\w+)\.ipynb\)\n",
    GLOSSARY,
    flags=re.MULTILINE,
)
WORKS = parse_file(ROOT / "book/references.bib").entries


def text_of(page):
    """Return a page's Markdown, which in a notebook stands in cells."""
    path = ROOT / f"{page}.ipynb"
    if not path.exists():
        return path.with_suffix(".md").read_text(encoding="utf-8")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    cells = [cell for cell in cells if cell["cell_type"] == "markdown"]
    return "\n\n".join("".join(cell["source"]) for cell in cells)


def opening(page):
    """Return a page's title, and its first lines after `> ` without backticks."""
    title, lines = re.search(
        r"^# (.+)\n\n((?:> .+\n?)+)", text_of(page), flags=re.MULTILINE
    ).groups()
    return title, re.sub(r"^> |`", "", lines, flags=re.MULTILINE)


def test_the_glossary_is_read_whole_and_sorted():
    assert len(ENTRIES) == GLOSSARY.count("{.language-zh-Hans}") > 60
    terms = [entry[0] for entry in ENTRIES]
    assert terms == sorted(set(terms), key=str.lower)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry[0])
def test_glossary_entry(entry):
    term, chinese, meaning, label, page = entry
    for name in chinese.split("；"):
        assert re.search(r"[\u4e00-\u9fff]", name), name
        assert re.fullmatch(r"[\u4e00-\u9fff]+|[A-Za-z]+ [\u4e00-\u9fff]+", name), name
    assert meaning[0].isupper() or meaning[0] == "`"
    assert meaning.endswith(".")
    kind, number = label.split()
    assert kind == ("Chapter" if number.isdigit() else "Appendix")
    assert page.startswith(f"{number.zfill(2) if number.isdigit() else number}_")
    chapter = " ".join(text_of(f"book/{page}").replace("*", "").lower().split())
    assert re.search(rf"\b{term.lower()}", chapter), f"{term} is not on {page}"


@pytest.mark.parametrize("key", WORKS)
def test_work_is_complete_and_annotated(key):
    entry = WORKS[key]
    author = entry.persons["author"][0].last_names[0].lower()
    assert key == author + entry.fields["year"]
    assert entry.fields["title"]
    assert entry.type != "incollection"  # The style would leave out its note.
    assert len(entry.fields["note"]) > 40
    assert not entry.fields["note"].endswith(".")  # The style adds it.
    link = entry.fields.get("doi", entry.fields.get("url"))
    assert re.match(r"10\.\d{4,}/|https://", link)
    for number in re.findall(r"chapter (\d+)", entry.fields["note"]):
        assert any(page.startswith(f"book/{number.zfill(2)}_") for page in PAGES)


def test_each_work_has_its_place_in_the_bibliography():
    page = (ROOT / "book/bibliography.md").read_text(encoding="utf-8")
    sections = re.findall(r':filter: keywords % "(\w+)"', page)
    assert sorted(sections) == sorted(
        {work.fields["keywords"] for work in WORKS.values()}
    )
    assert page.count(":style: unsrt") == len(sections)


@pytest.mark.parametrize("page", ["glossary", "bibliography", "index", "A_the_data"])
def test_links_between_pages_resolve(page):
    targets = re.findall(r"\]\((\w+\.(?:md|ipynb))", text_of(f"book/{page}"))
    assert targets or page == "bibliography"
    for target in targets:
        assert (ROOT / "book" / target).exists(), target


def test_each_page_has_a_description_of_its_own():
    found = [cards.shorten(opening(page)[1]) for page in PAGES]
    assert len(set(found)) == len(PAGES)
    for description in found:
        assert 50 <= len(description) <= cards.LONGEST, description
        assert description[-1] in '.!?"', description
        assert not set("`$*{}") & set(description), description


def test_shorten_cuts_where_the_sense_ends():
    long = "x" * 150
    assert cards.shorten("One. Two!\nThree?") == "One. Two! Three?"
    assert cards.shorten(f"One is 1.5. {long}.") == "One is 1.5."
    assert cards.shorten(f"One, two; three {long}.") == "One, two."
    assert cards.shorten(f"One. {'x' * 154}.5 is all.") == "One."
    words = cards.shorten("word " * 50)
    assert words.endswith("word…") and len(words) <= cards.LONGEST


@pytest.mark.parametrize("page", PAGES)
def test_card_holds_its_words(page):
    title, first = opening(page)
    label, _, title = title.rpartition(": ")
    figure = cards.card(label, title, cards.shorten(first), BOOK)
    png = BytesIO()
    figure.savefig(png)
    size = png.getvalue()[16:24]  # A PNG file holds its width and height there.
    assert [int.from_bytes(size[:4]), int.from_bytes(size[4:])] == [1200, 630]
    boxes = [
        text.get_window_extent() for text in figure.axes[0].texts if text.get_text()
    ]
    assert len(boxes) == (4 if label else 3)
    for box in boxes:
        assert box.x0 >= 60 and box.x1 <= 1140 and box.y0 >= 40 and box.y1 <= 590
    boxes.sort(key=lambda box: -box.y1)
    for upper, lower in zip(boxes, boxes[1:], strict=False):
        assert lower.y1 <= upper.y0


def tags_of(base):
    app = SimpleNamespace(
        config=SimpleNamespace(
            html_baseurl=base, html_title="T", root_doc="book/index"
        ),
        env=SimpleNamespace(titles={"book/x": SimpleNamespace(astext=lambda: "A & B")}),
        builder=SimpleNamespace(get_target_uri=lambda page: f"{page}.html"),
    )
    context = {"meta": {"description": 'Says "so".'}, "metatags": "<before>"}
    cards.write_head(app, "book/x", "page.html", context, None)
    assert context["metatags"].startswith("<before>")
    return dict(
        re.findall(
            r'<meta (?:name|property)="(.+?)" content="(.*?)" />', context["metatags"]
        )
    )


def test_addresses_in_a_head_are_whole_or_not_there():
    without, with_base = tags_of(""), tags_of("https://example.org/book")
    assert without["description"] == without["og:description"] == "Says &quot;so&quot;."
    assert without["og:title"] == "A &amp; B"
    assert not any("/" in value for value in without.values())
    assert with_base["og:url"] == "https://example.org/book/book/x.html"
    assert with_base["og:image"] == "https://example.org/book/_static/cards/x.png"
    assert with_base.items() > without.items()


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_logo_can_be_seen_on_light_and_dark():
    logo = ElementTree.parse(cards.LOGO).getroot()
    shapes = list(logo.iter("{http://www.w3.org/2000/svg}polygon"))
    assert len(shapes) == 2
    for shape in shapes:
        numbers = [float(text) for text in re.findall(r"[\d.]+", shape.get("points"))]
        assert min(numbers) >= 0 and max(numbers) <= 32  # Its view box.
        light = luminance(shape.get("fill"))
        assert 1.05 / (light + 0.05) >= 3
        assert (light + 0.05) / (luminance("#121212") + 0.05) >= 3
