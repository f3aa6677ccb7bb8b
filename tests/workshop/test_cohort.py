"""A class of three, read from the files that it handed in."""

from __future__ import annotations

from pathlib import Path

import pytest

from pivotlab.cli import main
from pivotlab.learn.record.log import Event
from pivotlab.workshop.cohort import Belief, CohortError, Standing, cohort

HIGHEST = "Connecting needs the highest role that there is."


def answer(item: str, score: float, *beliefs: str, topic: str = "connector_setup", minute: int = 0) -> Event:
    detail = {"beliefs": list(beliefs)} if beliefs else {}
    outcome = "right" if score == 1 else "wrong"
    return Event("answer", item, topic, outcome, score, detail, at=f"2026-11-26T09:{minute:02}:00.000+00:00")


def hand_in(folder: Path, name: str, *events: Event) -> Path:
    path = folder / name / "progress.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"".join(event.line for event in events))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two learners begin with the same belief; one of them says it twice and then has it right."""
    hand_in(
        tmp_path,
        "ada",
        answer("02-role", 0, HIGHEST, minute=1),
        answer("02-role", 0, HIGHEST, minute=2),
        answer("02-role", 1, minute=3),
        answer("05-latest", 1, topic="hunting_kql", minute=4),
    )
    hand_in(tmp_path, "ben", answer("02-role", 0.8, HIGHEST, minute=1))
    hand_in(tmp_path, "cy", answer("02-role", 1, minute=1), answer("02-portal", 1, minute=2))
    return tmp_path


def test_a_topic_counts_each_learner_once_for_a_question_and_by_the_first_try(folder: Path) -> None:
    topics = {topic.name: topic for topic in cohort([folder]).topics}
    assert topics["Connector setup"] == Standing("Connector setup", answered=4, at_once=2)
    assert topics["Hunting and KQL"] == Standing("Hunting and KQL", answered=1, at_once=1)


def test_the_hardest_come_first_and_what_nobody_missed_is_left_out(folder: Path) -> None:
    assert cohort([folder]).hardest == (Standing("02-role", answered=3, at_once=1),)


def test_a_belief_counts_once_for_each_learner(folder: Path) -> None:
    assert cohort([folder]).beliefs == (Belief(HIGHEST, "02-role", learners=2),)


def test_the_order_of_the_files_says_nothing(folder: Path) -> None:
    files = sorted(folder.rglob("*.jsonl"))
    assert repr(cohort(files)) == repr(cohort(reversed(files))) == repr(cohort([folder, *files]))


def test_nobody_is_named_and_nothing_is_written(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert not {"ada", "ben", "cy"} & set(repr(cohort([folder])).lower().replace(".", " ").split())
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_damaged_lines_are_told_and_the_rest_counts(folder: Path) -> None:
    with (folder / "cy" / "progress.jsonl").open("ab") as file:
        file.write(b"torn\n")
    found = cohort([folder])
    assert found.learners == 3
    assert found.notices == ("progress.jsonl holds 1 damaged line; the rest is counted.",)


def test_who_answered_nothing_is_not_counted(folder: Path) -> None:
    hand_in(folder, "dee", Event("hint", "02-role", "connector_setup", "hint 1"))
    assert cohort([folder]).learners == 3


@pytest.mark.parametrize("made", [False, True])
def test_nothing_to_read_says_what_to_hand_over(tmp_path: Path, made: bool) -> None:
    folder = tmp_path / "class"
    if made:
        folder.mkdir()
    with pytest.raises(CohortError, match="progress"):
        cohort([folder])


def test_the_command_prints_the_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cohort", str(folder)]) == 0
    assert f"{HIGHEST}  2 of 3    02-role" in capsys.readouterr().out


def test_the_command_refuses_a_path_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cohort", str(tmp_path / "gone")]) == 2
    assert "There is no" in capsys.readouterr().err
