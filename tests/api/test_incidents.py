"""SecurityInsights incidents, with what hangs off them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from pivotlab.tenant import Tenant
from pivotlab.tenant.identifiers import INSIGHTS_PATH

V = {"api-version": "2025-09-01"}
INCIDENTS = f"{INSIGHTS_PATH}/incidents"
GUID = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def phishing(client: httpx.Client) -> dict[str, Any]:
    """The phishing incident as the API shows it."""
    listed: list[dict[str, Any]] = client.get(INCIDENTS, params=V).json()["value"]
    return next(item for item in listed if item["properties"]["title"] == "Incident phishing")


def put(client: httpx.Client, name: str, etag: str | None = None, **properties: Any) -> httpx.Response:
    body: dict[str, Any] = {"properties": {"title": "T", "severity": "High", "status": "New", **properties}}
    return client.put(f"{INCIDENTS}/{name}", params=V, json={**body, "etag": etag} if etag else body)


def test_an_incident_from_defender_shows_where_it_came_from(phishing: dict[str, Any], tenant: Tenant) -> None:
    twin = next(one for one in tenant.defender.records if one.display_name == "Incident phishing")
    properties = phishing["properties"]
    assert phishing["id"].lower() == f"{INCIDENTS}/{phishing['name']}".lower()
    assert properties["providerName"] == "Microsoft XDR"
    assert properties["providerIncidentId"] == twin.id
    assert properties["additionalData"]["providerIncidentUrl"] == twin.web_url
    assert "portal.azure.com" in properties["incidentUrl"]
    assert properties["additionalData"]["alertsCount"] == 2
    assert (properties["severity"], properties["status"]) == ("High", "New")
    assert properties["firstActivityTimeUtc"] == "2026-11-02T08:30:00Z"
    assert properties["owner"]["userPrincipalName"] is None


def test_getting_one_gives_the_same_as_listing_all(client: httpx.Client, phishing: dict[str, Any]) -> None:
    assert client.get(f"{INCIDENTS}/{phishing['name'].upper()}", params=V).json() == phishing


@pytest.mark.parametrize("name", [GUID, "1", "Incident phishing", "..", "%00"])
def test_an_incident_that_is_not_there_is_404(client: httpx.Client, name: str) -> None:
    assert client.get(f"{INCIDENTS}/{name}", params=V).status_code == 404


@pytest.mark.parametrize("missing", ["title", "severity", "status"])
def test_every_put_needs_title_severity_and_status(
    client: httpx.Client, phishing: dict[str, Any], missing: str
) -> None:
    for name in (phishing["name"], GUID):
        answer = put(client, name, **{missing: None})
        assert answer.status_code == 400
        assert f"properties.{missing}" in answer.json()["error"]["message"]


def test_a_put_changes_what_it_names_and_leaves_the_rest(client: httpx.Client, phishing: dict[str, Any]) -> None:
    name = phishing["name"]
    owner = {"userPrincipalName": "ben@contoso.example"}
    put(client, name, title="Renamed", owner=owner, labels=[{"labelName": "vip"}])
    after = put(client, name, title="Renamed", status="Active").json()["properties"]
    assert (after["title"], after["status"]) == ("Renamed", "Active")
    assert after["owner"]["userPrincipalName"] == "ben@contoso.example"
    assert after["labels"] == [{"labelName": "vip", "labelType": "User"}]
    assert after["description"] == phishing["properties"]["description"]


def test_an_owner_and_labels_are_taken_away_by_null_and_by_an_empty_list(
    client: httpx.Client, phishing: dict[str, Any]
) -> None:
    name = phishing["name"]
    put(client, name, owner={"userPrincipalName": "ben@contoso.example"}, labels=[{"labelName": "vip"}])
    after = put(client, name, owner={"objectId": None}, labels=[]).json()["properties"]
    assert after["owner"]["objectId"] is None
    assert after["labels"] == []


def test_closing_resolves_the_twin_in_defender(client: httpx.Client, phishing: dict[str, Any], tenant: Tenant) -> None:
    put(
        client, phishing["name"], status="Closed", classification="FalsePositive", classificationReason="InaccurateData"
    )
    twin = tenant.defender.incident(phishing["properties"]["providerIncidentId"])
    assert (twin.status, twin.classification) == ("resolved", "falsePositive")
    assert twin.last_modified_by == "alex.analyst@contoso.example"


@pytest.mark.parametrize(
    "change",
    [
        {"severity": "Critical"},
        {"status": "Open"},
        {"classification": "Maybe", "status": "Closed"},
        {"title": 7},
        {"description": ["x"]},
        {"owner": "ben"},
        {"owner": {"objectId": 7}},
        {"labels": "vip"},
        {"labels": ["vip"]},
        {"labels": [{"labelName": None}]},
        {"firstActivityTimeUtc": "yesterday"},
    ],
)
def test_a_value_that_sentinel_does_not_know_is_refused_and_changes_nothing(
    client: httpx.Client, phishing: dict[str, Any], change: dict[str, Any]
) -> None:
    answer = put(client, phishing["name"], **change)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")
    assert client.get(f"{INCIDENTS}/{phishing['name']}", params=V).json() == phishing


def test_a_stale_etag_is_a_conflict_and_nothing_is_lost(client: httpx.Client, phishing: dict[str, Any]) -> None:
    first = put(client, phishing["name"], etag=phishing["etag"], title="First")
    second = put(client, phishing["name"], etag=phishing["etag"], title="Second")
    assert first.status_code == 200
    assert (second.status_code, second.json()["error"]["code"]) == (409, "Conflict")
    assert client.get(f"{INCIDENTS}/{phishing['name']}", params=V).json()["properties"]["title"] == "First"


def test_a_stale_if_match_header_is_a_failed_precondition(client: httpx.Client, phishing: dict[str, Any]) -> None:
    put(client, phishing["name"], title="First")
    answer = client.put(
        f"{INCIDENTS}/{phishing['name']}",
        params=V,
        json={"properties": {"title": "Second", "severity": "Low", "status": "New"}},
        headers={"If-Match": phishing["etag"]},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (412, "PreconditionFailed")


def test_an_incident_made_here_gets_201_and_stays_in_sentinel(client: httpx.Client, tenant: Tenant) -> None:
    before = len(tenant.defender.records)
    answer = put(client, GUID, title="By hand", description="d")
    assert (answer.status_code, answer.json()["name"]) == (201, GUID)
    tenant.advance(hours=1)
    assert len(tenant.defender.records) == before
    assert "providerIncidentUrl" not in answer.json()["properties"]["additionalData"]


def test_one_from_defender_cannot_be_deleted_and_one_made_here_can(
    client: httpx.Client, phishing: dict[str, Any]
) -> None:
    put(client, GUID)
    refused = client.delete(f"{INCIDENTS}/{phishing['name']}", params=V)
    assert refused.status_code == 400
    assert "sync-19" in refused.json()["error"]["message"]
    assert client.delete(f"{INCIDENTS}/{GUID}", params=V).status_code == 200
    assert client.get(f"{INCIDENTS}/{GUID}", params=V).status_code == 404
    assert client.delete(f"{INCIDENTS}/{GUID}", params=V).status_code == 204


def test_alerts_come_as_security_alert_entities(client: httpx.Client, phishing: dict[str, Any], tenant: Tenant) -> None:
    alerts = client.post(f"{INCIDENTS}/{phishing['name']}/alerts", params=V).json()["value"]
    kept = tenant.sentinel.alerts(phishing["name"])
    assert [alert["properties"]["systemAlertId"] for alert in alerts] == [alert.system_alert_id for alert in kept]
    assert {alert["kind"] for alert in alerts} == {"SecurityAlert"}
    assert alerts[0]["properties"]["severity"] == "High"
    assert alerts[0]["properties"]["startTimeUtc"] == "2026-11-02T08:30:00Z"


def test_entities_come_once_each_with_their_count_by_kind(client: httpx.Client, phishing: dict[str, Any]) -> None:
    body = client.post(f"{INCIDENTS}/{phishing['name']}/entities", params=V).json()
    assert [entity["kind"] for entity in body["entities"]] == ["Account", "Ip"]
    assert body["metaData"] == [{"entityKind": "Account", "count": 1}, {"entityKind": "Ip", "count": 1}]
    assert body["entities"][1]["properties"]["address"] == "203.0.113.7"


def test_a_comment_is_written_edited_and_deleted(client: httpx.Client, phishing: dict[str, Any]) -> None:
    url = f"{INCIDENTS}/{phishing['name']}/comments/{GUID}"
    made = client.put(url, params=V, json={"properties": {"message": "One"}})
    edited = client.put(url, params=V, json={"properties": {"message": "Two"}})
    assert (made.status_code, edited.status_code) == (201, 200)
    assert edited.json()["properties"]["message"] == "Two"
    assert edited.json()["properties"]["author"]["email"] == "alex.analyst@contoso.example"
    assert client.get(url, params=V).json()["properties"]["message"] == "Two"
    assert client.delete(url, params=V).status_code == 200
    assert client.get(f"{INCIDENTS}/{phishing['name']}/comments", params=V).json()["value"] == []
    assert client.delete(url, params=V).status_code == 204


def test_a_comment_travels_to_defender_and_its_edit_does_not(
    client: httpx.Client, phishing: dict[str, Any], tenant: Tenant
) -> None:
    url = f"{INCIDENTS}/{phishing['name']}/comments/{GUID}"
    client.put(url, params=V, json={"properties": {"message": "One"}})
    client.put(url, params=V, json={"properties": {"message": "Two"}})
    tenant.advance(minutes=10)
    twin = tenant.defender.incident(phishing["properties"]["providerIncidentId"])
    assert [comment.text for comment in twin.comments] == ["One"]


@pytest.mark.parametrize("message", [None, "", 7, "x" * 30_001])
def test_a_comment_has_a_message_of_up_to_30000_characters(
    client: httpx.Client, phishing: dict[str, Any], message: object
) -> None:
    url = f"{INCIDENTS}/{phishing['name']}/comments/{GUID}"
    assert client.put(url, params=V, json={"properties": {"message": message}}).status_code == 400


def test_a_task_is_written_completed_and_deleted(client: httpx.Client, phishing: dict[str, Any]) -> None:
    url = f"{INCIDENTS}/{phishing['name']}/tasks/{GUID}"
    made = client.put(url, params=V, json={"properties": {"title": "Call", "status": "New"}})
    done = client.put(url, params=V, json={"properties": {"title": "Call", "status": "Completed"}})
    assert (made.status_code, done.status_code) == (201, 200)
    assert client.get(url, params=V).json()["properties"]["status"] == "Completed"
    stale = {"properties": {"title": "x", "status": "New"}, "etag": made.json()["etag"]}
    assert client.put(url, params=V, json=stale).status_code == 409
    assert client.put(url, params=V, json={"properties": {"title": "x", "status": "Open"}}).status_code == 400
    assert client.delete(url, params=V).status_code == 200
    assert client.get(url, params=V).status_code == 404


def test_a_bookmark_is_tied_under_the_name_that_the_client_chose(
    client: httpx.Client, phishing: dict[str, Any]
) -> None:
    bookmark, relation = f"{INSIGHTS_PATH}/bookmarks/b1", f"{INCIDENTS}/{phishing['name']}/relations/{GUID}"
    client.put(bookmark, params=V, json={"properties": {"displayName": "Odd", "query": "SigninLogs"}})
    for resource_id in (bookmark, bookmark.lstrip("/"), f"{client.base_url}{bookmark}", bookmark.lower()):
        tied = client.put(relation, params=V, json={"properties": {"relatedResourceId": resource_id}})
        assert tied.status_code in (200, 201)
    assert tied.json()["properties"]["relatedResourceType"] == "Microsoft.SecurityInsights/Bookmarks"
    listed = client.get(f"{INCIDENTS}/{phishing['name']}/relations", params=V).json()["value"]
    assert [one["properties"]["relatedResourceKind"] for one in listed] == ["", "SecurityAlert", "SecurityAlert"]
    assert listed[0]["name"] == GUID
    assert client.get(relation, params=V).json() == listed[0]
    marks = client.post(f"{INCIDENTS}/{phishing['name']}/bookmarks", params=V).json()["value"]
    assert [mark["properties"]["displayName"] for mark in marks] == ["Odd"]
    assert client.delete(relation, params=V).status_code == 200
    assert client.get(relation, params=V).status_code == 404


@pytest.mark.parametrize("resource_id", ["", "b1", f"{INSIGHTS_PATH}/watchlists/w", "/subscriptions/x/bookmarks/b"])
def test_only_a_bookmark_of_this_workspace_can_be_tied(
    client: httpx.Client, phishing: dict[str, Any], resource_id: str
) -> None:
    relation = f"{INCIDENTS}/{phishing['name']}/relations/{GUID}"
    answer = client.put(relation, params=V, json={"properties": {"relatedResourceId": resource_id}})
    assert answer.status_code == 400
