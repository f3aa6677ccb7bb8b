"""Data connectors and content packages: the connector page, through the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from pivotlab.api.connectors import XDR
from pivotlab.api.identities import Role
from pivotlab.tenant import Tenant
from pivotlab.tenant.identifiers import INSIGHTS_PATH, TENANT_ID, WORKSPACE_ID
from pivotlab.tenant.people import SECURITY_ADMINISTRATOR

V = {"api-version": "2025-09-01"}
CONNECTORS = f"{INSIGHTS_PATH}/dataConnectors"
PACKAGES = f"{INSIGHTS_PATH}/contentPackages"
ALEX = "alex.analyst@contoso.example"
ENABLED = {"tenantId": TENANT_ID, "dataTypes": {"incidents": {"state": "Enabled"}}}
DISABLED = {"tenantId": TENANT_ID, "dataTypes": {"incidents": {"state": "Disabled"}}}


def kinds(client: httpx.Client) -> list[str]:
    return [one["kind"] for one in client.get(CONNECTORS, params=V).json()["value"]]


def put(client: httpx.Client, properties: dict[str, Any], kind: str = XDR) -> httpx.Response:
    return client.put(f"{CONNECTORS}/x", params=V, json={"kind": kind, "properties": properties})


class TestInTheDefenderPortal:
    def test_the_connector_is_there_and_on(self, onlooker: httpx.Client) -> None:
        assert kinds(onlooker) == [XDR]
        connector = onlooker.get(CONNECTORS, params=V).json()["value"][0]
        assert connector["properties"]["dataTypes"]["incidents"]["state"] == "Enabled"
        assert onlooker.get(f"{CONNECTORS}/{connector['name']}", params=V).json() == connector

    def test_the_solution_is_installed(self, onlooker: httpx.Client) -> None:
        packages = onlooker.get(PACKAGES, params=V).json()["value"]
        assert [package["properties"]["displayName"] for package in packages] == ["Microsoft Defender XDR"]


class TestInTheAzurePortal:
    @pytest.fixture
    def tenant(self, bundle: Path) -> Iterator[Tenant]:
        """A tenant in which nothing is connected; Alex may connect."""
        with Tenant.open(bundle, connected=False) as opened:
            opened.people.grant(ALEX, SECURITY_ADMINISTRATOR)
            yield opened

    def test_the_solution_comes_first(self, client: httpx.Client) -> None:
        answer = put(client, ENABLED)
        assert answer.status_code == 400
        assert "prereq-05" in answer.json()["error"]["message"]

    def test_enabling_connects_and_disabling_disconnects(self, client: httpx.Client, tenant: Tenant) -> None:
        tenant.connector.install_solution()
        assert put(client, ENABLED).status_code == 201
        assert (tenant.connector.connected, kinds(client)) == (True, [XDR])
        assert put(client, ENABLED).status_code == 200
        assert put(client, DISABLED).status_code == 200
        assert (tenant.connector.connected, kinds(client)) == (False, [])

    def test_it_needs_a_security_administrator(self, client: httpx.Client, tenant: Tenant) -> None:
        tenant.connector.install_solution()
        tenant.people.revoke(ALEX, SECURITY_ADMINISTRATOR)
        answer = put(client, ENABLED)
        assert (answer.status_code, tenant.connector.connected) == (403, False)
        assert "prereq-02" in answer.json()["error"]["message"]

    def test_a_products_own_connector_is_switched_too(self, client: httpx.Client) -> None:
        alerts = {"tenantId": TENANT_ID, "dataTypes": {"alerts": {"state": "Enabled"}}}
        assert put(client, alerts, "MicrosoftDefenderAdvancedThreatProtection").status_code == 201
        assert kinds(client) == ["MicrosoftDefenderAdvancedThreatProtection"]
        name = client.get(CONNECTORS, params=V).json()["value"][0]["name"]
        assert client.delete(f"{CONNECTORS}/{name}", params=V).status_code == 200
        assert client.delete(f"{CONNECTORS}/{name}", params=V).status_code == 204
        assert kinds(client) == []

    @pytest.mark.parametrize(
        "properties",
        [
            {"dataTypes": {"incidents": {"state": "Enabled"}}},
            {"tenantId": WORKSPACE_ID, "dataTypes": {"incidents": {"state": "Enabled"}}},
            {"tenantId": TENANT_ID},
            {"tenantId": TENANT_ID, "dataTypes": {"incidents": "Enabled"}},
            {"tenantId": TENANT_ID, "dataTypes": {"incidents": {"state": "On"}}},
        ],
    )
    def test_what_is_missing_is_named(self, client: httpx.Client, properties: dict[str, Any]) -> None:
        assert put(client, properties).status_code == 400

    def test_any_other_kind_is_kept_as_it_was_sent(self, client: httpx.Client) -> None:
        assert put(client, {"tenantId": TENANT_ID}, "AmazonWebServicesCloudTrail").status_code == 201
        assert client.get(f"{CONNECTORS}/x", params=V).json()["kind"] == "AmazonWebServicesCloudTrail"
        assert client.delete(f"{CONNECTORS}/x", params=V).status_code == 200

    def test_a_package_needs_what_the_service_needs(self, client: httpx.Client) -> None:
        whole = dict.fromkeys(("contentId", "contentProductId", "contentKind", "version", "displayName"), "x")
        assert client.put(f"{PACKAGES}/x", params=V, json={"properties": whole}).status_code == 201
        for name in whole:
            body = {"properties": {**whole, name: None}}
            assert client.put(f"{PACKAGES}/x", params=V, json=body).status_code == 400


def test_whoever_loses_a_role_loses_its_rights_at_once(
    client_as: Callable[[Role], httpx.Client], tenant: Tenant
) -> None:
    reader = client_as(Role.READER)
    calls: list[tuple[str, str, dict[str, str]]] = [
        ("GET", f"{INSIGHTS_PATH}/incidents?api-version=2025-09-01", {}),
        ("GET", "/v1.0/security/incidents", {}),
        ("POST", f"/v1/workspaces/{WORKSPACE_ID}/query", {"query": "print 1"}),
        ("POST", "/v1.0/security/runHuntingQuery", {"Query": "print 1"}),
    ]
    before = [reader.request(method, path, json=body).status_code for method, path, body in calls]
    tenant.people.revoke("robin.reader@contoso.example", Role.READER.title)
    after = [reader.request(method, path, json=body).status_code for method, path, body in calls]
    assert (before, after) == ([200] * 4, [403] * 4)
