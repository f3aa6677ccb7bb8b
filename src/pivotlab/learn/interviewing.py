"""`interview`: a mock interview, as a card in a notebook, as an engine to drive, or ready for the terminal."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from pivotlab.learn.interview_engine import Comment, Interview, Turn
from pivotlab.learn.interview_panel import LENGTHS, LengthError
from pivotlab.learn.judge import Judge, JudgeError
from pivotlab.learn.progress_log import Event, remember
from pivotlab.learn.questions import InterviewQuestion, Level

if TYPE_CHECKING:
    from pivotlab.learn.interview_view import InterviewCard


def interview(
    level: str = "junior", minutes: int = 10, *, seed: int = 0, plain: bool = False, judge: Judge | None = None
) -> InterviewCard | Interview:
    """A mock interview of 10, 30 or 45 minutes at the level junior, mid or senior.

    The same seed asks the same questions. `plain` gives the engine, which needs no widgets. `judge` may comment on
    answers and never scores them; there is none unless you give one. Raises `LengthError`, and `ValueError` for a level.
    """
    wanted = Level(level)
    if minutes not in LENGTHS:
        raise LengthError(f"There is no interview of {minutes} minutes. Choose {', '.join(map(str, LENGTHS))}.")

    def make() -> Interview:
        return prepared(wanted, minutes, seed=seed, judge=judge)

    if plain:
        return make()
    from pivotlab.learn.interview_view import InterviewCard  # widgets take 0.2 s to import; a terminal needs none

    return InterviewCard(wanted, minutes, make)


def prepared(
    level: Level,
    minutes: int,
    *,
    seed: int = 0,
    judge: Judge | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Interview:
    """An interview that records every finished question in the learner's progress file."""
    return Interview(level, minutes, seed=seed, clock=clock, record=_remember, comment=_commenting(judge))


def _commenting(judge: Judge | None) -> Comment | None:
    if judge is None:
        return None

    def comment(question: InterviewQuestion, answer: str) -> str:
        try:
            return judge.comment(question, answer)
        except JudgeError as error:
            return f"No comment: {error}"

    return comment


def _remember(turn: Turn) -> str:
    found = turn.findings
    detail = {
        "ratings": dict(turn.ratings),
        "covered": sorted(found["covered"]),
        "contradicted": sorted(found["contradicted"]),
        "seconds": round(turn.seconds),
    }
    question = turn.question
    return remember(Event("interview", question.id, question.topic.value, "rated", round(turn.score, 2), detail))
