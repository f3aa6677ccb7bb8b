"""A tiny bundle: four alerts of two attacks, and an empty set of tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pivotlab.model import Alert
from pivotlab.tenant import Tenant

START = datetime(2026, 11, 1, tzinfo=UTC)
NOW = START + timedelta(hours=12)

USER = {
    "@odata.type": "#microsoft.graph.security.userEvidence",
    "roles": ["compromised"],
    "verdict": "suspicious",
    "remediationStatus": "none",
    "userAccount": {"accountName": "ada", "userPrincipalName": "ada@contoso.example", "userSid": "S-1-5-21-7"},
}
DEVICE = {
    "@odata.type": "#microsoft.graph.security.deviceEvidence",
    "roles": [],
    "verdict": "unknown",
    "remediationStatus": "none",
    "deviceDnsName": "ws01.contoso.example",
    "osPlatform": "Windows11",
}


def line(number: int, key: str, created: datetime, **changes: Any) -> dict[str, Any]:
    """One line of alerts.jsonl."""
    return {
        "id": f"da{number}",
        "provider_alert_id": f"p{number}",
        "incident": key,
        "incident_title": f"Attack {key}",
        "created": created.isoformat(),
        "first_activity": (created - timedelta(minutes=30)).isoformat(),
        "last_activity": (created - timedelta(minutes=10)).isoformat(),
        "title": f"Alert {number}",
        "description": f"What alert {number} is about",
        "category": "Execution",
        "severity": "medium",
        "service_source": "microsoftDefenderForEndpoint",
        "detection_source": "microsoftDefenderForEndpoint",
        "product_name": "Microsoft Defender for Endpoint",
        "mitre_techniques": ["T1059.001"],
        "recommended_actions": "",
        "detector_id": "d1",
        "evidence": [USER, DEVICE],
        **changes,
    }


def write_bundle(folder: Path, lines: list[dict[str, Any]]) -> Path:
    """A bundle of these alerts, with the clock at noon of its first day."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tables").mkdir(exist_ok=True)
    end = START + timedelta(days=2)
    moments = {"start": START.isoformat(), "now": NOW.isoformat(), "end": end.isoformat()}
    (folder / "manifest.json").write_text(json.dumps({"seed": 1, "version": 1, "rows": {}, **moments}))
    (folder / "alerts.jsonl").write_text("".join(json.dumps(item) + "\n" for item in lines))
    return folder


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Attack a: two alerts this morning. Attack b: one alert a minute before now, one an hour ahead."""
    return write_bundle(
        tmp_path / "bundle",
        [
            line(1, "a", START + timedelta(hours=8)),
            line(2, "a", START + timedelta(hours=9), severity="high"),
            line(3, "b", NOW - timedelta(minutes=1)),
            line(4, "b", NOW + timedelta(hours=1)),
        ],
    )


@pytest.fixture
def tenant(bundle: Path) -> Iterator[Tenant]:
    """The tenant over the tiny bundle, connected."""
    with Tenant.open(bundle) as opened:
        yield opened


@pytest.fixture
def unconnected(bundle: Path) -> Iterator[Tenant]:
    """The tenant over the tiny bundle, with nothing connected."""
    with Tenant.open(bundle, connected=False) as opened:
        yield opened


@pytest.fixture
def raise_alerts(tenant: Tenant) -> Callable[..., list[str]]:
    """Raise alerts now, on top of the bundle's: raise_alerts(160, "big", severity="low")."""

    def raised(count: int, key: str, **changes: Any) -> list[str]:
        made = []
        for number in range(count):
            alert_id = f"da-{key}-{number}-{len(tenant.defender.alert_records())}"
            record = line(number, key, tenant.now, id=alert_id, provider_alert_id=alert_id, **changes)
            tenant.defender.receive(Alert.from_record(record))
            made.append(alert_id)
        return made

    return raised


@pytest.fixture
def write_line() -> Callable[..., Alert]:
    """One alert of a key, created at a moment."""

    def written(key: str, created: datetime, **changes: Any) -> Alert:
        return Alert.from_record(line(9, key, created, id=f"xx-{key}", **changes))

    return written
