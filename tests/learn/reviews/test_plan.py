"""What comes back, when, and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from fsrs import Rating

from pivotlab.learn.bank.questions import FreeText, Topic
from pivotlab.learn.bank.reader import questions
from pivotlab.learn.record.log import Event, log
from pivotlab.learn.reviews.deck import review
from pivotlab.learn.reviews.plan import due, next_due, plan, rating, schedule

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


def closed(topic: Topic | None = None) -> list[str]:
    return [q.id for q in questions().values() if not isinstance(q, FreeText) and topic in (None, q.topic)]


def answered(item: str, score: float, at: datetime = MONDAY, what: str = "answer") -> Event:
    topic = questions()[item].topic.value if item in questions() else "hunting_kql"
    return Event(what, item, topic, "right" if score == 1 else "wrong", score, at=at.isoformat(timespec="milliseconds"))


def ids(events: Iterable[Event], now: datetime) -> list[str]:
    return [one.question.id for one in due(schedule(events), now)]


def test_a_question_that_was_never_answered_is_not_due() -> None:
    assert due(schedule([]), MONDAY) == []


def test_a_wrong_answer_comes_back_sooner_than_a_right_one() -> None:
    right, wrong = closed()[:2]
    cards = schedule([answered(right, 1.0), answered(wrong, 0.0)])

    assert cards[wrong].due < cards[right].due


def test_a_question_rests_until_its_time_has_come() -> None:
    item = closed()[0]
    events = [answered(item, 1.0)]
    comes_back = schedule(events)[item].due

    assert ids(events, comes_back - timedelta(minutes=1)) == []
    assert ids(events, comes_back) == [item]
    assert next_due(schedule(events), MONDAY) == comes_back


def test_each_right_answer_on_its_day_lengthens_the_rest() -> None:
    item = closed()[0]
    events = [answered(item, 1.0)]
    rests = []
    for _ in range(3):
        card = schedule(events)[item]
        assert card.last_review is not None
        rests.append(card.due - card.last_review)
        events.append(answered(item, 1.0, card.due, "review"))

    assert rests == sorted(rests)
    assert rests[2] > 3 * rests[0]


def test_the_same_events_always_give_the_same_schedule() -> None:
    days = (0, 3, 14, 60)  # long rests, which a scheduler with fuzzing would move by days
    events = [answered(item, 1.0, MONDAY + timedelta(days=day)) for item in closed() for day in days]
    schedules = [{item: card.due for item, card in schedule(order).items()} for order in (events, events, events[::-1])]

    assert schedules[0] == schedules[1] == schedules[2]
    assert len(set(schedules[0].values())) == 1


def test_ten_questions_at_most_and_topics_take_turns() -> None:
    events = [answered(item, 1.0) for item in closed()]
    asked = due(schedule(events), MONDAY + timedelta(days=60))
    topics = [one.question.topic for one in asked]
    several = len({questions()[item].topic for item in closed()})

    assert len(asked) == min(10, len(closed()))
    assert len(set(topics[:several])) == several


def test_the_topic_that_is_remembered_worst_opens_the_review() -> None:
    strong, weak = closed(Topic.HUNTING_KQL)[0], closed(Topic.INCIDENT_SYNC)[0]
    events = [answered(strong, 1.0), answered(weak, 0.0)]

    assert ids(events, MONDAY + timedelta(days=20)) == [weak, strong]


def test_checks_hints_open_questions_and_removed_questions_are_not_reviewed() -> None:
    an_open_one = next(q.id for q in questions().values() if isinstance(q, FreeText))
    item = closed()[0]
    events = [
        answered("L2-scope", 1.0, what="check"),
        answered(item, 0.0, what="hint"),
        answered(an_open_one, 1.0),
        answered("no-longer-there", 1.0),
    ]

    assert schedule(events) == {}


@pytest.mark.parametrize(
    ("score", "expected"),
    [(1.0, Rating.Good), (0.75, Rating.Hard), (0.5, Rating.Hard), (0.25, Rating.Again), (0, Rating.Again)],
)
def test_scores_become_ratings(score: float, expected: Rating) -> None:
    assert rating(score) is expected


class TestTheReviewItself:
    def test_it_reads_progress_asks_and_records_review_events(self) -> None:
        item = closed()[0]
        log().append(answered(item, 0.0))

        asked = plan(MONDAY + timedelta(days=9))
        asked.sittings[0].reveal()

        assert [sitting.question.id for sitting in asked.sittings] == [item]
        assert [event.what for event in log().events()] == ["answer", "review"]

    def test_it_says_when_to_come_back_if_nothing_is_due(self) -> None:
        log().append(answered(closed()[0], 1.0))

        assert plan(MONDAY).headline.startswith("Nothing is due. The next question comes back on 0")

    def test_what_was_wrong_today_can_be_asked_again_at_once(self) -> None:
        wrong, right, mended = closed()[:3]
        log().append(answered(wrong, 0.0), answered(right, 1.0))
        log().append(answered(mended, 0.0), answered(mended, 1.0, MONDAY + timedelta(minutes=1)))
        now = MONDAY + timedelta(minutes=5)

        told = plan(now).headline
        assert told.startswith("Nothing is due.")
        assert "The one that you got wrong comes at once with lab.review(early=True)" in told
        again = review(plain=True, now=now, early=True)
        assert [sitting.question.id for sitting in again.sittings] == [wrong]  # type: ignore[union-attr]
        assert "asked again because your last answer was wrong" in repr(again)

    def test_nothing_is_offered_early_when_nothing_was_wrong(self) -> None:
        log().append(answered(closed()[0], 1.0))

        assert "early" not in plan(MONDAY).headline
        assert plan(MONDAY, early=True).headline.startswith("No last answer was wrong.")

    def test_it_says_what_to_do_first_when_nothing_was_answered(self) -> None:
        assert plan(MONDAY).headline.startswith("Nothing to review yet.")

    def test_the_deck_and_its_text_twin_ask_the_same(self) -> None:
        log().append(*(answered(item, 0.0) for item in closed()[:3]))
        now = MONDAY + timedelta(days=9)

        deck = review(now=now)

        assert repr(deck) == repr(review(plain=True, now=now))
        assert len(deck.cards) == 3  # type: ignore[union-attr]
        assert "3 questions are due" in repr(deck)
