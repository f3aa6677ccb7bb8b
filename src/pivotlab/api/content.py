"""SecurityInsights content packages: what is installed from Content hub."""

from __future__ import annotations

from pivotlab.api.bodies import text
from pivotlab.api.calls import Call, Operation, Operations, Reply, require
from pivotlab.api.identities import Role
from pivotlab.api.items import deleter, getter, lister, saved
from pivotlab.tenant.collections import Collection

KIND = "contentPackages"
REQUIRED = ("contentId", "contentProductId", "contentKind", "version", "displayName")


def put(call: Call) -> Reply:
    """PUT contentPackages/{id}: install a solution."""
    require(call.properties, *REQUIRED)
    for name in REQUIRED:
        text(call.properties, name)
    return saved(*_packages(call).put(call.names[0], call.properties, etag=call.etag), KIND)


def _packages(call: Call) -> Collection:
    return call.tenant.sentinel.content_packages


OPERATIONS: Operations = {
    ("GET", "contentpackages"): Operation(lister(KIND, _packages)),
    ("GET", "contentpackages/*"): Operation(getter(KIND, _packages)),
    ("PUT", "contentpackages/*"): Operation(put, Role.CONTRIBUTOR),
    ("DELETE", "contentpackages/*"): Operation(deleter(_packages), Role.CONTRIBUTOR),
}
