"""From one text source to a lesson, a learner's lab and its solved twin."""

from pathlib import Path

import pytest

from pivotlab.course_build.build import build, drift
from pivotlab.course_build.source import Target, targets

LAB = """\
# %% [markdown]
# # A lab

# %%
answer = ...
# solution
answer = 6 * 7

# %% [markdown] tags=["solution"]
# It is 42.

# %%
print(answer)
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "00-start-here.py").write_text("# %% [markdown]\n# # Start\n\n# %%\n1 + 1\n")
    (tmp_path / "course" / "L1-connect.py").write_text(LAB)
    return tmp_path


def built(course: Path) -> list[Target]:
    return targets(course / "course", course)


def test_a_lesson_gives_one_notebook_and_a_lab_two(course: Path) -> None:
    paths = [target.path.relative_to(course).as_posix() for target in built(course)]
    assert paths == ["notebooks/00-start-here.ipynb", "labs/L1-connect.ipynb", "labs/solutions/L1-connect.ipynb"]


def test_the_learner_gets_no_solution(course: Path) -> None:
    _, learner, solved = (target.notebook() for target in built(course))
    assert [cell.source for cell in learner.cells] == ["# A lab", "answer = ...", "print(answer)"]
    assert "answer = 6 * 7" in solved.cells[1].source
    assert solved.cells[2].source == "It is 42."


def test_the_same_source_gives_the_same_cells_with_the_same_ids(course: Path) -> None:
    target = built(course)[0]
    assert target.notebook() == target.notebook()
    assert [cell.id for cell in target.notebook().cells] == ["00-start-here-000", "00-start-here-001"]


def test_a_built_notebook_has_been_run_and_does_not_drift(course: Path) -> None:
    lesson = built(course)[0]
    assert drift([lesson]) == ["00-start-here.ipynb was never built from 00-start-here.py."]
    text = build(lesson).read_text()
    assert '"text/plain": [\n       "2"' in text or '"text/plain": "2"' in text
    assert '"execution_count": 1' in text
    assert drift([lesson]) == []


def test_a_changed_source_is_noticed(course: Path) -> None:
    lesson = built(course)[0]
    build(lesson)
    lesson.source.write_text(lesson.source.read_text().replace("1 + 1", "1 + 2"))
    assert drift([lesson]) == ["00-start-here.ipynb does not follow from 00-start-here.py any more."]


def test_a_cell_that_was_folded_since_is_noticed(course: Path) -> None:
    lesson = built(course)[0]
    build(lesson)
    folded = '# %% jupyter={"source_hidden": true}\n1 + 1'
    lesson.source.write_text(lesson.source.read_text().replace("# %%\n1 + 1", folded))
    assert drift([lesson]) == ["00-start-here.ipynb does not follow from 00-start-here.py any more."]
    assert '"source_hidden": true' in build(lesson).read_text()
    assert drift([lesson]) == []
