"""Pages that open fast: one style sheet without unused rules, and deferred scripts."""

import os
import re
import subprocess
import sys
from pathlib import Path

from fontTools import subset
from sphinx.application import Sphinx
from sphinxcontrib import katex

MODULES = Path(sys.prefix) / "node_modules"
# The theme links these two in a template that _templates/layout.html replaces.
THEME = ["_static/styles/theme.css", "_static/styles/pydata-sphinx-theme.css"]
PAGES = "_static/pages/all.css"
ICON = re.compile(r'"\\(f[0-9a-f]{3})"')


def lighten(
    app: Sphinx, page: str, template: str, context: dict, doctree: object
) -> None:
    """Collect the style sheets, defer scripts, and leave out unused scripts."""
    if app.builder.name != "html":
        return
    app.light_sheets = THEME + [sheet.filename for sheet in context["css_files"]]
    scripts, bodies = [], set()
    for script in context["script_files"]:
        attributes = dict(script.attributes)
        body = attributes.get("body", "")
        name = str(script.filename or "")
        if "thebe" in name + body.lower() or (body and body in bodies):
            continue  # Cells are not run on the page, and some scripts are added twice.
        if "design-tabs" in name and "sd-tab-" not in context.get("body", ""):
            continue
        bodies.add(body)
        if name:
            attributes["defer"] = "defer"
        elif "DOCUMENTATION_OPTIONS" in body:
            attributes["type"] = "module"  # It runs after the deferred scripts.
        scripts.append(type(script)(script.filename, **attributes))
    context["script_files"] = scripts


def node(script: str, *arguments: str, folder: Path | None = None) -> None:
    """Run a script of an npm package, in this folder if there is one."""
    command = [katex.NODEJS_BINARY, str(MODULES / script), *arguments]
    where = os.environ | {"NODE_PATH": str(MODULES)}  # for imports of packages
    quiet = subprocess.DEVNULL
    subprocess.run(command, check=True, stdout=quiet, cwd=folder, env=where)


def write_sheet(app: Sphinx, error: Exception | None) -> None:
    """Write the style sheet, and fonts with only the characters that are used."""
    if error or app.builder.name != "html":
        return
    pages = Path(app.outdir)
    sheet = pages / PAGES
    sheet.parent.mkdir(exist_ok=True)
    for old in sheet.parent.iterdir():
        old.unlink()
    source = Path(app.doctreedir, "all.css")  # Not among the pages: it contains paths.
    if names := getattr(app, "light_sheets", None):  # Otherwise no page was written.
        formulas = names.index("_static/katex.min.css")
        names[formulas] = MODULES / "katex" / "dist" / "katex.min.css"
        lines = [f'@import "{(pages / name).as_posix()}";\n' for name in names]
        source.write_text("".join(lines), encoding="utf-8")  # In any language.
    # Browsers that support WOFF2 do not request the older formats.
    loaders = [f"--loader:.{end}=empty" for end in ("ttf", "woff", "png")]
    loaders += ["--loader:.woff2=file", "--loader:.svg=dataurl"]
    options = ["--bundle", "--minify", "--log-level=error", *loaders]
    node("esbuild/bin/esbuild", str(source), f"--outfile={sheet}", *options)
    for script in (pages / "_static" / "scripts").glob("fontawesome*"):
        script.unlink()  # It is not used, and contains the name of every icon.
    # Rules for the dark theme are kept, because `data-theme` occurs in each page. The
    # patterns are relative: brackets in the path of the pages would be part of them.
    node(
        "purgecss/bin/purgecss.js",
        *("--css", PAGES, "--output", PAGES),
        *("--content", "**/*.html", "_static/**/*.js"),
        folder=pages,
    )
    icons = ",".join(ICON.findall(sheet.read_text(encoding="utf-8")))
    texts = (page.read_text(encoding="utf-8") for page in pages.rglob("*.html"))
    letters = ",".join(f"{ord(letter):x}" for letter in set().union(*texts))
    for font in sheet.parent.glob("*.woff2"):
        used = icons if font.name.startswith("fa-") else letters
        output = ["--flavor=woff2", f"--output-file={font}"]
        subset.main([str(font), f"--unicodes={used}", *output])


def setup(app: Sphinx) -> dict:
    """Connect both functions, the first after everything that adds to a page."""
    app.connect("html-page-context", lighten, priority=900)
    app.connect("build-finished", write_sheet, priority=900)
    return {"version": "1", "parallel_read_safe": True}
