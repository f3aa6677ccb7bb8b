"""What an automation rule looks at: an incident with its alerts and entities, and the properties that it compares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pivotlab.model import Alert, WorkspaceIncident
from pivotlab.tenant.entities import Entity

Detail = tuple[str, tuple[str, ...]]
"""A custom detail of an alert: its key, and its values."""


@dataclass(frozen=True)
class Subject:
    """An incident, and what changed on it. `details` are its custom details, or the one that a condition is about."""

    record: WorkspaceIncident
    alerts: tuple[Alert, ...]
    entities: tuple[Entity, ...]
    onboarded: bool
    updated_by: str = ""
    changed: frozenset[str] = frozenset()
    before: Mapping[str, Any] = field(default_factory=dict)
    details: tuple[Detail, ...] = ()


def details_of(alerts: Iterable[Alert]) -> tuple[Detail, ...]:
    """The custom details of alerts, in order."""
    pairs = (pair for alert in alerts for pair in alert.custom_details.get("Custom Details", {}).items())
    return tuple((key, tuple(values)) for key, values in pairs)


Read = Callable[[Subject], list[str]]


def _of_entity(kind: str, column: str) -> Read:
    return lambda subject: [
        str(entity.column[column]) for entity in subject.entities if entity.kind == kind and entity.column.get(column)
    ]


PROPERTIES: dict[str, Read] = {
    "IncidentTitle": lambda subject: [subject.record.title],
    "IncidentDescription": lambda subject: [] if subject.onboarded else [subject.record.description],
    "IncidentSeverity": lambda subject: [subject.record.severity.value],
    "IncidentStatus": lambda subject: [subject.record.status.value],
    "IncidentRelatedAnalyticRuleIds": lambda subject: list(subject.record.rule_ids),
    "IncidentTactics": lambda subject: list(subject.record.tactics),
    "IncidentLabel": lambda subject: subject.record.labels + subject.record.auto_labels,
    "IncidentProviderName": lambda subject: [subject.record.provider_name],
    "IncidentUpdatedBySource": lambda subject: [subject.updated_by],
    "AlertProductNames": lambda subject: list(subject.record.product_names),
    "AlertAnalyticRuleIds": lambda subject: [alert.detector_id for alert in subject.alerts],
    "IncidentCustomDetailsKey": lambda subject: [key for key, _ in subject.details],
    "IncidentCustomDetailsValue": lambda subject: [value for _, values in subject.details for value in values],
    "AccountName": _of_entity("Account", "Name"),
    "AccountUPNSuffix": _of_entity("Account", "UPNSuffix"),
    "AccountAadUserId": _of_entity("Account", "AadUserId"),
    "AccountSid": _of_entity("Account", "Sid"),
    "AccountNTDomain": _of_entity("Account", "NTDomain"),
    "HostName": _of_entity("Host", "HostName"),
    "IPAddress": _of_entity("Ip", "Address"),
    "Url": _of_entity("Url", "Url"),
    "FileName": _of_entity("File", "Name"),
    "FileDirectory": _of_entity("File", "Directory"),
    "ProcessCommandLine": _of_entity("Process", "CommandLine"),
    "MailboxPrimaryAddress": _of_entity("Mailbox", "MailboxPrimaryAddress"),
    "MailMessageSubject": _of_entity("MailMessage", "Subject"),
    "MailMessageRecipient": _of_entity("MailMessage", "Recipient"),
}
"""The properties that conditions of the practice tenant compare, and their values."""
