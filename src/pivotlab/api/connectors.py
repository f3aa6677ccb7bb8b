"""SecurityInsights data connectors and content packages: what is connected, and what is installed from Content hub."""

from __future__ import annotations

from pivotlab.api.calls import Call, Operation, Operations, Reply, require
from pivotlab.api.errors import ApiError
from pivotlab.api.identities import Role
from pivotlab.api.items import deleter, getter, lister, saved
from pivotlab.tenant.collections import Collection

CONNECTORS, PACKAGES = "dataConnectors", "contentPackages"
XDR = "MicrosoftThreatProtection"
"""The kind of the Defender XDR connector: it keeps the product's former name."""


def put_connector(call: Call) -> Reply:
    """PUT dataConnectors/{id}: `kind` and `tenantId`; the Defender XDR connector needs `dataTypes.incidents.state`."""
    kind = call.body.get("kind")
    if not isinstance(kind, str) or not kind:
        raise ApiError(400, "BadRequest", f"'kind' is required, such as {XDR}.")
    require(call.properties, "tenantId")
    if kind == XDR:
        data_types = call.properties.get("dataTypes")
        incidents = data_types.get("incidents") if isinstance(data_types, dict) else None
        if not isinstance(incidents, dict) or incidents.get("state") not in ("Enabled", "Disabled"):
            raise ApiError(
                400, "BadRequest", "Required: 'properties.dataTypes.incidents.state', either Enabled or Disabled."
            )
    return saved(*_connectors(call).put(call.names[0], call.properties, kind, call.etag), CONNECTORS)


def put_package(call: Call) -> Reply:
    """PUT contentPackages/{id}: install a solution from Content hub."""
    require(call.properties, "contentId", "contentProductId", "contentKind", "version", "displayName")
    return saved(*_packages(call).put(call.names[0], call.properties, etag=call.etag), PACKAGES)


def _connectors(call: Call) -> Collection:
    return call.tenant.sentinel.data_connectors


def _packages(call: Call) -> Collection:
    return call.tenant.sentinel.content_packages


OPERATIONS: Operations = {
    ("GET", "dataconnectors"): Operation(lister(CONNECTORS, _connectors)),
    ("GET", "dataconnectors/*"): Operation(getter(CONNECTORS, _connectors)),
    ("PUT", "dataconnectors/*"): Operation(put_connector, Role.CONTRIBUTOR),
    ("DELETE", "dataconnectors/*"): Operation(deleter(_connectors), Role.CONTRIBUTOR),
    ("GET", "contentpackages"): Operation(lister(PACKAGES, _packages)),
    ("GET", "contentpackages/*"): Operation(getter(PACKAGES, _packages)),
    ("PUT", "contentpackages/*"): Operation(put_package, Role.CONTRIBUTOR),
    ("DELETE", "contentpackages/*"): Operation(deleter(_packages), Role.CONTRIBUTOR),
}
