"""Product alerts: a line of alerts.jsonl each, and the same alert in AlertInfo and AlertEvidence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pivotlab.scenarios.evidence import Evidence, as_row, iso
from pivotlab.scenarios.identifiers import guid, number
from pivotlab.scenarios.telemetry import Telemetry


@dataclass(frozen=True)
class Product:
    """How a product signs its alerts. The id prefixes are documented (fact products-06)."""

    prefix: str
    service: str
    detection: str
    name: str
    hunting_service: str
    hunting_detection: str


PRODUCTS = {
    "MDE": Product(
        "da",
        "microsoftDefenderForEndpoint",
        "microsoftDefenderForEndpoint",
        "Microsoft Defender for Endpoint",
        "Microsoft Defender for Endpoint",
        "EDR",
    ),
    "AV": Product(
        "da",
        "microsoftDefenderForEndpoint",
        "antivirus",
        "Microsoft Defender for Endpoint",
        "Microsoft Defender for Endpoint",
        "Antivirus",
    ),
    "MDO": Product(
        "fa",
        "microsoftDefenderForOffice365",
        "microsoftDefenderForOffice365",
        "Microsoft Defender for Office 365",
        "Microsoft Defender for Office 365",
        "Microsoft Defender for Office 365",
    ),
    "MDI": Product(
        "aa",
        "microsoftDefenderForIdentity",
        "microsoftDefenderForIdentity",
        "Microsoft Defender for Identity",
        "Microsoft Defender for Identity",
        "Microsoft Defender for Identity",
    ),
    "MDA": Product(
        "ca",
        "microsoftDefenderForCloudApps",
        "cloudAppSecurity",
        "Microsoft Defender for Cloud Apps",
        "Microsoft Defender for Cloud Apps",
        "Microsoft Defender for Cloud Apps",
    ),
    "IPC": Product(
        "ad",
        "azureAdIdentityProtection",
        "azureAdIdentityProtection",
        "Microsoft Entra ID Protection",
        "Microsoft Entra ID Protection",
        "Microsoft Entra ID Protection",
    ),
    "DLP": Product(
        "dl",
        "dataLossPrevention",
        "microsoftDataLossPrevention",
        "Microsoft Data Loss Prevention",
        "Microsoft Data Loss Prevention",
        "Microsoft Data Loss Prevention",
    ),
    "MDC": Product(
        "dc",
        "microsoftDefenderForCloud",
        "microsoftDefenderForServers",
        "Microsoft Defender for Cloud",
        "Microsoft Defender for Cloud",
        "Microsoft Defender for Servers",
    ),
    "XDR": Product(
        "ra",
        "microsoft365Defender",
        "microsoft365Defender",
        "Microsoft Defender XDR",
        "Microsoft Defender XDR",
        "Microsoft Defender XDR",
    ),
}
"""Our short name -> the product."""


class Alerts:
    """Collects alerts in the order in which they arise."""

    def __init__(self, telemetry: Telemetry, seed: int) -> None:
        self._telemetry = telemetry
        self._seed = seed
        self._lines: list[tuple[datetime, dict[str, Any]]] = []
        self._names: dict[str, str] = {}

    def raise_alert(
        self,
        product: str,
        incident: str,
        first: datetime,
        title: str,
        *,
        severity: str,
        category: str,
        description: str,
        evidence: Sequence[Evidence],
        techniques: Sequence[str] = (),
        last: datetime | None = None,
        actions: str = "Check the evidence and its timeline.",
        after: timedelta | None = None,
        merges: str = "",
    ) -> str:
        """A product raises an alert on activity from `first` to `last` and files it under `incident`. Returns its id.

        `severity` is high, medium, low or informational; `techniques` are MITRE ids; `after` is the time to the alert;
        `merges` is the key of another incident that the engine merges into this one when the alert arrives.
        """
        signed = PRODUCTS[product]
        last = last or first
        count = len(self._lines)
        delay = after or timedelta(seconds=90 + number(420_000, self._seed, "alert", count) / 1000)
        created = (last + delay).replace(microsecond=0)
        ticks = (
            638_000_000_000_000_000
            + int(created.replace(tzinfo=UTC).timestamp()) * 1_000_000 % 10**15
            + number(10**6, self._seed, title, count)
        )
        alert_id = f"{signed.prefix}{ticks}_{number(2**31, self._seed, 'alert id', count) - 2**30}"
        line = {
            "id": alert_id,
            "provider_alert_id": alert_id[2:],
            "incident": incident,
            "created": iso(created),
            "first_activity": iso(first),
            "last_activity": iso(last),
            "title": title,
            "description": description,
            "category": category,
            "severity": severity,
            "service_source": signed.service,
            "detection_source": signed.detection,
            "product_name": signed.name,
            "mitre_techniques": list(techniques),
            "recommended_actions": actions,
            "detector_id": guid("detector", signed.service, title),
            "evidence": [{"createdDateTime": iso(created), **item} for item in evidence],
        }
        if merges:
            line["merges"] = merges
        self._lines.append((created, line))
        shared = {
            "AlertId": alert_id,
            "Title": title,
            "Severity": severity.capitalize(),
            "ServiceSource": signed.hunting_service,
            "DetectionSource": signed.hunting_detection,
            "AttackTechniques": json.dumps(list(techniques)) if techniques else "",
        }
        self._telemetry.add("defender/AlertInfo", created, {**shared, "Category": category})
        for item in evidence:
            columns = {**shared, "Categories": json.dumps([category]), **as_row(item)}
            self._telemetry.add("defender/AlertEvidence", created, columns)
        return alert_id

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every alert by time of creation. The first of an incident says what correlation names the incident."""
        ordered = [line for _, line in sorted(self._lines, key=lambda entry: (entry[0], entry[1]["id"]))]
        named: set[str] = set()
        for line in ordered:
            if line["incident"] not in named:
                line["incident_title"] = self._names.get(line["incident"], line["title"])
                named.add(line["incident"])
        return ordered

    def created(self, alert_id: str) -> datetime:
        """When an alert appears in Defender XDR. Raises `StopIteration` for one that nobody raised."""
        return next(moment for moment, line in self._lines if line["id"] == alert_id)

    def name_incident(self, incident: str, title: str) -> None:
        """What the correlation engine calls the incident of a key. Without it, it has the name of its first alert."""
        self._names[incident] = title
