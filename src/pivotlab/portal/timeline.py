"""What happened where and when, as lanes and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from pivotlab.portal.blocks import Block, Cell, Field, Form, Lanes, Press, Section, Table, Text, counted, moment
from pivotlab.portal.view import PortalView
from pivotlab.tenant import timeline as at

if TYPE_CHECKING:
    from pivotlab.tenant import Tenant

PLACES = (at.DEFENDER, at.CONNECTOR, at.SENTINEL, at.AUTOMATION, at.PURVIEW)
SPANS = (("1", "the last hour"), ("24", "the last day"), ("168", "the last week"), ("0", "everything"))
TICKS = 5


class TimelineView(PortalView):
    """The tenant's timeline: lanes for a look, a table for the details."""

    title = "Timeline"

    def __init__(self, tenant: Tenant, hours: int = 24, subject: str = "", rows: int = 20) -> None:
        self._hours = hours
        self._subject = subject
        self._rows = rows
        self._skipped = 0
        super().__init__(tenant)

    def blocks(self) -> Sequence[Block]:
        """What to show, the lanes, the table."""
        chosen = self._chosen()
        spans = dict(SPANS) | {str(self._hours): dict(SPANS).get(str(self._hours), f"the last {self._hours} hours")}
        filters = (
            Field("hours", "Show", "menu", str(self._hours), list(spans.items())),
            Field(
                "subject",
                "Only about",
                "word",
                self._subject,
                hint="An incident's number or an alert's id; empty for all.",
            ),
        )
        form = Form("filters", filters, (Press("Show", "filter"),), self.said("filters"))
        found = counted(len(chosen), "entry", "entries")
        if chosen.empty:
            return (form, Text(f"Nothing happened in {spans[str(self._hours)]}.", "quiet"))
        return (form, Section("Where and when", (self._lanes(chosen),), found), self._table(chosen))

    def turn_page(self, name: str, values: Mapping[str, Any]) -> str:
        """Choose what to show, or leaf through it."""
        if name == "filter":
            self._hours = int(values.get("hours") or 0)
            self._subject = str(values.get("subject") or "").strip()
            self._skipped = 0
        elif name == "page":
            self._skipped = max(0, self._skipped + int(values.get("by", 0)))
        return ""

    def _chosen(self) -> pd.DataFrame:
        frame = self.tenant.timeline()
        if self._hours:
            frame = frame[frame["When"] > self.tenant.now - pd.Timedelta(hours=self._hours)]
        return frame[frame["Subject"] == self._subject] if self._subject else frame

    def _lanes(self, frame: pd.DataFrame) -> Lanes:
        start = frame["When"].min()
        if self._hours and not self._subject:
            start = self.tenant.now - pd.Timedelta(hours=self._hours)
        span = max((self.tenant.now - start).total_seconds(), 1.0)
        lanes = []
        for place in PLACES:
            there = frame[frame["Where"] == place]["When"]
            if not there.empty:
                lanes.append((place, [round((when - start).total_seconds() / span, 4) for when in there]))
        ticks = [(n / (TICKS - 1), moment(start + pd.Timedelta(seconds=span * n / (TICKS - 1)))) for n in range(TICKS)]
        return Lanes(self._alt(frame, start), lanes, ticks)

    def _alt(self, frame: pd.DataFrame, start: datetime) -> str:
        counts = frame["Where"].value_counts()
        told = ", ".join(f"{place} {counts[place]}" for place in PLACES if place in counts)
        return (
            f"Entries from {moment(start)} to {moment(self.tenant.now)} UTC: {told}. The table below has each of them."
        )

    def _table(self, frame: pd.DataFrame) -> Section:
        newest = frame.iloc[::-1]
        self._skipped = min(self._skipped, max(0, len(newest) - 1))
        shown = newest.iloc[self._skipped : self._skipped + self._rows]
        rows = [
            (
                Cell(moment(entry["When"], seconds=True)),
                Cell(entry["Where"]),
                Cell(entry["What"]),
                Cell(entry["Subject"]),
                Cell(entry["By"].partition("@")[0]),
                Cell(entry["Detail"]),
            )
            for entry in shown.to_dict("records")
        ]
        last = self._skipped + len(shown)
        turning = [Press("Newer", "page", {"by": -self._rows})] if self._skipped else []
        turning += [Press("Older", "page", {"by": self._rows})] if last < len(newest) else []
        columns = ("When", "Where", "What", "Subject", "Who", "Detail")
        caption = f"Entries {self._skipped + 1} to {last} of {len(newest)}, newest first"
        return Section("Entries", (Table(caption, columns, rows), Form("pages", (), turning, even=True)))


def timeline(tenant: Tenant, *, hours: int = 24, subject: str = "") -> TimelineView:
    """What happened in the last `hours` (0 for everything), or to one `subject`: an incident's number, an alert's id."""
    return TimelineView(tenant, hours, subject)
