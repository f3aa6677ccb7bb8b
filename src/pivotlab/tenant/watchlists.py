"""Watchlists of the workspace, and their items. Every change is also a row of the table Watchlist."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, NamedTuple

from pivotlab.model import stable_guid
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.collections import Collection, Item, Put
from pivotlab.tenant.errors import Invalid, NotFound
from pivotlab.tenant.journal import Journal, operation


class ItemChange(NamedTuple):
    """A change of one item. `what` is Create, Update or Delete."""

    watchlist: Item
    item: Item
    what: str


class Watchlists(Collection):
    """Watchlists by alias. An item holds one row under `itemsKeyValue`.

    Each change of an item is published as `watchlist changed`; deleting a watchlist deletes its items.
    """

    def __init__(self, agenda: Agenda, journal: Journal) -> None:
        super().__init__("watchlists", agenda, journal)
        self._rows: dict[str, dict[str, Item]] = {}

    @operation
    def put(self, name: str, properties: Mapping[str, Any], kind: str = "", etag: str | None = None) -> Put:
        """Create or replace a watchlist; `rawContent` is CSV whose rows become items."""
        key = properties.get("itemsSearchKey")
        content = str(properties.get("rawContent") or "")
        try:
            rows = list(csv.DictReader(io.StringIO(content), restkey="_more", restval=""))
        except csv.Error as error:
            raise Invalid(f"The content is no CSV: {error}.") from None
        if rows and key and key not in rows[0]:
            raise Invalid(f"The search key {key!r} is no column of the content. It has {', '.join(rows[0])}.")
        kept = {field: value for field, value in properties.items() if field != "rawContent"}
        made = super().put(name, kept, kind, etag)
        for row in rows:
            self.put_item(name, stable_guid(name.lower(), sorted(row.items())), row)
        return made

    @operation
    def delete(self, name: str) -> bool:
        """Delete a watchlist and its items."""
        for item in self._rows.pop(name.lower(), {}).values():
            self._publish(name, item, "Delete")
        return super().delete(name)

    def items(self, alias: str) -> list[Item]:
        """The items of a watchlist, oldest first. Raises `NotFound`."""
        self.get(alias)
        return list(self._rows.get(alias.lower(), {}).values())

    @operation
    def put_item(self, alias: str, item_id: str, row: Mapping[str, Any]) -> Put:
        """Create or replace an item; the second value says whether it is a fresh one. Ids are compared without case."""
        self.get(alias)
        if not row:
            raise Invalid("A watchlist item needs itemsKeyValue, a row of columns and values.")
        rows = self._rows.setdefault(alias.lower(), {})
        now = self._agenda.now
        found = rows.get(item_id.lower())
        properties = {"watchlistItemId": found.name if found else item_id, "itemsKeyValue": deepcopy(dict(row))}
        if found is None:
            item = rows[item_id.lower()] = Item(item_id, properties, "", now, now)
            self._publish(alias, item, "Create")
            return Put(item, True)
        found.properties, found.modified, found.revision = properties, now, found.revision + 1
        self._publish(alias, found, "Update")
        return Put(found, False)

    @operation
    def delete_item(self, alias: str, item_id: str) -> None:
        """Delete an item. Raises `NotFound`."""
        item = self._rows.get(alias.lower(), {}).pop(item_id.lower(), None)
        if item is None:
            raise NotFound(f"Watchlist {alias} has no item {item_id}.")
        self._publish(alias, item, "Delete")

    def _publish(self, alias: str, item: Item, what: str) -> None:
        self._agenda.publish("watchlist changed", ItemChange(self.get(alias), item, what))
