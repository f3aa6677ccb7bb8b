"""One alert of a product, with its evidence, as Defender XDR keeps it (Graph `alerts_v2`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pivotlab.model.enums import AlertStatus, Classification, Determination, RemediationStatus, Severity, Verdict
from pivotlab.model.identity import stable_guid
from pivotlab.model.incident import Comment

_ODATA_TYPE = re.compile(r"#?microsoft\.graph\.security\.(\w+)Evidence")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that an alert is about: a user, a device, a file.

    `kind` is Graph's type without its namespace and suffix ("user", "device", "analyzedMessage"); `fields` are the
    properties that only this kind has, in Graph's spelling.
    """

    kind: str
    fields: Mapping[str, Any]
    roles: tuple[str, ...] = ()
    verdict: Verdict = Verdict.UNKNOWN
    remediation_status: RemediationStatus = RemediationStatus.NONE

    @classmethod
    def from_graph(cls, graph: Mapping[str, Any]) -> Evidence:
        """Read Graph's form. Raises `ValueError` when `@odata.type` names no evidence type."""
        match = _ODATA_TYPE.fullmatch(str(graph.get("@odata.type", "")))
        if match is None:
            raise ValueError(
                f"{graph.get('@odata.type')!r} is no evidence type. Write it as #microsoft.graph.security.userEvidence."
            )
        common = {"@odata.type", "roles", "verdict", "remediationStatus"}
        return cls(
            kind=match[1],
            fields={name: value for name, value in graph.items() if name not in common},
            roles=tuple(graph.get("roles") or ()),
            verdict=Verdict(graph.get("verdict") or Verdict.UNKNOWN),
            remediation_status=RemediationStatus(graph.get("remediationStatus") or RemediationStatus.NONE),
        )

    def to_graph(self) -> dict[str, Any]:
        """Graph's form, as `alerts_v2` shows it."""
        return {
            "@odata.type": f"#microsoft.graph.security.{self.kind}Evidence",
            "roles": list(self.roles),
            "verdict": self.verdict.value,
            "remediationStatus": self.remediation_status.value,
            **self.fields,
        }


@dataclass(slots=True)
class Alert:
    """One alert. `id` carries the prefix that tells its source: da, fa, aa, ca, ad, dl, dc, sn, ir, ra (fact products-06).

    `correlation` is the key by which the correlation engine groups: alerts with the same key are one incident.
    `merges` is the key of another incident that the engine finds to be the same attack when this alert arrives.
    Moments are zone-aware UTC; `service_source` and `detection_source` are Graph's names.
    """

    id: str
    title: str
    severity: Severity
    service_source: str
    detection_source: str
    product_name: str
    created: datetime
    first_activity: datetime
    last_activity: datetime
    correlation: str
    merges: str = ""
    description: str = ""
    category: str = ""
    provider_alert_id: str = ""
    detector_id: str = ""
    recommended_actions: str = ""
    incident_title: str = ""
    mitre_techniques: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    status: AlertStatus = AlertStatus.NEW
    classification: Classification = Classification.UNKNOWN
    determination: Determination = Determination.UNKNOWN
    assigned_to: str | None = None
    incident_id: str = ""
    last_update: datetime | None = None
    resolved: datetime | None = None
    custom_details: Mapping[str, Any] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    _system_alert_id: str = field(default="", repr=False)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Alert:
        """Read one line of a bundle's `alerts.jsonl`. Raises `KeyError` or `ValueError` on a line that does not fit."""
        return cls(
            id=record["id"],
            provider_alert_id=record.get("provider_alert_id") or record["id"],
            correlation=record["incident"],
            merges=record.get("merges") or "",
            incident_title=record.get("incident_title") or "",
            created=datetime.fromisoformat(record["created"]),
            first_activity=datetime.fromisoformat(record["first_activity"]),
            last_activity=datetime.fromisoformat(record["last_activity"]),
            title=record["title"],
            description=record.get("description") or "",
            category=record.get("category") or "",
            severity=Severity(record["severity"]),
            service_source=record["service_source"],
            detection_source=record["detection_source"],
            product_name=record["product_name"],
            mitre_techniques=tuple(record.get("mitre_techniques") or ()),
            recommended_actions=record.get("recommended_actions") or "",
            detector_id=record.get("detector_id") or "",
            evidence=_evidence(record.get("evidence") or ()),
        )

    @property
    def system_alert_id(self) -> str:
        """Sentinel's own id of this alert, a GUID; the product's id is in `VendorOriginalId`."""
        if not self._system_alert_id:
            self._system_alert_id = stable_guid("alert", self.id)
        return self._system_alert_id


def _evidence(items: Iterable[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(Evidence.from_graph(item) for item in items)
