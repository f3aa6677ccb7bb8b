"""What happened where and when, for a person who asks why something is not in Sentinel yet."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

DEFENDER, SENTINEL, CONNECTOR, AUTOMATION, PURVIEW = "Defender XDR", "Sentinel", "Connector", "Automation", "Purview"


class Timeline:
    """An append-only list of entries in order of time."""

    def __init__(self) -> None:
        self._entries: list[tuple[datetime, str, str, str, str, str | frozenset[str]]] = []

    def add(
        self, when: datetime, where: str, what: str, subject: str, by: str = "", detail: str | frozenset[str] = ""
    ) -> None:
        """Write one entry. `detail` is a text or the names of the fields that changed."""
        self._entries.append((when, where, what, subject, by, detail))

    def frame(self) -> pd.DataFrame:
        """All entries: When (UTC), Where, What, Subject, By, Detail."""
        entries = [(*entry[:-1], _text(entry[-1])) for entry in self._entries]
        frame = pd.DataFrame(entries, columns=["When", "Where", "What", "Subject", "By", "Detail"])
        return frame.astype({"When": "datetime64[us, UTC]"})

    def __len__(self) -> int:
        return len(self._entries)


def _text(detail: str | frozenset[str]) -> str:
    return detail if isinstance(detail, str) else ", ".join(sorted(detail))
