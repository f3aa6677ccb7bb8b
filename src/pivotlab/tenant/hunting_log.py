"""AlertInfo and AlertEvidence rows of alerts that arise in the tenant itself; those of the products are bundled.

Alerts of Sentinel's rules land there once they are tied to an incident in Defender XDR (fact hunting-08).
"""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from pivotlab.model import Alert
from pivotlab.store import Store
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.entities import entities_of
from pivotlab.tenant.products import PRODUCTS

OWN_SOURCES = {"customDetection": "Custom detection", "scheduledAlerts": "Scheduled Alerts", "nrtAlerts": "NRT Alerts"}
"""Graph's detection sources that have no bundled rows, and their names in advanced hunting."""


class HuntingLog:
    """Rows on their way into advanced hunting."""

    def __init__(self, agenda: Agenda, store: Store) -> None:
        self._agenda = agenda
        self._store = store
        self._pending: list[Alert] = []
        agenda.on("alert raised", self._alert_raised)

    def _alert_raised(self, alert: Alert) -> None:
        if alert.detection_source in OWN_SOURCES:
            self._pending.append(alert)

    def flush(self) -> None:
        """Hand the rows over to the store."""
        alerts, self._pending = self._pending, []
        info = [(alert, {**_shared(alert), "Category": alert.category}) for alert in alerts]
        evidence = [
            (alert, {**_shared(alert), "Categories": json.dumps([alert.category]), **row})
            for alert in alerts
            for row in _evidence(alert)
        ]
        for table, rows in (("AlertInfo", info), ("AlertEvidence", evidence)):
            ingested = pd.Series([alert.created for alert, _ in rows])
            self._store.append("defender", table, [row for _, row in rows], ingested)


def _shared(alert: Alert) -> dict[str, Any]:
    product = PRODUCTS.get(alert.service_source)
    return {
        "Timestamp": alert.created.replace(tzinfo=None),
        "AlertId": alert.id,
        "Title": alert.title,
        "Severity": alert.severity.capitalize(),
        "ServiceSource": product.display_name if product else alert.service_source,
        "DetectionSource": OWN_SOURCES[alert.detection_source],
        "AttackTechniques": json.dumps(alert.mitre_techniques) if alert.mitre_techniques else "",
    }


def _evidence(alert: Alert) -> list[dict[str, Any]]:
    rows = []
    for entity in entities_of(alert):
        column = entity.column
        row: dict[str, Any] = {"EntityType": _TYPES.get(entity.kind, entity.kind), "EvidenceRole": "Impacted"}
        if entity.kind == "Account":
            row["AccountName"] = column["Name"]
            row["AccountUpn"] = "@".join(part for part in (column["Name"], column["UPNSuffix"]) if part)
        elif entity.kind == "Host":
            row["DeviceName"] = ".".join(part for part in (column["HostName"], column["DnsDomain"]) if part)
        elif entity.kind == "Ip":
            row["RemoteIP"] = column["Address"]
        elif entity.kind == "Url":
            row["RemoteUrl"] = column["Url"]
        rows.append(row)
    return rows


_TYPES = {"Account": "User", "Host": "Machine"}
