"""Every committed notebook follows from its source, has really been run, and keeps the house style."""

from pathlib import Path

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
