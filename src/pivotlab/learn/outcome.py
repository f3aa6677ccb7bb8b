"""What a learner gets back, whatever was asked: an outcome, a headline and sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What became of an answer."""

    NOT_ATTEMPTED = "not attempted"
    WRONG = "wrong"
    RIGHT = "right"
    YOURS_TO_RATE = "yours to rate"
    RATED = "rated"
    SHOWN = "shown"


PASS = 0.75
"""A score that counts as right: a right answer, or an open answer rated 3 of 4. A wrong one never does, close as it may be."""


def counts_as_right(outcome: str, score: float | None) -> bool:
    """Whether an answer with that outcome and score was right."""
    return score is not None and score >= PASS and outcome != Outcome.WRONG


@dataclass(frozen=True)
class Feedback:
    """What a learner gets back. True in a condition when the answer is right, or rated 3 of 4 or better."""

    outcome: Outcome
    headline: str
    lines: tuple[str, ...] = ()
    score: float | None = None
    sections: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())
    """Titled parts that a learner may open: key points and model answers."""
    notice: str = ""
    """Something about saving, not about the answer."""
    beliefs: tuple[str, ...] = ()
    """The misconceptions behind what was answered; for the progress file, a learner reads the feedback on them."""

    def __bool__(self) -> bool:
        return counts_as_right(self.outcome, self.score)

    def __str__(self) -> str:
        parts = [self.headline, *self.lines]
        for title, texts in self.sections:
            parts += ["", f"{title}:", *(f"  - {text}" for text in texts)]
        if self.notice:
            parts += ["", self.notice]
        return "\n".join(parts)

    __repr__ = __str__
