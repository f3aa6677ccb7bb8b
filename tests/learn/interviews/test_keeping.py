"""A running interview outlives the kernel that it ran in."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pivotlab.learn.bank.questions import Level
from pivotlab.learn.interviews.engine import Interview, Stage
from pivotlab.learn.interviews.interviewing import interrupted, interview, prepared
from pivotlab.learn.interviews.keeping import Keeper
from pivotlab.learn.interviews.view import InterviewCard
from pivotlab.learn.record.log import log

RATINGS = {"accuracy": 2, "completeness": 1, "reasoning": 3, "communication": 2}
KILLED = """
import os, signal
from pivotlab.learn.interviews.interviewing import interview
running = interview("junior", 10, plain=True)
running.answer("It is free for thirty days.")
os.kill(os.getpid(), signal.SIGKILL)
"""


def started() -> Interview:
    return prepared(Level.JUNIOR, 10)


def resumed() -> Interview:
    return prepared(Level.JUNIOR, 10, resume=True)


def one_question(running: Interview) -> None:
    running.answer("I do not know.")
    running.rate(RATINGS)
    running.go_on()


def kept_file() -> Path:
    return Keeper(Level.JUNIOR, 10, 0).path


def test_it_goes_on_where_it_was_interrupted() -> None:
    before = started()
    one_question(before)
    before.answer("The limit is 150 alerts.")
    before.rate(RATINGS)

    after = resumed()
    assert after.stage is before.stage and after.number == 2
    assert after.turns == before.turns and after.turn == before.turn


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows ends a process in another way.")
def test_an_answer_given_before_the_kernel_was_killed_is_there() -> None:
    died = subprocess.run([sys.executable, "-c", KILLED], env=os.environ, timeout=120, check=False)
    assert died.returncode == -signal.SIGKILL
    assert resumed().turn.answer == "It is free for thirty days."


def test_time_away_does_not_count() -> None:
    now = [0.0]
    before = prepared(Level.JUNIOR, 10, clock=lambda: now[0])
    now[0] = 40.0
    before.sketch("Half an")
    after = prepared(Level.JUNIOR, 10, resume=True, clock=lambda: 9_000.0)
    assert (after.elapsed, after.draft) == (40.0, "Half an")


def test_a_question_finished_again_after_an_interruption_is_recorded_once() -> None:
    before = started()
    before.answer("x")
    before.rate(RATINGS)
    state = kept_file().read_text("utf-8")
    before.go_on()
    kept_file().write_text(state, "utf-8")  # the kernel died between the record and the file
    resumed().go_on()
    assert len(log().events()) == 1


def test_a_finished_interview_is_not_offered_again() -> None:
    running = started()
    while running.stage is not Stage.DONE:
        one_question(running)
    assert interrupted(Level.JUNIOR, 10) == ""
    assert len(log().events()) == 3


def test_starting_anew_says_what_it_replaces_and_replaces_it_with_the_first_answer() -> None:
    started().answer("The old one.")
    anew = started()
    assert "interrupted at question 1 of 3" in anew.notice
    assert resumed().turn.answer == "The old one."
    anew.answer("The other one.")
    assert resumed().turn.answer == "The other one."


def test_another_interview_is_kept_beside_it() -> None:
    started().answer("The first.")
    prepared(Level.SENIOR, 30).answer("The second.")
    assert resumed().turn.answer == "The first."


@pytest.mark.parametrize("content", ["{", "[]", '{"v": 99}', '{"v": 1, "turns": []}'])
def test_a_file_that_cannot_be_read_is_kept_aside_and_the_interview_begins(content: str) -> None:
    kept_file().parent.mkdir(parents=True)
    kept_file().write_text(content, "utf-8")
    running = resumed()
    assert running.stage is Stage.ANSWER and "cannot be read" in running.notice
    assert kept_file().with_suffix(".unreadable").read_text("utf-8") == content


def test_an_interview_of_questions_that_have_changed_begins_anew() -> None:
    started().answer("x")
    state = json.loads(kept_file().read_text("utf-8"))
    kept_file().write_text(json.dumps({**state, "questions": ["gone"]}), "utf-8")
    running = resumed()
    assert running.stage is Stage.ANSWER and "other questions by now" in running.notice


def test_an_interview_that_cannot_be_kept_goes_on_and_says_so(own_work: Path) -> None:
    own_work.mkdir()
    (own_work / ".pivotlab").write_text("a file where a folder should be")
    running = started()
    running.answer("x")
    assert running.stage is Stage.RATING and "is not kept" in running.notice


def test_the_card_offers_to_go_on() -> None:
    first: InterviewCard = interview("junior", 10)  # type: ignore[assignment]
    first.start().answer("Said before the kernel died.")
    card: InterviewCard = interview("junior", 10)  # type: ignore[assignment]
    assert "interrupted at question 1 of 3" in card.view["interrupted"]
    assert ".resume()" in repr(card)
    assert card.resume().view["answer"] == "Said before the kernel died."
