"""Every change that somebody asks for, one at a time and in order. Replaying the journal rebuilds the tenant.

A tenant is a value: same data, same calls, same answers. So what is kept on disk is the calls, one JSON line each,
written before the answer is given. A killed process loses nothing that was acknowledged.
"""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from pivotlab.model import Clock

F = TypeVar("F", bound=Callable[..., Any])


class Room(Protocol):
    """A part of the tenant whose operations are journalled under its name."""

    room: str
    journal: Journal


class Journal:
    """One lock for all changes and, when there is a file, a line per change."""

    def __init__(self, clock: Clock, file: Path | None = None) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self._depth = 0
        self._file = file
        self._out = file.open("a", encoding="utf-8") if file is not None else None
        self._silent = False

    @contextmanager
    def entry(self, room: str, operation: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[None]:
        """Hold the lock while an operation runs; write it down when it is the outermost and went well."""
        with self.lock:
            at = self.clock.now
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
            if self._depth == 0 and self._out is not None and not self._silent:
                line = {"at": at.isoformat(), "do": f"{room}.{operation}", "args": args, "kwargs": kwargs}
                self._out.write(json.dumps(line) + "\n")
                self._out.flush()

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Write nothing down meanwhile: what happens follows from the data alone."""
        with self.lock:
            before, self._silent = self._silent, True
            try:
                yield
            finally:
                self._silent = before

    def replay(self, rooms: dict[str, Any]) -> int:
        """Do again what the file holds and return how many operations that was. A torn last line is dropped."""
        if self._file is None or self._out is None:
            return 0
        done = 0
        kept = 0
        with self.silence():
            for raw in self._file.read_bytes().splitlines(keepends=True):
                if not raw.endswith(b"\n"):
                    break
                line = json.loads(raw)
                if (at := datetime.fromisoformat(line["at"])) > self.clock.now:
                    rooms["tenant"].advance_to(at)
                room, operation = line["do"].split(".")
                getattr(rooms[room], operation)(*line["args"], **line["kwargs"])
                done += 1
                kept += len(raw)
        self._out.truncate(kept)
        return done

    def position(self) -> int:
        """How long the file is, to come back to."""
        return self._out.tell() if self._out is not None else 0

    def truncate(self, position: int) -> None:
        """Forget what was written after `position`."""
        if self._out is not None:
            self._out.truncate(position)
            self._out.seek(position)

    def close(self) -> None:
        """Close the file."""
        if self._out is not None:
            self._out.close()


def operation(method: F) -> F:
    """Mark a method that changes the tenant: it runs alone and is written to the journal. Arguments are plain values."""

    @functools.wraps(method)
    def recorded(self: Room, *args: Any, **kwargs: Any) -> Any:
        with self.journal.entry(self.room, method.__name__, args, kwargs):
            return method(self, *args, **kwargs)

    return cast(F, recorded)
