"""SecurityInsights bookmarks: a hunting result that somebody kept."""

from __future__ import annotations

from pivotlab.api.bodies import text
from pivotlab.api.calls import Call, Operation, Operations, Reply, require
from pivotlab.api.identities import Role
from pivotlab.api.items import deleter, getter, lister, provenance, saved
from pivotlab.tenant.collections import Collection

KIND = "bookmarks"
WRITABLE = ("displayName", "query", "queryResult", "notes", "labels", "eventTime", "queryStartTime", "queryEndTime")


def put(call: Call) -> Reply:
    """PUT bookmarks/{id}: `displayName` and `query` are required."""
    asked = call.properties
    require(asked, "displayName", "query")
    for name in ("displayName", "query", "queryResult", "notes"):
        text(asked, name)
    properties = {
        **{name: asked[name] for name in WRITABLE if asked.get(name) is not None},
        "labels": asked.get("labels") or [],
        **provenance(call, _bookmarks(call)),
    }
    return saved(*_bookmarks(call).put(call.names[0], properties, etag=call.etag), KIND)


def _bookmarks(call: Call) -> Collection:
    return call.tenant.sentinel.bookmarks


OPERATIONS: Operations = {
    ("GET", "bookmarks"): Operation(lister(KIND, _bookmarks)),
    ("GET", "bookmarks/*"): Operation(getter(KIND, _bookmarks)),
    ("PUT", "bookmarks/*"): Operation(put, Role.CONTRIBUTOR),
    ("DELETE", "bookmarks/*"): Operation(deleter(_bookmarks), Role.CONTRIBUTOR),
}
