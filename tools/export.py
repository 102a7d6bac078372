"""Write the modules that the notebooks in book/ export; `make notebooks` runs this."""

from pathlib import Path

from nbdev.export import nb_export

ROOT = Path(__file__).parent.parent


def main(root: Path = ROOT) -> None:
    """Export in the order of the chapters, since one adds to another's module."""
    for notebook in sorted((root / "book").glob("*.ipynb")):
        nb_export(notebook, lib_path=root / "scratchdl")


if __name__ == "__main__":
    main()
