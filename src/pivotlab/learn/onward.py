"""Where a question or a task stands in the course, and what to type to be asked it."""

from __future__ import annotations

import html
from dataclasses import dataclass

from pivotlab.learn.bank.reader import questions
from pivotlab.learn.grading.task import tasks
from pivotlab.places import ROOT


@dataclass(frozen=True)
class Onward:
    """The next step: the lesson or lab, its section, and the call that asks."""

    lesson: str
    section: str
    call: str

    @property
    def place(self) -> str:
        """The lesson or lab in words."""
        return in_words(self.lesson)

    @property
    def sentence(self) -> str:
        """The step as plain text."""
        return f'Go on with {self.place}, "{self.section}": {self.call}'

    @property
    def html(self) -> str:
        """The step as a paragraph that links to the notebook."""
        place, target = html.escape(self.place), notebook(self.lesson)
        linked = f'<a href="{html.escape(target)}">{place}</a>' if target else place
        return f"<p>Go on with {linked}, &quot;{html.escape(self.section)}&quot;: <code>{html.escape(self.call)}</code></p>"


def onward(item: str) -> Onward | None:
    """Where an item stands, or None where the bank has none of that id. A check without an answer says what is asked."""
    if question := questions().get(item):
        return Onward(question.lesson, question.section, f'lab.quiz("{item}")')
    if task := tasks().get(item):
        return Onward(task.lesson, task.section, f'lab.check("{item}")')
    return None


def in_words(lesson: str) -> str:
    """A lesson or lab by its number: "lesson 04", "lab L4"."""
    return f"lab {lesson}" if lesson.startswith("L") else f"lesson {lesson}"


def notebook(lesson: str) -> str:
    """The notebook of a lesson or lab, as a link from any other one; empty where the course has none."""
    folder = "labs" if lesson.startswith("L") else "notebooks"
    found = sorted((ROOT / folder).glob(f"{lesson}-*.ipynb"))
    return f"../{folder}/{found[0].name}" if found else ""
