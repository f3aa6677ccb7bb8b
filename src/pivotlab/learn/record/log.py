"""What a learner did, kept in one plain-text file: a JSON object per line, only ever appended to.

An event counts as saved once its line is on the disk. Two notebooks may write at once, a kernel may be killed at any
moment, and two files may be merged: every event has an id of its own.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pivotlab.learn.record.file_lock import locked
from pivotlab.places import my_work

VERSION = 1
"""Of the line format. A file with lines of a later version is kept aside, never rewritten."""

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would otherwise write two characters for a line's end


class SaveError(Exception):
    """Events could not be written. They stay in memory and go out with the next one that can be."""


@dataclass(frozen=True)
class Event:
    """One thing that a learner did."""

    what: str
    """`answer`, `check`, `hint`, `solution`, `review` or `interview`."""
    item: str
    """Id of the question or task."""
    topic: str
    outcome: str
    score: float | None = None
    """From 0 to 1; None where nothing was scored."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))
    uid: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def line(self) -> bytes:
        """The event as it stands in the file."""
        return json.dumps({"v": VERSION, **asdict(self)}, ensure_ascii=False).encode() + b"\n"


class ProgressLog:
    """A progress file. Reading never fails for what stands in it; `notices` says what was kept aside."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notices: list[str] = []
        self._unsaved: list[Event] = []
        self._inspected = False
        self._one_thread = threading.Lock()

    def append(self, *events: Event) -> None:
        """Save events. When this returns, they are on the disk. Raises `SaveError`, and keeps them, when they are not."""
        with self._one_thread:
            self._unsaved += events
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with locked(self.path):
                    self._inspect()
                    self._write(b"".join(event.line for event in self._unsaved))
            except OSError as error:
                raise SaveError(self._unsaved_in_words(error)) from error
            self._unsaved.clear()

    def events(self) -> list[Event]:
        """Every event, saved or not, oldest first, each once."""
        if self.path.exists():
            try:
                with locked(self.path):
                    self._inspect()
            except OSError as error:
                self._say(f"{self.path.name} could not be checked: {error}. It is read as it stands.")
        saved, _, _ = read_events(self.path)
        return _in_order([*saved, *self._unsaved])

    def merge(self, other: Path) -> int:
        """Add the events of another progress file that are not here yet; returns how many. Raises `SaveError`."""
        if not other.is_file():
            raise SaveError(f"There is no file {other}. Name the progress file to add.")
        there, damaged, newer = read_events(other)
        if damaged or newer:
            self._say(f"{other.name} holds {unreadable(damaged, newer)}. They stay there; the rest is added.")
        known = {event.uid for event in self.events()}
        new = [event for event in _in_order(there) if event.uid not in known]
        if new:
            self.append(*new)
        return len(new)

    def _write(self, lines: bytes) -> None:
        """Append in a single write, and wait for the disk. Leaves the file as it was when that fails."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | _BINARY, 0o644)
        try:
            size = os.fstat(handle).st_size
            try:
                if os.write(handle, lines) != len(lines):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(handle)
            except OSError:
                os.ftruncate(handle, size)
                raise
        finally:
            os.close(handle)

    def _inspect(self) -> None:
        """Once per log: put a file aside that this version cannot read in full, and go on with what it can."""
        if self._inspected:
            return
        self._inspected = True
        events, damaged, newer = read_events(self.path)
        if not damaged and not newer:
            return
        reason = "newer" if newer else "damaged"
        try:
            aside = _free_name(self.path, reason)
            shutil.copy2(self.path, aside)
            fresh = self.path.with_name(self.path.name + ".new")
            fresh.write_bytes(b"".join(event.line for event in events))
            fresh.replace(self.path)
        except OSError as error:
            self._say(f"{self.path.name} has lines that cannot be read, and could not be kept aside: {error}.")
            return
        self._say(
            f"Your progress file holds {unreadable(damaged, newer)}. It is kept as {aside.name}, unchanged. "
            f"Learning goes on with the {len(events)} events that can be read."
        )

    def _say(self, sentence: str) -> None:
        if sentence not in self.notices:
            self.notices.append(sentence)

    def _unsaved_in_words(self, error: OSError) -> str:
        count = len(self._unsaved)
        what = "Your last answer is" if count == 1 else f"Your last {count} answers are"
        return (
            f"{what} not saved yet: {error.strerror or error} ({self.path}). Nothing is lost while this notebook "
            "runs. Free some space or rights; the next answer saves everything."
        )


def log() -> ProgressLog:
    """The learner's own log, `progress.jsonl` in their folder."""
    return _log(my_work() / "progress.jsonl")


@cache
def _log(path: Path) -> ProgressLog:
    return ProgressLog(path)


def remember(event: Event) -> str:
    """Save an event; returns a sentence for the learner when that failed or something was kept aside, else nothing."""
    kept = log()
    before = len(kept.notices)
    try:
        kept.append(event)
    except SaveError as error:
        return str(error)
    return " ".join(kept.notices[before:])


def read_events(path: Path) -> tuple[list[Event], int, int]:
    """The events of a file as they stand, and how many lines are damaged or of a later version. Writes nothing."""
    events, damaged, newer = [], 0, 0
    for line in path.read_bytes().split(b"\n") if path.exists() else []:
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            if entry["v"] > VERSION:
                newer += 1
            else:
                events.append(_event(entry))
        except (ValueError, KeyError, TypeError):
            damaged += 1
    return events, damaged, newer


def unreadable(damaged: int, newer: int) -> str:
    """How many lines cannot be read, and why."""
    said = [f"{damaged} damaged {'line' if damaged == 1 else 'lines'}"] if damaged else []
    if newer:
        said.append(f"{newer} {'line' if newer == 1 else 'lines'} by a later version of pivotlab")
    return " and ".join(said)


def _event(entry: Mapping[str, Any]) -> Event:
    score = entry["score"]
    return Event(
        what=str(entry["what"]),
        item=str(entry["item"]),
        topic=str(entry["topic"]),
        outcome=str(entry["outcome"]),
        score=None if score is None else float(score),
        detail=dict(entry["detail"]),
        at=datetime.fromisoformat(entry["at"]).isoformat(timespec="milliseconds"),
        uid=str(entry["uid"]),
    )


def _in_order(events: Iterable[Event]) -> list[Event]:
    unique = {event.uid: event for event in events}
    return sorted(unique.values(), key=lambda event: event.at)


def _free_name(path: Path, reason: str) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.stem}.{reason}-{number}{path.suffix}")).exists():
        number += 1
    return aside
