"""Microsoft Graph security: incidents and alerts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from pivotlab.api.identities import Role
from pivotlab.tenant import Tenant

INCIDENTS, ALERTS = "/v1.0/security/incidents", "/v1.0/security/alerts_v2"


def phishing_id(client: httpx.Client) -> str:
    listed = client.get(INCIDENTS, params={"$filter": "displayName eq 'Incident phishing'"}).json()["value"]
    return str(listed[0]["id"])


def test_incidents_are_listed_without_their_alerts(client: httpx.Client) -> None:
    body = client.get(INCIDENTS).json()
    assert [one["displayName"] for one in body["value"]] == ["Incident phishing", "Incident malware"]
    assert "alerts" not in body["value"][0]
    assert body["value"][0]["status"] == "active"
    assert body["@odata.context"].endswith("$metadata#security/incidents")


def test_expand_brings_the_alerts_with_their_evidence(client: httpx.Client) -> None:
    listed = client.get(INCIDENTS, params={"$expand": "alerts"}).json()["value"]
    one = client.get(f"{INCIDENTS}/{listed[0]['id']}", params={"$expand": "alerts"}).json()
    assert one == listed[0]
    assert [alert["id"] for alert in one["alerts"]] == ["da1", "ad2"]
    kinds = [piece["@odata.type"] for piece in one["alerts"][0]["evidence"]]
    assert kinds == ["#microsoft.graph.security.userEvidence", "#microsoft.graph.security.ipEvidence"]
    assert client.get(INCIDENTS, params={"$expand": "evidence"}).status_code == 400


def test_filter_top_order_and_count_work_together(client: httpx.Client) -> None:
    asked = {"$filter": "status eq 'active'", "$orderby": "createdDateTime desc", "$top": "1", "$count": "true"}
    first = client.get(INCIDENTS, params=asked).json()
    second = client.get(first["@odata.nextLink"]).json()
    assert first["@odata.count"] == 2
    names = [one["displayName"] for one in first["value"] + second["value"]]
    assert names == ["Incident malware", "Incident phishing"]
    assert "@odata.nextLink" not in second


def test_an_incident_is_updated_and_sentinel_hears_of_it(client: httpx.Client, tenant: Tenant) -> None:
    change = {
        "status": "resolved",
        "classification": "truePositive",
        "determination": "phishing",
        "assignedTo": "ben@contoso.example",
        "customTags": ["vip"],
        "severity": "medium",
    }
    answer = client.patch(f"{INCIDENTS}/{phishing_id(client)}", json=change)
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in change} == change
    tenant.advance(minutes=10)
    record = next(one for one in tenant.sentinel.records if one.title == "Incident phishing")
    assert (record.status, record.classification, record.severity) == ("Closed", "TruePositive", "Medium")
    assert record.owner.user_principal_name == "ben@contoso.example"
    assert record.labels == ["vip"]


@pytest.mark.parametrize(
    "change",
    [
        {"status": "closed"},
        {"severity": "critical"},
        {"classification": 7},
        {"customTags": "vip"},
        {"customTags": [7]},
        {"createdDateTime": "2026-11-03"},
        {},
    ],
)
def test_a_value_that_graph_does_not_know_is_refused(client: httpx.Client, change: dict[str, Any]) -> None:
    answer = client.patch(f"{INCIDENTS}/{phishing_id(client)}", json=change)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")
    assert set(answer.json()["error"]["innerError"]) == {"request-id", "client-request-id"}


def test_a_comment_on_an_incident_answers_with_all_of_them(client: httpx.Client) -> None:
    url = f"{INCIDENTS}/{phishing_id(client)}/comments"
    client.post(url, json={"@odata.type": "microsoft.graph.security.alertComment", "comment": "One"})
    body = client.post(url, json={"comment": "Two"}).json()
    assert [comment["comment"] for comment in body["value"]] == ["One", "Two"]
    assert client.post(url, json={"comment": ""}).status_code == 400


def test_alerts_are_listed_filtered_and_read(client: httpx.Client) -> None:
    assert [alert["id"] for alert in client.get(ALERTS).json()["value"]] == ["da1", "ad2", "da3"]
    filtered = client.get(ALERTS, params={"$filter": "serviceSource eq 'azureAdIdentityProtection'"}).json()["value"]
    assert [alert["id"] for alert in filtered] == ["ad2"]
    alert = client.get(f"{ALERTS}/da1").json()
    assert (alert["title"], alert["severity"], alert["status"]) == ("Alert 1", "high", "new")
    assert alert["createdDateTime"] == "2026-11-02T09:00:00Z"
    assert alert["incidentId"] == phishing_id(client)


def test_an_alert_is_updated_and_commented_on(client: httpx.Client) -> None:
    change = {"status": "inProgress", "assignedTo": "ben@contoso.example"}
    assert client.patch(f"{ALERTS}/da1", json=change).json()["status"] == "inProgress"
    assert client.patch(f"{ALERTS}/da1", json={"severity": "low"}).status_code == 400
    body = client.post(f"{ALERTS}/da1/comments", json={"comment": "Looks real"}).json()
    assert [comment["comment"] for comment in body["value"]] == ["Looks real"]


@pytest.mark.parametrize("path", [f"{INCIDENTS}/none", f"{ALERTS}/none"])
def test_what_is_not_there_is_404_in_graphs_shape(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NotFound")
    assert "innerError" in answer.json()["error"]


def test_a_reader_reads_and_does_not_write(client_as: Callable[[Role], httpx.Client]) -> None:
    reader, responder = client_as(Role.READER), client_as(Role.RESPONDER)
    url = f"{INCIDENTS}/{phishing_id(reader)}"
    assert reader.get(url).status_code == 200
    assert reader.patch(url, json={"status": "resolved"}).status_code == 403
    assert reader.post(f"{ALERTS}/da1/comments", json={"comment": "x"}).status_code == 403
    assert responder.patch(url, json={"status": "inProgress"}).status_code == 200


@pytest.mark.parametrize("action", ["mergeIncidents", "microsoft.graph.security.mergeIncidents"])
def test_incidents_are_merged_into_the_oldest(client: httpx.Client, action: str) -> None:
    phishing, malware = (one["id"] for one in client.get(INCIDENTS).json()["value"])
    answer = client.post(f"{INCIDENTS}/{action}", json={"incidentIds": [malware, phishing], "incidentComment": "Same"})
    assert answer.json()["targetIncidentId"] == phishing
    merged = client.get(f"{INCIDENTS}/{malware}").json()
    assert (merged["status"], merged["redirectIncidentId"]) == ("redirected", phishing)
    target = client.get(f"{INCIDENTS}/{phishing}", params={"$expand": "alerts"}).json()
    assert [alert["id"] for alert in target["alerts"]] == ["da1", "ad2", "da3"]


def test_an_alert_is_moved_to_another_incident(client: httpx.Client) -> None:
    malware = client.get(INCIDENTS).json()["value"][1]["id"]
    answer = client.post(f"{ALERTS}/moveAlerts", json={"alertIds": ["ad2"], "incidentId": malware})
    assert answer.json()["targetIncidentId"] == malware
    assert client.get(f"{ALERTS}/ad2").json()["incidentId"] == malware


@pytest.mark.parametrize("body", [{}, {"incidentIds": "1"}, {"incidentIds": [7]}, {"incidentIds": []}])
def test_a_merge_needs_the_ids_of_incidents(client: httpx.Client, body: dict[str, Any]) -> None:
    assert client.post(f"{INCIDENTS}/mergeIncidents", json=body).status_code == 400
