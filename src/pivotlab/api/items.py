"""A resource of one of the tenant's collections as the envelope that Azure Resource Manager shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pivotlab.api.calls import Call, Reply, page
from pivotlab.api.people import stamp, user_info
from pivotlab.tenant.collections import Collection, Item
from pivotlab.tenant.identifiers import INSIGHTS_PATH

Choose = Callable[[Call], Collection]
"""Which collection a call is about."""


def envelope(item: Item, kind: str, properties: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """`id`, `name`, `type`, `etag`, `kind` where there is one, and `properties`. `kind` is the collection's name."""
    shown = {
        "id": f"{INSIGHTS_PATH}/{kind}/{item.name}",
        "name": item.name,
        "type": f"Microsoft.SecurityInsights/{kind}",
        "etag": item.etag,
        "properties": dict(item.properties if properties is None else properties),
    }
    return {**shown, "kind": item.kind} if item.kind else shown


def saved(item: Item, is_fresh: bool, kind: str) -> Reply:
    """The answer to a PUT: 201 for a fresh resource, 200 for a replaced one."""
    return Reply(envelope(item, kind), 201 if is_fresh else 200)


def lister(kind: str, choose: Choose) -> Callable[[Call], Reply]:
    """A handler for GET on the collection."""
    return lambda call: page(call, [envelope(item, kind) for item in choose(call)])


def getter(kind: str, choose: Choose) -> Callable[[Call], Reply]:
    """A handler for GET on one resource."""
    return lambda call: Reply(envelope(choose(call).get(call.names[0]), kind))


def deleter(choose: Choose) -> Callable[[Call], Reply]:
    """A handler for DELETE: 200, or 204 when there was none."""
    return lambda call: Reply(None, 200 if choose(call).delete(call.names[0]) else 204)


def provenance(call: Call, collection: Collection) -> dict[str, Any]:
    """`created`, `createdBy`, `updated` and `updatedBy` for a PUT by this caller at the tenant's moment."""
    now, author = stamp(call.tenant.now), user_info(call.principal.upn)
    known = collection.get(call.names[0]).properties if call.names[0] in collection else {}
    return {
        "created": known.get("created", now),
        "createdBy": known.get("createdBy", author),
        "updated": now,
        "updatedBy": author,
    }
