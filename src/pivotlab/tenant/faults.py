"""Things that go wrong on purpose, for the break-and-fix labs, read from `data/faults.yaml`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from pivotlab.places import DATA
from pivotlab.tenant.errors import NotFound
from pivotlab.tenant.journal import Journal, operation
from pivotlab.tenant.rules import RulesError
from pivotlab.yaml_files import read_yaml


class Step(BaseModel):
    """One operation of the tenant, `room.operation`, with its arguments."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    do: str = Field(pattern=r"^\w+\.\w+$")
    arguments: dict[str, Any] = Field(default_factory=dict, alias="with")


class WrongFix(BaseModel):
    """A tempting remedy that does not help, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    steps: tuple[Step, ...] = Field(min_length=1)
    why: str


class Fault(BaseModel):
    """One thing that goes wrong: how it shows, what causes it, what mends it and what does not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    symptom: str
    facts: tuple[str, ...] = Field(min_length=1)
    inject: tuple[Step, ...] = Field(min_length=1)
    fix: tuple[Step, ...] = Field(min_length=1)
    wrong: tuple[WrongFix, ...] = Field(min_length=2)


@cache
def read_faults(path: Path = DATA / "faults.yaml") -> dict[str, Fault]:
    """Every fault by id. Raises `RulesError` naming the entries that do not fit."""
    try:
        found = TypeAdapter(list[Fault]).validate_python(read_yaml(path))
    except ValidationError as error:
        lines = [f"{path.name}: entry {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise RulesError("\n".join(lines)) from None
    return {fault.id: fault for fault in found}


class Faults:
    """Breaks the tenant, and tells whether what was broken works again."""

    room = "faults"

    def __init__(self, journal: Journal, rooms: Callable[[], Mapping[str, Any]], works: Callable[[str], bool]) -> None:
        self.journal = journal
        self._rooms = rooms
        self._works = works

    @property
    def all(self) -> list[Fault]:
        """Every fault that there is."""
        return list(read_faults().values())

    @operation
    def inject(self, fault_id: str) -> Fault:
        """Break something. Returns the fault; show a learner its title and symptom alone. Raises `NotFound`."""
        fault = self.get(fault_id)
        for step in fault.inject:
            self._do(step)
        return fault

    def mended(self, fault_id: str) -> bool:
        """Whether what the fault broke would work now. The tenant tries it out and goes back to where it was."""
        return self._works(self.get(fault_id).id)

    def get(self, fault_id: str) -> Fault:
        """One fault. Raises `NotFound`."""
        try:
            return read_faults()[fault_id]
        except KeyError:
            raise NotFound(f"There is no fault {fault_id}. There are {', '.join(read_faults())}.") from None

    def _do(self, step: Step) -> None:
        room, name = step.do.split(".")
        getattr(self._rooms()[room], name)(**step.arguments)
