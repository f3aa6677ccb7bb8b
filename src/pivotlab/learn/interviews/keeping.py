"""Keeps a running interview in a file of the learner's folder, so that it outlives the kernel that it ran in."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pivotlab.learn.bank.questions import Level
from pivotlab.places import my_work

VERSION = 1
"""Of the file. One of a later version is kept aside, never rewritten."""


@dataclass(frozen=True)
class Kept:
    """An interview that was interrupted: what `Interview.restore` takes, and what to tell the learner about it."""

    state: Mapping[str, Any]
    session: str
    saved: datetime

    @property
    def sentence(self) -> str:
        """Where it stopped, and when."""
        number = len(self.state["turns"]) + 1
        when = f"{self.saved.day} {self.saved:%B at %H:%M} UTC"
        return f"An interview was interrupted at question {number} of {len(self.state['questions'])}, on {when}."


class Keeper:
    """The file of one interview: there is one for each level, length and seed."""

    def __init__(self, level: Level, minutes: int, seed: int) -> None:
        self.path = my_work() / ".pivotlab" / "interviews" / f"{level.value}-{minutes}-{seed}.json"
        self.notice = ""

    def keep(self, state: Mapping[str, Any], session: str) -> str:
        """Replace what is kept, in one step; returns a sentence for the learner when that failed, else nothing."""
        kept = {"v": VERSION, "session": session, "saved": datetime.now(UTC).isoformat(timespec="seconds"), **state}
        fresh = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("w", encoding="utf-8") as file:
                json.dump(kept, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)
        except OSError as error:
            return (
                f"The interview is not kept: {error.strerror or error} ({self.path}). It is lost if this kernel ends."
            )
        return ""

    def kept(self) -> Kept | None:
        """What was interrupted, if anything. A file that cannot be read is kept aside, and `notice` says so."""
        if not self.path.exists():
            return None
        try:
            entry = json.loads(self.path.read_text(encoding="utf-8"))
            if entry["v"] > VERSION:
                raise ValueError("written by a later version of pivotlab")
            turns, questions = list(entry["turns"]), list(entry["questions"])
            state = {name: entry[name] for name in ("turn", "stage", "elapsed", "draft")}
            saved = datetime.fromisoformat(entry["saved"])
            return Kept({**state, "turns": turns, "questions": questions}, str(entry["session"]), saved)
        except (OSError, ValueError, KeyError, TypeError) as error:
            self.put_aside(str(error))
            return None

    def put_aside(self, reason: str) -> None:
        """Keep a file that is of no use here under another name."""
        aside = self.path.with_suffix(".unreadable")
        try:
            self.path.replace(aside)
        except OSError:
            aside = self.path
        self.notice = f"An interrupted interview cannot be read ({reason}). It is kept as {aside.name}."

    def forget(self) -> None:
        """Keep nothing any more."""
        self.path.unlink(missing_ok=True)
