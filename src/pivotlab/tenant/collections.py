"""Resources of the workspace that only have to be kept: bookmarks, watchlists, content packages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from pivotlab.model import stable_guid
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.errors import Conflict, NotFound
from pivotlab.tenant.journal import Journal, operation


@dataclass(slots=True)
class Item:
    """One resource. `properties` are the API's own; `kind` is empty where the API has none."""

    name: str
    properties: dict[str, Any]
    kind: str
    created: datetime
    modified: datetime
    revision: int = 1

    def __repr__(self) -> str:
        kind = f" ({self.kind})" if self.kind else ""
        return f"<{self.name}{kind}: revision {self.revision}, {self.modified:%Y-%m-%d %H:%M} UTC>"

    @property
    def etag(self) -> str:
        """Changes with every change of the item."""
        return f'"{stable_guid(self.name)[:8]}-0000-0000-0000-{self.revision:012x}"'


def check_etag(current: str, sent: str | None, what: str) -> None:
    """Raise `Conflict` when somebody sends the etag of an earlier version. None and `*` fit every version."""
    if sent and sent.strip('"') not in (current.strip('"'), "*"):
        raise Conflict(f"Somebody else changed {what} meanwhile. Read it again and repeat the change.")


class Put(NamedTuple):
    """What was put, and whether it is a fresh one."""

    item: Item
    fresh: bool

    def __repr__(self) -> str:
        return f"{'Made' if self.fresh else 'Changed'} {self.item!r}"


class Collection:
    """Resources of one type, by name. Names are compared without case, as ARM does."""

    def __init__(self, room: str, agenda: Agenda, journal: Journal) -> None:
        self.room = room
        self.journal = journal
        self._agenda = agenda
        self._items: dict[str, Item] = {}
        self._gone: dict[str, int] = {}

    def __repr__(self) -> str:
        names = ", ".join(item.name for item in self)
        return f"<{self.room}: {names or 'nothing'}>"

    def __iter__(self) -> Iterator[Item]:
        return iter(list(self._items.values()))

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, name: object) -> bool:
        return str(name).lower() in self._items

    def get(self, name: str) -> Item:
        """One item. Raises `NotFound`."""
        try:
            return self._items[name.lower()]
        except KeyError:
            raise NotFound(f"There is no {self.room} item {name}.") from None

    @operation
    def put(self, name: str, properties: Mapping[str, Any], kind: str = "", etag: str | None = None) -> Put:
        """Create or replace an item; the second value says whether it is a fresh one. Raises `Conflict` on a stale etag."""
        found = self._items.get(name.lower())
        now = self._agenda.now
        if found is None:
            # Goes on from a deleted namesake, so that neither its etags nor its runs pass for this one's.
            revision = self._gone.pop(name.lower(), 0) + 1
            item = Item(name, deepcopy(dict(properties)), kind, now, now, revision)
            self._items[name.lower()] = item
            return Put(item, True)
        check_etag(found.etag, etag, name)
        found.properties, found.kind, found.modified = deepcopy(dict(properties)), kind or found.kind, now
        found.revision += 1
        return Put(found, False)

    @operation
    def delete(self, name: str) -> bool:
        """Delete an item. False when there was none."""
        item = self._items.pop(name.lower(), None)
        if item is None:
            return False
        self._gone[name.lower()] = item.revision
        return True
