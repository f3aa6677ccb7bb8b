"""One row of `SecurityAlert`. Product names and some values depend on the way that the alert came."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import pandas as pd

from pivotlab.model import Alert, AlertStatus, stable_guid
from pivotlab.tenant.entities import columns_of, compromised_entity
from pivotlab.tenant.products import workspace_names
from pivotlab.tenant.rules import workspace_severity

REPEATED = (
    "AlertName",
    "AlertType",
    "AlertSeverity",
    "Description",
    "Status",
    "ProductName",
    "ProductComponentName",
    "ProviderName",
    "CompromisedEntity",
    "Tactics",
    "Techniques",
    "ExtendedProperties",
    "RemediationSteps",
)
"""Columns in which many rows say the same."""

NO_TACTIC = {"SuspiciousActivity", "Malware", "UnwantedSoftware", "Ransomware", "None", ""}
"""Categories of Defender XDR that are no MITRE tactic."""


class Written(NamedTuple):
    """An alert at the moment when the workspace wrote it down. `through`: xdr, standalone, second or rule."""

    alert: Alert
    at: datetime
    through: str
    status: AlertStatus


def frame(rows: list[Written]) -> pd.DataFrame:
    """Rows of the table, column by column."""
    alerts = [row.alert for row in rows]
    names = [workspace_names(row.alert.service_source, row.alert.detection_source, row.through) for row in rows]
    columns: dict[str, Any] = {
        "TimeGenerated": [row.at for row in rows],
        "SystemAlertId": [_system_alert_id(row) for row in rows],
        "VendorOriginalId": [a.provider_alert_id or a.id for a in alerts],
        "AlertName": [a.title for a in alerts],
        "AlertType": [a.detector_id or a.title for a in alerts],
        "AlertSeverity": [workspace_severity(a.severity).value for a in alerts],
        "Description": [a.description for a in alerts],
        "Status": [_STATUS[row.status] for row in rows],
        "ProductName": [name or a.product_name for (name, _, _), a in zip(names, alerts, strict=True)],
        "ProductComponentName": [component for _, component, _ in names],
        "ProviderName": [provider for _, _, provider in names],
        "CompromisedEntity": [compromised_entity(a) for a in alerts],
        "StartTime": [a.first_activity for a in alerts],
        "EndTime": [a.last_activity for a in alerts],
        "ProcessingEndTime": [a.created for a in alerts],
        "Tactics": ["" if a.category in NO_TACTIC else a.category for a in alerts],
        "Techniques": [_array(a.mitre_techniques) for a in alerts],
        "Entities": [_entities(row.alert, row.through) for row in rows],
        "ExtendedProperties": [_properties(row.alert, row.through) for row in rows],
        "RemediationSteps": [_array((a.recommended_actions,)) if a.recommended_actions else "[]" for a in alerts],
        "AlertLink": [f"https://security.microsoft.com/alerts/{a.id}" for a in alerts],
    }
    made = pd.DataFrame(columns).astype(dict.fromkeys(REPEATED, "category"))
    return made.assign(DisplayName=made["AlertName"])


def _system_alert_id(row: Written) -> str:
    """The alert's id in the workspace; a second copy by the legacy connector has its own."""
    return stable_guid("second", row.alert.id) if row.through == "second" else row.alert.system_alert_id


def tactics_of(alert: Alert) -> list[str]:
    """The MITRE tactic of an alert, if its category is one."""
    return [] if alert.category in NO_TACTIC else [alert.category]


def _entities(alert: Alert, through: str) -> str:
    """The entities as JSON, numbered; the first device of an endpoint alert leads (fact schema-01)."""
    entities = columns_of(alert)
    leading = through == "xdr" and alert.service_source == "microsoftDefenderForEndpoint"
    for number, entity in enumerate(entities, start=1):
        entity["$id"] = str(number)
        if leading and entity["Type"] == "host":
            entity["LeadingHost"], leading = True, False
    return _encode(entities)


def _properties(alert: Alert, through: str) -> str:
    """ExtendedProperties; the endpoint's category moves with the connector (fact schema-02)."""
    if alert.custom_details:
        return json.dumps({"Category": alert.category, **alert.custom_details}, default=str)
    endpoint = alert.service_source == "microsoftDefenderForEndpoint"
    return _category(
        "MicrosoftDefenderAtp.Category" if through == "standalone" and endpoint else "Category", alert.category
    )


_encode = json.JSONEncoder(check_circular=False).encode


@lru_cache(maxsize=4096)
def _category(key: str, category: str) -> str:
    return json.dumps({key: category})


@lru_cache(maxsize=4096)
def _array(items: tuple[str, ...]) -> str:
    return json.dumps(items)


_STATUS = {
    AlertStatus.NEW: "New",
    AlertStatus.IN_PROGRESS: "InProgress",
    AlertStatus.RESOLVED: "Resolved",
    AlertStatus.UNKNOWN: "Unknown",
}
