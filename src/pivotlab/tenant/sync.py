"""The synchronisation of incidents between Defender XDR and Sentinel, driven by `data/sync.yaml`.

New incidents arrive in the workspace a few minutes after they arose (fact dataflow-03). From then on a change of a
two-way field on either side is applied to the other at once (fact dataflow-05), through the field's transform.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from pivotlab.model import (
    Alert,
    Classification,
    Comment,
    Determination,
    Incident,
    IncidentStatus,
    Owner,
    WorkspaceIncident,
    WorkspaceStatus,
)
from pivotlab.tenant import timeline as at
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.defender import Change, Defender
from pivotlab.tenant.rules import FieldRule, sync_rules
from pivotlab.tenant.sentinel import XDR, RecordChange, Sentinel, owner_of
from pivotlab.tenant.timeline import Timeline
from pivotlab.tenant.workspace_log import WorkspaceLog, tactics_of


class Sync:
    """Carries incidents one way and changes both ways while the connector is on."""

    def __init__(
        self, agenda: Agenda, timeline: Timeline, defender: Defender, sentinel: Sentinel, log: WorkspaceLog
    ) -> None:
        self._agenda = agenda
        self._timeline = timeline
        self._defender = defender
        self._sentinel = sentinel
        self._log = log
        self._map = FieldMap()
        rules = sync_rules()
        self._cap = rules.limit("alerts_per_incident")
        self._comment_cap = rules.limit("comments_per_incident")
        self._lag = timedelta(minutes=rules.minutes["arrival"].value)
        self.connected = False
        self._names: dict[str, str] = {}
        self._carried: dict[str, int] = {}
        self._under_way: set[str] = set()
        self._left_behind: dict[str, int] = {}
        agenda.on("alert raised", self._alert_raised)
        agenda.on("arrival due", self._arrive)
        agenda.on("defender changed", self._defender_changed)
        agenda.on("record changed", self._record_changed)

    def name_of(self, incident_id: str) -> str | None:
        """The workspace name of a Defender incident, once it has arrived."""
        return self._names.get(incident_id)

    def _alert_raised(self, alert: Alert) -> None:
        if self.connected:
            self._send(alert.incident_id)

    def _send(self, incident_id: str) -> None:
        """Put an incident on its way; what happens to it until it arrives goes with it."""
        if incident_id not in self._under_way:
            self._under_way.add(incident_id)
            self._agenda.at(self._agenda.now + self._lag, "arrival due", incident_id)

    def _arrive(self, incident_id: str) -> None:
        self._under_way.discard(incident_id)
        if not self.connected:
            return
        incident = self._defender.incident(incident_id)
        name = self._names.get(incident_id)
        if name is not None:
            record = self._sentinel.get(name)
            changes = self._of_alerts(incident, record)
            changes.update(self._map.to_sentinel(incident, {"severity"}))
            self._sentinel.apply(record, changes, by=incident.last_modified_by, origin="defender")
            return
        if incident.status is IncidentStatus.REDIRECTED:
            return
        record = self._sentinel.open(title=incident.display_name, by=incident.last_modified_by, provider=XDR)
        self._names[incident_id] = record.name
        record.provider_incident_id, record.provider_url = incident.id, incident.web_url
        values = self._map.to_sentinel(incident, self._map.all_fields) | self._of_alerts(incident, record)
        for field, value in values.items():
            setattr(record, field, value)
        if record.status is WorkspaceStatus.CLOSED:
            record.closed = self._agenda.now
        record.comments = [_copy(comment) for comment in incident.comments[: self._comment_cap]]
        self._timeline.add(
            self._agenda.now, at.CONNECTOR, "Incident arrived", incident.id, "", f"number {record.number}"
        )
        self._sentinel.announce_created(record)

    def _of_alerts(self, incident: Incident, record: WorkspaceIncident) -> dict[str, Any]:
        """What an incident's alerts say: the alerts themselves up to the cap, products, tactics, activity times."""
        alert_ids = incident.alert_ids
        fresh = [self._defender.alert(alert_id) for alert_id in alert_ids[self._carried.get(incident.id, 0) :]]
        self._carried[incident.id] = len(alert_ids)
        products, tactics = dict.fromkeys(record.product_names), dict.fromkeys(record.tactics)
        first, last = record.first_activity, record.last_activity
        for alert in fresh:
            if self._sentinel.know(alert):
                self._log.alert(alert, self._agenda.now)
            products[alert.product_name] = None
            tactics.update(dict.fromkeys(tactics_of(alert)))
            first = alert.first_activity if first is None or alert.first_activity < first else first
            last = alert.last_activity if last is None or alert.last_activity > last else last
        return {
            "alert_ids": alert_ids[: self._cap],
            "alert_total": len(alert_ids),
            "product_names": list(products),
            "tactics": list(tactics),
            "first_activity": first,
            "last_activity": last,
        }

    def _defender_changed(self, change: Change) -> None:
        if not self.connected or change.origin == "sentinel":
            return
        name = self._names.get(change.incident_id)
        if name is None:
            self._send(change.incident_id)
            return
        incident, record = self._defender.incident(change.incident_id), self._sentinel.get(name)
        if change.comment is not None:
            if len(record.comments) < self._comment_cap:
                self._sentinel.add_comment(record, _copy(change.comment), origin="defender")
            else:
                self._timeline.add(
                    self._agenda.now, at.CONNECTOR, "Comment left behind", incident.id, "", "hundred comments (sync-26)"
                )
            return
        changes = self._map.to_sentinel(incident, change.fields)
        self._sentinel.apply(record, changes, by=change.by, origin="defender")

    def _record_changed(self, change: RecordChange) -> None:
        if not self.connected or change.origin == "defender":
            return
        record = self._sentinel.get(change.name)
        if record.provider_incident_id is None:
            return
        incident = self._defender.incident(record.provider_incident_id)
        if incident.status is IncidentStatus.REDIRECTED:
            return
        if change.comment is not None:
            self._defender.add_comment(incident, _copy(change.comment), origin="sentinel")
            return
        fields = self._map.to_defender(record, incident, change.fields)
        if fields:
            self._defender.apply(incident, fields, by=change.by, origin="sentinel")


class FieldMap:
    """The field rules as functions: which fields of one side follow from which of the other, and how."""

    def __init__(self) -> None:
        rules = sync_rules()
        two_way = [rule for rule in rules.fields if rule.direction == "both" and rule.transform in _TRANSFORMED]
        self._out = {_snake(rule.defender or ""): rule for rule in two_way}
        self._back = {_snake(rule.sentinel): rule for rule in two_way}
        self.all_fields = frozenset(self._out)
        self._status_out = {rule.graph: rule for rule in rules.status}
        self._status_back = {rule.sentinel: rule.graph for rule in reversed(rules.status) if not rule.one_way}
        self._severity_out = {rule.graph: rule.sentinel for rule in rules.severity}
        self._severity_back = {rule.sentinel: rule.graph for rule in rules.severity if not rule.one_way}
        self._verdict_out = {rule.graph: rule for rule in rules.classification if not rule.back_only}
        self._verdict_back = {(rule.sentinel, rule.sentinel_reason): rule for rule in rules.classification}

    def to_sentinel(self, incident: Incident, fields: frozenset[str] | set[str]) -> dict[str, Any]:
        """What the named fields of a Defender incident become in the workspace."""
        changes: dict[str, Any] = {}
        for name in fields:
            rule = self._out.get(name)
            if rule is not None:
                changes.update(self._forward(rule, incident))
        return changes

    def to_defender(
        self, record: WorkspaceIncident, incident: Incident, fields: frozenset[str] | set[str]
    ) -> dict[str, Any]:
        """What the named fields of a workspace incident become in Defender XDR."""
        changes: dict[str, Any] = {}
        for name in fields:
            rule = self._back.get(name)
            if rule is not None:
                changes.update(self._backward(rule, record, incident))
        return changes

    def _forward(self, rule: FieldRule, incident: Incident) -> dict[str, Any]:
        match rule.transform:
            case "status":
                status = self._status_out[incident.status].sentinel
                changes: dict[str, Any] = {"status": status}
                if status is WorkspaceStatus.CLOSED:
                    changes.update(self._verdict(incident))
                return changes
            case "classification":
                return self._verdict(incident)
            case "severity":
                return {"severity": self._severity_out[incident.severity]}
            case "owner":
                return {"owner": owner_of(incident.assigned_to)}
        value = getattr(incident, _snake(rule.defender or ""))
        return {_snake(rule.sentinel): list(value) if isinstance(value, list) else value}

    def _backward(self, rule: FieldRule, record: WorkspaceIncident, incident: Incident) -> dict[str, Any]:
        match rule.transform:
            case "status":
                return {"status": self._status_back[record.status]}
            case "classification":
                return self._verdict_back_of(record, incident)
            case "severity":
                return {"severity": self._severity_back[record.severity]}
            case "owner":
                return {"assigned_to": _assignee(record.owner)}
        value = getattr(record, _snake(rule.sentinel))
        return {_snake(rule.defender or ""): list(value) if isinstance(value, list) else value}

    def _verdict(self, incident: Incident) -> dict[str, Any]:
        if incident.classification is Classification.UNKNOWN and incident.status is not IncidentStatus.RESOLVED:
            return {"classification": None, "classification_reason": None}
        rule = self._verdict_out[incident.classification]
        return {"classification": rule.sentinel, "classification_reason": rule.sentinel_reason}

    def _verdict_back_of(self, record: WorkspaceIncident, incident: Incident) -> dict[str, Any]:
        if record.classification is None:
            return {"classification": Classification.UNKNOWN, "determination": Determination.UNKNOWN}
        rule = self._verdict_back[(record.classification, record.classification_reason)]
        if rule.graph is incident.classification:
            return {}
        return {"classification": rule.graph, "determination": rule.back}


def _assignee(owner: Owner) -> str | None:
    return owner.user_principal_name or owner.email or owner.assigned_to


def _copy(comment: Comment) -> Comment:
    return Comment(comment.id, comment.text, comment.author, comment.created)


def _snake(name: str) -> str:
    """`classificationReason` -> `classification_reason`: Graph's and the API's names as our attributes."""
    known = {"labels": "labels", "displayName": "display_name"}
    return known.get(name) or re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


_TRANSFORMED = {"as_is", "severity", "owner", "status", "classification"}
