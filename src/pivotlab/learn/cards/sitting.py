"""One question put to one learner: shuffled with a seed, answered from Python or a card, marked, and remembered."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from string import ascii_uppercase
from typing import Any

from pivotlab.learn.bank.questions import (
    Complete,
    FreeText,
    Matching,
    MultipleChoice,
    Ordering,
    Predict,
    Question,
    SingleChoice,
)
from pivotlab.learn.cards.marking import RUBRIC, mark, rated, solution
from pivotlab.learn.cards.twin import text_of
from pivotlab.learn.outcome import Feedback, Outcome
from pivotlab.short_errors import ShortError

Record = Callable[[Question, Feedback], str]
"""Saves an outcome; returns a sentence for the learner when saving failed, else an empty string."""


class AnswerError(ShortError, ValueError):
    """The answer names an option that is not there, or gives too many or too few."""


class Sitting:
    """A question being asked. Its text form is complete, so that it can be read and answered without a browser.

    >>> from pivotlab.learn.bank.reader import question
    >>> sitting = Sitting(question("00-who-groups"))
    >>> sitting.choose("A").submit().outcome in ("right", "wrong")
    True
    """

    def __init__(self, question: Question, *, seed: int = 0, record: Record | None = None) -> None:
        self.question = question
        self._record = record
        self._texts = _shuffled(question, seed)
        self._answer: list[str] = []
        self.attempts = 0
        self.result: Feedback | None = None

    @property
    def view(self) -> dict[str, Any]:
        """What is shown: kind, stem, code, and lettered options. Holds nothing that gives the answer away."""
        question = self.question
        return {
            "id": question.id,
            "kind": question.kind,
            "topic": question.topic.title,
            "level": question.level.value,
            "stem": question.stem,
            "code": question.code or "",
            "options": [{"key": key, "text": text} for key, text in zip(ascii_uppercase, self._texts, strict=False)],
            "lefts": [pair.left for pair in question.pairs] if isinstance(question, Matching) else [],
            "rubric": list(RUBRIC) if isinstance(question, FreeText) else [],
        }

    @property
    def shown(self) -> list[str]:
        """The letters of the right options, once the answer has been shown; nothing before, and for other kinds."""
        if (
            self.result is None
            or self.result.outcome is not Outcome.SHOWN
            or not isinstance(self.question, SingleChoice | MultipleChoice | Predict)
        ):
            return []
        right = {option.text for option in self.question.options if option.right}
        return [key for key, text in zip(ascii_uppercase, self._texts, strict=False) if text in right]

    @property
    def answer(self) -> list[str]:
        """The answer so far: letters, or typed text."""
        return list(self._answer)

    def choose(self, *answer: str) -> Sitting:
        """Answer, without submitting: letters for a choice, letters in order for an order, one letter per left side
        for a match, the text itself for a completion or an open question. Raises `AnswerError`.
        """
        self._answer = self._checked([str(part).strip() for part in answer])
        return self

    def submit(self) -> Feedback:
        """Mark the answer and record it. An empty answer is not an attempt: it is neither counted nor recorded."""
        if not self._is_complete():
            self.result = Feedback(Outcome.NOT_ATTEMPTED, "Not attempted yet.", (self._ask(),))
            return self.result
        self.attempts += 1
        return self._keep(mark(self.question, self._in_authored_terms()))

    def rate(self, rating: int) -> Feedback:
        """Rate an open answer against the rubric, 0 to 4. Raises `AnswerError` for another kind or number."""
        if not isinstance(self.question, FreeText) or rating not in range(len(RUBRIC)):
            raise AnswerError("Only an open question is rated, with a whole number from 0 to 4.")
        if not self.attempts:
            raise AnswerError("Answer first, with .choose('your answer').submit(), then rate.")
        return self._keep(rated(self.question, rating))

    def reveal(self) -> Feedback:
        """Show the answer. Recorded, and counted as no credit."""
        return self._keep(solution(self.question))

    def __repr__(self) -> str:
        return text_of(self.view, self._answer, self.result)

    def _keep(self, feedback: Feedback) -> Feedback:
        notice = (
            self._record(self.question, feedback) if self._record is not None and feedback.score is not None else ""
        )
        self.result = replace(feedback, notice=notice)
        return self.result

    def _is_complete(self) -> bool:
        if isinstance(self.question, Matching):
            return len(self._answer) == len(self.question.pairs) and all(self._answer)
        return bool(self._answer and self._answer[0])

    def _ask(self) -> str:
        match self.question:
            case Matching():
                return "Give every item on the left a partner, then check."
            case Ordering():
                return "Put the steps in order, then check."
            case Complete() | FreeText():
                return "Write your answer, then check."
            case MultipleChoice():
                return "Choose at least one answer, then check."
        return "Choose an answer, then check."

    def _checked(self, answer: Sequence[str]) -> list[str]:
        """The answer, if it fits the kind of question."""
        question = self.question
        if isinstance(question, Complete | FreeText):
            if len(answer) > 1:
                raise AnswerError("This question takes one text.")
            return list(answer)
        keys = [letter.upper() for letter in answer]
        letters = ascii_uppercase[: len(self._texts)]
        if unknown := [
            key for key in keys if key not in letters and not (key == "" and isinstance(question, Matching))
        ]:
            raise AnswerError(f"There is no answer {unknown[0]!r}. The answers are {', '.join(letters)}.")
        if isinstance(question, Ordering) and keys and sorted(keys) != list(letters):
            raise AnswerError(f"Name every step once, in your order: {', '.join(letters)}.")
        if isinstance(question, Matching) and len(keys) != len(question.pairs):
            raise AnswerError(f"Give {len(question.pairs)} letters, one per item on the left, from the top.")
        if question.kind in ("single", "predict") and len(keys) > 1:
            raise AnswerError("This question takes one answer.")
        return keys

    def _in_authored_terms(self) -> list[str]:
        if isinstance(self.question, Complete | FreeText):
            return self._answer
        return [self._texts[ascii_uppercase.index(key)] for key in self._answer]


def _shuffled(question: Question, seed: int) -> list[str]:
    """Options, steps or partners in the order in which they are shown: the same for the same question and seed."""
    match question:
        case Complete() | FreeText():
            return []
        case Ordering():
            authored = [step.text for step in question.steps]
        case Matching():
            authored = list(
                dict.fromkeys([*(p.right for p in question.pairs), *(lure.text for lure in question.lures)])
            )
        case _:
            authored = [option.text for option in question.options]
    shown = list(authored)
    rng = random.Random(f"{seed}/{question.id}")
    rng.shuffle(shown)
    while isinstance(question, Ordering) and shown == authored:
        rng.shuffle(shown)
    return shown
