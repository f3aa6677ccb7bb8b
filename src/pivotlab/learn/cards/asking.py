"""`quiz`: one question, as a card in a notebook or as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pivotlab.learn.bank.reader import question
from pivotlab.learn.cards.recording import recorded_as
from pivotlab.learn.cards.sitting import Sitting
from pivotlab.learn.grading.readying import begin

if TYPE_CHECKING:
    from pivotlab.learn.cards.card import QuizCard


def quiz(question_id: str, plain: bool = False, *, seed: int = 0) -> QuizCard | Sitting:
    """Ask a question of the bank.

    `plain` gives the text twin, which needs no widgets. `seed` changes the order of the options. Both forms have
    `.choose(...)`, `.submit()` and `.result`; every attempt is kept in the progress file. Raises `UnknownEntryError` with the nearest ids.
    """
    sitting = Sitting(question(question_id), seed=seed, record=recorded_as("answer"))
    if plain:
        return sitting
    from pivotlab.learn.cards.card import QuizCard  # widgets take 0.2 s to import, and a terminal does not need them

    begin()
    return QuizCard(sitting)
