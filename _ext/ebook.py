"""The e-book (EPUB): pages in strict XML that need no scripts and few styles.

The website offers the e-book if its folder, next to that of the website, contains one.
"""

import os
import posixpath
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from html import escape
from pathlib import Path
from urllib.parse import unquote
from zipfile import ZipFile, ZipInfo

from docutils import nodes
from inline_svg import COLORS
from sphinx.application import Sphinx
from sphinx.builders.epub3 import Epub3Builder
from sphinx.config import Config
from sphinxcontrib import katex

FILES = ["_ebook/ebook.css", "_ebook/cover.png"]
# What needs a script, with its styles, and what only a website has.
LEFT_OUT = re.compile(
    r'<(style|script)\b.*?</\1>|<p role="status".*?</p>|<div class="'
    r'(playing-sliders|motion-controls|motion-boxes|website-only)".*?</div>',
    re.DOTALL,
)
# The title of a closed box. Some reading systems show the box open.
SUMMARY = re.compile(
    r"<summary[^>]*>((?!</summary>).)*?Show the (?P<kind>\w+).*?</summary>", re.DOTALL
)
TITLES = {"source": "Code", "output": "Output"}
# HTML allows tags without an end, and pictures without a namespace. XML does not.
XML = [
    (re.compile(r"(<td>[^<]*)(?=<(?:td|tr|/table))"), r"\1</td>"),
    (re.compile(r"(<tr>(?:<td>[^<]*</td>\s*)+)(?=<tr>|</table>)"), r"\1</tr>"),
    (re.compile(r"(<li data-.*?)(?=<li data-|</ol>)", re.DOTALL), r"\1</li>"),
    (re.compile(r"<svg (?![^>]*xmlns)"), '<svg xmlns="http://www.w3.org/2000/svg" '),
]
# Some reading systems do not know the variables of style sheets.
VARIABLE = re.compile(r"var\(--[\w-]+\)")
LIGHT = {value: color for color, value in COLORS.items()}
LIGHT |= {"var(--a)": LIGHT["var(--forward)"], "var(--b)": LIGHT["var(--backward)"]}
ITEM = re.compile(r'(href="([^"]+)" media-type="[^"]+") />')
# A file of the website. The e-book has no files to download.
DOWNLOAD = re.compile(r'<a href="[^"]*\.zip">(.*?)</a>')
# The website's offer of the e-book, an item of a list.
OFFER = re.compile(r"<li>(?:(?!</li>).)*?\.epub.*?</li>", re.DOTALL)
RELEASED = re.compile(r"date-released: '?\"?([\d-]+)")
KINDS = {"mathml": "<math", "svg": "<svg"}


class EBook(Epub3Builder):
    """Sphinx's builder, with sections in the contents and with properties of files."""

    def get_toc(self) -> None:
        """Add the sections of each page, which the website's contents leave out."""
        super().get_toc()
        pages, self.refnodes = self.refnodes, []
        for page in pages:
            page["refuri"] = posixpath.normpath(page["refuri"])
            self.refnodes += [page, *self.sections(page["refuri"])]

    def sections(self, page: str) -> Iterator[dict]:
        """Yield the entries of a page's sections."""
        title = self.env.tocs[page.removesuffix(self.out_suffix)][0]
        for section in title[1].children if len(title) > 1 else []:
            link = section.next_node(nodes.reference)
            if link is not None:  # The entries of other pages have none.
                address, text = page + link["anchorname"], escape(link.astext())
                yield {"level": 2, "refuri": address, "text": text}

    def build_content(self) -> None:
        """Write the list of files: those of the book, and what is in each page."""
        book = {f"{page}{self.out_suffix}" for page in self.env.found_docs}
        book |= {f"_static/{Path(name).name}" for name in FILES}
        files = [path for path in Path(self.outdir).rglob("*") if path.is_file()]
        names = {path.relative_to(self.outdir).as_posix() for path in files}
        self.config.epub_exclude_files = sorted(names - book)
        contents = self.refnodes  # Sphinx would list the index twice.
        self.refnodes = [page for page in contents if "genindex" not in page["refuri"]]
        super().build_content()
        self.refnodes = contents
        package = Path(self.outdir, "content.opf")
        text = ITEM.sub(self.describe, package.read_text(encoding="utf-8"))
        package.write_text(text, encoding="utf-8")

    def describe(self, item: re.Match) -> str:
        """Return an entry of the list of files with the properties of the file."""
        file = Path(self.outdir, unquote(item[2]))
        found = ["cover-image"] if file.suffix == ".png" else []
        if file.suffix == self.out_suffix:
            text = file.read_text(encoding="utf-8")
            found = [name for name, start in KINDS.items() if start in text]
        return f'{item[1]} properties="{" ".join(found)}" />' if found else item[0]

    def build_epub(self) -> None:
        """Pack the files, the same bytes each time."""
        super().build_epub()
        path = Path(self.outdir, f"{self.config.epub_basename}.epub")
        with ZipFile(path) as packed:
            files = [(entry, packed.read(entry)) for entry in packed.infolist()]
        with ZipFile(path, "w") as packed:
            for entry, content in files:
                name = ZipInfo(entry.filename)  # The date is 1980.
                packed.writestr(name, content, entry.compress_type)


def path_of(app: Sphinx) -> Path:
    """Return the path of the e-book, whose folder is next to the website's."""
    return Path(app.outdir).parent / "epub" / f"{app.config.epub_basename}.epub"


def find_ebook(app: Sphinx, config: Config) -> None:
    """Write the pages of the website again when there is an e-book to offer."""
    config.offers_ebook = path_of(app).exists()


def prepare(app: Sphinx) -> None:
    """Write formulas as MathML, and copy only the files of the e-book."""
    if app.builder.name == "epub":
        citation = Path(app.srcdir, "CITATION.cff").read_text(encoding="utf-8")
        released = datetime.fromisoformat(f"{RELEASED.search(citation)[1]}T00:00Z")
        os.environ["SOURCE_DATE_EPOCH"] = f"{released.timestamp():.0f}"
        katex.KATEX_DEFAULT_OPTIONS["output"] = "mathml"
        app.config.html_static_path = FILES


def clean_page(
    app: Sphinx, page: str, template: str, context: dict, doctree: object
) -> None:
    """Remove what needs a script, and write what HTML allows as XML."""
    if app.builder.name != "epub":
        return
    sheets = context["css_files"]
    context["css_files"] = [s for s in sheets if "ebook.css" in str(s.filename)]
    if "body" in context:
        body = LEFT_OUT.sub("", context["body"])
        body = DOWNLOAD.sub(r"\1", body)
        body = SUMMARY.sub(lambda b: f"<summary>{TITLES[b['kind']]}</summary>", body)
        body = VARIABLE.sub(lambda v: LIGHT.get(v[0], v[0]), body)
        for html, xml in XML:
            body = html.sub(xml, body)
        context["body"] = body


def remove_offer(
    app: Sphinx, page: str, template: str, context: dict, doctree: object
) -> None:
    """Remove the website's offer of the e-book if there is none."""
    first = app.builder.name == "html" and page == app.config.root_doc
    if first and not app.config.offers_ebook:
        context["body"] = OFFER.sub("", context["body"])


def copy_ebook(app: Sphinx, error: Exception | None) -> None:
    """Copy the e-book, if there is one, to the website."""
    if app.builder.name == "html" and app.config.offers_ebook:
        shutil.copy(path_of(app), app.outdir)


def setup(app: Sphinx) -> dict:
    """Replace the builder, and connect the functions, most of them late."""
    app.add_builder(EBook, override=True)
    app.config.epub_cover = ("_static/cover.png", "epub-cover.html")
    app.add_config_value("offers_ebook", False, "html")
    app.connect("config-inited", find_ebook)
    app.connect("builder-inited", prepare, priority=900)
    app.connect("html-page-context", clean_page, priority=950)
    app.connect("html-page-context", remove_offer)
    app.connect("build-finished", copy_ebook)
    return {"version": "1", "parallel_read_safe": True}
