"""Every committed notebook follows from its source, has really been run, and keeps the house style."""

from pathlib import Path

import nbformat
import pytest

from pivotlab.course_build.anatomy import complaints
from pivotlab.course_build.build import drift
from pivotlab.course_build.source import Target, targets
from pivotlab.places import ROOT

COMMITTED = [path for folder in ("notebooks", "labs") for path in sorted((ROOT / folder).rglob("*.ipynb")) if ".ipynb_checkpoints" not in path.parts]


@pytest.mark.parametrize("target", targets(), ids=lambda target: str(target.path.relative_to(ROOT)))
def test_a_notebook_follows_from_its_source(target: Target) -> None:
    assert drift([target]) == []


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_notebook_keeps_the_house_style(path: Path) -> None:
    assert list(complaints(path)) == []


def test_no_notebook_is_without_a_source() -> None:
    assert {target.path for target in targets()} == set(COMMITTED)


def verdicts(path: Path) -> dict[str, str]:
    """What each check of a lab answered; one that says which outcome it expects has its own assertion."""
    cells = nbformat.read(path, as_version=4).cells
    checks = [cell for cell in cells if cell.source.startswith("lab.check(") and ".expect(" not in cell.source]
    return {cell.source: cell.outputs[0]["data"]["text/plain"] for cell in checks}


@pytest.mark.parametrize("path", sorted((ROOT / "labs").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_learners_lab_is_not_attempted_and_a_solved_one_right(path: Path) -> None:
    cold, solved = verdicts(path), verdicts(path.parent / "solutions" / path.name)
    assert len(cold) >= 2 and cold.keys() <= solved.keys()
    assert {check: said for check, said in cold.items() if ": Not attempted yet." not in said} == {}
    assert {check: said for check, said in solved.items() if not said.splitlines()[0].endswith(": Right.")} == {}
