"""SecurityInsights incident relations: the bookmarks that people tied to an incident, and its alerts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pivotlab.api.addresses import below
from pivotlab.api.bodies import text
from pivotlab.api.calls import Call, Operation, Operations, Reply, page, require
from pivotlab.api.errors import ApiError, not_found
from pivotlab.api.identities import Role
from pivotlab.api.incidents import find
from pivotlab.model import WorkspaceIncident
from pivotlab.tenant.identifiers import INSIGHTS_PATH


def list_all(call: Call) -> Reply:
    """GET incidents/{id}/relations."""
    return page(call, _relations(call, find(call)))


def get(call: Call) -> Reply:
    """GET incidents/{id}/relations/{name}."""
    for relation in _relations(call, find(call)):
        if relation["name"].lower() == call.names[1].lower():
            return Reply(relation)
    raise not_found("relation", call.names[1])


def put(call: Call) -> Reply:
    """PUT incidents/{id}/relations/{name}: ties the bookmark at `relatedResourceId` to the incident.

    msticpy sends that id without its leading slash, or as a whole URL.
    """
    require(call.properties, "relatedResourceId")
    record, name = find(call), call.names[1]
    bookmark = _bookmark(text(call.properties, "relatedResourceId") or "")
    if bookmark not in call.tenant.sentinel.bookmarks:
        raise not_found("bookmark", bookmark)
    is_fresh = bookmark not in record.bookmark_ids
    call.tenant.sentinel.bookmark(record.name, bookmark)
    call.tenant.sentinel.relations.put(f"{record.name}/{bookmark}", {"name": name})
    return Reply(_tied(call, record, bookmark), 201 if is_fresh else 200)


def delete(call: Call) -> Reply:
    """DELETE incidents/{id}/relations/{name}: 200, or 204 when there was none.

    Alerts stay: they are moved in the Defender portal only (sentinel/move-to-defender.md).
    """
    record = find(call)
    for bookmark in list(record.bookmark_ids):
        if _name(call, record, bookmark).lower() == call.names[1].lower():
            call.tenant.sentinel.remove_bookmark(record.name, bookmark)
            call.tenant.sentinel.relations.delete(f"{record.name}/{bookmark}")
            return Reply(None)
    return Reply(None, 204)


def _bookmark(resource_id: str) -> str:
    at = resource_id.lower().find(INSIGHTS_PATH.strip("/").lower())
    address = below(INSIGHTS_PATH, "/" + resource_id[at:]) if at >= 0 else None
    if address is None or address.pattern != "bookmarks/*":
        raise ApiError(400, "BadRequest", "'properties.relatedResourceId' must be a bookmark's resource id.")
    return address.names[0]


def _name(call: Call, record: WorkspaceIncident, bookmark: str) -> str:
    kept = call.tenant.sentinel.relations
    key = f"{record.name}/{bookmark}"
    return str(kept.get(key).properties["name"]) if key in kept else bookmark


def _tied(call: Call, record: WorkspaceIncident, bookmark: str) -> dict[str, Any]:
    name = _name(call, record, bookmark)
    return _shown(record, name, f"{INSIGHTS_PATH}/bookmarks/{bookmark}", bookmark, "Bookmarks", "")


def _relations(call: Call, record: WorkspaceIncident) -> Iterator[dict[str, Any]]:
    for bookmark in record.bookmark_ids:
        yield _tied(call, record, bookmark)
    for alert in call.tenant.sentinel.alerts(record.name):
        name = alert.system_alert_id
        yield _shown(record, name, f"{INSIGHTS_PATH}/entities/{name}", name, "entities", "SecurityAlert")


def _shown(record: WorkspaceIncident, name: str, to: str, to_name: str, kind: str, related: str) -> dict[str, Any]:
    return {
        "id": f"{INSIGHTS_PATH}/Incidents/{record.name}/relations/{name}",
        "name": name,
        "type": "Microsoft.SecurityInsights/Incidents/relations",
        "properties": {
            "relatedResourceId": to,
            "relatedResourceName": to_name,
            "relatedResourceType": f"Microsoft.SecurityInsights/{kind}",
            "relatedResourceKind": related,
        },
    }


OPERATIONS: Operations = {
    ("GET", "incidents/*/relations"): Operation(list_all),
    ("GET", "incidents/*/relations/*"): Operation(get),
    ("PUT", "incidents/*/relations/*"): Operation(put, Role.RESPONDER),
    ("DELETE", "incidents/*/relations/*"): Operation(delete, Role.RESPONDER),
}
