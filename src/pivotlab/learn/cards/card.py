"""The quiz card: a `Sitting` in the browser's own form controls. All state lives in Python; the browser only shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from pivotlab.learn.bank.questions import Question
from pivotlab.learn.cards.sitting import AnswerError, Sitting
from pivotlab.learn.outcome import Feedback
from pivotlab.look import script, style
from pivotlab.look.twins import ReadsAsText

STYLE = Path(__file__).with_name("card.css")
"""The card's own style; what looks like a card builds on it."""


class QuizCard(ReadsAsText, anywidget.AnyWidget):
    """A question as a card. Drive it from Python exactly like the plain form.

    `card.choose("B").submit()` marks and returns the feedback; `card.result` is the last one. Printed, or stored in a
    notebook that is not running, it reads as the complete question.
    """

    _esm = script(Path(__file__).with_name("card.js"))
    _css = style(STYLE)

    view = traitlets.Dict().tag(sync=True)
    answer = traitlets.List(traitlets.Unicode()).tag(sync=True)
    feedback = traitlets.Dict().tag(sync=True)
    attempts = traitlets.Int(0).tag(sync=True)
    turn = traitlets.Int(0).tag(sync=True)  # one more for every press that was dealt with, whatever came of it

    def __init__(self, sitting: Sitting) -> None:
        self._sitting = sitting
        super().__init__(view=sitting.view)
        self.on_msg(self._on_press)

    @property
    def question(self) -> Question:
        """The question that is asked."""
        return self._sitting.question

    @property
    def result(self) -> Feedback | None:
        """The last feedback, or None before the first."""
        return self._sitting.result

    def choose(self, *answer: str) -> QuizCard:
        """Answer, without submitting. Takes what `Sitting.choose` takes; raises `AnswerError`."""
        self._sitting.choose(*answer)
        self.answer = self._sitting.answer
        return self

    def submit(self) -> Feedback:
        """Mark and record the answer."""
        return self._show(self._sitting.submit())

    def rate(self, rating: int) -> Feedback:
        """Rate an open answer, 0 to 4. Raises `AnswerError`."""
        return self._show(self._sitting.rate(rating))

    def reveal(self) -> Feedback:
        """Show the answer."""
        return self._show(self._sitting.reveal())

    def __repr__(self) -> str:
        return repr(self._sitting)

    def _show(self, feedback: Feedback) -> Feedback:
        with self.hold_sync():
            self.attempts = self._sitting.attempts
            self.feedback = {
                "outcome": str(feedback.outcome),
                "headline": feedback.headline,
                "lines": list(feedback.lines),
                "sections": [{"title": title, "texts": list(texts)} for title, texts in feedback.sections],
                "notice": feedback.notice,
                "shown": self._sitting.shown,
            }
        return feedback

    def _on_press(self, _: object, message: dict[str, Any], __: object) -> None:
        """A button of the card was pressed. The message carries the answer, so that nothing depends on its arrival order."""
        try:
            match message:
                case {"press": "check", "answer": list(answer)}:
                    self.choose(*answer).submit()
                case {"press": "rate", "rating": int(rating)}:
                    self.rate(rating)
                case {"press": "reveal"}:
                    self.reveal()
        except AnswerError as error:
            self.feedback = {
                "outcome": "not attempted",
                "headline": str(error),
                "lines": [],
                "sections": [],
                "notice": "",
            }
        finally:
            self.turn += 1
