"""Print how many mutants the tests have killed, and fail if too few.

`make mutants` runs this after mutmut. A survivor counts as explained if
tools/mutants.md has an entry that names its function and its changed line.
"""

import subprocess
import sys
from pathlib import Path

NEEDED = 95  # percent
MUTMUT = Path(sys.executable).parent / "mutmut"
HEADS = "+++", "---"  # of a diff, not of a changed line
EXPLAINED = Path(__file__).with_name("mutants.md")


def mutmut(*arguments):
    run = subprocess.run(
        [MUTMUT, *arguments], capture_output=True, encoding="utf-8", check=True
    )
    return run.stdout


def function_of(mutant):
    """Return layers.Layer.reset for scratchdl.layers.xǁLayerǁreset__mutmut_6."""
    module, _, name = mutant.rpartition("__mutmut_")[0].partition(".x")
    name = name.strip("ǁ").replace("ǁ", ".") if "ǁ" in name else name.removeprefix("_")
    return f"{module.partition('.')[2]}.{name}"


def main():
    lines = mutmut("results", "--all", "true").splitlines()
    status = dict(line.strip().split(": ") for line in lines if ": " in line)
    if not status or "not checked" in status.values():
        sys.exit("mutmut has not tried all mutants; run make mutants.")
    survivors = [
        name for name, word in status.items() if word not in ("killed", "timeout")
    ]
    notes = EXPLAINED.read_text(encoding="utf-8").split("\n- ")
    unexplained = 0
    for name in survivors:
        function = function_of(name)
        diff = mutmut("show", name).splitlines()
        changed = [line for line in diff if line[:1] in "+-" and line[:3] not in HEADS]
        new = [line[1:].strip() for line in changed if line.startswith("+")]
        if not any(f"`{function}`" in n and f"`{''.join(new)}`" in n for n in notes):
            unexplained += 1
            print(f"{name} ({status[name]}) is not in {EXPLAINED.name}:")
            print(f"`{function}`", *changed, "", sep="\n")
    score = 100 * (1 - len(survivors) / len(status))
    print(
        f"{len(status)} mutants, {len(survivors)} survived, {unexplained} of these "
        f"unexplained: {score:.1f} % killed, {NEEDED} % needed."
    )
    sys.exit(score < NEEDED)


if __name__ == "__main__":
    main()
