"""The page of one incident: what ties its alerts together, evidence, both sides, what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pivotlab.model import Alert
from pivotlab.portal import links
from pivotlab.portal.blocks import Block, Cell, Form, Pairs, Press, Section, Table, Text, counted, moment, severity
from pivotlab.portal.both_sides import Pair, calls, forms, pairs, way
from pivotlab.portal.call import Call
from pivotlab.portal.queues import STEPS
from pivotlab.portal.view import ANALYST, PortalView
from pivotlab.tenant.errors import NotFound

if TYPE_CHECKING:
    from pivotlab.tenant import Tenant

ALERTS = 40
"""Rows of the alert table; a line says how many are left out."""


class IncidentView(PortalView):
    """One incident with its alerts, entities, comments and activity in both products."""

    def __init__(self, tenant: Tenant, incident_id: str, by: str = ANALYST) -> None:
        tenant.defender.incident(incident_id)
        self._id = incident_id
        self._by = by
        super().__init__(tenant)

    @property
    def title(self) -> str:  # type: ignore[override]
        """The incident's number and name."""
        return f"Incident {self._id}: {self.tenant.defender.incident(self._id).display_name}"

    def blocks(self) -> Sequence[Block]:
        """Summary, graph, alerts, evidence, both sides, activity."""
        incident = self.tenant.defender.incident(self._id)
        alerts = self.tenant.defender.alert_records(self._id)
        if incident.redirect_incident_id:
            into = (
                f"It was merged into incident {incident.redirect_incident_id}, and its alerts are there (fact sync-13)."
            )
            return (Text(into), self._activity(()))
        said = {side: self.said(side) for side in ("defender", "sentinel")}
        steps = [Press(f"+ {label}", "advance", {"minutes": minutes}) for minutes, label in STEPS[:3]]
        return (
            self._summary(alerts),
            Section(
                "What ties the alerts together",
                (links.drawing(alerts), Section("The same as a table", (links.table(alerts),), folded=True)),
            ),
            Section("Alerts", (self._alerts(alerts),), counted(len(alerts), "alert"), folded=True),
            Section("Evidence", (self._evidence(alerts),), folded=True),
            Section(
                "Work on it, on either side",
                (Form("clock", (), steps, self.said("clock"), even=True), forms(self.tenant, self._pair, said)),
            ),
            self._activity(alerts),
        )

    def calls(self, name: str, values: Mapping[str, Any]) -> list[Call]:
        """Move the clock, or apply what was set on one side."""
        if name == "advance":
            return [Call("advance", named={"minutes": int(values.get("minutes", 0))})]
        return calls(self._pair, name, values, self._by)

    @property
    def _pair(self) -> Pair:
        found = next((pair for pair in pairs(self.tenant) if pair.key == self._id), None)
        if found is None:
            raise NotFound(f"Incident {self._id} is in neither queue any more.")
        return found

    def _summary(self, alerts: Sequence[Alert]) -> Section:
        pair = self._pair
        incident, record = pair.incident, pair.record
        assert incident is not None
        there = way(self.tenant, pair)
        status = f"{incident.status.value} in Defender XDR"
        verdicts = [word for word in (incident.classification.value, incident.determination.value) if word != "unknown"]
        if record is not None:
            status += f", {record.status.value} in Sentinel"
        span = (
            f"{moment(min(a.first_activity for a in alerts))} to {moment(max(a.last_activity for a in alerts))}"
            if alerts
            else ""
        )
        rows = (
            ("Severity", severity(incident.severity.value)),
            ("Status", Cell(status)),
            ("Assigned to", Cell(incident.assigned_to or "nobody")),
            ("Classification in Defender XDR", Cell(", ".join(verdicts) or "not set")),
            ("Classification in Sentinel", Cell((record.verdict if record else "") or "not set")),
            ("Between the products", Cell(there.text, there.second, there.tone, there.chip)),
            ("Number in Sentinel", Cell(str(record.number) if record else "not there")),
            ("First and last activity", Cell(span)),
            ("Products", Cell(", ".join(dict.fromkeys(alert.product_name for alert in alerts)))),
            ("Techniques", Cell(", ".join(sorted({t for alert in alerts for t in alert.mitre_techniques})))),
        )
        return Section("Summary", (Pairs([row for row in rows if row[1].text]),))

    def _alerts(self, alerts: Sequence[Alert]) -> Table:
        rows = [
            (
                Cell(alert.title, alert.id),
                severity(alert.severity.value),
                Cell(alert.status.value),
                Cell(alert.category),
                Cell(alert.product_name),
                Cell(moment(alert.created, seconds=True)),
            )
            for alert in alerts[:ALERTS]
        ]
        left = f", the first {ALERTS} of {len(alerts)}" if len(alerts) > ALERTS else ""
        columns = ("Alert", "Severity", "Status", "Category", "Product", "Raised")
        return Table(f"Alerts in order of time{left}", columns, rows)

    def _evidence(self, alerts: Sequence[Alert]) -> Table:
        counts: dict[tuple[str, str, str], int] = {}
        for alert in alerts:
            for piece in alert.evidence:
                key = (piece.kind, piece.verdict.value, piece.remediation_status.value)
                counts[key] = counts.get(key, 0) + 1
        rows = [
            (Cell(kind), Cell(judged), Cell(done), Cell(str(count)))
            for (kind, judged, done), count in sorted(counts.items(), key=lambda item: -item[1])
        ]
        return Table("Evidence by kind and verdict", ("Kind", "Verdict", "Remediation", "Pieces"), rows)

    def _activity(self, alerts: Sequence[Alert]) -> Section:
        frame = self.tenant.timeline()
        number = next((str(r.number) for r in self.tenant.sentinel.records if r.provider_incident_id == self._id), None)
        in_sentinel = (frame["Where"] == "Sentinel") & (frame["Subject"] == number)
        elsewhere = (frame["Where"] != "Sentinel") & (frame["Subject"] == self._id)
        about = elsewhere | in_sentinel | frame["Subject"].isin([alert.id for alert in alerts])
        entries = frame[about].tail(ALERTS)
        rows = [
            (
                Cell(moment(entry["When"], seconds=True)),
                Cell(entry["Where"]),
                Cell(entry["What"]),
                Cell(entry["By"].partition("@")[0]),
                Cell(entry["Detail"]),
            )
            for entry in entries.to_dict("records")
        ]
        left = f", the last {ALERTS} of {about.sum()}" if about.sum() > ALERTS else ""
        table = Table(f"What happened{left}", ("When", "Where", "What", "Who", "Detail"), rows)
        return Section("Activity", (table,), counted(int(about.sum()), "entry", "entries"), folded=True)


def incident_page(tenant: Tenant, incident_id: str, *, by: str = ANALYST) -> IncidentView:
    """The page of an incident of Defender XDR. `by` is the account that works on it. Raises `NotFound`."""
    return IncidentView(tenant, str(incident_id), by)
