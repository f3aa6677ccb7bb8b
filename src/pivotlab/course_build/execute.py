"""Run a notebook the way a learner would, and keep the outputs that are the same on every machine."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from nbclient import NotebookClient

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
CELL_SECONDS = 120


def execute(notebook: Any, folder: Path) -> Any:
    """Run all cells in a fresh kernel that works in `folder`, with a progress file of its own.

    Raises `nbclient.exceptions.CellExecutionError` when a cell fails that is not tagged `raises-exception`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        client = NotebookClient(
            notebook,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            store_widget_state=False,
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(folder)}},
        )
        client.execute(env={**os.environ, "PIVOTLAB_WORK": work})
    return canonical(notebook)


def canonical(notebook: Any) -> Any:
    """Drop what differs from run to run: widget models, which a stored notebook could not show anyway."""
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for output in cell.outputs:
                output.get("data", {}).pop(WIDGET_VIEW, None)
            cell.outputs = [output for output in cell.outputs if _says_something(output)]
    return notebook


def _says_something(output: Any) -> bool:
    if output.output_type == "stream":
        return output.name == "stdout" or bool(output.text.strip())
    return output.output_type == "error" or bool(output.get("data"))
