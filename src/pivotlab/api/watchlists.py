"""SecurityInsights watchlists and their items. An item is one row, kept as `itemsKeyValue`."""

from __future__ import annotations

from typing import Any

from pivotlab.api.bodies import text
from pivotlab.api.calls import Call, Operation, Operations, Reply, page, require
from pivotlab.api.errors import ApiError, not_found
from pivotlab.api.identities import Role
from pivotlab.api.items import deleter, getter, lister, provenance, saved
from pivotlab.api.people import stamp
from pivotlab.model import stable_guid
from pivotlab.tenant.collections import Item
from pivotlab.tenant.identifiers import INSIGHTS_PATH, TENANT_ID
from pivotlab.tenant.watchlists import Watchlists

KIND = "watchlists"
TEXTS = ("displayName", "provider", "itemsSearchKey", "description", "source", "contentType", "rawContent")


def put(call: Call) -> Reply:
    """PUT watchlists/{alias}: `displayName`, `provider` and `itemsSearchKey` are required.

    `rawContent` is CSV text with a header line. It becomes items and is not shown again.
    """
    asked, alias = call.properties, call.names[0]
    require(asked, "displayName", "provider", "itemsSearchKey")
    given = {name: text(asked, name) for name in TEXTS}
    properties = {
        "watchlistId": stable_guid("watchlist", alias.lower()),
        "watchlistAlias": alias,
        "watchlistType": "watchlist",
        "source": "Local file",
        "contentType": "text/csv",
        "isDeleted": False,
        "tenantId": TENANT_ID,
        "labels": asked.get("labels") or [],
        **{name: value for name, value in given.items() if value is not None},
        **provenance(call, _watchlists(call)),
    }
    return saved(*_watchlists(call).put(alias, properties, etag=call.etag), KIND)


def list_items(call: Call) -> Reply:
    """GET watchlists/{alias}/watchlistItems."""
    return page(call, [_shown(call.names[0], item) for item in _watchlists(call).items(call.names[0])])


def get_item(call: Call) -> Reply:
    """GET watchlists/{alias}/watchlistItems/{id}."""
    alias, item_id = call.names
    for item in _watchlists(call).items(alias):
        if item.name.lower() == item_id.lower():
            return Reply(_shown(alias, item))
    raise not_found("watchlist item", item_id)


def put_item(call: Call) -> Reply:
    """PUT watchlists/{alias}/watchlistItems/{id}: `itemsKeyValue` is required and is an object."""
    alias, item_id = call.names
    row = call.properties.get("itemsKeyValue")
    if not isinstance(row, dict) or not row:
        raise ApiError(400, "BadRequest", "Required: 'properties.itemsKeyValue', an object of column and value.")
    item, is_fresh = _watchlists(call).put_item(alias, item_id, row)
    return Reply(_shown(alias, item), 201 if is_fresh else 200)


def delete_item(call: Call) -> Reply:
    """DELETE watchlists/{alias}/watchlistItems/{id}: 200, or 404 when there was none."""
    _watchlists(call).delete_item(*call.names)
    return Reply(None)


def _watchlists(call: Call) -> Watchlists:
    return call.tenant.sentinel.watchlists


def _shown(alias: str, item: Item) -> dict[str, Any]:
    return {
        "id": f"{INSIGHTS_PATH}/watchlists/{alias}/watchlistItems/{item.name}",
        "name": item.name,
        "type": "Microsoft.SecurityInsights/watchlists/watchlistItems",
        "etag": item.etag,
        "properties": {
            **item.properties,
            "watchlistItemType": "watchlist-item",
            "tenantId": TENANT_ID,
            "isDeleted": False,
            "created": stamp(item.created),
            "updated": stamp(item.modified),
        },
    }


OPERATIONS: Operations = {
    ("GET", "watchlists"): Operation(lister(KIND, _watchlists)),
    ("GET", "watchlists/*"): Operation(getter(KIND, _watchlists)),
    ("PUT", "watchlists/*"): Operation(put, Role.CONTRIBUTOR),
    ("DELETE", "watchlists/*"): Operation(deleter(_watchlists), Role.CONTRIBUTOR),
    ("GET", "watchlists/*/watchlistitems"): Operation(list_items),
    ("GET", "watchlists/*/watchlistitems/*"): Operation(get_item),
    ("PUT", "watchlists/*/watchlistitems/*"): Operation(put_item, Role.CONTRIBUTOR),
    ("DELETE", "watchlists/*/watchlistitems/*"): Operation(delete_item, Role.CONTRIBUTOR),
}
