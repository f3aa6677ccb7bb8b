"""Both queues side by side, with the clock between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pivotlab.portal.blocks import Block, Cell, Form, Press, Section, Table, Text, counted, moment, severity
from pivotlab.portal.both_sides import Pair, calls, forms, pairs, way
from pivotlab.portal.call import Call
from pivotlab.portal.view import ANALYST, PortalView
from pivotlab.tenant.rules import sync_rules

if TYPE_CHECKING:
    from pivotlab.tenant import Tenant

STEPS = ((1, "1 minute"), (5, "5 minutes"), (60, "1 hour"), (8 * 60, "8 hours"))
"""How far the clock can be moved by one press, in minutes."""


class QueuesView(PortalView):
    """Defender XDR's queue on the left, Sentinel's on the right, an incident and its twin in one row."""

    title = "Both queues"

    def __init__(self, tenant: Tenant, by: str = ANALYST, rows: int = 8) -> None:
        self._by = by
        self._rows = rows
        self._first = 0
        self._open = ""
        self._before: dict[str, dict[str, str]] | None = None
        self._now: dict[str, dict[str, str]] = {}
        super().__init__(tenant)

    def blocks(self) -> Sequence[Block]:
        """The clock, the queue, and the incident that is open."""
        every = pairs(self.tenant)
        return (self._clock(every), self._queue(every), *self._incident(every))

    def turn_page(self, name: str, values: Mapping[str, Any]) -> str:
        """Open or close an incident, or show older and newer ones. Whatever is pressed, changes are marked against now."""
        self._before = {pair.key: _state(pair) for pair in pairs(self.tenant)}
        match name:
            case "open":
                wanted = str(values.get("incident"))
                self._open = "" if wanted == self._open else wanted
                return "incident" if self._open else ""
            case "page":
                self._first = max(0, self._first + int(values.get("by", 0)))
        return ""

    def calls(self, name: str, values: Mapping[str, Any]) -> list[Call]:
        """Move the clock, or apply what was set on one side."""
        if name == "advance":
            return [Call("advance", named={"minutes": int(values.get("minutes", 0))})]
        found = next((pair for pair in pairs(self.tenant) if pair.key == self._open), None)
        return calls(found, name, values, self._by) if found else []

    def refresh(self) -> None:
        """Read the tenant again; what moved meanwhile is marked."""
        self._before = self._now
        super().refresh()

    def _clock(self, every: Sequence[Pair]) -> Section:
        late = [pair for pair in every if pair.record is None]
        rule = sync_rules().minutes["arrival"]
        told = (
            f"A new incident reaches Sentinel after {rule.value} minutes in this tenant: our choice, within what "
            f"Microsoft calls typical (fact {rule.facts[0]}). A change of a field travels at once (fact dataflow-05)."
        )
        state = f"{counted(len(late), 'incident')} not in Sentinel yet" if late else "Sentinel has every incident"
        presses = [Press(f"+ {label}", "advance", {"minutes": minutes}) for minutes, label in STEPS]
        clock = Form("clock", (), presses, self.said("clock"), even=True)
        title = f"The clock stands at {moment(self.tenant.now, seconds=True)} UTC"
        return Section(title, (Text(told, "quiet"), clock), state, "caution" if late else "right")

    def _queue(self, every: Sequence[Pair]) -> Section:
        self._first = min(self._first, max(0, len(every) - 1))
        shown = every[self._first : self._first + self._rows]
        self._now = {pair.key: _state(pair) for pair in every}
        rows = [self._row(pair) for pair in shown]
        current = next((at for at, pair in enumerate(shown) if pair.key == self._open), None)
        columns = ("Incident", "Severity", "Status", "Assigned to", "Sync", "Number", "Status", "Owner")
        last = self._first + len(shown)
        caption = f"Incidents {self._first + 1} to {last} of {len(every)}, newest first"
        turning = []
        if self._first:
            turning.append(Press("Newer", "page", {"by": -self._rows}))
        if last < len(every):
            turning.append(Press("Older", "page", {"by": self._rows}))
        groups = (("Defender XDR", 4), ("", 1), ("Sentinel", 3))
        table = Table(caption, columns, rows, groups, current)
        return Section("Queues", (table, Form("pages", (), turning, even=True)))

    def _row(self, pair: Pair) -> list[Cell]:
        marks = self._marks(pair)
        name = pair.incident.id if pair.incident else f"Sentinel {pair.record.number if pair.record else 0}"
        opened = Press(name, "open", {"incident": pair.key}, f"open {pair.key}")
        left = [Cell(opened.label, pair.title, mark=marks["title"], press=opened), *[Cell("")] * 3]
        if pair.incident:
            left[1:] = [
                severity(pair.incident.severity.value),
                Cell(pair.incident.status.value, mark=marks["status"]),
                _person(pair.incident.assigned_to, marks["assigned"]),
            ]
        right = [Cell("")] * 3
        if pair.record:
            right = [
                Cell(str(pair.record.number), pair.record.severity.value, mark=marks["number"]),
                Cell(pair.record.status.value, mark=marks["state"]),
                _person(pair.record.owner.assigned_to, marks["owner"]),
            ]
        return [*left, way(self.tenant, pair), *right]

    def _marks(self, pair: Pair) -> dict[str, str]:
        """A word for each cell that moved since the last press; none before the first."""
        here = self._now[pair.key]
        before = here if self._before is None else self._before.get(pair.key)
        if before is None:
            return dict.fromkeys(here, "") | {"title": "new"}
        marks = {name: "changed" if before[name] != word else "" for name, word in here.items()}
        return marks | {"number": "arrived" if marks["number"] else ""}

    def _incident(self, every: Sequence[Pair]) -> list[Block]:
        pair = next((pair for pair in every if pair.key == self._open), None)
        if pair is None:
            return [Text("Choose an incident to work on it, on either side.", "quiet")]
        said = {side: self.said(side) for side in ("defender", "sentinel")}
        return [Section(pair.title, (forms(self.tenant, pair, said),), pair.key, key="incident")]


def _state(pair: Pair) -> dict[str, str]:
    """What a row shows that can change."""
    incident, record = pair.incident, pair.record
    return {
        "title": pair.title,
        "status": incident.status.value if incident else "",
        "assigned": (incident.assigned_to or "") if incident else "",
        "number": str(record.number) if record else "",
        "state": record.status.value if record else "",
        "owner": (record.owner.assigned_to or "") if record else "",
    }


def _person(upn: str | None, mark: str) -> Cell:
    return Cell((upn or "nobody").partition("@")[0], tone="plain" if upn else "quiet", mark=mark)


def queues(tenant: Tenant, *, by: str = ANALYST, rows: int = 8) -> QueuesView:
    """Both queues side by side. `by` is the account that works on incidents; `rows` is how many are shown at a time."""
    return QueuesView(tenant, by, rows)
