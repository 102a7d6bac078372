"""The pages around the chapters: glossary, bibliography, links between pages."""

import re

import pytest
import yaml
from notebooks import BOOK, ROOT, cells_of
from pybtex.database import parse_file
from test_wording import IDIOMS

CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
PAGES = [CONTENTS["root"]] + [
    page["file"] for part in CONTENTS["parts"] for page in part["chapters"]
]
GLOSSARY = (ROOT / "book/glossary.md").read_text(encoding="utf-8")
ENTRIES = re.findall(
    r"^(?P<term>\w[\w' -]*)\n"
    r"  (?:\[(?P<chinese>.+)\]\{\.language-zh-Hans\} )?(?P<meaning>.+?\.)"
    r"(?: \[(?P<label>\w+ \w+)\]\((?P<page>\w+)\.ipynb#cell-id=\S+\))?\n",
    GLOSSARY,
    flags=re.MULTILINE,
)
WORKS = parse_file(ROOT / "book/references.bib").entries


def text_of(page):
    """Return a page's Markdown, which in a notebook stands in cells."""
    path = ROOT / f"{page}.ipynb"
    if not path.exists():
        return path.with_suffix(".md").read_text(encoding="utf-8")
    return "\n\n".join(cell["source"] for cell in cells_of(path, "markdown"))


def test_the_glossary_is_read_whole_and_sorted():
    assert len(ENTRIES) == GLOSSARY.partition("# Glossary")[2].count("\n  ") > 140
    see = [entry for entry in ENTRIES if not entry[1]]
    assert len(see) == GLOSSARY.count("\n  See {term}`") < len(ENTRIES) / 4
    terms = [entry[0] for entry in ENTRIES]
    assert terms == sorted(set(terms), key=str.lower)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry[0])
def test_glossary_entry(entry):
    term, chinese, meaning, label, page = entry
    for name in filter(None, chinese.split("；")):
        assert re.search(r"[\u4e00-\u9fff]", name), name
        assert re.fullmatch(r"[\u4e00-\u9fff]+|[A-Za-z]+ [\u4e00-\u9fff]+", name), name
    assert meaning[0].isupper() or meaning[0] == "`"
    assert meaning.endswith(".") and not IDIOMS.search(meaning)
    if not label:  # No chapter explains it, but another entry does.
        assert "{term}`" in meaning
        return
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


@pytest.mark.parametrize("page", PAGES)
def test_links_between_notebooks_lead_to_a_section_or_an_exercise(page):
    text = re.sub(r"^(`{3,}).*?^\1$", "", text_of(page), flags=re.M | re.S)
    for name, place in re.findall(r"\]\((\w+\.ipynb)(#[^)]+)?\)", text):
        begins = {cell["id"]: cell["source"] for cell in cells_of(BOOK / name)}
        # JupyterLab and _ext/names.py find a section by the cell that begins with it.
        if place:
            begin = begins[place.removeprefix("#cell-id=")]
            assert re.match(r"#+ |`+{exercise-start}", begin), place


def test_the_opening_has_the_size_that_the_solution_counts():
    cells = cells_of(BOOK / "solutions_own.ipynb")
    (counted,) = [cell for cell in cells if cell["id"] == "own-length"]
    _, methods, lines = re.findall(r"\d+", counted["outputs"][0]["text"][0])
    opening = text_of("book/own_framework").partition("**You need**")[0]
    assert f"{methods} methods have {lines} lines" in opening
