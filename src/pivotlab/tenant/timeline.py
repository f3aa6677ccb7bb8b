"""What happened where and when, for a person who asks why something is not in Sentinel yet."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import pandas as pd

DEFENDER, SENTINEL, CONNECTOR, AUTOMATION, PEOPLE = "Defender XDR", "Sentinel", "Connector", "Automation", "People"


class Entry(NamedTuple):
    """One thing that happened. `subject` is an incident, alert, rule or table; `by` is empty when the product did it."""

    when: datetime
    where: str
    what: str
    subject: str
    by: str
    detail: str


class Timeline:
    """An append-only list of entries in order of time."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def add(self, when: datetime, where: str, what: str, subject: str, by: str = "", detail: str = "") -> None:
        """Write one entry."""
        self._entries.append(Entry(when, where, what, subject, by, detail))

    def frame(self) -> pd.DataFrame:
        """All entries: When (UTC), Where, What, Subject, By, Detail."""
        frame = pd.DataFrame(self._entries, columns=["When", "Where", "What", "Subject", "By", "Detail"])
        return frame.astype({"When": "datetime64[us, UTC]"})

    def __len__(self) -> int:
        return len(self._entries)
