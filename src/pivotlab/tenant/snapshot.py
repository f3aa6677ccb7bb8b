"""The whole tenant as a value, to come back to: what every room knows, what the tables hold, where the clock stands."""

from __future__ import annotations

import copyreg
import io
import pickle
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_known: ContextVar[Mapping[str, Any]] = ContextVar("_known")
"""The things that go by name while a snapshot is read."""


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
    token = _known.set({**rooms, **fixed})
    try:
        states = pickle.loads(frozen)
    finally:
        _known.reset(token)
    for name, state in states.items():
        vars(rooms[name]).clear()
        vars(rooms[name]).update(state)


class _Pickler(pickle.Pickler):
    """Writes a name in place of a thing that it knows; asked by type, so that the many other objects cost nothing."""

    def __init__(self, file: io.BytesIO, known: Mapping[str, Any]) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._names = {id(thing): name for name, thing in known.items()}
        self.dispatch_table = {**copyreg.dispatch_table, **{type(thing): self._refer for thing in known.values()}}

    def _refer(self, thing: object) -> Any:
        name = self._names.get(id(thing))
        return thing.__reduce_ex__(pickle.HIGHEST_PROTOCOL) if name is None else (_named, (name,))


def _named(name: str) -> Any:
    return _known.get()[name]
