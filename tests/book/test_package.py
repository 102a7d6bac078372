"""The package as it is shipped: what its files contain, and that they are enough."""

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
from pathlib import Path
from zipfile import ZipFile

import numpy
import pytest
from notebooks import BOOK, ROOT, cells_of

README = (ROOT / "README.md").read_text(encoding="utf-8")
FILES = [path for path in (ROOT / "scratchdl").rglob("*") if path.is_file()]
PACKAGE = {p.relative_to(ROOT).as_posix() for p in FILES if p.suffix != ".pyc"}


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    """Build the source and the wheel, as `make dist` does."""
    folder = tmp_path_factory.mktemp("dist")
    options = ["--no-isolation", "--outdir", folder, ROOT]
    command = [sys.executable, "-m", "build", *options]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def run(dist, tmp_path_factory):
    """Return a function that runs a program where only NumPy and the wheel are."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder)
    paths = sysconfig.get_paths("venv", {"base": str(folder)})
    python = Path(paths["scripts"], "python")
    installed = Path(numpy.__file__).parents[1]
    for path in [installed / "numpy", *installed.glob("numpy[.-]*")]:
        Path(paths["purelib"], path.name).symlink_to(path)
    pip = [sys.executable, "-m", "pip", "--isolated", "--python", python]
    pip += ["install", "--quiet", "--no-index", dist[1]]
    subprocess.run(pip, env=os.environ | {"PYTHONPATH": ""}, cwd=folder, check=True)

    def run_program(program):
        command = [python, "-I", "-c", program]
        return subprocess.run(command, capture_output=True, encoding="utf-8")

    return run_program


def test_source_and_wheels_have_the_package_and_nothing_else(
    dist, tmp_path, monkeypatch
):
    with tarfile.open(dist[0]) as source:
        files = [member.name for member in source.getmembers() if member.isfile()]
    names = {name.partition("/")[2] for name in files if ".egg-info/" not in name}
    made = {"PKG-INFO", "setup.cfg"}
    assert names - made == PACKAGE | {"LICENSE", "README.md", "pyproject.toml"}
    monkeypatch.syspath_prepend(ROOT / "_ext")
    from downloads import build_wheel

    for wheel in (dist[1], tmp_path / build_wheel(ROOT, tmp_path)):
        names = ZipFile(wheel).namelist()
        assert {name for name in names if ".dist-info/" not in name} == PACKAGE
        assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_example_in_the_readme_runs_without_other_packages(run):
    program = re.search(r"```python\n(.+?)```", README, re.DOTALL)[1]
    last = run(program).stdout.splitlines()[-1]
    assert program.strip().endswith(f": {last}")
    more = "from scratchdl import *; import scratchdl.exercises; load_digits()\n"
    more += "print(check_gradients(Sigmoid(), load_boston()[0][:3]))"
    assert run(more).stdout.startswith("Sigmoid: right.")


@pytest.mark.parametrize(
    "program, name",
    [
        ("from scratchdl.show import draw", "'matplotlib'"),
        ("import scratchdl.trainer as t; t._epochs(1, True)", "'tqdm'"),
    ],
)
def test_an_error_of_appendix_c_names_the_package_that_is_missing(run, program, name):
    last = run(program).stderr.splitlines()[-1]
    assert last == f"ModuleNotFoundError: No module named {name}"
    assert any(last in cell["source"] for cell in cells_of(BOOK / "C_symptoms.ipynb"))
