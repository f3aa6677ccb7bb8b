"""The days that the data covers, the moment at which the tenant opens, and working hours at each site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

from pivotlab.scenarios.company import Site

Numbers = npt.NDArray[np.int64]

END = datetime(2026, 11, 4)
NOW = datetime(2026, 11, 3, 8)
MINUTE = 60_000
DAY = 24 * 60 * MINUTE


@dataclass(frozen=True)
class Window:
    """From `start` to `end`, naive UTC. Background times are whole milliseconds since `start`."""

    days: int = 30

    @property
    def end(self) -> datetime:
        """First moment after the window."""
        return END

    @property
    def start(self) -> datetime:
        """First moment of the window."""
        return END - timedelta(days=self.days)

    def day(self, index: int) -> datetime:
        """Midnight UTC of a day."""
        return self.start + timedelta(days=index)

    @property
    def kept(self) -> int:
        """Milliseconds from the start to the last 30 days, which advanced hunting keeps (fact retention-01)."""
        return (self.days - 30) * DAY

    def is_working(self, index: int) -> bool:
        """Monday to Friday."""
        return self.day(index).weekday() < 5

    @cache  # noqa: B019 - a handful of windows and sites, asked for every session
    def offset(self, site: Site, index: int) -> int:
        """Milliseconds to add to a local time of that day to get UTC. Summer time ends inside the window."""
        noon = self.day(index).replace(hour=12, tzinfo=UTC).astimezone(site.timezone)
        shift = noon.utcoffset() or timedelta()
        return -int(shift.total_seconds() * 1000)


def office_hours(rng: np.random.Generator, count: int) -> Numbers:
    """Local times of day in milliseconds: busy from nine to five, a dip at noon, a few in the evening."""
    morning = rng.normal(10.4, 1.1, count)
    afternoon = rng.normal(14.9, 1.3, count)
    late = rng.uniform(6.5, 22.5, count)
    pick = rng.random(count)
    hours = np.where(pick < 0.5, morning, np.where(pick < 0.95, afternoon, late))
    return (np.clip(hours, 5.5, 23.4) * 60 * MINUTE).astype(np.int64)


def round_the_clock(rng: np.random.Generator, count: int) -> Numbers:
    """Times of day in milliseconds, any hour."""
    return rng.integers(0, DAY, count)
