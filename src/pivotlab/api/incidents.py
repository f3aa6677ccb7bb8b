"""SecurityInsights incidents, with the alerts, entities and bookmarks that hang off one."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pivotlab.api.bodies import text
from pivotlab.api.calls import Call, Operation, Operations, Reply, page, require
from pivotlab.api.errors import ApiError, not_found
from pivotlab.api.identities import Role
from pivotlab.api.items import envelope
from pivotlab.api.people import stamp, stamp_or_none
from pivotlab.model import Alert, WorkspaceIncident
from pivotlab.tenant.entities import Entity, compromised_entity
from pivotlab.tenant.identifiers import INSIGHTS_PATH, incident_url
from pivotlab.tenant.rules import workspace_severity

PAGE = 50
"""Incidents per page when `$top` is not given: our choice; the documents only give the most, 1000."""

WRITABLE = {
    "title": "title",
    "description": "description",
    "severity": "severity",
    "status": "status",
    "classification": "classification",
    "classificationReason": "classification_reason",
    "classificationComment": "classification_comment",
    "firstActivityTimeUtc": "first_activity",
    "lastActivityTimeUtc": "last_activity",
}
"""Text properties of the API -> what the tenant calls them. `owner` and `labels` have shapes of their own."""


def find(call: Call) -> WorkspaceIncident:
    """The incident that a path names. Raises `ApiError` 404; its number, which people quote, is no name."""
    name = call.names[0]
    if name.isdigit():
        raise not_found("incident", name)
    return call.tenant.sentinel.get(name)


def list_all(call: Call) -> Reply:
    """GET incidents: `$filter`, `$orderby`, `$top` (50 unless given, 1000 at most) and `$skipToken`."""
    return page(call, (shown(record) for record in call.tenant.sentinel.records), default=PAGE)


def get(call: Call) -> Reply:
    """GET incidents/{id}."""
    return Reply(shown(find(call)))


def put(call: Call) -> Reply:
    """PUT incidents/{id}: create, or change. `title`, `severity` and `status` are required every time.

    A property that is left out stays as it is: our choice, since the documents do not say.
    """
    asked = call.properties
    require(asked, "title", "severity", "status")
    changes = read_changes(asked)
    name, by = call.names[0], call.principal.upn
    if name in call.tenant.sentinel:
        return Reply(shown(call.tenant.sentinel.update(name, changes, etag=call.etag, by=by)))
    if name.isdigit():
        raise ApiError(400, "BadRequest", "An incident's name is a GUID, not a number.")
    return Reply(shown(call.tenant.sentinel.create(changes, name=name, by=by)), 201)


def delete(call: Call) -> Reply:
    """DELETE incidents/{id}: 200, or 204 when there was none. One from Defender XDR is refused (fact sync-19)."""
    name = call.names[0]
    if name not in call.tenant.sentinel:
        return Reply(None, 204)
    call.tenant.sentinel.delete(name, by=call.principal.upn)
    return Reply(None)


def list_alerts(call: Call) -> Reply:
    """POST incidents/{id}/alerts: at most 150 (fact sync-12)."""
    find(call)
    return Reply({"value": [_alert(alert) for alert in call.tenant.sentinel.alerts(call.names[0])]})


def list_entities(call: Call) -> Reply:
    """POST incidents/{id}/entities, with how many there are of each kind."""
    find(call)
    entities = call.tenant.sentinel.entities(call.names[0])
    counts = Counter(entity.kind for entity in entities)
    return Reply(
        {
            "entities": [_entity(entity) for entity in entities],
            "metaData": [{"entityKind": kind, "count": count} for kind, count in counts.items()],
        }
    )


def list_bookmarks(call: Call) -> Reply:
    """POST incidents/{id}/bookmarks."""
    kept = call.tenant.sentinel.bookmarks
    tied = [kept.get(name) for name in find(call).bookmark_ids if name in kept]
    return Reply({"value": [{**envelope(item, "bookmarks"), "kind": "Bookmark"} for item in tied]})


def run_playbook(call: Call) -> Reply:
    """POST incidents/{id}/runPlaybook: 204. `logicAppsResourceId` is required, and stands beside no `properties`.

    Azure also asks for Playbook Operator, which the practice tenant's three roles do not tell apart: our choice.
    """
    record, body = find(call), dict(call.body)
    require(body, "logicAppsResourceId", within="")
    call.tenant.automation.run_playbook(record.name, text(body, "logicAppsResourceId") or "", by=call.principal.upn)
    return Reply(None, 204)


def shown(record: WorkspaceIncident) -> dict[str, Any]:
    """An incident's envelope."""
    owner = record.owner
    labels = [{"labelName": label, "labelType": "User"} for label in record.labels]
    labels += [{"labelName": label, "labelType": "AutoAssigned"} for label in record.auto_labels]
    additional: dict[str, Any] = {
        "alertsCount": len(record.alert_ids),
        "bookmarksCount": len(record.bookmark_ids),
        "commentsCount": len(record.comments),
        "alertProductNames": list(record.product_names),
        "tactics": list(record.tactics),
    }
    if record.provider_url:
        additional["providerIncidentUrl"] = record.provider_url
    return {
        "id": f"{INSIGHTS_PATH}/Incidents/{record.name}",
        "name": record.name,
        "type": "Microsoft.SecurityInsights/Incidents",
        "etag": record.etag,
        "properties": {
            "title": record.title,
            "description": record.description,
            "severity": record.severity.value,
            "status": record.status.value,
            "classification": record.classification and record.classification.value,
            "classificationReason": record.classification_reason and record.classification_reason.value,
            "classificationComment": record.classification_comment,
            "owner": {
                "objectId": owner.object_id,
                "email": owner.email,
                "assignedTo": owner.assigned_to,
                "userPrincipalName": owner.user_principal_name,
                "ownerType": "User" if owner.object_id else None,
            },
            "labels": labels,
            "firstActivityTimeUtc": stamp_or_none(record.first_activity),
            "lastActivityTimeUtc": stamp_or_none(record.last_activity),
            "lastModifiedTimeUtc": stamp(record.last_modified),
            "createdTimeUtc": stamp(record.created),
            "incidentNumber": record.number,
            "additionalData": additional,
            "relatedAnalyticRuleIds": [f"{INSIGHTS_PATH}/alertRules/{rule}" for rule in record.rule_ids],
            "incidentUrl": incident_url(record.name),
            "providerName": record.provider_name,
            "providerIncidentId": record.provider_incident_id or str(record.number),
        },
    }


def read_changes(asked: dict[str, Any]) -> dict[str, Any]:
    """The tenant's words for the properties of a PUT. Raises `ApiError` 400 on a shape that cannot be read."""
    changes: dict[str, Any] = {ours: text(asked, theirs) for theirs, ours in WRITABLE.items() if theirs in asked}
    if "owner" in asked:
        changes["owner"] = _owner(asked["owner"])
    if "labels" in asked:
        changes["labels"] = _labels(asked["labels"])
    return changes


def _owner(asked: Any) -> dict[str, Any] | None:
    if asked is None:
        return None
    if not isinstance(asked, dict):
        raise ApiError(
            400, "BadRequest", "'properties.owner' must be an object with 'userPrincipalName' or 'objectId'."
        )
    owner = {name: text(asked, name) for name in ("objectId", "email", "assignedTo", "userPrincipalName")}
    return owner if any(owner.values()) else None


def _labels(asked: Any) -> list[str]:
    if asked is None:
        return []
    if not isinstance(asked, list) or not all(
        isinstance(label, dict) and isinstance(label.get("labelName"), str) for label in asked
    ):
        raise ApiError(400, "BadRequest", "'properties.labels' must be a list of objects with 'labelName'.")
    return [label["labelName"] for label in asked if label.get("labelType") != "AutoAssigned"]


def _alert(alert: Alert) -> dict[str, Any]:
    status = str(alert.status.value)
    return {
        "id": f"{INSIGHTS_PATH}/Entities/{alert.system_alert_id}",
        "name": alert.system_alert_id,
        "type": "Microsoft.SecurityInsights/Entities",
        "kind": "SecurityAlert",
        "properties": {
            "systemAlertId": alert.system_alert_id,
            "alertDisplayName": alert.title,
            "friendlyName": alert.title,
            "description": alert.description,
            "severity": workspace_severity(alert.severity).value,
            "status": status[:1].upper() + status[1:],
            "vendorName": "Microsoft",
            "productName": alert.product_name,
            "providerAlertId": alert.provider_alert_id,
            "alertType": alert.detector_id or alert.title,
            "compromisedEntity": compromised_entity(alert),
            "tactics": [alert.category] if alert.category else [],
            "startTimeUtc": stamp(alert.first_activity),
            "endTimeUtc": stamp(alert.last_activity),
            "timeGenerated": stamp(alert.created),
            "processingEndTime": stamp(alert.created),
            "remediationSteps": [alert.recommended_actions] if alert.recommended_actions else [],
        },
    }


def _entity(entity: Entity) -> dict[str, Any]:
    return {
        "id": f"{INSIGHTS_PATH}/Entities/{entity.name}",
        "name": entity.name,
        "type": "Microsoft.SecurityInsights/Entities",
        "kind": entity.kind,
        "properties": entity.properties,
    }


OPERATIONS: Operations = {
    ("GET", "incidents"): Operation(list_all),
    ("GET", "incidents/*"): Operation(get),
    ("PUT", "incidents/*"): Operation(put, Role.RESPONDER),
    ("DELETE", "incidents/*"): Operation(delete, Role.CONTRIBUTOR),
    ("POST", "incidents/*/alerts"): Operation(list_alerts),
    ("POST", "incidents/*/entities"): Operation(list_entities),
    ("POST", "incidents/*/bookmarks"): Operation(list_bookmarks),
    ("POST", "incidents/*/runplaybook"): Operation(run_playbook, Role.RESPONDER),
}
