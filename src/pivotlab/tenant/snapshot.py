"""The whole tenant as a value, to come back to: what every room knows, what the tables hold, where the clock stands."""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Snapshot:
    """A moment of a tenant; `Tenant.restore` goes back to it, as often as you like."""

    at: datetime
    rooms: bytes
    tables: Mapping[str, Any]
    journal: int

    def __repr__(self) -> str:
        return f"<Snapshot of {self.at:%Y-%m-%d %H:%M:%S} UTC>"


def freeze(rooms: Mapping[str, Any], fixed: Mapping[str, Any]) -> bytes:
    """What every room holds, as one value. Rooms and `fixed` things are referred to by name and not copied."""
    buffer = io.BytesIO()
    _Pickler(buffer, {**rooms, **fixed}).dump({name: vars(room) for name, room in rooms.items()})
    return buffer.getvalue()


def thaw(frozen: bytes, rooms: Mapping[str, Any], fixed: Mapping[str, Any]) -> None:
    """Put every room back into the state that `freeze` saw; the rooms stay the same objects."""
    for name, state in _Unpickler(io.BytesIO(frozen), {**rooms, **fixed}).load().items():
        vars(rooms[name]).clear()
        vars(rooms[name]).update(state)


class _Pickler(pickle.Pickler):
    """Writes a name in place of a thing that it knows."""

    def __init__(self, file: io.BytesIO, known: Mapping[str, Any]) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._names = {id(thing): name for name, thing in known.items()}

    def persistent_id(self, thing: object) -> str | None:
        return self._names.get(id(thing))


class _Unpickler(pickle.Unpickler):
    """Reads a known thing's name as the thing itself."""

    def __init__(self, file: io.BytesIO, known: Mapping[str, Any]) -> None:
        super().__init__(file)
        self._known = known

    def persistent_load(self, name: str) -> Any:
        return self._known[name]
