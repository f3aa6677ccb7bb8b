"""Microsoft Graph security: incidents and alerts as Defender XDR keeps them, read, filtered, updated and commented on."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pivotlab.api.auth import base_url, caller, may
from pivotlab.api.bodies import read_value, text, whole_number
from pivotlab.api.errors import ApiError
from pivotlab.api.graph_shapes import alert_shown, comment_shown, incident_shown
from pivotlab.api.identities import Role
from pivotlab.api.odata import chosen
from pivotlab.api.turns import in_turn
from pivotlab.tenant import Tenant

INCIDENT_PAGE, ALERT_PAGE = 50, 100
"""Items per page when `$top` is not given, and the most of incidents: our choice where the pages are silent."""
LARGEST_PAGE = 1000

INCIDENT_FIELDS = {
    "displayName": "display_name",
    "description": "description",
    "summary": "summary",
    "severity": "severity",
    "status": "status",
    "classification": "classification",
    "determination": "determination",
    "assignedTo": "assigned_to",
    "resolvingComment": "resolving_comment",
}
ALERT_FIELDS = {name: INCIDENT_FIELDS[name] for name in ("status", "classification", "determination", "assignedTo")}

Answer = Callable[[Request, Tenant, dict[str, Any]], dict[str, Any]]


def endpoint(role: Role) -> Callable[[Answer], Callable[[Request], Awaitable[Response]]]:
    """Make an answer an endpoint: check the role, read the body, and answer while nobody else changes the tenant.

    The Graph SDK posts a comment as a list of one and reads the answer as a list; the documents show an object. Both
    work.
    """

    def decorate(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        @functools.wraps(answer)
        async def endpoint_(request: Request) -> Response:
            if not may(request, role):
                raise ApiError(
                    403,
                    "Forbidden",
                    f"{caller(request).upn} lacks a permission. In the practice tenant the role {role.title} stands for "
                    f"Graph's SecurityIncident.{'Read' if role is Role.READER else 'ReadWrite'}.All.",
                )
            body = read_value(await request.body())
            posts_collection = isinstance(body, list) and len(body) == 1
            body = body[0] if posts_collection else body
            if not isinstance(body, dict):
                raise ApiError(400, "BadRequest", "The body must be one JSON object.")
            tenant: Tenant = request.app.state.tenant
            shown = await in_turn(tenant, lambda: answer(request, tenant, body))
            return JSONResponse(shown["value"] if posts_collection and "value" in shown else shown)

        return endpoint_

    return decorate


@endpoint(Role.READER)
def list_incidents(request: Request, tenant: Tenant, body: dict[str, Any]) -> dict[str, Any]:
    """GET /v1.0/security/incidents: `$filter`, `$orderby`, `$top`, `$skip`, `$count`, `$expand=alerts` (fact api-02)."""
    expanded = _expands_alerts(request)
    shown = (incident_shown(tenant, incident, expanded=expanded) for incident in tenant.defender.records)
    return _page(request, "security/incidents", shown, default=INCIDENT_PAGE)


@endpoint(Role.READER)
def get_incident(request: Request, tenant: Tenant, body: dict[str, Any]) -> dict[str, Any]:
    """GET /v1.0/security/incidents/{id}."""
    incident = tenant.defender.incident(request.path_params["id"])
    return incident_shown(tenant, incident, expanded=_expands_alerts(request))


@endpoint(Role.RESPONDER)
def update_incident(request: Request, tenant: Tenant, body: dict[str, Any]) -> dict[str, Any]:
    """PATCH /v1.0/security/incidents/{id}."""
    changes: dict[str, Any] = _changes(body, INCIDENT_FIELDS, also=("customTags",))
    if "customTags" in body:
        changes["custom_tags"] = _texts(body["customTags"], "customTags")
    incident = tenant.defender.update(request.path_params["id"], by=caller(request).upn, **changes)
    return incident_shown(tenant, incident)


@endpoint(Role.RESPONDER)
def comment_incident(request: Request, tenant: Tenant, body: dict[str, Any]) -> dict[str, Any]:
    """POST /v1.0/security/incidents/{id}/comments: answers with every comment of the incident."""
    name = request.path_params["id"]
    tenant.defender.comment(name, _comment(body), author=caller(request).upn)
    return {"value": [comment_shown(comment) for comment in tenant.defender.incident(name).comments]}


@endpoint(Role.READER)
def list_alerts(request: Request, tenant: Tenant, body: dict[str, Any]) -> dict[str, Any]:
    """GET /v1.0/security/alerts_v2: `$filter`, `$orderby`, `$top`, `$skip`, `$count`."""
    shown = (alert_shown(alert) for alert in tenant.defender.alert_records())
    return _page(request, "security/alerts_v2", shown, default=ALERT_PAGE)


@endpoint(Role.READER)
def get_alert(request: Request, tenant: Tenant, body: dict[str, Any]) -> dict[str, Any]:
    """GET /v1.0/security/alerts_v2/{id}."""
    return alert_shown(tenant.defender.alert(request.path_params["id"]))


@endpoint(Role.RESPONDER)
def update_alert(request: Request, tenant: Tenant, body: dict[str, Any]) -> dict[str, Any]:
    """PATCH /v1.0/security/alerts_v2/{id}."""
    changes = _changes(body, ALERT_FIELDS)
    return alert_shown(tenant.defender.update_alert(request.path_params["id"], by=caller(request).upn, **changes))


@endpoint(Role.RESPONDER)
def comment_alert(request: Request, tenant: Tenant, body: dict[str, Any]) -> dict[str, Any]:
    """POST /v1.0/security/alerts_v2/{id}/comments: answers with every comment of the alert."""
    name = request.path_params["id"]
    tenant.defender.comment_alert(name, _comment(body), author=caller(request).upn)
    return {"value": [comment_shown(comment) for comment in tenant.defender.alert(name).comments]}


@endpoint(Role.RESPONDER)
def merge_incidents(request: Request, tenant: Tenant, body: dict[str, Any]) -> dict[str, Any]:
    """POST /v1.0/security/incidents/mergeIncidents: `incidentIds`, and optionally `incidentComment`."""
    ids = _texts(body.get("incidentIds"), "incidentIds")
    target = tenant.defender.merge(ids, text(body, "incidentComment") or "", by=caller(request).upn)
    return {"@odata.type": "#microsoft.graph.security.mergeResponse", "targetIncidentId": target.id}


@endpoint(Role.RESPONDER)
def move_alerts(request: Request, tenant: Tenant, body: dict[str, Any]) -> dict[str, Any]:
    """POST /v1.0/security/alerts_v2/moveAlerts: `alertIds`, and `incidentId`, or none for a new incident."""
    target = tenant.defender.move_alerts(
        _texts(body.get("alertIds"), "alertIds"),
        text(body, "incidentId"),
        text(body, "alertComment") or "",
        by=caller(request).upn,
    )
    return {"@odata.type": "#microsoft.graph.security.mergeResponse", "targetIncidentId": target.id}


def _page(request: Request, entity: str, items: Iterable[Mapping[str, Any]], *, default: int) -> dict[str, Any]:
    query = request.query_params
    found = list(chosen(items, query))
    top = whole_number(query.get("$top"), "$top", default=default, most=LARGEST_PAGE)
    skip = (
        0 if query.get("$skip") in (None, "", "0") else whole_number(query.get("$skip"), "$skip", default=0, most=10**9)
    )
    body: dict[str, Any] = {"@odata.context": f"{base_url(request)}/v1.0/$metadata#{entity}"}
    if query.get("$count") == "true":
        body["@odata.count"] = len(found)
    body["value"] = found[skip : skip + top]
    if skip + top < len(found):
        rest = urlencode({**{name: value for name, value in query.items() if name != "$skip"}, "$skip": skip + top})
        body["@odata.nextLink"] = f"{base_url(request)}{request.url.path}?{rest}"
    return body


def _expands_alerts(request: Request) -> bool:
    asked = request.query_params.get("$expand")
    if asked not in (None, "", "alerts"):
        raise ApiError(400, "BadRequest", f"$expand knows 'alerts' only, not '{asked}'.")
    return asked == "alerts"


def _changes(body: dict[str, Any], fields: Mapping[str, str], also: tuple[str, ...] = ()) -> dict[str, Any]:
    asked = {name: value for name, value in body.items() if not name.startswith("@odata")}
    if unknown := sorted(set(asked) - set(fields) - set(also)):
        known = ", ".join([*fields, *also])
        raise ApiError(400, "BadRequest", f"'{', '.join(unknown)}' cannot be changed here. These can: {known}.")
    if not asked:
        raise ApiError(400, "BadRequest", "The body changes nothing. Send at least one property.")
    return {ours: text(asked, theirs) for theirs, ours in fields.items() if theirs in asked}


def _comment(body: dict[str, Any]) -> str:
    comment = text(body, "comment")
    if not comment:
        raise ApiError(400, "BadRequest", "Required: 'comment', the text.")
    return comment


def _texts(value: Any, name: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ApiError(400, "BadRequest", f"'{name}' must be a list of text.")
    return value


ROUTES = [
    Route("/v1.0/security/incidents/mergeIncidents", merge_incidents, methods=["POST"]),
    Route("/v1.0/security/incidents/microsoft.graph.security.mergeIncidents", merge_incidents, methods=["POST"]),
    Route("/v1.0/security/alerts_v2/moveAlerts", move_alerts, methods=["POST"]),
    Route("/v1.0/security/alerts_v2/microsoft.graph.security.moveAlerts", move_alerts, methods=["POST"]),
    Route("/v1.0/security/incidents", list_incidents, methods=["GET"]),
    Route("/v1.0/security/incidents/{id}", get_incident, methods=["GET"]),
    Route("/v1.0/security/incidents/{id}", update_incident, methods=["PATCH"]),
    Route("/v1.0/security/incidents/{id}/comments", comment_incident, methods=["POST"]),
    Route("/v1.0/security/alerts_v2", list_alerts, methods=["GET"]),
    Route("/v1.0/security/alerts_v2/{id}", get_alert, methods=["GET"]),
    Route("/v1.0/security/alerts_v2/{id}", update_alert, methods=["PATCH"]),
    Route("/v1.0/security/alerts_v2/{id}/comments", comment_alert, methods=["POST"]),
]
