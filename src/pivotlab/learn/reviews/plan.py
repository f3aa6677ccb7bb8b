"""What to ask again, and when: FSRS over the questions that a learner has answered. Deterministic for the same events.

Every question is one FSRS card. Topics take turns, the weakest first, so that ten questions touch as many as they can.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import zip_longest

from fsrs import Card, Rating, Scheduler

from pivotlab.learn.bank.questions import FreeText, Question, Topic
from pivotlab.learn.bank.reader import questions
from pivotlab.learn.cards.recording import recorded_as
from pivotlab.learn.cards.sitting import Sitting
from pivotlab.learn.record.log import Event, log

TEN = 10
"""Ten questions at half a minute each are a review of five minutes."""

_REVIEWED = frozenset({"answer", "review"})
_SCHEDULER = Scheduler(enable_fuzzing=False, learning_steps=(), relearning_steps=())


@dataclass(frozen=True)
class Due:
    """A question whose time has come. `chance` is the probability, 0 to 1, that it is still remembered."""

    question: Question
    since: datetime
    chance: float


def due(cards: Mapping[str, Card], now: datetime, limit: int = TEN) -> list[Due]:
    """The questions to review at `now`, at most `limit`: topics in turn, the weakest topic first, its weakest question first.

    `cards` are those of `schedule`: only questions that were answered before are due; open ones are left to the interview.
    """
    return _in_turns({item: card for item, card in cards.items() if card.due <= now}, now)[:limit]


def wrong_at_last(events: Iterable[Event], cards: Mapping[str, Card], now: datetime, limit: int = TEN) -> list[Due]:
    """The questions whose last answer was wrong, due or not, in the order of `due`: to be asked again at once."""
    last = {event.item: event for event in sorted(events, key=lambda one: one.at) if event.what in _REVIEWED}
    return _in_turns({item: card for item, card in cards.items() if (last[item].score or 0) < 1}, now)[:limit]


def _in_turns(cards: Mapping[str, Card], now: datetime) -> list[Due]:
    bank = questions()
    waiting: dict[Topic, list[Due]] = {}
    for item, card in cards.items():
        chance = _SCHEDULER.get_card_retrievability(card, now)
        waiting.setdefault(bank[item].topic, []).append(Due(bank[item], card.due, chance))
    piles = [sorted(pile, key=lambda one: (one.chance, one.question.id)) for pile in waiting.values()]
    piles.sort(key=lambda pile: (sum(one.chance for one in pile) / len(pile), pile[0].question.topic.value))
    return [one for turn in zip_longest(*piles) for one in turn if one is not None]


def schedule(events: Iterable[Event]) -> dict[str, Card]:
    """The FSRS card of every reviewable question that was answered, from all answers in the order in which they came."""
    bank = questions()
    cards: dict[str, Card] = {}
    for event in sorted(events, key=lambda one: one.at):
        asked = bank.get(event.item)
        if event.what not in _REVIEWED or event.score is None or asked is None or isinstance(asked, FreeText):
            continue
        at = datetime.fromisoformat(event.at).astimezone(UTC)
        card = cards.get(event.item) or Card(card_id=len(cards) + 1, due=at)
        cards[event.item], _ = _SCHEDULER.review_card(card, rating(event.score), at)
    return cards


def rating(score: float) -> Rating:
    """FSRS's rating of a score from 0 to 1. `Easy` is never given: one right choice among four may be luck."""
    if score >= 1:
        return Rating.Good
    return Rating.Hard if score >= 0.5 else Rating.Again


def next_due(cards: Mapping[str, Card], now: datetime) -> datetime | None:
    """When the next question after `now` falls due, or None when nothing was answered yet."""
    return min((card.due for card in cards.values() if card.due > now), default=None)


class Review:
    """One review: questions asked one after another. Answers go to the progress file as `review` events.

    `early` says that these are asked because the last answer was wrong; `wrong` is how many such there are.
    """

    def __init__(
        self, asked: Sequence[Due], following: datetime | None, *, early: bool = False, wrong: int = 0
    ) -> None:
        self.sittings = [Sitting(one.question, seed=_seed(one), record=recorded_as("review")) for one in asked]
        self._following = following
        self._early = early
        self._wrong = wrong

    @property
    def headline(self) -> str:
        """What is due, or when something will be."""
        if self.sittings:
            count = len(self.sittings)
            topics = len({sitting.question.topic for sitting in self.sittings})
            minutes = max(1, round(count / 2))
            why = "due" if not self._early else "asked again because your last answer was wrong"
            return (
                f"{count} {'question is' if count == 1 else 'questions are'} {why}, from {topics} "
                f"{'topic' if topics == 1 else 'topics'}: about {minutes} {'minute' if minutes == 1 else 'minutes'}."
            )
        if self._following is None:
            return (
                "Nothing to review yet. Answer some quiz cards first; each comes back when you are about to forget it."
            )
        if self._early:
            return "No last answer was wrong. What is due comes with lab.review()."
        later = f"Nothing is due. The next question comes back on {self._following:%d %B %Y at %H:%M} UTC."
        if not self._wrong:
            return later
        again = "The one that you got wrong comes" if self._wrong == 1 else f"The {self._wrong} that you got wrong come"
        return f"{later} {again} at once with lab.review(early=True); in a terminal: review --early."

    def __repr__(self) -> str:
        return "\n\n".join([self.headline, *(repr(sitting) for sitting in self.sittings)])


def plan(now: datetime | None = None, limit: int = TEN, *, early: bool = False) -> Review:
    """The review that the learner's own progress calls for. `now` is the current time when left out.

    With `early` it asks what was wrong at the last answer, whether or not it is due.
    """
    moment = now or datetime.now(UTC)
    events = log().events()
    cards = schedule(events)
    wrong = wrong_at_last(events, cards, moment, limit)
    asked = wrong if early else due(cards, moment, limit)
    return Review(asked, next_due(cards, moment), early=early, wrong=len(wrong))


def _seed(one: Due) -> int:
    """Another order of options at every review, the same for the same due date."""
    return int(one.since.timestamp()) // 3600
