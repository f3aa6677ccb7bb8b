"""Defender XDR: alerts of every product, grouped into incidents. Merging is in `merge.py`, tuning in `tuning.py`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from pivotlab.model import (
    Alert,
    AlertStatus,
    Comment,
    Incident,
    IncidentStatus,
    stable_guid,
)
from pivotlab.tenant import timeline as at
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.errors import Invalid, NotFound, Refused
from pivotlab.tenant.intake import Intake
from pivotlab.tenant.journal import Journal, operation
from pivotlab.tenant.merge import choose, move
from pivotlab.tenant.people import ANALYST
from pivotlab.tenant.plain_values import alert_values, check_comment, default_determination, incident_values
from pivotlab.tenant.timeline import Timeline
from pivotlab.tenant.tuning import Tuning

CORRELATION = "Microsoft Defender XDR - alert correlation"
"""Who merges, in logs (fact sync-18)."""

FIRST_INCIDENT = 1041
"""Incident numbers of the practice tenant start above this one."""


class Change(NamedTuple):
    """Something that happened to an incident. `origin` is the side that it came from: defender or sentinel."""

    incident_id: str
    fields: frozenset[str]
    by: str
    origin: str
    comment: Comment | None = None


class Defender:
    """What Defender XDR knows. Ids are text, moments are zone-aware UTC."""

    room = "defender"

    def __init__(self, agenda: Agenda, timeline: Timeline, journal: Journal) -> None:
        self._agenda = agenda
        self._timeline = timeline
        self.journal = journal
        self._incidents: dict[str, Incident] = {}
        self._alerts: dict[str, Alert] = {}
        self._open_by_key: dict[str, str] = {}
        self._comments = 0
        self.device_groups_apart = False
        self.intake = Intake(journal)
        self.tuning = Tuning(journal)
        agenda.on("alert due", self._alert_due)

    def __repr__(self) -> str:
        return f"<Defender XDR: {len(self._incidents)} incidents, {len(self._alerts)} alerts>"

    # Reading

    def incident(self, incident_id: str) -> Incident:
        """One incident, a merged one too. Raises `NotFound`."""
        try:
            return self._incidents[str(incident_id)]
        except KeyError:
            raise NotFound(f"There is no incident {incident_id} in Defender XDR.") from None

    @property
    def records(self) -> list[Incident]:
        """Every incident, oldest first, with those that were merged away."""
        return list(self._incidents.values())

    def alert(self, alert_id: str) -> Alert:
        """One alert. Raises `NotFound`."""
        try:
            return self._alerts[alert_id]
        except KeyError:
            raise NotFound(f"There is no alert {alert_id} in Defender XDR.") from None

    def alert_records(self, incident_id: str | None = None) -> list[Alert]:
        """Alerts of one incident, or all, in order of appearance."""
        if incident_id is None:
            return list(self._alerts.values())
        return [self._alerts[alert_id] for alert_id in self.incident(incident_id).alert_ids]

    def incidents(self) -> pd.DataFrame:
        """The queue of the Defender portal, newest first. A merged incident is not in it (fact sync-14)."""
        rows = [
            {
                "Id": i.id,
                "Name": i.display_name,
                "Severity": i.severity.value,
                "Status": i.status.value,
                "Assigned to": i.assigned_to or "",
                "Classification": i.classification.value,
                "Determination": i.determination.value,
                "Alerts": len(i.alert_ids),
                "Tags": ", ".join(i.custom_tags),
                "Created": i.created,
                "Last update": i.last_update,
            }
            for i in reversed(self._incidents.values())
            if i.status is not IncidentStatus.REDIRECTED
        ]
        return _frame(rows, QUEUE, ("Created", "Last update"))

    def alerts(self, incident_id: str | None = None) -> pd.DataFrame:
        """Alerts of one incident, or all, newest first."""
        rows = [
            {
                "Id": a.id,
                "Title": a.title,
                "Severity": a.severity.value,
                "Status": a.status.value,
                "Category": a.category,
                "Product": a.product_name,
                "Incident": a.incident_id,
                "Assigned to": a.assigned_to or "",
                "First activity": a.first_activity,
                "Created": a.created,
            }
            for a in reversed(self.alert_records(incident_id))
        ]
        return _frame(rows, ALERTS, ("First activity", "Created"))

    # What products do

    def receive(self, alert: Alert) -> Incident | None:
        """Take in an alert and put it into its incident, or start one (fact dataflow-01).

        A closed incident is not reopened: a new one starts (fact sync-24). None when alert tuning hides the alert.
        """
        if self.tuning.hides(alert):
            self._timeline.add(self._agenda.now, at.DEFENDER, "Alert hidden", alert.id, "", alert.title)
            return None
        incident_id = self._open_by_key.get(alert.correlation)
        incident = self._incidents[incident_id] if incident_id is not None else None
        if incident is None or incident.status is IncidentStatus.RESOLVED:
            incident = self._start(alert)
            self._open_by_key[alert.correlation] = incident.id
        alert.incident_id = incident.id
        alert.last_update = incident.last_update = self._agenda.now
        alert.assigned_to = incident.assigned_to
        incident.alert_ids.append(alert.id)
        if alert.severity.rank > incident.severity.rank:
            incident.severity = alert.severity
        self._alerts[alert.id] = alert
        self._timeline.add(self._agenda.now, at.DEFENDER, "Alert raised", alert.id, "", alert.title)
        self._agenda.publish("alert raised", alert)
        if alert.status is AlertStatus.RESOLVED and len(incident.alert_ids) == 1:
            verdict = {"classification": alert.classification, "determination": alert.determination}
            resolved = {"status": IncidentStatus.RESOLVED, **verdict}
            self.apply(incident, resolved, by="Alert tuning", origin="defender")
        return incident

    def _alert_due(self, alert: Alert) -> None:
        if not self.intake.admits(alert):
            self._timeline.add(self._agenda.now, at.DEFENDER, "Alert not collected", alert.id, "", alert.title)
            return
        incident = self.receive(alert)
        if incident is not None and alert.merges in self._open_by_key:
            self._correlate([incident, self._incidents[self._open_by_key[alert.merges]]])

    def _correlate(self, incidents: list[Incident]) -> None:
        """The engine merges what it finds to be one attack, unless people's work on it stands in the way (fact sync-16)."""
        if incidents[0] is incidents[1]:
            return
        try:
            target, sources = self._choose(incidents)
        except Refused as refusal:
            why = str(refusal)
            self._timeline.add(self._agenda.now, at.DEFENDER, "Merge blocked", incidents[0].id, CORRELATION, why)
            return
        for source in sources:
            self._redirect(source, target, CORRELATION)

    def _choose(self, incidents: list[Incident]) -> tuple[Incident, list[Incident]]:
        return choose(incidents, lambda incident: self.alert_records(incident.id), self.device_groups_apart)

    def _start(self, alert: Alert, by: str = "") -> Incident:
        incident = Incident(
            id=str(FIRST_INCIDENT + 1 + len(self._incidents)),
            display_name=alert.incident_title or alert.title,
            description=alert.description,
            severity=alert.severity,
            created=self._agenda.now,
            last_update=self._agenda.now,
        )
        self._incidents[incident.id] = incident
        self._timeline.add(self._agenda.now, at.DEFENDER, "Incident created", incident.id, by, incident.display_name)
        return incident

    # What people do

    @operation
    def update(self, incident_id: str, *, by: str = ANALYST, **fields: Any) -> Incident:
        """Change fields of an incident: display_name, description, severity, status, classification, determination,
        assigned_to, custom_tags, resolving_comment, summary. Values are Graph's.

        Resolving an incident resolves its alerts, assigning it assigns them (fact sync-25). Raises `NotFound`,
        `Invalid`, and `Refused` for an incident that was merged away.
        """
        incident = self._editable(incident_id)
        self.apply(incident, incident_values(fields), by=by, origin="defender")
        return incident

    @operation
    def comment(self, incident_id: str, text: str, author: str = ANALYST) -> Comment:
        """Add a comment. It cannot be edited later (fact sync-11)."""
        incident = self._editable(incident_id)
        comment = self._comment(text, author)
        self.add_comment(incident, comment, origin="defender")
        return comment

    @operation
    def update_alert(self, alert_id: str, *, by: str = ANALYST, **fields: Any) -> Alert:
        """Change status, classification, determination or assigned_to of one alert."""
        alert = self.alert(alert_id)
        values = alert_values(fields)
        for name, value in values.items():
            setattr(alert, name, value)
        self._resolved(alert)
        alert.last_update = self._agenda.now
        self._timeline.add(self._agenda.now, at.DEFENDER, "Alert changed", alert.id, by, ", ".join(sorted(values)))
        self._agenda.publish("alert changed", alert)
        return alert

    @operation
    def comment_alert(self, alert_id: str, text: str, author: str = ANALYST) -> Comment:
        """Add a comment to one alert. Alert comments stay in Defender."""
        alert = self.alert(alert_id)
        comment = self._comment(text, author)
        alert.comments.append(comment)
        alert.last_update = self._agenda.now
        return comment

    @operation
    def merge(self, incident_ids: list[str], comment: str = "", by: str = ANALYST) -> Incident:
        """Merge incidents into the oldest of them and return it. Its alerts, tags and entities grow; comments of the
        others stay behind (fact sync-15). Raises `Invalid`, or `Refused` for what blocks a merge (fact sync-16).
        """
        target, sources = self._choose([self._editable(incident_id) for incident_id in incident_ids])
        written = self._comment(comment, by) if comment else None
        for source in sources:
            self._redirect(source, target, by)
        if written is not None:
            self.add_comment(target, written, origin="defender")
        return target

    @operation
    def keep_device_groups_apart(self, on: bool) -> None:
        """Let incidents of different device groups merge no more, or again (fact sync-16)."""
        self.device_groups_apart = on

    @operation
    def move_alerts(
        self,
        alert_ids: list[str],
        incident_id: str | None = None,
        comment: str = "",
        by: str = ANALYST,
    ) -> Incident:
        """Move alerts to another incident, or to a fresh one. Every alert belongs to an incident (fact sync-23)."""
        if not alert_ids:
            raise Invalid("Name the alerts to move.")
        alerts = [self.alert(alert_id) for alert_id in dict.fromkeys(alert_ids)]
        existing = None if incident_id is None else self._editable(incident_id)
        written = self._comment(comment, by) if comment else None
        target = existing or self._start(alerts[0], by)
        for source_id in dict.fromkeys(alert.incident_id for alert in alerts):
            source = self.incident(source_id)
            if source is target:
                continue
            move([alert for alert in alerts if alert.incident_id == source_id], source, target)
            if source.alert_ids:
                self._moved(source, by)
            else:
                self._redirect(source, target, by)
        if written is not None:
            self.add_comment(target, written, origin="defender")
        self._moved(target, by)
        return target

    def _redirect(self, source: Incident, target: Incident, by: str) -> None:
        """Close `source` in favour of `target`; new alerts of its attack go there from now on (facts sync-13, sync-14)."""
        move([self._alerts[alert_id] for alert_id in source.alert_ids], source, target)
        target.custom_tags = list(dict.fromkeys([*target.custom_tags, *source.custom_tags]))
        for key, incident_id in self._open_by_key.items():
            if incident_id == source.id:
                self._open_by_key[key] = target.id
        source.redirect_incident_id = target.id
        source.status, source.last_update, source.last_modified_by = (
            IncidentStatus.REDIRECTED,
            self._agenda.now,
            CORRELATION,
        )
        self._timeline.add(
            self._agenda.now, at.DEFENDER, "Incident merged", source.id, CORRELATION, f"into {target.id}, asked by {by}"
        )
        merged = frozenset({"status", "alerts"})
        self._agenda.publish("defender changed", Change(source.id, merged, CORRELATION, "defender"))
        self._moved(target, CORRELATION)

    def _moved(self, incident: Incident, by: str) -> None:
        incident.last_update, incident.last_modified_by = self._agenda.now, by
        changed = frozenset({"alerts", "custom_tags", "severity"})
        self._agenda.publish("defender changed", Change(incident.id, changed, by, "defender"))

    # What the synchronisation does

    def apply(self, incident: Incident, fields: dict[str, Any], *, by: str, origin: str) -> frozenset[str]:
        """Set fields that differ, with what follows from them, and tell everyone. Returns the names that changed."""
        if "classification" in fields and "determination" not in fields:
            kept = fields["classification"] == incident.classification
            fields["determination"] = (
                incident.determination if kept else default_determination(fields["classification"])
            )
        changed = {name: value for name, value in fields.items() if getattr(incident, name) != value}
        if not changed:
            return frozenset()
        for name, value in changed.items():
            setattr(incident, name, list(value) if name == "custom_tags" else value)
        incident.last_update, incident.last_modified_by = self._agenda.now, by
        self._carry_to_alerts(incident, changed)
        names = frozenset(changed)
        self._timeline.add(self._agenda.now, at.DEFENDER, "Incident changed", incident.id, by, names)
        self._agenda.publish("defender changed", Change(incident.id, names, by, origin))
        return names

    def add_comment(self, incident: Incident, comment: Comment, *, origin: str) -> None:
        """Append a comment that was written here or has come over from Sentinel."""
        incident.comments.append(comment)
        incident.last_update, incident.last_modified_by = self._agenda.now, comment.author
        self._timeline.add(
            self._agenda.now, at.DEFENDER, "Comment added", incident.id, comment.author, comment.text[:80]
        )
        change = Change(incident.id, frozenset({"comments"}), comment.author, origin, comment)
        self._agenda.publish("defender changed", change)

    def _carry_to_alerts(self, incident: Incident, changed: dict[str, Any]) -> None:
        resolved = changed.get("status") is IncidentStatus.RESOLVED
        if not resolved and "assigned_to" not in changed:
            return
        for alert_id in incident.alert_ids:
            alert = self._alerts[alert_id]
            if resolved and alert.status is not AlertStatus.RESOLVED:
                alert.status = AlertStatus.RESOLVED
                alert.classification, alert.determination = incident.classification, incident.determination
                self._resolved(alert)
            if "assigned_to" in changed:
                alert.assigned_to = incident.assigned_to
            alert.last_update = self._agenda.now
            self._agenda.publish("alert changed", alert)

    def _resolved(self, alert: Alert) -> None:
        if alert.status is not AlertStatus.RESOLVED:
            alert.resolved = None
        elif alert.resolved is None:
            alert.resolved = self._agenda.now

    def _editable(self, incident_id: str) -> Incident:
        incident = self.incident(incident_id)
        if incident.status is IncidentStatus.REDIRECTED:
            raise Refused(
                f"Incident {incident.id} was merged into {incident.redirect_incident_id}. Work on that one.", "sync-14"
            )
        return incident

    def _comment(self, text: str, author: str) -> Comment:
        check_comment(text)
        self._comments += 1
        return Comment(stable_guid("defender comment", self._comments), text, author, self._agenda.now)


QUEUE = "Id,Name,Severity,Status,Assigned to,Classification,Determination,Alerts,Tags,Created,Last update".split(",")
ALERTS = "Id,Title,Severity,Status,Category,Product,Incident,Assigned to,First activity,Created".split(",")


def _frame(rows: list[dict[str, Any]], columns: list[str], moments: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype(dict.fromkeys(moments, "datetime64[us, UTC]"))
