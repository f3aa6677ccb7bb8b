"""SecurityInsights data connectors: the tenant's connector page, as the API shows and changes it."""

from __future__ import annotations

from typing import Any

from pivotlab.api.calls import Call, Operation, Operations, Reply, page, require
from pivotlab.api.errors import ApiError, not_found
from pivotlab.api.identities import Role
from pivotlab.api.items import envelope
from pivotlab.model import stable_guid
from pivotlab.tenant.identifiers import INSIGHTS_PATH, TENANT_ID

KIND = "dataConnectors"
XDR = "MicrosoftThreatProtection"
"""The kind of the Defender XDR connector: it keeps the product's former name."""


def list_all(call: Call) -> Reply:
    """GET dataConnectors: those that are connected, and any others that somebody has put."""
    return page(call, _shown(call))


def get(call: Call) -> Reply:
    """GET dataConnectors/{id}."""
    for connector in _shown(call):
        if connector["name"].lower() == call.names[0].lower():
            return Reply(connector)
    raise not_found("data connector", call.names[0])


def put(call: Call) -> Reply:
    """PUT dataConnectors/{id}: `kind` and `tenantId`, with the state of its data types.

    The Defender XDR connector and the products' own follow the rules of the connector page; any other kind is kept as
    it was sent. The name in the path is the client's; a connector that is connected has a name of its own.
    """
    kind = call.body.get("kind")
    if not isinstance(kind, str) or not kind:
        raise ApiError(400, "BadRequest", f"'kind' is required, such as {XDR}.")
    require(call.properties, "tenantId")
    if call.properties["tenantId"] != TENANT_ID:
        raise ApiError(400, "BadRequest", f"'properties.tenantId' must be this tenant's, {TENANT_ID} (fact prereq-04).")
    if kind == XDR or kind in {component.kind for component in call.tenant.connector.components.all}:
        was_on = _is_on(call, kind)
        _switch(call, kind, on=_state(call, "incidents" if kind == XDR else "alerts"))
        return Reply(_known(kind), 200 if was_on else 201)
    item, is_fresh = call.tenant.sentinel.data_connectors.put(call.names[0], call.properties, kind, call.etag)
    return Reply(envelope(item, KIND), 201 if is_fresh else 200)


def delete(call: Call) -> Reply:
    """DELETE dataConnectors/{id}: disconnects it; 204 when there was none."""
    for connector in _shown(call):
        if connector["name"].lower() == call.names[0].lower():
            if connector["name"] == _name(connector["kind"]):
                _switch(call, connector["kind"], on=False)
            else:
                call.tenant.sentinel.data_connectors.delete(connector["name"])
            return Reply(None)
    return Reply(None, 204)


def _is_on(call: Call, kind: str) -> bool:
    connector = call.tenant.connector
    if kind == XDR:
        return connector.connected
    return any(component.connected for component in connector.components.all if component.kind == kind)


def _switch(call: Call, kind: str, *, on: bool) -> None:
    """Do what the connector page does. Raises the tenant's refusals."""
    connector, by = call.tenant.connector, call.principal.upn
    call.tenant.people.may_connect(by)
    if on == _is_on(call, kind):
        return
    if kind != XDR:
        (connector.components.connect if on else connector.components.disconnect)(kind)
    elif on:
        connector.connect(by=by)
    else:
        connector.disconnect(by=by)


def _state(call: Call, data_type: str) -> bool:
    data_types = call.properties.get("dataTypes")
    asked = data_types.get(data_type) if isinstance(data_types, dict) else None
    state = asked.get("state") if isinstance(asked, dict) else None
    if state not in ("Enabled", "Disabled"):
        raise ApiError(
            400, "BadRequest", f"Required: 'properties.dataTypes.{data_type}.state', either Enabled or Disabled."
        )
    return bool(state == "Enabled")


def _shown(call: Call) -> list[dict[str, Any]]:
    kinds = [XDR, *(component.kind for component in call.tenant.connector.components.all)]
    known = [_known(kind) for kind in kinds if _is_on(call, kind)]
    return known + [envelope(item, KIND) for item in call.tenant.sentinel.data_connectors]


def _name(kind: str) -> str:
    return stable_guid("data connector", kind)


def _known(kind: str) -> dict[str, Any]:
    on = {"state": "Enabled"}
    return {
        "id": f"{INSIGHTS_PATH}/{KIND}/{_name(kind)}",
        "name": _name(kind),
        "type": f"Microsoft.SecurityInsights/{KIND}",
        "etag": f'"{_name(kind)}"',
        "kind": kind,
        "properties": {
            "tenantId": TENANT_ID,
            "dataTypes": {"incidents": on, "alerts": on} if kind == XDR else {"alerts": on},
        },
    }


OPERATIONS: Operations = {
    ("GET", "dataconnectors"): Operation(list_all),
    ("GET", "dataconnectors/*"): Operation(get),
    ("PUT", "dataconnectors/*"): Operation(put, Role.CONTRIBUTOR),
    ("DELETE", "dataconnectors/*"): Operation(delete, Role.CONTRIBUTOR),
}
