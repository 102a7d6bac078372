"""The exercises of the chapters: their cells, and how to run them."""

import ast
import contextlib
import io
import itertools
import json
import linecache
import re
from importlib.util import find_spec
from pathlib import Path

BOOK = Path(__file__).parents[2] / "book"
CHAPTERS = sorted(BOOK.glob("[01]*.ipynb"))
# Only chapter 12 needs these: its solutions do, its checks do not.
MISSING = {name for name in ("torch", "sklearn") if not find_spec(name)}
GATE = re.compile(r"\{(exercise|solution)-(start|end)\}")
NUMBERS = itertools.count()


def needs(source):
    return MISSING & set(re.findall(r"\w+", source))


def imports_in(source):
    nodes = (ast.Import, ast.ImportFrom)
    lines = [node for node in ast.parse(source).body if isinstance(node, nodes)]
    return "\n".join(line for line in map(ast.unparse, lines) if not needs(line))


def blocks_in(path):
    """Yield each exercise or solution of a notebook: kind, text, imports, and code."""
    imports, block = [], None
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            imports.append(imports_in(source))
            if block:
                block["code"].append(source)
        elif gate := GATE.search(source):
            if gate[2] == "start":
                block = {"kind": gate[1], "text": source, "code": []}
            else:
                yield {**block, "imports": "\n".join(imports), "end": source}
                block = None


def exercises_in(path):
    """Yield each exercise of a chapter, with its solution from another notebook."""
    solutions = path.with_name(f"solutions_{path.stem.partition('_')[0]}.ipynb")
    solved = {block["text"].split()[1]: block for block in blocks_in(solutions)}
    for block in blocks_in(path):
        label = re.search(r":label: (\S+)", block["text"])[1]
        solution = solved.pop(label)
        yield {
            **{"label": label, "chapter": path.stem, "text": block["text"]},
            **{"exercise": block["code"], "solution": solution["code"]},
            **{"imports": f"{block['imports']}\n{solution['imports']}"},
            "link": block["end"],
        }
    assert not solved


EXERCISES = {
    exercise["label"]: exercise
    for path in [*CHAPTERS, BOOK / "own_framework.ipynb"]
    for exercise in exercises_in(path)
}


def run(*sources):
    """Run one source after the other; return what the last one printed."""
    names = {}
    # A chapter may use what it has itself built above the exercise.
    exec("from scratchdl import *", names)
    for source in sources:
        file = f"<cell {next(NUMBERS)}>"  # As in a notebook, its source can be read.
        linecache.cache[file] = len(source), None, source.splitlines(True), file
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(source, file, "exec"), names)
    return printed.getvalue()


def check_line(exercise):
    return exercise["exercise"][-1].strip().splitlines()[-1]


def definition(exercise):
    """Return the source of the function or class that a solution defines."""
    source = "\n".join(exercise["solution"])
    name = ast.parse(check_line(exercise)).body[0].value.args[1].id
    made = next(
        node for node in ast.parse(source).body if name == vars(node).get("name")
    )
    return ast.get_source_segment(source, made)


def message_for(label, code):
    """Return the message for an answer in code, in place of the solution."""
    exercise = EXERCISES[label]
    before = [exercise["imports"], *exercise["exercise"]]
    return run(*before, f"{code}\n{check_line(exercise)}")
