"""Every change that somebody asks for, one at a time and in order. Replaying the journal rebuilds the tenant.

A tenant is a value: same data, same calls, same answers. So what is kept on disk is the calls, one JSON line each,
written before the answer is given. A killed process loses nothing that was acknowledged. What the tenant refuses changes
nothing and is not kept; a call that broke off half-way is, so that the same half happens again.
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
from pivotlab.tenant.errors import TenantError

F = TypeVar("F", bound=Callable[..., Any])


class JournalError(TenantError):
    """A line of the journal cannot be done again; the message names the line."""


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
        """Hold the lock while an operation runs; write it down when it is the outermost and changed something."""
        with self.lock:
            if self._depth or self._out is None or self._silent:
                yield
                return
            at = self.clock.now
            # Made before anything happens: what cannot be kept is refused, and what is kept is what was asked.
            line = json.dumps({"at": at.isoformat(), "do": f"{room}.{operation}", "args": args, "kwargs": kwargs})
            self._depth += 1
            try:
                yield
            except Exception as error:
                if not isinstance(error, TenantError) or self.clock.now != at:
                    self._write(json.dumps({**json.loads(line), "broke_off": type(error).__name__}))
                raise
            finally:
                self._depth -= 1
            self._write(line)

    def _write(self, line: str) -> None:
        assert self._out is not None
        self._out.write(line + "\n")
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
        """Do again what the file holds and return how many operations that was. A torn last line is dropped.

        Raises `JournalError` naming the line that cannot be done again.
        """
        if self._file is None:
            return 0
        done = 0
        kept = 0
        with self.silence():
            for done, raw in enumerate(self._whole_lines(), start=1):
                try:
                    self._again(json.loads(raw), rooms)
                except Exception as error:
                    raise JournalError(f"{self._file}, line {done}: {type(error).__name__} {error}") from error
                kept += len(raw)
        self.truncate(kept)
        return done

    def _whole_lines(self) -> Iterator[bytes]:
        assert self._file is not None
        return (raw for raw in self._file.read_bytes().splitlines(keepends=True) if raw.endswith(b"\n"))

    def _again(self, line: dict[str, Any], rooms: dict[str, Any]) -> None:
        if (at := datetime.fromisoformat(line["at"])) > self.clock.now:
            rooms["tenant"].advance_to(at)
        room, operation = line["do"].split(".")
        try:
            getattr(rooms[room], operation)(*line["args"], **line["kwargs"])
        except Exception:
            if "broke_off" not in line:
                raise

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
