"""SecurityInsights content: the packages that Content hub offers and those that are installed, and metadata.

Templates (`contentTemplates`, `contentProductTemplates`) are not served: the practice tenant's solution brings none.
"""

from __future__ import annotations

from typing import Any

from pivotlab.api.bodies import text
from pivotlab.api.calls import Call, Operation, Operations, Reply, page, require
from pivotlab.api.errors import not_found
from pivotlab.api.identities import Role
from pivotlab.api.items import deleter, getter, lister, saved
from pivotlab.tenant.collections import Collection
from pivotlab.tenant.connector import PACKAGE, SOLUTION
from pivotlab.tenant.identifiers import INSIGHTS_PATH

KIND, OFFERED, METADATA = "contentPackages", "contentProductPackages", "metadata"
REQUIRED = ("contentId", "contentProductId", "contentKind", "version", "displayName")


def put(call: Call) -> Reply:
    """PUT contentPackages/{id}: install a solution."""
    require(call.properties, *REQUIRED)
    for name in REQUIRED:
        text(call.properties, name)
    return saved(*_packages(call).put(call.names[0], call.properties, etag=call.etag), KIND)


def list_offered(call: Call) -> Reply:
    """GET contentProductPackages: the catalogue. It has the one solution that brings the connector page."""
    return page(call, [_offered(call)])


def get_offered(call: Call) -> Reply:
    """GET contentProductPackages/{id}."""
    if call.names[0].lower() != SOLUTION:
        raise not_found("content product package", call.names[0])
    return Reply(_offered(call))


def put_metadata(call: Call) -> Reply:
    """PUT metadata/{name}: `kind` and `parentId`, the resource that it is about, are required."""
    require(call.properties, "kind", "parentId")
    for name in ("kind", "parentId", "contentId", "version"):
        text(call.properties, name)
    return saved(*_metadata(call).put(call.names[0], call.properties, etag=call.etag), METADATA)


def patch_metadata(call: Call) -> Reply:
    """PATCH metadata/{name}: what is left out stays."""
    known = _metadata(call).get(call.names[0])
    return saved(*_metadata(call).put(known.name, {**known.properties, **call.properties}, etag=call.etag), METADATA)


def _offered(call: Call) -> dict[str, Any]:
    installed = _packages(call).get(SOLUTION).properties["version"] if SOLUTION in _packages(call) else None
    return {
        "id": f"{INSIGHTS_PATH}/{OFFERED}/{SOLUTION}",
        "name": SOLUTION,
        "type": f"Microsoft.SecurityInsights/{OFFERED}",
        "properties": {**PACKAGE, "installedVersion": installed},
    }


def _metadata(call: Call) -> Collection:
    return call.tenant.sentinel.metadata


def _packages(call: Call) -> Collection:
    return call.tenant.sentinel.content_packages


OPERATIONS: Operations = {
    ("GET", "contentpackages"): Operation(lister(KIND, _packages)),
    ("GET", "contentpackages/*"): Operation(getter(KIND, _packages)),
    ("PUT", "contentpackages/*"): Operation(put, Role.CONTRIBUTOR),
    ("DELETE", "contentpackages/*"): Operation(deleter(_packages), Role.CONTRIBUTOR),
    ("GET", "contentproductpackages"): Operation(list_offered),
    ("GET", "contentproductpackages/*"): Operation(get_offered),
    ("GET", "metadata"): Operation(lister(METADATA, _metadata)),
    ("GET", "metadata/*"): Operation(getter(METADATA, _metadata)),
    ("PUT", "metadata/*"): Operation(put_metadata, Role.CONTRIBUTOR),
    ("PATCH", "metadata/*"): Operation(patch_metadata, Role.CONTRIBUTOR),
    ("DELETE", "metadata/*"): Operation(deleter(_metadata), Role.CONTRIBUTOR),
}
