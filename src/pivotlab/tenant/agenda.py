"""What is due when. Everything that takes time in the tenant goes through this queue, in one order for every run."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pivotlab.model import Clock

Handler = Callable[[Any], None]


@dataclass(slots=True)
class _Feed:
    """A long list of things due, in order of time; only its next one is in the queue."""

    topic: str
    items: Sequence[tuple[datetime, Any]]
    position: int = 0


class Agenda:
    """The event queue over the tenant's clock. Things due at the same moment happen in the order they were put in."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._due: list[tuple[datetime, int, str, Any]] = []
        self._count = 0
        self._handlers: dict[str, list[Handler]] = {}

    @property
    def now(self) -> datetime:
        """The clock's moment."""
        return self.clock.now

    def on(self, topic: str, handler: Handler) -> None:
        """Call `handler` with the payload of everything published under `topic`."""
        self._handlers.setdefault(topic, []).append(handler)

    def publish(self, topic: str, payload: Any) -> None:
        """Tell everyone who listens, now."""
        for handler in self._handlers.get(topic, ()):
            handler(payload)

    def at(self, when: datetime, topic: str, payload: Any) -> None:
        """Publish at a moment to come; a moment that has passed counts as now, and happens on the next step."""
        self._count += 1
        heapq.heappush(self._due, (when, self._count, topic, payload))

    def after(self, minutes: float, topic: str, payload: Any) -> None:
        """Publish a number of minutes from now."""
        self.at(self.now + timedelta(minutes=minutes), topic, payload)

    def feed(self, topic: str, items: Sequence[tuple[datetime, Any]]) -> None:
        """Publish each item at its moment. `items` are in order of time, as many as you like."""
        if items:
            self.at(items[0][0], "", _Feed(topic, items))

    def run(self, until: datetime) -> datetime:
        """Let everything happen that is due up to `until`, each at its own moment, and stop the clock there."""
        due, clock = self._due, self.clock
        clock_now = clock.now
        if until < clock_now:
            clock.jump(until)
        while due and due[0][0] <= until:
            when, _, topic, payload = heapq.heappop(due)
            if when > clock_now:
                clock_now = clock.jump(when)
            if type(payload) is not _Feed:
                self.publish(topic, payload)
                continue
            item = payload.items[payload.position][1]
            payload.position += 1
            if payload.position < len(payload.items):
                self.at(payload.items[payload.position][0], "", payload)
            self.publish(payload.topic, item)
        return clock.jump(until)
