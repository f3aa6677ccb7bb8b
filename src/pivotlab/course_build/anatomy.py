"""What every notebook of the course must look like, as rules that say what is wrong and where."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat

MOST_CELLS, FEWEST_CELLS = 40, 15
MOST_CODE_LINES, MEDIAN_CODE_LINES = 15, 4
NOT_RUN = frozenset({"nbval-skip"})
_INSTALLS = re.compile(r"^\s*([!%]pip|!|%%bash|%conda)", re.MULTILINE)
_OPENS, _CHECKS = re.compile(r"\bopen_tenant\("), re.compile(r"\blab\.check\(")
_IMAGE_WITHOUT_ALT = re.compile(r"!\[\s*\]\(|<img(?![^>]*\salt=\"[^\"]+\")")


def complaints(path: Path) -> Iterator[str]:
    """One sentence for each rule of the house style that a built notebook breaks."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if not FEWEST_CELLS <= len(notebook.cells) <= MOST_CELLS:
        yield f"{path.name} has {len(notebook.cells)} cells; {FEWEST_CELLS} to {MOST_CELLS} is what a learner can follow."
    lengths = [len(cell.source.splitlines()) for cell in code]
    if lengths and statistics.median(lengths) > MEDIAN_CODE_LINES:
        yield f"{path.name}: the median code cell has {statistics.median(lengths)} lines; at most {MEDIAN_CODE_LINES}."
    for cell in code:
        yield from (f"{path.name}, cell {cell.id}: {what}" for what in _code_complaints(cell))
    for cell in notebook.cells:
        shown = [cell.source] + [_html(output) for output in cell.get("outputs", [])]
        if any(_IMAGE_WITHOUT_ALT.search(text) for text in shown):
            yield f"{path.name}, cell {cell.id}: a picture has no alt text."


def _code_complaints(cell: Any) -> Iterator[str]:
    if len(cell.source.splitlines()) > MOST_CODE_LINES:
        yield f"{len(cell.source.splitlines())} lines of code; at most {MOST_CODE_LINES}."
    if _INSTALLS.search(cell.source):
        yield "a shell or install line; a lesson has none."
    if _OPENS.search(cell.source) and _CHECKS.search(cell.source):
        yield "opens the tenant that it checks, so that a second check throws away what was done for it."
    if cell.source.rstrip().endswith(";"):
        yield "ends with a semicolon, which hides the output from the comparison."
    if cell.execution_count is None and not NOT_RUN & set(cell.metadata.get("tags", [])):
        yield "was never executed, so that comparing it would prove nothing."
    if any("image/png" in output.get("data", {}) for output in cell.outputs):
        yield "shows a bare image; wrap it in lab.figure(..., alt=...), so that everybody can read it."


def _html(output: Any) -> str:
    return str(output.get("data", {}).get("text/html", ""))
