"""The tenant's time moves only when told to, and only forward."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pivotlab.model.clock import Clock

START = datetime(2026, 11, 3, 8, tzinfo=UTC)


def test_time_stands_still_until_it_is_moved() -> None:
    clock = Clock(START)
    assert clock.now == clock.now == START


def test_advancing_adds_every_unit() -> None:
    assert Clock(START).advance(days=1, hours=2, minutes=3, seconds=4) == datetime(2026, 11, 4, 10, 3, 4, tzinfo=UTC)


def test_a_moment_in_another_zone_is_kept_in_utc() -> None:
    clock = Clock(START)
    clock.jump(datetime(2026, 11, 3, 11, tzinfo=timezone(timedelta(hours=2))))
    assert clock.now.isoformat() == "2026-11-03T09:00:00+00:00"


def test_a_naive_moment_is_taken_as_utc() -> None:
    assert Clock(START.replace(tzinfo=None)).now == START


def test_going_back_is_refused_and_names_the_way_back() -> None:
    clock = Clock(START)
    with pytest.raises(ValueError, match=r"tenant\.restore"):
        clock.advance(minutes=-1)
    assert clock.now == START
