"""The widget: messages in, a view out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from pivotlab.learn.bank.questions import Level
from pivotlab.learn.cards.card import STYLE
from pivotlab.learn.interviews.engine import Interview, InterviewError, Stage, Turn
from pivotlab.learn.interviews.panel import LENGTHS
from pivotlab.learn.interviews.report import Report, report
from pivotlab.learn.interviews.rubric import rubric
from pivotlab.learn.interviews.view.showing import shown, shown_report
from pivotlab.look import script, style
from pivotlab.look.twins import ReadsAsText

_HERE = Path(__file__).parent


class InterviewCard(ReadsAsText, anywidget.AnyWidget):
    """A mock interview as a card. `start()`, then `answer`, `rate`, `reply` and `go_on` drive it from Python.

    `make` builds the interview when it starts, so that its clock starts then; given True, it goes on with the one that
    was interrupted. `interrupted` is a sentence about that one.
    """

    _esm = script(_HERE / "interview.js")
    _css = style(STYLE, _HERE / "interview.css")

    view = traitlets.Dict().tag(sync=True)
    draft = traitlets.Unicode().tag(sync=True)
    problem = traitlets.Unicode().tag(sync=True)

    def __init__(self, level: Level, minutes: int, make: Callable[[bool], Interview], interrupted: str = "") -> None:
        self._level, self._minutes, self._make, self._interrupted = level, minutes, make, interrupted
        self._interview: Interview | None = None
        super().__init__(view=self._opening())
        self.on_msg(self._on_press)

    @property
    def interview(self) -> Interview:
        """The running interview. Raises `InterviewError` before it has started."""
        if self._interview is None:
            raise InterviewError("The interview has not started. Press Start, or call .start().")
        return self._interview

    @property
    def report(self) -> Report:
        """The report on what has been answered so far."""
        return report(self._level, self._minutes, self.interview.turns)

    def start(self) -> InterviewCard:
        """Ask the first question and start its clock."""
        self._interview = self._make(False)
        return self._show()

    def resume(self) -> InterviewCard:
        """Go on with the interview that was interrupted; without one, start."""
        self._interview = self._make(True)
        return self._show()

    def answer(self, text: str) -> InterviewCard:
        """Answer the question. Raises `InterviewError` at another stage."""
        self.interview.answer(text)
        return self._show()

    def rate(self, ratings: Mapping[str, int]) -> InterviewCard:
        """Rate the answer on every criterion, 0 to 4. Raises `InterviewError`."""
        self.interview.rate(ratings)
        return self._show()

    def reply(self, text: str) -> InterviewCard:
        """Answer the follow-up question. Raises `InterviewError` at another stage."""
        self.interview.reply(text)
        return self._show()

    def go_on(self) -> InterviewCard:
        """Leave the question. Raises `InterviewError` before it is rated."""
        self.interview.go_on()
        return self._show()

    def __repr__(self) -> str:
        if self._interview is None:
            opening = self._opening()
            told = f"Mock interview, {opening['level']}, {opening['minutes']} minutes, {opening['total']} questions."
            goes_on = f" {self._interrupted} Go on with .resume(), or begin anew with .start()"
            return told + (goes_on if self._interrupted else " Start it with .start()")
        if self._interview.stage is Stage.DONE:
            return self.report.markdown()
        turn: Turn = self._interview.turn
        return f"Question {self._interview.number} of {len(self._interview.questions)}: {turn.question.question}"

    def _opening(self) -> dict[str, Any]:
        told = {"level": self._level.value, "minutes": self._minutes, "total": LENGTHS[self._minutes]}
        return {"stage": "start", "notice": rubric().notice, "interrupted": self._interrupted, **told}

    def _show(self) -> InterviewCard:
        done = self.interview.stage is Stage.DONE
        with self.hold_sync():
            self.draft, self.problem = self.interview.draft, ""
            self.view = shown_report(self.report) | {"saved": self.interview.notice} if done else shown(self.interview)
        return self

    def _on_press(self, _: object, message: dict[str, Any], __: object) -> None:
        """A button of the card was pressed. The message carries everything, so that nothing depends on arrival order."""
        self.problem = ""  # so that the same problem twice is told twice
        try:
            match message:
                case {"press": "start"}:
                    self.start()
                case {"press": "resume"}:
                    self.resume()
                case {"press": "answer", "text": str(text)}:
                    self.answer(text)
                case {"press": "rate", "ratings": dict(ratings)}:
                    self.rate(ratings)
                case {"press": "reply", "text": str(text)}:
                    self.reply(text)
                case {"press": "go on"}:
                    self.go_on()
                case {"press": "draft", "text": str(text)}:
                    self.interview.sketch(text)
                    self.draft = text
        except InterviewError as error:
            self.problem = str(error)
