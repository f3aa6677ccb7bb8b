"""Where a question or a task stands in the course, and what to type to be asked it."""

from __future__ import annotations

import html
from dataclasses import dataclass

from pivotlab.learn.bank.questions import place_of
from pivotlab.learn.bank.reader import questions
from pivotlab.learn.grading.task import tasks


@dataclass(frozen=True)
class Onward:
    """The next step: the lesson or lab, its section, and the call that asks."""

    lesson: str
    section: str
    call: str

    @property
    def place(self) -> str:
        """The lesson or lab in words."""
        return place_of(self.lesson)

    @property
    def sentence(self) -> str:
        """The step as plain text."""
        return f'Go on with {self.place}, "{self.section}": {self.call}'

    @property
    def html(self) -> str:
        """The step as a paragraph."""
        place, section, call = map(html.escape, (self.place, self.section, self.call))
        return f"<p>Go on with {place}, &quot;{section}&quot;: <code>{call}</code></p>"


def onward(item: str) -> Onward | None:
    """Where an item stands, or None where the bank has none of that id. A check without an answer says what is asked."""
    if question := questions().get(item):
        return Onward(question.lesson, question.section, f'lab.quiz("{item}")')
    if task := tasks().get(item):
        return Onward(task.lesson, task.section, f'lab.check("{item}")')
    return None
