"""Each rule of the house style catches a notebook that breaks it."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from pivotlab.course_build.anatomy import complaints


def notebook(tmp_path: Path, *special: Any, size: int = 16) -> Path:
    cells = [new_markdown_cell("Text.") for _ in range(size - len(special))] + list(special)
    path = tmp_path / "05-hunting.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def run(source: str, *outputs: Any, tags: tuple[str, ...] = ()) -> Any:
    return new_code_cell(source, execution_count=1, outputs=list(outputs), metadata={"tags": list(tags)})


def shows(kind: str, data: str) -> Any:
    return new_output("execute_result", data={kind: data, "text/plain": "x"}, execution_count=1)


def test_a_good_notebook_has_no_complaint(tmp_path: Path) -> None:
    figure = shows("text/html", '<figure><img alt="A line." src="x"></figure>')
    assert list(complaints(notebook(tmp_path, run("1 + 1", figure)))) == []


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        (new_code_cell("1 + 1"), "never executed"),
        (run("\n".join("x = 1" for _ in range(16))), "lines of code"),
        (run("!pip install pandas"), "shell or install"),
        (run("%pip install pandas"), "shell or install"),
        (run('practice = lab.open_tenant()\nlab.check("02-two-tables", practice)'), "throws away"),
        (run("frame.plot();"), "semicolon"),
        (run("plot", shows("image/png", "iVBOR")), "bare image"),
        (run("plot", shows("text/html", '<img src="x">')), "no alt text"),
        (new_markdown_cell("![](picture.png)"), "no alt text"),
    ],
)
def test_a_broken_rule_is_named_with_its_cell(tmp_path: Path, cell: Any, complaint: str) -> None:
    found = list(complaints(notebook(tmp_path, cell)))
    assert any(complaint in sentence and cell.id in sentence for sentence in found), found


def test_a_cell_may_open_a_tenant_and_another_one_check_it(tmp_path: Path) -> None:
    opened, checked = run("practice = lab.open_tenant()"), run('lab.check("02-two-tables", practice)')
    assert list(complaints(notebook(tmp_path, opened, checked))) == []


def test_a_cell_that_is_exempt_from_running_may_be_left_unrun(tmp_path: Path) -> None:
    cell = new_code_cell("1 + 1", metadata={"tags": ["nbval-skip"]})
    assert list(complaints(notebook(tmp_path, cell))) == []


@pytest.mark.parametrize("size", [3, 41])
def test_a_notebook_has_a_size_that_a_learner_can_follow(tmp_path: Path, size: int) -> None:
    assert "cells" in next(complaints(notebook(tmp_path, size=size)))


def test_most_code_cells_are_short(tmp_path: Path) -> None:
    assert "median" in next(complaints(notebook(tmp_path, run("\n".join("x = 1" for _ in range(6))))))
