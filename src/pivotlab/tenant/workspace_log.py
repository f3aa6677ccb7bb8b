"""What the workspace writes about itself: a `SecurityAlert` row per alert, a `SecurityIncident` row per change.

Rows are kept in memory and handed to the store in one batch, before anybody reads.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from pivotlab.model import Alert, WorkspaceIncident
from pivotlab.store import Store
from pivotlab.tenant.entities import compromised_entity, entities_of
from pivotlab.tenant.identifiers import TENANT_ID, incident_url
from pivotlab.tenant.products import workspace_names
from pivotlab.tenant.rules import sync_rules

BATCH = 25_000
"""Rows kept in memory at most, so that a large history does not sit in two places."""

_INCIDENT_COLUMNS = (
    "TimeGenerated IncidentName IncidentNumber Title Description Severity Status Classification ClassificationComment "
    "ClassificationReason Owner ProviderName ProviderIncidentId FirstActivityTime LastActivityTime FirstModifiedTime "
    "LastModifiedTime CreatedTime ClosedTime ModifiedBy AlertIds BookmarkIds RelatedAnalyticRuleIds Labels Comments "
    "Tasks AdditionalData IncidentUrl"
).split()

_TACTICS = {"SuspiciousActivity", "Malware", "UnwantedSoftware", "Ransomware", "None", ""}
"""Categories of Defender XDR that are no MITRE tactic."""


class WorkspaceLog:
    """Rows on their way into the workspace's two alert tables."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._incidents: list[tuple[Any, ...]] = []
        self._alerts: list[tuple[Alert, datetime, str, str]] = []
        self.onboarded = False
        self._extra = timedelta(minutes=sync_rules().minutes["table_extra"].value)

    def incident(self, record: WorkspaceIncident, alert_ids: list[str], at: datetime, status: str = "") -> None:
        """Write the incident as it is now; the row can be read a few minutes later (fact dataflow-03)."""
        naive = at.replace(tzinfo=None)
        self._incidents.append((naive + self._extra, naive, *self._incident_row(record, alert_ids, status)))
        if len(self._incidents) >= BATCH:
            self.flush()

    def alert(self, alert: Alert, at: datetime, through: str = "xdr") -> None:
        """Write an alert. `through` is the way that it came: xdr, standalone, or rule for an analytics rule."""
        self._alerts.append((alert, at.replace(tzinfo=None), through, _STATUS[alert.status]))
        if len(self._alerts) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Hand the rows over to the store."""
        if self._incidents:
            rows, self._incidents = self._incidents, []
            frame = pd.DataFrame(rows, columns=["_ingested", *_INCIDENT_COLUMNS])
            frame["TenantId"], frame["SourceSystem"], frame["Type"] = TENANT_ID, "Azure", "SecurityIncident"
            self._store.append("workspace", "SecurityIncident", frame.drop(columns="_ingested"), frame["_ingested"])
        if self._alerts:
            alerts, self._alerts = self._alerts, []
            frame = pd.DataFrame([_alert_row(*item) for item in alerts])
            frame["VendorName"], frame["IsIncident"], frame["Type"] = "Microsoft", False, "SecurityAlert"
            self._store.append("workspace", "SecurityAlert", frame, frame["TimeGenerated"])

    def discard(self) -> None:
        """Forget rows that were not handed over, when the tenant goes back to an earlier moment."""
        self._incidents, self._alerts = [], []

    def _incident_row(self, record: WorkspaceIncident, alert_ids: list[str], status: str) -> tuple[Any, ...]:
        owner = record.owner
        return (
            record.name,
            record.number,
            record.title,
            None if self.onboarded else record.description,
            record.severity.value,
            status or record.status.value,
            record.classification and record.classification.value,
            record.classification_comment,
            record.classification_reason and record.classification_reason.value,
            json.dumps(
                {
                    "objectId": owner.object_id,
                    "email": owner.email,
                    "assignedTo": owner.assigned_to,
                    "userPrincipalName": owner.user_principal_name,
                }
            )
            if owner.user_principal_name
            else _NOBODY,
            record.provider_name,
            record.provider_incident_id or str(record.number),
            _naive(record.first_activity),
            _naive(record.last_activity),
            _naive(record.first_modified),
            _naive(record.last_modified),
            _naive(record.created),
            _naive(record.closed),
            record.modified_by,
            json.dumps(alert_ids),
            json.dumps(record.bookmark_ids) if record.bookmark_ids else "[]",
            json.dumps(record.rule_ids) if record.rule_ids else "[]",
            _labels(record),
            _comments(record),
            _tasks(record),
            json.dumps(
                {
                    "alertsCount": len(alert_ids),
                    "bookmarksCount": len(record.bookmark_ids),
                    "commentsCount": len(record.comments),
                    "alertProductNames": record.product_names,
                    "tactics": record.tactics,
                    "providerIncidentUrl": record.provider_url,
                }
            ),
            incident_url(record.name),
        )


def tactics_of(alert: Alert) -> list[str]:
    """The MITRE tactic of an alert, if its category is one."""
    return [] if alert.category in _TACTICS else [alert.category]


def _alert_row(alert: Alert, at: datetime, through: str, status: str) -> dict[str, Any]:
    """One SecurityAlert row, as `ref` of the table documents it: product names by the way that the alert came."""
    product, component, provider = workspace_names(alert, through)
    entities: list[dict[str, Any]] = []
    for number, entity in enumerate(entities_of(alert), start=1):
        entities.append({"$id": str(number), **entity.column})
    if through == "xdr" and alert.service_source == "microsoftDefenderForEndpoint":
        for entity_column in entities:
            if entity_column["Type"] == "host":
                entity_column["LeadingHost"] = True
                break
    properties = {"Category": alert.category, **alert.custom_details}
    return {
        "TimeGenerated": at,
        "SystemAlertId": alert.system_alert_id,
        "VendorOriginalId": alert.provider_alert_id or alert.id,
        "AlertName": alert.title,
        "DisplayName": alert.title,
        "AlertType": alert.detector_id or alert.title,
        "AlertSeverity": alert.severity.capitalize(),
        "Description": alert.description,
        "Status": status,
        "ProductName": product,
        "ProductComponentName": component,
        "ProviderName": provider,
        "CompromisedEntity": compromised_entity(alert),
        "StartTime": _naive(alert.first_activity),
        "EndTime": _naive(alert.last_activity),
        "ProcessingEndTime": _naive(alert.created),
        "Tactics": ", ".join(tactics_of(alert)),
        "Techniques": json.dumps(alert.mitre_techniques),
        "Entities": json.dumps(entities),
        "ExtendedProperties": json.dumps(properties, default=str),
        "ExtendedLinks": "[]",
        "RemediationSteps": json.dumps([alert.recommended_actions] if alert.recommended_actions else []),
        "AlertLink": f"https://security.microsoft.com/alerts/{alert.id}",
    }


def _labels(record: WorkspaceIncident) -> str:
    if not record.labels and not record.auto_labels:
        return "[]"
    labels = [{"labelName": label, "labelType": "User"} for label in record.labels]
    return json.dumps(labels + [{"labelName": label, "labelType": "AutoAssigned"} for label in record.auto_labels])


def _comments(record: WorkspaceIncident) -> str:
    """The comments as JSON; a row holds 64 KB, so the oldest are cut (fact sync-21)."""
    if not record.comments:
        return "[]"
    room = sync_rules().limit("incident_row_bytes")
    kept: list[str] = []
    for comment in reversed(record.comments):
        text = json.dumps(
            {
                "message": comment.text,
                "createdTimeUtc": comment.created.isoformat(),
                "author": {"name": comment.author, "email": comment.author},
            }
        )
        room -= len(text) + 2
        if room < 0:
            break
        kept.append(text)
    return "[" + ", ".join(reversed(kept)) + "]"


def _tasks(record: WorkspaceIncident) -> str:
    if not record.tasks:
        return "[]"
    return json.dumps([{"title": t.title, "status": t.status, "createdBy": t.created_by} for t in record.tasks])


def _naive(moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone(UTC).replace(tzinfo=None)


_NOBODY = json.dumps({"objectId": None, "email": None, "assignedTo": None, "userPrincipalName": None})
_STATUS = {"new": "New", "inProgress": "InProgress", "resolved": "Resolved", "unknown": "Unknown"}
