"""What callers send, as the model's own values: checked, and refused with what would be accepted instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import Any

from pivotlab.model import (
    REASONS,
    AlertStatus,
    Classification,
    ClassificationReason,
    Determination,
    IncidentStatus,
    Owner,
    Severity,
    WorkspaceClassification,
    WorkspaceIncident,
    WorkspaceSeverity,
    WorkspaceStatus,
)
from pivotlab.tenant.errors import Invalid
from pivotlab.tenant.identifiers import object_id
from pivotlab.tenant.rules import sync_rules

INCIDENT_FIELDS = frozenset(
    "display_name description severity status classification determination assigned_to custom_tags "
    "resolving_comment summary".split()
)
"""What can be changed on an incident in Defender XDR."""

ALERT_FIELDS = frozenset("status classification determination assigned_to".split())
"""What can be changed on an alert (Graph's PATCH of alerts_v2)."""

RECORD_FIELDS = frozenset(
    "title description severity status classification classification_reason classification_comment owner labels "
    "first_activity last_activity".split()
)
"""What can be changed on an incident in Sentinel."""

_DEFENDER_WORDS: dict[str, Any] = {
    "severity": Severity,
    "status": IncidentStatus,
    "classification": Classification,
    "determination": Determination,
}
_SENTINEL_WORDS: dict[str, Any] = {
    "severity": WorkspaceSeverity,
    "status": WorkspaceStatus,
    "classification": WorkspaceClassification,
    "classification_reason": ClassificationReason,
}


def incident_values(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Changes of a Defender incident. Raises `Invalid` for a field or value that Graph does not accept."""
    _known(fields, INCIDENT_FIELDS)
    values: dict[str, Any] = {}
    for name, value in fields.items():
        if name in _DEFENDER_WORDS:
            values[name] = word(_DEFENDER_WORDS[name], name, value if value is not None else "unknown")
        elif name == "custom_tags":
            values[name] = tags(value)
        elif name == "display_name":
            values[name] = _required(name, value)
        elif name in ("assigned_to", "resolving_comment"):
            values[name] = _text(name, value) or None
        else:
            values[name] = _text(name, value) or ""
    if values.get("status") in (IncidentStatus.REDIRECTED, IncidentStatus.AWAITING_ACTION):
        raise Invalid(f"Nobody sets {fields['status']} by hand: merging does, or Defender Experts do.")
    return values


def alert_values(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Changes of a Defender alert. Raises `Invalid`."""
    _known(fields, ALERT_FIELDS)
    words = {**_DEFENDER_WORDS, "status": AlertStatus}
    return {
        name: (_text(name, value) or None) if name == "assigned_to" else word(words[name], name, value)
        for name, value in fields.items()
    }


def record_values(changes: Mapping[str, Any], record: WorkspaceIncident) -> dict[str, Any]:
    """Changes of a Sentinel incident, with the verdict that closing needs. Raises `Invalid`."""
    _known(changes, RECORD_FIELDS)
    values: dict[str, Any] = {}
    for name, value in changes.items():
        if name in _SENTINEL_WORDS:
            optional = name.startswith("classification")
            values[name] = None if optional and value is None else word(_SENTINEL_WORDS[name], name, value)
        elif name == "title":
            values[name] = _required(name, value)
        elif name == "owner":
            values[name] = owner_of(value)
        elif name == "labels":
            values[name] = tags(value)
        elif name in ("first_activity", "last_activity"):
            values[name] = _moment(name, value)
        elif name == "classification_comment":
            values[name] = _text(name, value) or None
        else:
            values[name] = _text(name, value) or ""
    most = sync_rules().limit("description_characters")
    if len(values.get("description", "")) > most:
        raise Invalid(f"A description holds {most:,} characters at most.")
    _settle_verdict(values, record)
    return values


def owner_of(value: Any) -> Owner:
    """An owner from a user name, a mapping in the API's or our own spelling, or None for nobody."""
    if value is None or value == "":
        return Owner()
    if isinstance(value, Owner):
        return value
    if isinstance(value, str):
        return Owner(object_id(value), value, value, value)
    if not isinstance(value, Mapping):
        raise Invalid("An owner is a user name such as alex.analyst@contoso.example, a mapping or nothing.")
    named = value.get("assigned_to") or value.get("assignedTo")
    email = value.get("email")
    upn = value.get("user_principal_name") or value.get("userPrincipalName") or email or named
    if not upn:
        return Owner()
    upn = str(upn)
    return Owner(
        str(value.get("object_id") or value.get("objectId") or object_id(upn)), email or upn, named or upn, upn
    )


def tags(value: Any) -> list[str]:
    """A list of tags without repetitions. Raises `Invalid` when it is not a list of text."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(tag, str) for tag in value):
        raise Invalid("Tags are a list of text, for example ['vip', 'phishing'].")
    return list(dict.fromkeys(value))


def check_comment(text: str) -> None:
    """Raise `Invalid` for an empty comment or one that is longer than both products allow (fact sync-26)."""
    most = sync_rules().limit("comment_characters")
    if not isinstance(text, str) or not text.strip():
        raise Invalid("A comment needs some text.")
    if len(text) > most:
        raise Invalid(f"A comment holds {most:,} characters at most; this one has {len(text):,}.")


def default_determination(classification: Classification) -> Determination:
    """What a verdict says when nobody says more: the choice determination-from-sentinel in data/sync.yaml."""
    return Determination.UNKNOWN if classification is Classification.UNKNOWN else Determination.OTHER


def word(kind: Any, name: str, value: Any) -> Any:
    """A value of an enum. Raises `Invalid` naming those that there are."""
    try:
        return kind(value)
    except ValueError:
        raise Invalid(f"{value!r} is no {name}. Use one of: {', '.join(kind)}.") from None


def _settle_verdict(values: dict[str, Any], record: WorkspaceIncident) -> None:
    """A closed incident has a verdict, and the verdict has the reason that goes with it."""
    status = values.get("status", record.status)
    classification = values.get("classification", record.classification)
    if classification is None:
        if status is not WorkspaceStatus.CLOSED:
            values.pop("classification_reason", None)
            if "classification" in values:
                values["classification_reason"] = None
            return
        classification = WorkspaceClassification.UNDETERMINED
    kept = record.classification_reason if classification is record.classification else None
    reason = values.get("classification_reason") or kept
    fitting = REASONS[classification]
    if reason is None:
        reason = fitting[0] if fitting else None
    elif reason not in fitting:
        use = f"Use {' or '.join(fitting)}." if fitting else "It takes none."
        raise Invalid(f"{reason} is no reason for {classification}. {use}")
    values["classification"], values["classification_reason"] = classification, reason


def _known(fields: Mapping[str, Any], allowed: Set[str]) -> None:
    if unknown := sorted(set(fields) - allowed):
        raise Invalid(f"{', '.join(unknown)} cannot be changed. These can: {', '.join(sorted(allowed))}.")


def _text(name: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise Invalid(f"{name} is text, not {type(value).__name__}.")
    return value


def _required(name: str, value: Any) -> str:
    text = _text(name, value)
    if not text or not text.strip():
        raise Invalid(f"{name} needs some text.")
    return text


def _moment(name: str, value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise Invalid(f"{value!r} is no time for {name}. Write it as 2026-11-03T08:00:00Z.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
