from __future__ import annotations

import re
from pathlib import Path

import pytest

from pivotlab.learn import progress, quiz
from pivotlab.learn.bank.questions import Topic
from pivotlab.learn.dashboard import summarise
from pivotlab.learn.onward import onward
from pivotlab.learn.record.log import Event, ProgressLog

from .typed import run

ITEMS = [
    ("04-a", Topic.INCIDENT_SYNC),
    ("04-b", Topic.INCIDENT_SYNC),
    ("05-a", Topic.HUNTING_KQL),
    ("05-b", Topic.HUNTING_KQL),
    ("05-c", Topic.HUNTING_KQL),
    ("05-d", Topic.HUNTING_KQL),
]


def answer(item: str, score: float | None, what: str = "answer") -> Event:
    return Event(what, item, "", "", score)


EVENTS = [
    answer("04-a", 0.0),
    answer("04-a", 1.0),
    answer("04-b", 0.75),
    answer("05-a", 1.0),
    answer("05-a", 0.0),
    answer("05-b", None, "hint"),
    answer("05-b", 1.0, "check"),
]


def test_what_was_right_once_stays_right_and_first_try_is_never_more() -> None:
    sync, hunting = summarise(EVENTS, ITEMS).topics
    assert (sync.topic, sync.total, sync.answered, sync.right, sync.at_once, sync.hints) == (
        Topic.INCIDENT_SYNC,
        2,
        2,
        2,
        1,
        0,
    )
    assert (hunting.total, hunting.answered, hunting.right, hunting.at_once, hunting.hints) == (4, 2, 2, 2, 1)


def test_an_answer_that_is_nearly_right_is_wrong() -> None:
    nearly = Event("answer", "04-a", "", "wrong", 0.8)
    sync = summarise([nearly], ITEMS).topics[0]
    assert (sync.answered, sync.right, sync.at_once) == (1, 0, 0)


def test_the_next_question_is_the_first_open_one_while_nothing_is_wrong() -> None:
    assert summarise(EVENTS, ITEMS).next_item == "05-c"
    assert summarise([], ITEMS).next_item == "04-a"
    assert summarise([answer(item, 1.0) for item, _ in ITEMS], ITEMS).next_item == ""


def test_the_next_question_is_of_the_weakest_topic_that_was_answered() -> None:
    wrong_in_hunting = [answer("05-a", 0.0), answer("05-b", 1.0)]
    assert summarise(wrong_in_hunting, ITEMS).next_item == "05-c"
    assert summarise([*wrong_in_hunting, answer("04-a", 0.0)], ITEMS).next_item == "04-b"


def test_a_wrong_answer_is_asked_again_when_its_topic_has_nothing_new() -> None:
    assert summarise([answer("04-a", 0.0), answer("04-b", 1.0)], ITEMS).next_item == "04-a"


def test_the_next_step_says_the_lesson_the_section_and_what_to_type() -> None:
    text, html = repr(progress()), progress()._repr_html_()
    assert re.search(r'Go on with lesson 0\d, ".+": lab\.quiz\("0\d-[a-z0-9-]+"\)$', text)
    assert re.search(r"Go on with lesson 0\d, &quot;.+&quot;: <code>lab\.quiz", html)


def test_the_next_task_is_asked_by_its_check() -> None:
    step = onward("04-one-case")
    assert step is not None and step.sentence.endswith('lab.check("04-one-case")')
    assert onward("no-such-item") is None


def test_the_text_is_a_table_and_the_same_each_time() -> None:
    text = repr(summarise(EVENTS, ITEMS))
    assert text == repr(summarise(EVENTS, ITEMS))
    assert text.splitlines() == [
        "4 of 6 questions and tasks answered, 4 of them right.",
        "",
        "Topic                     Answered  Right  First try  Hints",
        "Incident synchronisation  2 of 2    2      1          0      ####################",
        "Hunting and KQL           2 of 4    2      2          1      ##########..........",
        "",
        "Go on with 05-c.",
    ]


def test_the_table_has_headers_and_a_caption_for_a_screen_reader() -> None:
    html = summarise(EVENTS, ITEMS)._repr_html_()
    assert "<caption>4 of 6" in html and html.count('scope="col"') == 6 and html.count('scope="row"') == 2
    assert 'aria-label="Hunting and KQL: 2 of 4 right"' in html


def test_the_picture_says_in_words_that_its_numbers_are_what_was_right() -> None:
    assert "Hunting and KQL 2 right of 4" in summarise(EVENTS, ITEMS).chart().alt


def test_before_the_first_answer_the_whole_course_is_waiting() -> None:
    assert repr(progress()).startswith("Nothing answered yet: ")


def test_an_answer_shows_in_progress() -> None:
    quiz("05-arg-max", plain=True).choose("arg_max(LastModifiedTime, *)").submit()
    assert "1 of " in repr(progress()).splitlines()[0]


def test_what_was_kept_aside_is_said(own_work: Path) -> None:
    own_work.mkdir()
    (own_work / "progress.jsonl").write_text("damage\n", encoding="utf-8")
    assert "kept as progress.damaged-1.jsonl" in repr(progress())


def test_the_command_shows_the_same_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("progress") == 0
    assert capsys.readouterr().out == f"{progress()!r}\n"


def test_the_command_merges_another_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = ProgressLog(tmp_path / "other.jsonl")
    other.append(answer("05-direction", 1.0))
    assert run("progress", "--merge", str(other.path)) == 0
    assert capsys.readouterr().out.startswith("Added 1 events from other.jsonl.\n\n1 of ")


def test_the_command_refuses_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("progress", "--merge", "nowhere.jsonl") == 2
    assert "There is no file" in capsys.readouterr().err
