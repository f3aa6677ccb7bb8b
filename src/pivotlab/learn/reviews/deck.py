"""`review`: the due questions as quiz cards in a notebook, or as plain text."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import ipywidgets

from pivotlab.learn.cards.card import QuizCard
from pivotlab.learn.reviews.plan import TEN, Review, plan
from pivotlab.look.twins import ReadsAsText

if TYPE_CHECKING:
    from datetime import datetime


class ReviewDeck(ReadsAsText, ipywidgets.VBox):
    """The due questions as cards, one below the other. `deck.cards[0].choose("B").submit()` drives one from Python."""

    def __init__(self, asked: Review) -> None:
        self._review = asked
        self.cards = [QuizCard(sitting) for sitting in asked.sittings]
        heading = ipywidgets.HTML(f"<p><strong>Review.</strong> {html.escape(asked.headline)}</p>")
        super().__init__([heading, *self.cards])

    def __repr__(self) -> str:
        return repr(self._review)


def review(
    plain: bool = False, *, limit: int = TEN, now: datetime | None = None, early: bool = False
) -> ReviewDeck | Review:
    """Ask what is due again, at most `limit` questions; with `early` what was wrong last, without waiting for its day.

    `plain` gives the text twin; `now` moves the date, for a look ahead.
    """
    asked = plan(now, limit, early=early)
    return asked if plain else ReviewDeck(asked)
