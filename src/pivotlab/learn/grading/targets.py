"""What a detection should find: part of an incident, as the ground truth of each bundle has it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator

from pivotlab.learn.bank.questions import Entry, Text
from pivotlab.yaml_files import read_yaml

Share = Annotated[float, Field(gt=0, le=1)]


class Target(Entry):
    """The rows of an incident in one table, or the things that it names, such as the attacker's addresses.

    `precision` and `recall` are the least that a detection must reach, on each ground.
    """

    incident: Text = Field(description="The slug of its file in data/incidents.")
    table: Text | None = Field(default=None, description="Product and table, such as defender/DeviceProcessEvents.")
    only: Text | None = Field(default=None, description="KQL predicate: which of the incident's rows must be found.")
    things: Text | None = Field(default=None, description="Name of a list under indicators or entities.")
    key: list[Text] = Field(min_length=1, description="Columns of the answer that say which row or thing is meant.")
    precision: Share
    recall: Share

    @model_validator(mode="after")
    def _rows_or_things(self) -> Target:
        if (self.table is None) == (self.things is None):
            raise ValueError("give either table or things")
        if self.things is not None and (self.only is not None or len(self.key) != 1):
            raise ValueError("things stand in one column, and only narrows a table")
        return self


@cache
def incident(bundle: Path, slug: str) -> dict[str, Any]:
    """The ground truth of one incident. Raises `FileNotFoundError` where the bundle has none of that slug."""
    for path in (bundle / "incidents").glob(f"*-{slug}.yaml"):
        found: dict[str, Any] = read_yaml(path)
        return found
    raise FileNotFoundError(f"{bundle.name} has no incident {slug!r}.")


def true_rows(bundle: Path, target: Target) -> tuple[list[str], list[list[Any]]]:
    """The key columns of the incident's rows in the target's table, and their values."""
    rows = incident(bundle, target.incident)["true_rows"][target.table]
    return rows["key"], rows["rows"]


def things(bundle: Path, target: Target) -> list[str]:
    """The values that the incident names under the target's word."""
    truth = incident(bundle, target.incident)
    named: list[str] = {**truth["entities"], **truth["indicators"]}[target.things]
    return named
