"""A small tenant with rows in both products, and the app over it. Nothing here opens a connection beyond loopback."""

from __future__ import annotations

import contextlib
import json
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pandas as pd
import pytest

from pivotlab.api import Server, serve_in_thread
from pivotlab.api.identities import Role
from pivotlab.tenant import Tenant
from pivotlab.tenant.snapshot import Snapshot

START = datetime(2026, 10, 5, tzinfo=UTC)
NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
PHISHING, TOKEN = datetime(2026, 11, 2, 9, tzinfo=UTC), datetime(2026, 11, 2, 9, 40, tzinfo=UTC)

USER = {
    "@odata.type": "#microsoft.graph.security.userEvidence",
    "roles": ["compromised"],
    "verdict": "suspicious",
    "remediationStatus": "none",
    "userAccount": {"accountName": "ada", "userPrincipalName": "ada@contoso.example", "userSid": "S-1-5-21-7"},
}
ADDRESS = {
    "@odata.type": "#microsoft.graph.security.ipEvidence",
    "roles": ["attacker"],
    "verdict": "malicious",
    "remediationStatus": "none",
    "ipAddress": "203.0.113.7",
}


def alert(number: int, key: str, created: datetime, **changes: Any) -> dict[str, Any]:
    """One line of alerts.jsonl."""
    return {
        "id": f"da{number}",
        "provider_alert_id": f"p{number}",
        "incident": key,
        "incident_title": f"Incident {key}",
        "created": created.isoformat(),
        "first_activity": (created - timedelta(minutes=30)).isoformat(),
        "last_activity": (created - timedelta(minutes=10)).isoformat(),
        "title": f"Alert {number}",
        "description": f"What alert {number} is about",
        "category": "InitialAccess",
        "severity": "high",
        "service_source": "microsoftDefenderForOffice365",
        "detection_source": "microsoftDefenderForOffice365",
        "product_name": "Microsoft Defender for Office 365",
        "mitre_techniques": ["T1566.002"],
        "recommended_actions": "Reset the password.",
        "detector_id": "d1",
        "evidence": [USER, ADDRESS],
        **changes,
    }


def write_bundle(folder: Path) -> Path:
    """Two incidents (two alerts, one alert), four sign-ins and two mails."""
    moments = {"start": START.isoformat(), "now": NOW.isoformat(), "end": (NOW + timedelta(hours=16)).isoformat()}
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"seed": 1, "version": "1", "rows": {}, **moments}))
    lines = [
        alert(1, "phishing", PHISHING),
        alert(2, "phishing", TOKEN, service_source="azureAdIdentityProtection", id="ad2"),
        alert(3, "malware", PHISHING + timedelta(hours=3), severity="low"),
    ]
    (folder / "alerts.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    signins = [
        {
            "TimeGenerated": NOW - timedelta(minutes=ago),
            "UserPrincipalName": f"{user}@contoso.example",
            "ResultType": code,
        }
        for ago, user, code in ((10, "ada", "0"), (20, "ben", "50126"), (90, "ada", "0"), (60 * 24 * 3, "ada", "0"))
    ]
    mails = [
        {
            "Timestamp": PHISHING - timedelta(minutes=ago),
            "Subject": subject,
            "RecipientEmailAddress": "ada@contoso.example",
        }
        for ago, subject in ((40, "Invoice"), (35, "Invoice again"))
    ]
    write_table(folder, "workspace", "SigninLogs", signins, "TimeGenerated")
    write_table(folder, "defender", "EmailEvents", mails, "Timestamp")
    return folder


def write_table(folder: Path, product: str, table: str, rows: list[dict[str, Any]], moment: str) -> None:
    """One Parquet file of a bundle; rows are ingested at the moment of the event."""
    frame = pd.DataFrame(rows)
    frame[moment] = frame[moment].dt.tz_localize(None)
    frame["_ingested"] = frame[moment]
    (folder / "tables" / product).mkdir(parents=True, exist_ok=True)
    file = folder / "tables" / product / f"{table}.parquet"
    duckdb.connect().execute(f"COPY (SELECT * FROM frame) TO '{file}' (FORMAT parquet)")


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle that every tenant of these tests is opened on."""
    return write_bundle(tmp_path_factory.mktemp("api") / "bundle")


@pytest.fixture(scope="session")
def working(bundle: Path) -> Iterator[tuple[Tenant, Server]]:
    """One served tenant for all tests that change something; `tenant` undoes what a test did."""
    with Tenant.open(bundle) as opened, serve_in_thread(opened) as running:
        yield opened, running


@pytest.fixture(scope="session")
def untouched(working: tuple[Tenant, Server]) -> Snapshot:
    """The served tenant before any test."""
    return working[0].snapshot()


@pytest.fixture
def tenant(working: tuple[Tenant, Server], untouched: Snapshot) -> Iterator[Tenant]:
    """A tenant with the connector on, as if it were the test's own."""
    yield working[0]
    working[0].restore(untouched)


@pytest.fixture
def server(working: tuple[Tenant, Server], tenant: Tenant) -> Iterator[Server]:
    """Where the test's tenant is served: a server of its own where a test brings another tenant."""
    if tenant is working[0]:
        yield working[1]
        return
    with serve_in_thread(tenant) as running:
        yield running


@pytest.fixture(scope="session")
def served(bundle: Path) -> Iterator[Server]:
    """One tenant that all tests share which only look."""
    with Tenant.open(bundle) as opened, serve_in_thread(opened) as running:
        yield running


def connect(server: Server, role: Role | None) -> httpx.Client:
    """A client with the token of a role, or with none."""
    trust = ssl.create_default_context(cafile=str(server.ca_file))
    headers = {"Authorization": f"Bearer {server.identities.token(role)}"} if role else {}
    return httpx.Client(base_url=server.url, headers=headers, verify=trust, timeout=60)


@pytest.fixture(scope="session")
def connect_to() -> Callable[[Server, Role | None], httpx.Client]:
    """Makes a client of any server: connect_to(server, Role.READER), or None for no token."""
    return connect


@pytest.fixture(scope="session")
def clients(working: tuple[Tenant, Server]) -> Iterator[dict[Role, httpx.Client]]:
    """One client for each role."""
    with contextlib.ExitStack() as open_clients:
        yield {role: open_clients.enter_context(connect(working[1], role)) for role in Role}


@pytest.fixture
def client_as(
    working: tuple[Tenant, Server], clients: dict[Role, httpx.Client], server: Server
) -> Iterator[Callable[[Role], httpx.Client]]:
    """Clients of the test's tenant, with the token of a role: client_as(Role.READER)."""
    if server is working[1]:
        yield clients.__getitem__
        return
    with contextlib.ExitStack() as open_clients:
        yield lambda role: open_clients.enter_context(connect(server, role))


@pytest.fixture
def client(client_as: Callable[[Role], httpx.Client]) -> httpx.Client:
    """A client of the test's own tenant with the role that a learner has: Contributor."""
    return client_as(Role.CONTRIBUTOR)


@pytest.fixture(scope="session")
def onlooker(served: Server) -> Iterator[httpx.Client]:
    """A Contributor at the shared tenant, for tests that only look."""
    with connect(served, Role.CONTRIBUTOR) as opened:
        yield opened


@pytest.fixture(scope="session")
def stranger(served: Server) -> Iterator[httpx.Client]:
    """A client without a token at the shared tenant."""
    with connect(served, None) as opened:
        yield opened
