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

from pivotlab.model import Evidence
from pivotlab.store import Snapshot as Tables

_known: ContextVar[Mapping[Any, Any]] = ContextVar("_known")
"""The things that go by name, or by number, while a snapshot is read."""


@dataclass(frozen=True)
class Frozen:
    """What every room holds, as one value. Evidence never changes, so it is shared and not copied."""

    state: bytes
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Snapshot:
    """A moment of a tenant; `Tenant.restore` goes back to it, as often as you like."""

    at: datetime
    rooms: Frozen
    tables: Tables
    journal: int

    def __repr__(self) -> str:
        return f"<Snapshot of {self.at:%Y-%m-%d %H:%M:%S} UTC>"


def freeze(rooms: Mapping[str, Any], fixed: Mapping[str, Any]) -> Frozen:
    """What every room holds. Rooms and `fixed` things are referred to by name and not copied."""
    buffer = io.BytesIO()
    pickler = _Pickler(buffer, {**rooms, **fixed})
    pickler.dump({name: vars(room) for name, room in rooms.items()})
    return Frozen(buffer.getvalue(), tuple(pickler.evidence))


def thaw(frozen: Frozen, rooms: Mapping[str, Any], fixed: Mapping[str, Any]) -> None:
    """Put every room back into the state that `freeze` saw; the rooms stay the same objects."""
    token = _known.set({**dict(enumerate(frozen.evidence)), **rooms, **fixed})
    try:
        states = pickle.loads(frozen.state)
    finally:
        _known.reset(token)
    for name, state in states.items():
        vars(rooms[name]).clear()
        vars(rooms[name]).update(state)


class _Pickler(pickle.Pickler):
    """Writes a name in place of a thing that it knows; asked by type, so that the many other objects cost nothing."""

    def __init__(self, file: io.BytesIO, known: Mapping[str, Any]) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self.evidence: list[Evidence] = []
        self._names = {id(thing): name for name, thing in known.items()}
        self.dispatch_table = {
            **copyreg.dispatch_table,
            **{type(thing): self._refer for thing in known.values()},
            Evidence: self._share,
        }

    def _refer(self, thing: object) -> Any:
        name = self._names.get(id(thing))
        return thing.__reduce_ex__(pickle.HIGHEST_PROTOCOL) if name is None else (_named, (name,))

    def _share(self, thing: Evidence) -> Any:
        self.evidence.append(thing)
        return _named, (len(self.evidence) - 1,)


def _named(name: str | int) -> Any:
    return _known.get()[name]
