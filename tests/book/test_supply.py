"""What is downloaded has one version, and its hash."""

import re

import pytest
from notebooks import ROOT

LOCKS = sorted(path.with_suffix(".txt") for path in ROOT.glob("[bt]*/*.in"))
LOCKS = [ROOT / "requirements.txt", *LOCKS]
PACKAGE = re.compile(r"^([\w.-]+)==([^\s;]+)(.*)$", re.MULTILINE)
HASHES = re.compile(r"( \\\n    --hash=sha256:\w{64})+\n")


def versions(path):
    return {name: version for name, version, _ in PACKAGE.findall(path.read_text())}


@pytest.mark.parametrize(
    "path", LOCKS, ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_each_package_has_one_version_and_its_hashes(path):
    asked = re.findall(r"^[\w-]+", path.with_suffix(".in").read_text(), re.MULTILINE)
    assert set(asked) <= set(versions(path)), "a new name: make lock"
    rest = PACKAGE.sub("", HASHES.sub("\n", path.read_text())).split()
    assert rest == []
    same = {} if "oldest" in path.name else versions(ROOT / "requirements.txt")
    for name, version in versions(path).items():
        assert same.get(name, version) == version, f"{name}: make lock"


def test_each_action_of_the_workflow_has_its_hash():
    workflow = (ROOT / ".github/workflows/book.yml").read_text(encoding="utf-8")
    assert workflow.count("uses: ") == len(re.findall(r"@[0-9a-f]{40} # v\d", workflow))
