"""The tenant's only time. Nothing in the tenant reads the real one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """A virtual clock in UTC that moves only when told to, and only forward.

    >>> clock = Clock(datetime(2026, 11, 3, 8, tzinfo=UTC))
    >>> clock.advance(minutes=5).isoformat()
    '2026-11-03T08:05:00+00:00'
    """

    def __init__(self, start: datetime) -> None:
        self._now = _utc(start)

    @property
    def now(self) -> datetime:
        """The current moment, zone-aware, UTC."""
        return self._now

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> datetime:
        """Move forward by a duration and return the new moment. Raises `ValueError` on a step backwards."""
        return self.jump(self._now + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds))

    def jump(self, moment: datetime) -> datetime:
        """Move forward to `moment` and return it. Raises `ValueError` when it lies in the past."""
        moment = _utc(moment)
        if moment < self._now:
            raise ValueError(
                f"The clock stands at {self._now:%Y-%m-%d %H:%M:%S} UTC and cannot go back to {moment:%Y-%m-%d %H:%M:%S}. "
                "Use tenant.restore(snapshot) to go back."
            )
        self._now = moment
        return moment


def _utc(moment: datetime) -> datetime:
    """A zone-aware UTC moment; a naive one is taken as UTC, because every table of both products is in UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
