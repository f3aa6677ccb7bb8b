"""The field rules of `data/sync.yaml` as functions: what a change on one side becomes on the other."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Any, NamedTuple

from pivotlab.model import Classification, Determination, Incident, IncidentStatus, Owner, WorkspaceIncident
from pivotlab.tenant.plain_values import owner_of
from pivotlab.tenant.rules import sync_rules, workspace_severity

CARRIED = {"as_is", "severity", "owner", "status", "classification"}
"""Transforms of single values; comments and alerts travel in their own way."""


class _Pair(NamedTuple):
    """One two-way field: its attribute on either side and the transform between them."""

    defender: str
    sentinel: str
    transform: str


class FieldMap:
    """Which fields of one side follow from which of the other, and how."""

    def __init__(self) -> None:
        rules = sync_rules()
        pairs = [
            _Pair(_attribute(rule.defender or ""), _attribute(rule.sentinel), rule.transform)
            for rule in rules.fields
            if rule.direction == "both" and rule.transform in CARRIED
        ]
        self._out = {pair.defender: pair for pair in pairs}
        self._back = {pair.sentinel: pair for pair in pairs}
        self.all_fields = frozenset(self._out)
        self.all_record_fields = frozenset(self._back)
        self._status_out = {rule.graph: rule.sentinel for rule in rules.status}
        self._status_back = {rule.sentinel: rule.graph for rule in rules.status if not rule.one_way}

        self._severity_back = {rule.sentinel: rule.graph for rule in rules.severity if not rule.one_way}
        self._verdict_out = {rule.graph: rule for rule in rules.classification if not rule.back_only}
        self._verdict_back = {(rule.sentinel, rule.sentinel_reason): rule for rule in rules.classification}

    def to_sentinel(self, incident: Incident, fields: Set[str]) -> dict[str, Any]:
        """What the named fields of a Defender incident become in the workspace."""
        changes: dict[str, Any] = {}
        for name in fields:
            pair = self._out.get(name)
            if pair is None:
                continue
            match pair.transform:
                case "as_is":
                    changes[pair.sentinel] = _copied(getattr(incident, name))
                case "severity":
                    changes["severity"] = workspace_severity(incident.severity)
                case "owner":
                    changes["owner"] = owner_of(incident.assigned_to)
                case "status":
                    changes["status"] = self._status_out[incident.status]
                    changes.update(self._verdict(incident))
                case "classification":
                    changes.update(self._verdict(incident))
        return changes

    def to_defender(self, record: WorkspaceIncident, incident: Incident, fields: Set[str]) -> dict[str, Any]:
        """What the named fields of a workspace incident become in Defender XDR."""
        changes: dict[str, Any] = {}
        for name in fields:
            pair = self._back.get(name)
            if pair is None:
                continue
            match pair.transform:
                case "as_is":
                    changes[pair.defender] = _copied(getattr(record, name))
                case "severity":
                    changes["severity"] = self._severity_back[record.severity]
                case "owner":
                    changes["assigned_to"] = assignee(record.owner)
                case "status":
                    changes["status"] = self._status_back[record.status]
                case "classification":
                    changes.update(self._verdict_back_of(record, incident))
        return changes

    def _verdict(self, incident: Incident) -> dict[str, Any]:
        """The verdict in Sentinel's words; the determination is lost (facts sync-05, sync-06)."""
        if incident.classification is Classification.UNKNOWN and incident.status is not IncidentStatus.RESOLVED:
            return {"classification": None, "classification_reason": None}
        rule = self._verdict_out[incident.classification]
        return {"classification": rule.sentinel, "classification_reason": rule.sentinel_reason}

    def _verdict_back_of(self, record: WorkspaceIncident, incident: Incident) -> dict[str, Any]:
        """The verdict in Graph's words. Defender keeps its determination while the classification is the same."""
        if record.classification is None:
            return {"classification": Classification.UNKNOWN, "determination": Determination.UNKNOWN}
        rule = self._verdict_back[(record.classification, record.classification_reason)]
        if rule.graph is incident.classification:
            return {}
        return {"classification": rule.graph, "determination": rule.back}


def assignee(owner: Owner) -> str | None:
    """Who an owner is, in the one word that Defender XDR keeps."""
    return owner.user_principal_name or owner.email or owner.assigned_to


def _copied(value: Any) -> Any:
    return list(value) if isinstance(value, list) else value


def _attribute(name: str) -> str:
    """`classificationReason` -> `classification_reason`: a name of Graph or the API as our attribute."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
