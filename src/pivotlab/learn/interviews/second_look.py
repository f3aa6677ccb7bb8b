"""Answers to look at again: the learner rated them well, and the program found few of their key points.

A prompt, not a grade. The program may have missed what was said; the learner may have rated what was not. Either way a
second look is worth its minute, and the report says so instead of being silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pivotlab.learn.bank.questions import place_of
from pivotlab.learn.interviews.engine import Turn

LOOK_AGAIN = "Look again: you rated these 2 or better, and the program found few of their key points"
"""The title of the list."""

RATED_WELL = 2
"""From this rating on, an answer is called usable by its learner."""

FEW = 0.5
"""Of the key points, the part below which few were found."""

POINTS_TO_ADD = 2
"""How many points that were not found are named for each answer; the transcript has them all."""

_ON_CONTENT = ("accuracy", "completeness")
"""The criteria that say something about content. An answer may be well reasoned and well told beside the question."""


@dataclass(frozen=True)
class LookAgain:
    """An answer in which the program found few key points, although its learner rated it well."""

    question_id: str
    found: int
    points: int
    rated: tuple[tuple[str, int], ...]
    to_add: tuple[str, ...]
    lesson: str
    labs: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What was found beside what was rated, what to add, and where to go."""
        rated = ", ".join(f"{name} {value}" for name, value in self.rated)
        redo = ", ".join(map(place_of, (self.lesson, *self.labs)))
        points = " and ".join(f'"{point}"' for point in self.to_add)
        add = f" To add, for example: {points}." if points else ""
        return f"{self.found} of {self.points} key points found, rated {rated}.{add} Redo {redo}."


def look_again(turns: Sequence[Turn]) -> tuple[LookAgain, ...]:
    """The answers of an interview that deserve a second look, in the order in which they were given."""
    return tuple(_second_look(turn) for turn in turns if _rated_well(turn) and _found(turn) < FEW * _points(turn))


def found_in_all(turns: Sequence[Turn]) -> str:
    """How many key points the program found in the whole interview, as a sentence."""
    return f"The program found {sum(map(_found, turns))} of {sum(map(_points, turns))} key points."


def _second_look(turn: Turn) -> LookAgain:
    return LookAgain(
        turn.question.id,
        _found(turn),
        _points(turn),
        tuple((name, turn.ratings[name]) for name in _ON_CONTENT if name in turn.ratings),
        tuple(turn.question.key_points[index] for index in turn.missing[:POINTS_TO_ADD]),
        turn.question.lesson,
        tuple(turn.question.labs),
    )


def _rated_well(turn: Turn) -> bool:
    return any(turn.ratings.get(name, 0) >= RATED_WELL for name in _ON_CONTENT)


def _found(turn: Turn) -> int:
    return len(turn.findings["covered"])


def _points(turn: Turn) -> int:
    return len(turn.question.key_points)
