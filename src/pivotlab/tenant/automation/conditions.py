"""Whether an incident or alert meets a rule's conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pivotlab.model import Alert, WorkspaceIncident
from pivotlab.tenant.automation.settings import (
    ArrayChangedCondition,
    ArrayCondition,
    BooleanCondition,
    ChangedCondition,
    Condition,
    PropertyCondition,
)
from pivotlab.tenant.entities import Entity


@dataclass(frozen=True)
class Subject:
    """What a rule looks at: an incident with its alerts and entities, and what changed on it."""

    record: WorkspaceIncident
    alerts: tuple[Alert, ...]
    entities: tuple[Entity, ...]
    onboarded: bool
    updated_by: str = ""
    changed: frozenset[str] = frozenset()
    before: Mapping[str, Any] = field(default_factory=dict)


def meets(subject: Subject, conditions: Iterable[Condition]) -> bool:
    """Whether every condition is met."""
    return all(_meets(subject, condition) for condition in conditions)


def _meets(subject: Subject, condition: Condition) -> bool:
    found = condition.read()
    if isinstance(found, PropertyCondition):
        return _property(subject, found)
    if isinstance(found, ChangedCondition):
        return _changed(subject, found)
    if isinstance(found, ArrayChangedCondition):
        return _ADDED[found.array_type] in subject.changed
    if isinstance(found, BooleanCondition):
        verdicts = [_meets(subject, inner) for inner in found.inner_conditions]
        return all(verdicts) if found.operator == "And" else any(verdicts)
    assert isinstance(found, ArrayCondition)
    return all(_meets(subject, inner) for inner in found.item_conditions)


def _property(subject: Subject, condition: PropertyCondition) -> bool:
    """A property against values. After onboarding the provider condition is gone, so it is always met (automation-01),
    and there is no description to compare (fact sync-28).
    """
    if condition.property_name == "IncidentProviderName" and subject.onboarded:
        return True
    return compare(_values(subject, condition.property_name), condition.operator, condition.property_values)


def _changed(subject: Subject, condition: ChangedCondition) -> bool:
    attribute = {"IncidentSeverity": "severity", "IncidentStatus": "status", "IncidentOwner": "owner"}
    name = attribute[condition.property_name]
    if name not in subject.changed:
        return False
    if condition.change_type is None or name == "owner":
        return True
    value = subject.before.get(name) if condition.change_type == "ChangedFrom" else getattr(subject.record, name)
    return compare([str(value)], condition.operator, condition.property_values)


def compare(found: Iterable[str], operator: str, wanted: Iterable[str]) -> bool:
    """Any found value against any wanted one, without regard to case; the Not operators want no pair to match."""
    negated = operator.startswith("Not")
    test = _TESTS[operator.removeprefix("Not")]
    pairs = [(value.lower(), want.lower()) for value in found for want in wanted]
    matched = any(test(value, want) for value, want in pairs)
    return not matched if negated else matched


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "Equals": lambda value, want: value == want,
    "Contains": lambda value, want: want in value,
    "StartsWith": lambda value, want: value.startswith(want),
    "EndsWith": lambda value, want: value.endswith(want),
}

_ADDED = {"Alerts": "alert_ids", "Labels": "labels", "Tactics": "tactics", "Comments": "comments"}

_ENTITY_PROPERTIES = {
    "AccountName": ("Account", "Name"),
    "AccountUPNSuffix": ("Account", "UPNSuffix"),
    "AccountAadUserId": ("Account", "AadUserId"),
    "AccountSid": ("Account", "Sid"),
    "AccountNTDomain": ("Account", "NTDomain"),
    "HostName": ("Host", "HostName"),
    "IPAddress": ("Ip", "Address"),
    "Url": ("Url", "Url"),
    "FileName": ("File", "Name"),
    "FileDirectory": ("File", "Directory"),
    "ProcessCommandLine": ("Process", "CommandLine"),
    "MailboxPrimaryAddress": ("Mailbox", "MailboxPrimaryAddress"),
    "MailMessageSubject": ("MailMessage", "Subject"),
    "MailMessageRecipient": ("MailMessage", "Recipient"),
}
"""Condition property -> kind of entity and its column."""


def _values(subject: Subject, name: str) -> list[str]:
    record = subject.record
    simple: dict[str, Callable[[], list[str]]] = {
        "IncidentTitle": lambda: [record.title],
        "IncidentDescription": lambda: [] if subject.onboarded else [record.description],
        "IncidentSeverity": lambda: [record.severity.value],
        "IncidentStatus": lambda: [record.status.value],
        "IncidentRelatedAnalyticRuleIds": lambda: list(record.rule_ids),
        "IncidentTactics": lambda: list(record.tactics),
        "IncidentLabel": lambda: record.labels + record.auto_labels,
        "IncidentProviderName": lambda: [record.provider_name],
        "IncidentUpdatedBySource": lambda: [subject.updated_by],
        "AlertProductNames": lambda: list(record.product_names),
        "AlertAnalyticRuleIds": lambda: [alert.detector_id for alert in subject.alerts],
        "IncidentCustomDetailsKey": lambda: [key for key, _ in _custom(subject.alerts)],
        "IncidentCustomDetailsValue": lambda: [value for _, values in _custom(subject.alerts) for value in values],
    }
    if name in simple:
        return simple[name]()
    kind, column = _ENTITY_PROPERTIES.get(name, ("", ""))
    return [str(e.column[column]) for e in subject.entities if e.kind == kind and e.column.get(column)]


def _custom(alerts: Iterable[Alert]) -> list[tuple[str, list[str]]]:
    return [pair for alert in alerts for pair in alert.custom_details.get("Custom Details", {}).items()]
