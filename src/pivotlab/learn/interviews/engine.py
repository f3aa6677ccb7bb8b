"""The mock interview as a pure engine: one question at a time, rated by the learner, pointed at by the key-point finder.

Nothing here reads a clock, a file or the network of its own accord. Views and the terminal drive it and show `Turn`s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from pivotlab.learn.bank.questions import InterviewQuestion, Level
from pivotlab.learn.interviews.panel import panel
from pivotlab.learn.interviews.rubric import HIGHEST, Criterion, rubric
from pivotlab.learn.keypoints import Findings, find
from pivotlab.learn.keypoints.bank import key_points


class Stage(StrEnum):
    """What the interview waits for."""

    ANSWER = "answer"
    RATING = "rating"
    COMPARING = "comparing"
    REPLY = "reply"
    NEXT = "next"
    DONE = "done"


class InterviewError(ValueError):
    """That is not what the interview waits for now, or a rating is missing or out of range."""


@dataclass(frozen=True, repr=False)
class Turn:
    """One question with everything that came of it."""

    question: InterviewQuestion
    answer: str = ""
    seconds: float = 0.0
    ratings: Mapping[str, int] = field(default_factory=dict)
    follow_up: str = ""
    reply: str = ""
    comment: str = ""
    """What an optional judge said. Never a score."""

    def __repr__(self) -> str:
        rated = ", ".join(f"{name} {value}" for name, value in self.ratings.items()) or "not rated"
        return f"<{self.question.id}: {len(self.answer.split())} words in {self.seconds:.0f} s, {rated}>"

    @cached_property
    def findings(self) -> Findings:
        """What the finder made of the answer and the reply together."""
        return find(self.question.id, f"{self.answer}\n\n{self.reply}")

    @property
    def missing(self) -> list[int]:
        """Key points that the program did not find, by index. A contradicted one is not missing."""
        found = self.findings
        known = found["covered"] | found["contradicted"]
        return [index for index in range(len(self.question.key_points)) if index not in known]

    @property
    def score(self) -> float:
        """The learner's own ratings as a share of the best, 0 to 1."""
        return sum(self.ratings.values()) / (HIGHEST * len(self.ratings)) if self.ratings else 0.0


Record = Callable[[Turn], str]
"""Saves a finished turn; returns a sentence for the learner when saving failed, else an empty string."""

Keep = Callable[[Mapping[str, Any] | None], str]
"""Keeps the state of a running interview, or forgets it (None); returns a sentence when that failed, else nothing."""

Comment = Callable[[InterviewQuestion, str], str]
"""An optional judge: question and answer in, a comment out. Raises nothing; a failure is a sentence."""


class Interview:
    """A mock interview. `answer`, `rate` without and then beside the key points, `reply`, then `go_on`, until `stage` is `done`.

    `clock` gives seconds and decides nothing: time is shown, never enforced. Raises `LengthError` for an unknown length.
    """

    def __init__(
        self,
        level: Level,
        minutes: int,
        *,
        seed: int = 0,
        clock: Callable[[], float],
        record: Record | None = None,
        comment: Comment | None = None,
        keep: Keep | None = None,
    ) -> None:
        self.level = level
        self.minutes = minutes
        self.questions = panel(level, minutes, seed)
        self.turns: list[Turn] = []
        self.notice = ""
        self.draft = ""
        self._clock = clock
        self._record = record
        self._comment = comment
        self._keep = keep
        self._asked_at = clock()
        self._turn = Turn(self.questions[0])
        self.stage = Stage.ANSWER

    @property
    def turn(self) -> Turn:
        """The question being asked; after the last one, the last one."""
        return self._turn

    @property
    def number(self) -> int:
        """The number of the question, from 1."""
        return min(len(self.turns) + 1, len(self.questions))

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What is to be rated now: some criteria before the key points are shown, the others beside them."""
        if self.stage not in (Stage.RATING, Stage.COMPARING):
            return ()
        return rubric().asked(beside_points=self.stage is Stage.COMPARING)

    @property
    def seconds_each(self) -> float:
        """The time that a question has, in seconds. Going over it has no effect but a remark."""
        return self.minutes * 60 / len(self.questions)

    @property
    def elapsed(self) -> float:
        """Seconds since the question was asked."""
        return self._clock() - self._asked_at

    @property
    def state(self) -> dict[str, Any]:
        """Everything that has been said and rated, as JSON can carry it."""
        return {
            "questions": [question.id for question in self.questions],
            "turns": [_plain(turn) for turn in self.turns],
            "turn": _plain(self._turn),
            "stage": self.stage.value,
            "elapsed": self.elapsed,
            "draft": self.draft,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was taken; the time in between does not count.

        Raises `InterviewError` when the course asks other questions by now, and `ValueError` or `KeyError` on a state
        that is none.
        """
        if state["questions"] != [question.id for question in self.questions]:
            raise InterviewError("The interview asks other questions by now.")
        self.turns = [Turn(question, **turn) for question, turn in zip(self.questions, state["turns"], strict=False)]
        self._turn = Turn(self.questions[len(self.turns)], **state["turn"])
        self.stage = Stage(state["stage"])
        self.draft = str(state["draft"])
        self._asked_at = self._clock() - float(state["elapsed"])

    def sketch(self, text: str) -> None:
        """Keep what is half written."""
        self.draft = text
        self._kept()

    def answer(self, text: str) -> Turn:
        """Give an answer. An empty one counts as "I do not know". Raises `InterviewError` at another stage."""
        self._expect(Stage.ANSWER)
        self._turn = replace(self._turn, answer=text.strip(), seconds=self.elapsed)
        self._move(Stage.RATING)
        return self._turn

    def rate(self, ratings: Mapping[str, int]) -> Turn:
        """Rate the answer on the criteria that are asked now, 0 to 4. Only then are key points shown.

        A criterion that counts key points is asked beside them, in a second call. Whoever has it ready may give all in the
        first. Raises `InterviewError` when a criterion is missing, unknown or out of range.
        """
        if self.stage is not Stage.COMPARING:
            self._expect(Stage.RATING)
        names = [criterion.name for criterion in self.criteria]
        later = [criterion.name for criterion in rubric().asked(True)] if self.stage is Stage.RATING else []
        if missing := [name for name in names if name not in ratings]:
            raise InterviewError(f"Rate {' and '.join(missing)} too, from 0 to {HIGHEST}.")
        if unasked := [name for name in ratings if name not in (*names, *later)]:
            raise InterviewError(f"{unasked[0]} is not asked here. Rate {' and '.join(names)}.")
        if wrong := [name for name, value in ratings.items() if value not in range(HIGHEST + 1)]:
            raise InterviewError(f"{wrong[0]} needs a whole number from 0 to {HIGHEST}.")
        given = {**self._turn.ratings, **ratings}
        in_order = {criterion.name: given[criterion.name] for criterion in rubric().criteria if criterion.name in given}
        self._turn = replace(self._turn, ratings=in_order)
        if self.stage is Stage.RATING and self._comment is not None and self._turn.answer:
            self._turn = replace(self._turn, comment=self._comment(self._turn.question, self._turn.answer))
        if len(in_order) < len(rubric().criteria):
            self._move(Stage.COMPARING)
            return self._turn
        self._turn = replace(self._turn, follow_up=follow_up(self._turn))
        self._move(Stage.REPLY if self._turn.follow_up else Stage.NEXT)
        return self._turn

    def reply(self, text: str) -> Turn:
        """Answer the follow-up question. The finder then reads answer and reply together."""
        self._expect(Stage.REPLY)
        self._turn = replace(self._turn, reply=text.strip())
        self._move(Stage.NEXT)
        return self._turn

    def go_on(self) -> Stage:
        """Leave this question, with or without a reply to its follow-up, for the next one or the report."""
        if self.stage not in (Stage.REPLY, Stage.NEXT):
            raise InterviewError(f"Not yet: the interview waits for your {self.stage.value}.")
        self.turns.append(self._turn)
        self.notice = self._record(self._turn) if self._record is not None else ""
        if len(self.turns) == len(self.questions):
            self._move(Stage.DONE)
        else:
            self._turn = Turn(self.questions[len(self.turns)])
            self._asked_at = self._clock()
            self._move(Stage.ANSWER)
        return self.stage

    def end(self) -> None:
        """End early: nothing is kept to go on with. What has been recorded stays."""
        if self._keep is not None:
            self._keep(None)

    def _move(self, stage: Stage) -> None:
        self.stage = stage
        self.draft = ""
        self._kept()

    def _kept(self) -> None:
        if self._keep is not None:
            self.notice = self._keep(None if self.stage is Stage.DONE else self.state) or self.notice

    def _expect(self, stage: Stage) -> None:
        if self.stage is not stage:
            raise InterviewError(f"The interview waits for {_WAITS[self.stage]}.")


_WAITS = {
    Stage.ANSWER: "your answer",
    Stage.RATING: "your rating",
    Stage.COMPARING: "your rating beside the key points",
    Stage.REPLY: "your reply to the follow-up, or for you to go on",
    Stage.NEXT: "you to go on",
    Stage.DONE: "nothing any more: it is over",
}


def _plain(turn: Turn) -> dict[str, Any]:
    """A turn without its question, which the panel knows."""
    return {
        "answer": turn.answer,
        "seconds": turn.seconds,
        "ratings": dict(turn.ratings),
        "follow_up": turn.follow_up,
        "reply": turn.reply,
        "comment": turn.comment,
    }


def follow_up(turn: Turn) -> str:
    """The question that the gaps of an answer call for: a contradicted point first, then the first one not found."""
    gaps = [*sorted(turn.findings["contradicted"]), *turn.missing]
    return key_points(turn.question.id)[gaps[0]].ask if gaps else ""
