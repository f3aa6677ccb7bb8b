"""How the outcome of an answer goes to the progress file, with the beliefs behind a wrong one."""

from __future__ import annotations

from pivotlab.learn.bank.questions import Question
from pivotlab.learn.cards.sitting import Record
from pivotlab.learn.outcome import Feedback
from pivotlab.learn.record.log import Event, remember


def recorded_as(what: str) -> Record:
    """What saves outcomes as events of a kind, `answer` or `review`."""

    def save(asked: Question, feedback: Feedback) -> str:
        detail = {"beliefs": list(feedback.beliefs)} if feedback.beliefs else {}
        return remember(Event(what, asked.id, asked.topic.value, feedback.outcome.value, feedback.score, detail))

    return save
