"""Cells of a notebook that a tool writes, below the cells that an author writes."""

import json


def replace(page: str, prefix: str, made: dict[str, dict[str, str]]) -> str:
    """Return the notebook with new cells in place of those whose ids have the prefix.

    `made` has, for the id of the cell above them, the texts of the new cells by id.
    """
    notebook, cells = json.loads(page), []
    for cell in notebook["cells"]:
        if not cell["id"].startswith(prefix):
            cells.append(cell)
        for name, text in made.get(cell["id"], {}).items():
            source = text.splitlines(keepends=True)
            new = {"cell_type": "markdown", "id": f"{prefix}{name}", "metadata": {}}
            cells.append({**new, "source": source})
    notebook["cells"] = cells
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
