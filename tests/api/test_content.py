"""Content hub's catalogue, metadata, playbooks by hand, and what is not served."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from pivotlab.api.identities import Role
from pivotlab.tenant import Tenant
from pivotlab.tenant.identifiers import INSIGHTS_PATH, WORKSPACE_ID, WORKSPACE_PATH

V = {"api-version": "2025-09-01"}
OFFERED = f"{INSIGHTS_PATH}/contentProductPackages"
SOLUTION = "azuresentinel.azure-sentinel-solution-microsoft365defender"
METADATA = f"{INSIGHTS_PATH}/metadata/analyticsrule-1"
PLAYBOOK = {"logicAppsResourceId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Logic/workflows/notify"}


def test_the_catalogue_offers_the_solution_and_says_what_is_installed(client: httpx.Client) -> None:
    (offered,) = client.get(OFFERED, params=V).json()["value"]
    assert offered["properties"]["installedVersion"] == offered["properties"]["version"]
    assert client.get(f"{OFFERED}/{SOLUTION}", params=V).json() == offered
    client.delete(f"{INSIGHTS_PATH}/contentPackages/{SOLUTION}", params=V)
    assert client.get(f"{OFFERED}/{SOLUTION}", params=V).json()["properties"]["installedVersion"] is None
    assert client.get(f"{OFFERED}/other", params=V).status_code == 404


def test_what_the_catalogue_shows_can_be_installed_as_it_is(client: httpx.Client, tenant: Tenant) -> None:
    offered = client.get(f"{OFFERED}/{SOLUTION}", params=V).json()["properties"]
    client.delete(f"{INSIGHTS_PATH}/contentPackages/{SOLUTION}", params=V)
    assert not tenant.connector.installed
    answer = client.put(f"{INSIGHTS_PATH}/contentPackages/{SOLUTION}", params=V, json={"properties": offered})
    assert answer.status_code == 201
    assert tenant.connector.installed


def test_metadata_is_written_patched_and_deleted(client: httpx.Client) -> None:
    about = {"kind": "AnalyticsRule", "parentId": f"{INSIGHTS_PATH}/alertRules/1"}
    for name in about:
        assert client.put(METADATA, params=V, json={"properties": {**about, name: None}}).status_code == 400
    assert client.put(METADATA, params=V, json={"properties": about}).status_code == 201
    patched = client.patch(METADATA, params=V, json={"properties": {"version": "1.0.1"}})
    assert (patched.status_code, patched.json()["properties"]) == (200, {**about, "version": "1.0.1"})
    assert len(client.get(f"{INSIGHTS_PATH}/metadata", params=V).json()["value"]) == 1
    assert [client.delete(METADATA, params=V).status_code for _ in range(2)] == [200, 204]
    assert client.patch(METADATA, params=V, json={"properties": {}}).status_code == 404


def test_a_playbook_is_started_on_an_incident_by_a_responder(
    client_as: Callable[[Role], httpx.Client], tenant: Tenant
) -> None:
    record = tenant.sentinel.records[0]
    path = f"{INSIGHTS_PATH}/incidents/{record.name}/runPlaybook"
    assert client_as(Role.READER).post(path, params=V, json=PLAYBOOK).status_code == 403
    answer = client_as(Role.RESPONDER).post(path, params=V, json=PLAYBOOK)
    assert (answer.status_code, answer.content) == (204, b"")
    assert tenant.automation.playbook_runs == [("notify", str(record.number))]
    assert tenant.timeline().iloc[-1]["What"] == "Playbook started"


def test_a_playbook_needs_an_incident_and_a_name(client: httpx.Client, tenant: Tenant) -> None:
    path = f"{INSIGHTS_PATH}/incidents/{tenant.sentinel.records[0].name}/runPlaybook"
    missing = client.post(path, params=V, json={})
    assert missing.status_code == 400
    assert "'logicAppsResourceId'" in missing.json()["error"]["message"]
    assert client.post(f"{INSIGHTS_PATH}/incidents/none/runPlaybook", params=V, json=PLAYBOOK).status_code == 404


def test_a_watchlist_of_the_api_can_be_queried_in_the_workspace(client: httpx.Client) -> None:
    listing = {
        "displayName": "Tiers",
        "provider": "Us",
        "itemsSearchKey": "host",
        "rawContent": "host,tier\nws01,0\nws02,1",
    }
    client.put(f"{INSIGHTS_PATH}/watchlists/tiers", params=V, json={"properties": listing})
    query = "Watchlist | where WatchlistAlias == 'tiers' | project SearchKey, tostring(WatchlistItem.tier) | sort by SearchKey asc"
    answer = client.post(f"/v1/workspaces/{WORKSPACE_ID}/query", json={"query": query}).json()
    assert answer["tables"][0]["rows"] == [["ws01", "0"], ["ws02", "1"]]


@pytest.mark.parametrize(
    "path",
    [
        f"{INSIGHTS_PATH}/threatIntelligence/main/indicators",
        f"{INSIGHTS_PATH}/contentTemplates",
        f"{INSIGHTS_PATH}/dynamicSummaries",
        f"{WORKSPACE_PATH}/tables/Suspicious_SRCH",
    ],
)
def test_what_is_not_served_says_so_in_azures_shape(onlooker: httpx.Client, path: str) -> None:
    answer = onlooker.get(path, params=V)
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "NotFound"
    assert "is not served" in answer.json()["error"]["message"]
