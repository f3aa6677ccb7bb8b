"""Rows of the workspace's table Watchlist: one for each change of an item, as `_GetWatchlist` reads them.

The newest row of an item says what it is now, and `_DTItemStatus` whether it is still there. The columns are those of
the bundle's watchlists; a row can be read at once, which is our choice where the pages give no delay.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from pivotlab.store import Store
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.identifiers import TENANT_ID
from pivotlab.tenant.watchlists import ItemChange

TICK = timedelta(microseconds=1)


class WatchlistLog:
    """Rows on their way into the table."""

    def __init__(self, agenda: Agenda, store: Store) -> None:
        self._agenda = agenda
        self._store = store
        self._pending: list[tuple[datetime, dict[str, Any]]] = []
        self._latest: dict[tuple[str, str], datetime] = {}
        agenda.on("watchlist changed", self._changed)

    def flush(self) -> None:
        """Hand the rows over to the store."""
        pending, self._pending = self._pending, []
        ingested = pd.Series([moment for moment, _ in pending])
        self._store.append("workspace", "Watchlist", [row for _, row in pending], ingested)

    def _changed(self, change: ItemChange) -> None:
        """Note a row. Changes of one item within one moment get times of their own, so that the last is the newest."""
        now, key = self._agenda.now, (change.watchlist.name, change.item.name)
        written = self._latest[key] = max(now, self._latest.get(key, now - TICK) + TICK)
        self._pending.append((now, _row(change, written)))


def _row(change: ItemChange, written: datetime) -> dict[str, Any]:
    watchlist, item = change.watchlist, change.item
    row, about = item.properties["itemsKeyValue"], watchlist.properties
    return {
        "TimeGenerated": written.replace(tzinfo=None),
        "_DTTimestamp": written.replace(tzinfo=None),
        "CreatedTimeUTC": item.created.replace(tzinfo=None),
        "LastUpdatedTimeUTC": written.replace(tzinfo=None),
        "_DTItemId": item.name,
        "_DTItemStatus": change.what,
        "_DTItemType": "watchlist-item",
        "WatchlistAlias": watchlist.name,
        "WatchlistId": about.get("watchlistId"),
        "WatchlistName": about.get("displayName") or watchlist.name,
        "WatchlistItemId": item.name,
        "WatchlistItem": json.dumps(row),
        "SearchKey": str(row.get(about.get("itemsSearchKey"), "")),
        "Provider": about.get("provider"),
        "Source": about.get("source"),
        "TenantId": TENANT_ID,
        "Type": "Watchlist",
    }
