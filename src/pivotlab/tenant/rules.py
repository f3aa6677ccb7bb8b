"""The synchronisation rules, read from `data/sync.yaml` and checked."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pivotlab.model import (
    AlertStatus,
    Classification,
    ClassificationReason,
    Determination,
    IncidentStatus,
    Severity,
    WorkspaceClassification,
    WorkspaceSeverity,
    WorkspaceStatus,
)
from pivotlab.places import DATA
from pivotlab.yaml_files import read_yaml


class Rule(BaseModel):
    """What every rule carries: how sure we are, the facts it rests on, and a reason where the choice is ours."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    evidence: Literal["doc", "enum", "inferred", "ours"]
    facts: tuple[str, ...]
    reason: str = ""

    @model_validator(mode="after")
    def _grounded(self) -> Rule:
        if self.evidence == "ours" and not self.reason:
            raise ValueError("a choice of ours needs a reason")
        if self.evidence != "ours" and not self.facts:
            raise ValueError(f"evidence {self.evidence!r} needs at least one fact")
        return self


class FieldRule(Rule):
    """One field and how it travels. `defender` and `sentinel` are the names in Graph and in the SecurityInsights API."""

    name: str
    defender: str | None
    sentinel: str
    table: str
    direction: Literal["both", "defender_to_sentinel"]
    transform: Literal[
        "as_is",
        "severity",
        "owner",
        "status",
        "classification",
        "new_only",
        "last_editor",
        "of_alerts",
        "first_150",
        "once",
    ]


class StatusRule(Rule):
    """A status on both sides. `one_way`: nothing in Sentinel leads back to it. `tag`: the label that Sentinel adds."""

    graph: IncidentStatus
    sentinel: WorkspaceStatus
    tag: str | None = None
    one_way: bool = False


class SeverityRule(Rule):
    """A severity on both sides."""

    graph: Severity
    sentinel: WorkspaceSeverity
    one_way: bool = False


class ClassificationRule(Rule):
    """A verdict on both sides. `back`: the determination that Defender gets when the verdict comes from Sentinel."""

    graph: Classification
    sentinel: WorkspaceClassification
    sentinel_reason: ClassificationReason | None
    back: Determination
    back_only: bool = False


class InsiderRiskRule(Rule):
    """A Defender alert's status, with the classification where it matters, and Purview's word for it."""

    status: AlertStatus
    classification: Classification | None = None
    purview: Literal["Needs review", "Confirmed", "Dismissed"]


class Value(Rule):
    """A number from the documentation, or chosen by us."""

    value: int


class Choice(Rule):
    """Something that the documentation leaves open, decided once."""

    id: str


class SyncRules(BaseModel):
    """The whole of `data/sync.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    fields: tuple[FieldRule, ...]
    status: tuple[StatusRule, ...]
    severity: tuple[SeverityRule, ...]
    classification: tuple[ClassificationRule, ...]
    insider_risk: tuple[InsiderRiskRule, ...]
    limits: dict[str, Value]
    minutes: dict[str, Annotated[Value, Field()]]
    choices: tuple[Choice, ...]

    def limit(self, name: str) -> int:
        """A documented limit, by its name in the file."""
        return self.limits[name].value


class RulesError(Exception):
    """A rule file does not say what it should; the message names the file and the entry."""


def read_rules(path: Path = DATA / "sync.yaml") -> SyncRules:
    """Read and check a rule file. Raises `RulesError` naming every entry that does not fit."""
    try:
        return SyncRules.model_validate(read_yaml(path))
    except ValidationError as error:
        lines = [f"{path.name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise RulesError("\n".join(lines)) from None


@cache
def sync_rules() -> SyncRules:
    """The bundled rules."""
    return read_rules()


@cache
def workspace_severity(severity: Severity) -> WorkspaceSeverity:
    """Sentinel's word for a severity of Defender XDR."""
    return next(rule.sentinel for rule in sync_rules().severity if rule.graph is severity)
