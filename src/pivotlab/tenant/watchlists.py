"""Watchlists of the workspace, and their items."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from pivotlab.model import stable_guid
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.collections import Collection, Item
from pivotlab.tenant.errors import Invalid, NotFound
from pivotlab.tenant.journal import Journal, operation


class Watchlists(Collection):
    """Watchlists by alias. An item holds one row under `itemsKeyValue`."""

    def __init__(self, agenda: Agenda, journal: Journal) -> None:
        super().__init__("watchlists", agenda, journal)
        self._rows: dict[str, dict[str, Item]] = {}

    @operation
    def put(
        self, name: str, properties: Mapping[str, Any], kind: str = "", etag: str | None = None
    ) -> tuple[Item, bool]:
        """Create or replace a watchlist; `rawContent` is CSV whose rows become items."""
        key = properties.get("itemsSearchKey")
        content = str(properties.get("rawContent") or "")
        rows = list(csv.DictReader(io.StringIO(content), restkey="_more", restval=""))
        if rows and key and key not in rows[0]:
            raise Invalid(f"The search key {key!r} is no column of the content. It has {', '.join(rows[0])}.")
        kept = {field: value for field, value in properties.items() if field != "rawContent"}
        item, fresh = super().put(name, kept, kind, etag)
        for row in rows:
            self.put_item(name, stable_guid(name.lower(), sorted(row.items())), row)
        return item, fresh

    @operation
    def delete(self, name: str) -> bool:
        """Delete a watchlist and its items."""
        self._rows.pop(name.lower(), None)
        return super().delete(name)

    def items(self, alias: str) -> list[Item]:
        """The items of a watchlist, oldest first. Raises `NotFound`."""
        self.get(alias)
        return list(self._rows.get(alias.lower(), {}).values())

    @operation
    def put_item(self, alias: str, item_id: str, row: Mapping[str, Any]) -> tuple[Item, bool]:
        """Create or replace an item; the second value says whether it is a fresh one."""
        self.get(alias)
        if not row:
            raise Invalid("A watchlist item needs itemsKeyValue, a row of columns and values.")
        rows = self._rows.setdefault(alias.lower(), {})
        now = self._agenda.now
        properties = {"watchlistItemId": item_id, "itemsKeyValue": deepcopy(dict(row))}
        found = rows.get(item_id)
        if found is None:
            rows[item_id] = Item(item_id, properties, "", now, now)
            return rows[item_id], True
        found.properties, found.modified, found.revision = properties, now, found.revision + 1
        return found, False

    @operation
    def delete_item(self, alias: str, item_id: str) -> None:
        """Delete an item. Raises `NotFound`."""
        if self._rows.get(alias.lower(), {}).pop(item_id, None) is None:
            raise NotFound(f"Watchlist {alias} has no item {item_id}.")
