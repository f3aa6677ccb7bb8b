"""What is due when. Everything that takes time in the tenant goes through this queue, in one order for every run."""

from __future__ import annotations

import gc
import heapq
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
    """The event queue over the tenant's clock, which only `run` moves.

    Things due at the same moment happen in the order in which they were put in. `now` is the clock's moment.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.now = clock.now
        self._due: list[tuple[datetime, int, str, Any]] = []
        self._count = 0
        self._handlers: dict[str, list[Handler]] = {}

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
        with _no_collection():
            self._happen(until)
        self.now = self.clock.jump(until)
        return self.now

    def _happen(self, until: datetime) -> None:
        due = self._due
        while due and due[0][0] <= until:
            when, _, topic, payload = heapq.heappop(due)
            if when > self.now:
                self.now = self.clock.jump(when)
            if type(payload) is not _Feed:
                self.publish(topic, payload)
                continue
            item = payload.items[payload.position][1]
            payload.position += 1
            if payload.position < len(payload.items):
                self.at(payload.items[payload.position][0], "", payload)
            self.publish(payload.topic, item)


@contextmanager
def _no_collection() -> Iterator[None]:
    """A month of alerts makes millions of objects and no cycles; the collector would look at them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
