"""The synchronisation of incidents between Defender XDR and Sentinel, driven by `data/sync.yaml`.

New incidents arrive in the workspace a few minutes after they arose (fact dataflow-03). From then on a change of a
two-way field on either side is applied to the other at once (fact dataflow-05), through the field's transform.

While the connector is off nothing travels, and turning it on again replays nothing. At an incident's next change, the
side that makes it brings its whole state over, with the alerts and comments of the gap: our choice (`reconnecting` in
`data/sync.yaml`), since no page says.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pivotlab.model import (
    Alert,
    Comment,
    Incident,
    IncidentStatus,
    WorkspaceClassification,
    WorkspaceIncident,
    WorkspaceStatus,
)
from pivotlab.tenant import timeline as at
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.alert_row import tactics_of
from pivotlab.tenant.defender import Change, Defender
from pivotlab.tenant.field_map import FieldMap
from pivotlab.tenant.products import SENTINEL_SOURCE
from pivotlab.tenant.rules import sync_rules
from pivotlab.tenant.sentinel import XDR, RecordChange, Sentinel
from pivotlab.tenant.timeline import Timeline
from pivotlab.tenant.workspace_log import WorkspaceLog


class Sync:
    """Carries incidents one way and changes both ways while the connector is on.

    In a workspace of the Defender portal, incidents of Sentinel's own alerts travel without the connector too: a
    secondary workspace's incidents are the same in both portals (fact workspaces-08), and a licence is not needed
    (fact prereq-10).
    """

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
        self.in_portal = False
        self._behind: set[str] = set()
        self._names: dict[str, str] = {}
        self._carried: dict[str, int] = {}
        self.under_way: dict[str, datetime] = {}
        self._has_content: Callable[[Alert], bool] = _always
        agenda.on("alert raised", self._alert_raised)
        agenda.on("arrival due", self._arrive)
        agenda.on("defender changed", self._defender_changed)
        agenda.on("record changed", self._record_changed)

    def carry_only(self, has_content: Callable[[Alert], bool]) -> None:
        """Leave out the content of alerts that do not pass: Insider Risk, and Defender for Cloud without its connector."""
        self._has_content = has_content

    @property
    def behind(self) -> int:
        """How many synchronised incidents changed while the connector was off; they follow at their next change."""
        return len(self._behind)

    def resend(self, incident_id: str) -> None:
        """Send an incident's alerts again, those that could not travel before."""
        self._carried[incident_id] = 0
        self._send(incident_id)

    def name_of(self, incident_id: str) -> str | None:
        """The workspace name of a Defender incident, once it has arrived."""
        return self._names.get(incident_id)

    def _travels(self, incident: Incident) -> bool:
        """Whether an incident is synchronised now. One that has a twin and is not, falls behind."""
        if self.connected:
            return True
        alerts = self._defender.alert_records(incident.redirect_incident_id or incident.id)
        own = self.in_portal and {alert.service_source for alert in alerts} == {SENTINEL_SOURCE}
        if not own and incident.id in self._names:
            self._behind.add(incident.id)
        return own

    def _alert_raised(self, alert: Alert) -> None:
        if self.connected or self._travels(self._defender.incident(alert.incident_id)):
            self._send(alert.incident_id)

    def _send(self, incident_id: str) -> None:
        """Put an incident on its way; what happens to it until it arrives goes with it."""
        if incident_id not in self.under_way:
            self.under_way[incident_id] = self._agenda.now + self._lag
            self._agenda.at(self.under_way[incident_id], "arrival due", incident_id)

    def _arrive(self, incident_id: str) -> None:
        self.under_way.pop(incident_id, None)
        incident = self._defender.incident(incident_id)
        if not self._travels(incident):
            return
        name = self._names.get(incident_id)
        if name is not None:
            record = self._sentinel.get(name)
            if incident_id in self._behind:
                self._bring_to_sentinel(incident, record, incident.last_modified_by)
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
        rules = dict.fromkeys(record.rule_ids)
        first, last = record.first_activity, record.last_activity
        for alert in fresh:
            products[alert.product_name] = None
            if not self._has_content(alert):
                continue
            if self._sentinel.know(alert):
                self._log.alert(alert, self._agenda.now)
                self._agenda.publish("alert in workspace", alert)
            if alert.service_source == SENTINEL_SOURCE:
                rules[alert.detector_id] = None
            tactics.update(dict.fromkeys(tactics_of(alert)))
            first = alert.first_activity if first is None or alert.first_activity < first else first
            last = alert.last_activity if last is None or alert.last_activity > last else last
        return {
            "alert_ids": [alert_id for alert_id in alert_ids[: self._cap] if self._sentinel.knows(alert_id)],
            "alert_total": len(alert_ids),
            "product_names": list(products),
            "tactics": list(tactics),
            "rule_ids": list(rules),
            "first_activity": first,
            "last_activity": last,
        }

    def _defender_changed(self, change: Change) -> None:
        incident = self._defender.incident(change.incident_id)
        if change.origin == "sentinel" or not self._travels(incident):
            return
        name = self._names.get(change.incident_id)
        if name is None:
            self._send(change.incident_id)
            return
        record = self._sentinel.get(name)
        if incident.status is IncidentStatus.REDIRECTED:
            self._close_source(incident, record, change.by)
            return
        if incident.id in self._behind:
            self._bring_to_sentinel(incident, record, change.by)
            self.resend(incident.id)
            return
        if "alerts" in change.fields:
            self.resend(incident.id)
        if change.comment is not None:
            self._comment_to_sentinel(record, change.comment)
            return
        changes = self._map.to_sentinel(incident, change.fields)
        self._sentinel.apply(record, changes, by=change.by, origin="defender")

    def _comment_to_sentinel(self, record: WorkspaceIncident, comment: Comment) -> None:
        if len(record.comments) < self._comment_cap:
            self._sentinel.add_comment(record, _copy(comment), origin="defender")
            return
        why = "hundred comments (sync-26)"
        self._timeline.add(
            self._agenda.now, at.CONNECTOR, "Comment left behind", record.provider_incident_id or "", "", why
        )

    def _bring_to_sentinel(self, incident: Incident, record: WorkspaceIncident, by: str) -> None:
        """After a gap: everything that Defender XDR knows of an incident, and the end of those merged into it."""
        self._close_sources_of(incident)
        self._behind.discard(incident.id)
        for comment in _missing(incident.comments, record.comments):
            self._comment_to_sentinel(record, comment)
        self._sentinel.apply(record, self._map.to_sentinel(incident, self._map.all_fields), by=by, origin="defender")
        self._carried[incident.id] = 0

    def _bring_to_defender(self, record: WorkspaceIncident, incident: Incident, by: str) -> None:
        """After a gap: everything that Sentinel knows of an incident."""
        self._behind.discard(incident.id)
        for comment in _missing(record.comments, incident.comments):
            self._defender.add_comment(incident, _copy(comment), origin="sentinel")
        fields = self._map.to_defender(record, incident, self._map.all_record_fields)
        self._defender.apply(incident, fields, by=by, origin="sentinel")
        self.resend(incident.id)

    def _close_sources_of(self, target: Incident) -> None:
        """Close what was merged into an incident while nothing travelled, and what was merged into that before."""
        for source_id in sorted(self._behind):
            source = self._defender.incident(source_id)
            if source.redirect_incident_id == target.id:
                self._close_source(source, self._sentinel.get(self._names[source_id]), source.last_modified_by)

    def _close_source(self, incident: Incident, record: WorkspaceIncident, by: str) -> None:
        """The source of a merge: closed and tagged in Sentinel, its alerts are the target's (facts sync-13, sync-14)."""
        tag = next(rule.tag for rule in sync_rules().status if rule.graph is IncidentStatus.REDIRECTED)
        changes = {
            "status": WorkspaceStatus.CLOSED,
            "classification": WorkspaceClassification.UNDETERMINED,
            "classification_reason": None,
            "labels": list(dict.fromkeys([*record.labels, str(tag)])),
            "alert_ids": [],
            "alert_total": 0,
        }
        self._behind.discard(incident.id)
        self._carried[incident.id] = 0
        self._sentinel.apply(record, changes, by=by, origin="defender")
        self._close_sources_of(incident)

    def _record_changed(self, change: RecordChange) -> None:
        if change.origin == "defender":
            return
        record = self._sentinel.get(change.name)
        if record.provider_incident_id is None:
            return
        incident = self._defender.incident(record.provider_incident_id)
        if incident.status is IncidentStatus.REDIRECTED or not self._travels(incident):
            return
        if incident.id in self._behind:
            self._bring_to_defender(record, incident, change.by)
            return
        if change.comment is not None:
            self._defender.add_comment(incident, _copy(change.comment), origin="sentinel")
            return
        fields = self._map.to_defender(record, incident, change.fields)
        if fields:
            self._defender.apply(incident, fields, by=change.by, origin="sentinel")


def _copy(comment: Comment) -> Comment:
    return Comment(comment.id, comment.text, comment.author, comment.created)


def _missing(there: list[Comment], here: list[Comment]) -> list[Comment]:
    """The comments of one side that the other lacks."""
    known = {comment.id for comment in here}
    return [comment for comment in there if comment.id not in known]


def _always(_: Alert) -> bool:
    return True
