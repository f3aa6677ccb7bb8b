"""Which questions a mock interview asks: by level and length, over many topics, the same for the same seed."""

from __future__ import annotations

import random

from pivotlab.learn.bank.questions import InterviewQuestion, Level
from pivotlab.learn.bank.reader import interview_questions
from pivotlab.short_errors import ShortError

LENGTHS = {10: 3, 30: 8, 45: 12}
"""Minutes -> questions. Leaves between three and four minutes for each, follow-up included."""

_SHARES = {
    Level.JUNIOR: (1.0, 0.0, 0.0),
    Level.MID: (0.25, 0.75, 0.0),
    Level.SENIOR: (0.0, 0.4, 0.6),
}
"""Level of the interview -> shares of junior, mid and senior questions. Our choice: an interviewer opens a step below."""


class LengthError(ShortError, ValueError):
    """There is no interview of that length."""


class LevelError(ShortError, ValueError):
    """There is no interview at that level."""


def panel(level: Level, minutes: int, seed: int = 0) -> list[InterviewQuestion]:
    """The questions of an interview, easier ones first. Topics, then kinds of question, repeat as little as they can.

    Raises `LengthError` for a length other than 10, 30 or 45 minutes.
    """
    if minutes not in LENGTHS:
        raise LengthError(f"There is no interview of {minutes} minutes. Choose {', '.join(map(str, LENGTHS))}.")
    draw = random.Random(f"{level.value}/{minutes}/{seed}")
    chosen: list[InterviewQuestion] = []
    for wanted, count in _counts(level, LENGTHS[minutes]):
        pool = [question for question in interview_questions().values() if question.level is wanted]
        draw.shuffle(pool)
        for _ in range(count):
            chosen.append(min(pool, key=lambda question: _repetition(question, chosen)))
            pool.remove(chosen[-1])
    return chosen


def _counts(level: Level, total: int) -> list[tuple[Level, int]]:
    """How many questions of each level. Rounding favours the level of the interview."""
    junior, mid, _ = (int(share * total) for share in _SHARES[level])
    if level is Level.JUNIOR:
        return [(Level.JUNIOR, total)]
    if level is Level.MID:
        return [(Level.JUNIOR, junior), (Level.MID, total - junior)]
    return [(Level.MID, mid), (Level.SENIOR, total - mid)]


def _repetition(question: InterviewQuestion, chosen: list[InterviewQuestion]) -> tuple[int, int]:
    """How much a question repeats what was chosen: its topic first, then its kind."""
    topics = sum(other.topic is question.topic for other in chosen)
    kinds = sum(other.kind == question.kind for other in chosen)
    return topics, kinds
