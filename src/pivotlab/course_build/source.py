"""A text source in jupytext's percent format, and the notebooks that follow from it.

A lesson gives one notebook. A lab gives two: the learner's, from which the solutions are cut, and the solved one.

    # %%                                 a code cell
    answer = ...
    # solution                           from here to the end of the cell: only in the solved notebook
    answer = tenant.hunt("AlertInfo | count")
    # %% [markdown] tags=["solution"]    the whole cell: only in the solved notebook
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat

from pivotlab.places import ROOT

COURSE = ROOT / "course"
CUT = "# solution"
TAG = "solution"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


@dataclass(frozen=True)
class Target:
    """One notebook to build: where it goes, and from which source."""

    source: Path
    path: Path
    solved: bool

    def notebook(self) -> Any:
        """The notebook as its source has it, without outputs. The same source gives the same bytes."""
        notebook = jupytext.read(self.source)
        cells = (
            notebook.cells if self.solved else [kept for cell in notebook.cells if (kept := _without_solution(cell))]
        )
        for number, cell in enumerate(cells):
            cell["id"] = f"{self.source.stem[:24]}-{number:03d}"
            for key in set(cell.metadata) - {"tags", "jupyter"}:
                del cell.metadata[key]
        notebook.cells = cells
        notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": {"name": "python"}})
        notebook.nbformat, notebook.nbformat_minor = 4, 5
        return notebook


def targets(course: Path = COURSE, root: Path = ROOT) -> list[Target]:
    """Every notebook of the course, in the order in which it is taught.

    `NN-name.py` is a lesson and goes to `notebooks/`; `LN-name.py` is a lab and goes to `labs/` and `labs/solutions/`.
    """
    lessons = [
        Target(path, root / "notebooks" / f"{path.stem}.ipynb", True) for path in sorted(course.glob("[0-9]*.py"))
    ]
    labs = [
        Target(path, folder / f"{path.stem}.ipynb", solved)
        for path in sorted(course.glob("L*.py"))
        for folder, solved in ((root / "labs", False), (root / "labs" / "solutions", True))
    ]
    return lessons + labs


def _without_solution(cell: Any) -> Any:
    """The cell as a learner gets it, or None when all of it is solution."""
    if TAG in cell.metadata.get("tags", []):
        return None
    lines = cell.source.splitlines()
    if cell.cell_type == "code" and CUT in lines:
        cell.source = "\n".join(lines[: lines.index(CUT)]).rstrip()
    return cell
