"""Build the notebooks, and tell which of them no longer follow from their source."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat

from pivotlab.course_build.execute import execute
from pivotlab.course_build.source import Target, targets


def build(target: Target) -> Path:
    """Run one notebook and write it with its outputs. A learner's lab is run too: cold, it must not fail."""
    notebook = execute(target.notebook(), target.path.parent)
    target.path.parent.mkdir(parents=True, exist_ok=True)
    target.path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    return target.path


def drift(chosen: Iterable[Target] | None = None) -> list[str]:
    """One sentence for each notebook that differs from its source; outputs are not looked at (nbval does that)."""
    complaints = []
    for target in targets() if chosen is None else chosen:
        if not target.path.exists():
            complaints.append(f"{target.path.name} was never built from {target.source.name}.")
        elif _code_and_text(nbformat.read(target.path, as_version=4)) != _code_and_text(target.notebook()):
            complaints.append(f"{target.path.name} does not follow from {target.source.name} any more.")
    return complaints


def _code_and_text(notebook: Any) -> list[tuple[str, str, str, tuple[str, ...], bool]]:
    return [
        (
            cell.id,
            cell.cell_type,
            cell.source,
            tuple(cell.metadata.get("tags", [])),
            bool(cell.metadata.get("jupyter", {}).get("source_hidden")),
        )
        for cell in notebook.cells
    ]
