"""`interview`: a mock interview, as a card in a notebook, as an engine to drive, or ready for the terminal."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pivotlab.learn.bank.questions import InterviewQuestion, Level
from pivotlab.learn.interviews.engine import Comment, Interview, InterviewError, Turn
from pivotlab.learn.interviews.judge import Judge, JudgeError
from pivotlab.learn.interviews.keeping import Keeper
from pivotlab.learn.interviews.panel import LENGTHS, LengthError, LevelError
from pivotlab.learn.interviews.twin import InterviewTwin
from pivotlab.learn.record.log import Event, remember

if TYPE_CHECKING:
    from pivotlab.learn.interviews.view import InterviewCard


def interview(
    level: str = "junior",
    minutes: int = 10,
    *,
    seed: int = 0,
    plain: bool = False,
    resume: bool = False,
    judge: Judge | None = None,
) -> InterviewCard | Interview:
    """A mock interview of 10, 30 or 45 minutes at the level junior, mid or senior.

    The same seed asks the same questions. `plain` gives the engine, which needs no widgets. `judge` may comment on
    answers and never scores them; there is none unless you give one.

    A running interview is kept on disk. The card offers to go on with one that was interrupted; the engine does with
    `resume=True`. Raises `LengthError` and `LevelError`.
    """
    if level not in list(Level):
        raise LevelError(f"There is no interview at the level {level!r}. Choose {', '.join(Level)}.")
    wanted = Level(level)
    if minutes not in LENGTHS:
        raise LengthError(f"There is no interview of {minutes} minutes. Choose {', '.join(map(str, LENGTHS))}.")

    def make(go_on: bool = False) -> Interview:
        return prepared(wanted, minutes, seed=seed, resume=go_on, judge=judge)

    if plain:
        return make(resume)
    from pivotlab.learn.interviews.view import InterviewCard  # widgets take 0.2 s to import; a terminal needs none

    return InterviewCard(wanted, minutes, make, interrupted(wanted, minutes, seed))


def prepared(
    level: Level,
    minutes: int,
    *,
    seed: int = 0,
    resume: bool = False,
    judge: Judge | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Interview:
    """An interview that is kept while it runs, and that records every finished question in the learner's progress file.

    With `resume` it goes on where it was interrupted, if it was.
    """
    keeper = Keeper(level, minutes, seed)
    found = keeper.kept()
    session = found.session if found and resume else uuid.uuid4().hex

    def keep(state: Mapping[str, Any] | None) -> str:
        if state is not None:
            return keeper.keep(state, session)
        keeper.forget()
        return ""

    def record(turn: Turn) -> str:
        return _remember(turn, session)

    made = InterviewTwin(level, minutes, seed=seed, clock=clock, record=record, comment=_commenting(judge), keep=keep)
    if found and resume:
        try:
            made.restore(found.state)
        except (InterviewError, ValueError, KeyError, TypeError) as error:
            keeper.put_aside(str(error))
    elif found:
        keeper.notice = f"{found.sentence} It goes on with resume=True, and is replaced once you answer here."
    made.notice = keeper.notice
    return made


def interrupted(level: Level, minutes: int, seed: int = 0) -> str:
    """A sentence about the interview that was interrupted, if there is one."""
    found = Keeper(level, minutes, seed).kept()
    return found.sentence if found else ""


def _commenting(judge: Judge | None) -> Comment | None:
    if judge is None:
        return None

    def comment(question: InterviewQuestion, answer: str) -> str:
        try:
            return judge.comment(question, answer)
        except JudgeError as error:
            return f"No comment: {error}"

    return comment


def _remember(turn: Turn, session: str) -> str:
    """Record a finished question; one that is finished again after an interruption is the same event."""
    found = turn.findings
    detail = {
        "ratings": dict(turn.ratings),
        "covered": sorted(found["covered"]),
        "contradicted": sorted(found["contradicted"]),
        "seconds": round(turn.seconds),
    }
    question = turn.question
    score = round(turn.score, 2)
    uid = f"{session}-{question.id}"
    return remember(Event("interview", question.id, question.topic.value, "rated", score, detail, uid=uid))
