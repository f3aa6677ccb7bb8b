"""Merging incidents and moving alerts between them, in the Defender portal only (facts sync-13 to sync-18, sync-23)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pivotlab.model import Alert, Incident, IncidentStatus
from pivotlab.tenant.entities import distinct
from pivotlab.tenant.errors import Invalid, Refused
from pivotlab.tenant.rules import sync_rules


def choose(
    incidents: Sequence[Incident], alerts_of: Callable[[Incident], Sequence[Alert]], groups_apart: bool = False
) -> tuple[Incident, list[Incident]]:
    """The target and the sources. People cannot choose the direction (fact sync-17); our choice: the oldest stays.

    `groups_apart`: incidents of different device groups do not merge, which is an option (fact sync-16).

    Raises `Invalid` for fewer than two, and `Refused` for what blocks a merge (fact sync-16).
    """
    most = sync_rules().limit("incidents_per_merge")
    chosen = list({incident.id: incident for incident in incidents}.values())
    if len(chosen) < 2:
        raise Invalid("A merge needs two different incidents at least.")
    if len(chosen) > most:
        raise Refused(f"{most} incidents can be merged at once; these are {len(chosen)}.", "sync-17")
    for incident in chosen:
        if incident.status in (IncidentStatus.RESOLVED, IncidentStatus.REDIRECTED):
            raise Refused(f"Incident {incident.id} is closed, and a closed incident does not merge.", "sync-16")
    _same(chosen, "assigned_to", "have different owners. Assign them to one person first")
    _same(chosen, "classification", "have different classifications. Settle on one first")
    _same(chosen, "determination", "have different determinations. Settle on one first")
    alerts = [alert for incident in chosen for alert in alerts_of(incident)]
    if len(distinct(alerts)) > (limit := sync_rules().limit("entities_per_incident")):
        raise Refused(f"Together they would have more than {limit} entities.", "sync-16")
    groups = {frozenset(_device_groups(alerts_of(incident))) for incident in chosen} - {frozenset()}
    if groups_apart and len(groups) > 1:
        raise Refused(f"Incidents {_ids(chosen)} are of different device groups.", "sync-16")
    target, *sources = sorted(chosen, key=lambda incident: (incident.created, int(incident.id)))
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


def _device_groups(alerts: Sequence[Alert]) -> Iterator[str]:
    """The groups of an incident's devices, in Graph's `rbacGroupName`; evidence without one does not count."""
    for alert in alerts:
        for piece in alert.evidence:
            if piece.kind == "device" and piece.fields.get("rbacGroupName"):
                yield str(piece.fields["rbacGroupName"])


def _ids(incidents: Sequence[Incident]) -> str:
    return ", ".join(incident.id for incident in incidents)


def _same(incidents: Sequence[Incident], attribute: str, complaint: str) -> None:
    values: set[Any] = {getattr(incident, attribute) for incident in incidents}
    if len(values) > 1:
        raise Refused(f"Incidents {_ids(incidents)} {complaint}.", "sync-16")
