"""Run notebooks from top to bottom and store their outputs, as `make notebooks` does.

`jupyter execute` would store the pieces in which a text arrives, which differ from run
to run.
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

for path in map(Path, sys.argv[1:]):
    print(path, flush=True)
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": path.parent}}
    NotebookClient(notebook, coalesce_streams=True, resources=resources).execute()
    nbformat.write(notebook, path)
