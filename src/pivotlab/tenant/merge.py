"""Merging incidents and moving alerts between them, in the Defender portal only (facts sync-13 to sync-18, sync-23)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pivotlab.model import Alert, Incident, IncidentStatus
from pivotlab.tenant.errors import Invalid, Refused
from pivotlab.tenant.rules import sync_rules


def choose(incidents: Sequence[Incident]) -> tuple[Incident, list[Incident]]:
    """The target and the sources. People cannot choose the direction (fact sync-17); our choice: the oldest stays.

    Raises `Invalid` for fewer than two, and `Refused` for what blocks a merge (fact sync-16).
    """
    most = sync_rules().limit("incidents_per_merge")
    distinct = list({incident.id: incident for incident in incidents}.values())
    if len(distinct) < 2:
        raise Invalid("A merge needs two different incidents at least.")
    if len(distinct) > most:
        raise Refused(f"{most} incidents can be merged at once; these are {len(distinct)}.", "sync-17")
    for incident in distinct:
        if incident.status in (IncidentStatus.RESOLVED, IncidentStatus.REDIRECTED):
            raise Refused(f"Incident {incident.id} is closed, and a closed incident does not merge.", "sync-16")
    _same(distinct, "assigned_to", "have different owners. Assign them to one person first")
    _same(distinct, "classification", "have different classifications. Settle on one first")
    _same(distinct, "determination", "have different determinations. Settle on one first")
    target, *sources = sorted(distinct, key=lambda incident: (incident.created, int(incident.id)))
    return target, sources


def move(alerts: Sequence[Alert], source: Incident, target: Incident) -> None:
    """Put alerts of `source` into `target`, in order of their creation."""
    moving = {alert.id for alert in alerts}
    source.alert_ids = [alert_id for alert_id in source.alert_ids if alert_id not in moving]
    target.alert_ids = [*target.alert_ids, *(alert.id for alert in alerts if alert.id not in target.alert_ids)]
    for alert in alerts:
        alert.incident_id, alert.assigned_to = target.id, target.assigned_to
        if alert.severity.rank > target.severity.rank:
            target.severity = alert.severity


def _same(incidents: Sequence[Incident], attribute: str, complaint: str) -> None:
    values: set[Any] = {getattr(incident, attribute) for incident in incidents}
    if len(values) > 1:
        raise Refused(f"Incidents {', '.join(i.id for i in incidents)} {complaint}.", "sync-16")
