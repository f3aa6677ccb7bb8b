"""Microsoft's own Python SDKs for Sentinel and Graph, pointed at the tenant as `pivotlab serve` says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.identity import ClientSecretCredential
from azure.mgmt.securityinsight import SecurityInsights
from azure.mgmt.securityinsight.models import Bookmark, IncidentComment, Watchlist
from msgraph import GraphServiceClient
from msgraph.generated.models.security.alert_comment import AlertComment
from msgraph.generated.models.security.alert_status import AlertStatus
from msgraph.generated.models.security.incident import Incident
from msgraph.generated.models.security.incident_status import IncidentStatus
from msgraph.generated.models.security.user_evidence import UserEvidence
from msgraph.generated.security.microsoft_graph_security_run_hunting_query.run_hunting_query_post_request_body import (
    RunHuntingQueryPostRequestBody,
)

from pivotlab.api import Server
from pivotlab.api.identities import Role
from pivotlab.tenant.identifiers import RESOURCE_GROUP, SUBSCRIPTION_ID, TENANT_ID, WORKSPACE

pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning")

WHERE = (RESOURCE_GROUP, WORKSPACE)
GUID = "11111111-2222-4333-8444-555555555555"

Graph = Callable[[Callable[[GraphServiceClient], Coroutine[Any, Any, Any]]], Any]


@pytest.fixture
def trusted(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server, whose certificate authority this process trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(server.ca_file))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.ca_file))
    return server


def credential(server: Server, role: Role) -> ClientSecretCredential:
    client = server.identities.clients[role]
    return ClientSecretCredential(
        TENANT_ID, client.client_id, client.secret, authority=server.url, disable_instance_discovery=True
    )


def sentinel_as(server: Server, role: Role) -> SecurityInsights:
    return SecurityInsights(
        credential(server, role), SUBSCRIPTION_ID, base_url=server.url, credential_scopes=[f"{server.url}/.default"]
    )


@pytest.fixture
def sentinel(trusted: Server) -> Iterator[SecurityInsights]:
    """The Sentinel SDK as a Contributor."""
    with sentinel_as(trusted, Role.CONTRIBUTOR) as client:
        yield client


@pytest.fixture
def graph(trusted: Server) -> Graph:
    """Runs a conversation with the Graph SDK: graph(lambda client: client.security.incidents.get())."""

    def run(talk: Callable[[GraphServiceClient], Coroutine[Any, Any, Any]]) -> Any:
        async def conversation() -> Any:
            scopes = [f"{trusted.url}/.default"]
            client = GraphServiceClient(credential(trusted, Role.CONTRIBUTOR), scopes=scopes)
            client.request_adapter.base_url = f"{trusted.url}/v1.0"
            return await talk(client)

        return asyncio.run(conversation())

    return run


def test_the_sentinel_sdk_lists_incidents_page_by_page(sentinel: SecurityInsights) -> None:
    listed = list(sentinel.incidents.list(*WHERE, top=1))
    assert [incident.title for incident in listed] == ["Incident phishing", "Incident malware"]
    assert listed[0].additional_data.alerts_count == 2


def test_the_sentinel_sdk_reads_updates_and_comments_on_an_incident(sentinel: SecurityInsights) -> None:
    incident = next(iter(sentinel.incidents.list(*WHERE)))
    incident.status, incident.severity = "Active", "Low"
    updated = sentinel.incidents.create_or_update(*WHERE, incident.name, incident)
    assert (updated.status, updated.severity) == ("Active", "Low")
    sentinel.incident_comments.create_or_update(*WHERE, incident.name, GUID, IncidentComment(message="Seen"))
    read = sentinel.incidents.get(*WHERE, incident.name)
    assert (read.status, read.additional_data.comments_count) == ("Active", 1)
    assert [comment.message for comment in sentinel.incident_comments.list(*WHERE, incident.name)] == ["Seen"]


def test_the_sentinel_sdk_reads_what_hangs_off_an_incident(sentinel: SecurityInsights) -> None:
    name = next(iter(sentinel.incidents.list(*WHERE))).name
    assert [alert.alert_display_name for alert in sentinel.incidents.list_alerts(*WHERE, name).value] == [
        "Alert 1",
        "Alert 2",
    ]
    assert [entity.kind for entity in sentinel.incidents.list_entities(*WHERE, name).entities] == ["Account", "Ip"]
    assert len(list(sentinel.incident_relations.list(*WHERE, name))) == 2


def test_the_sentinel_sdk_keeps_bookmarks_and_watchlists(sentinel: SecurityInsights) -> None:
    sentinel.bookmarks.create_or_update(*WHERE, GUID, Bookmark(display_name="Odd", query="SigninLogs"))
    assert [mark.display_name for mark in sentinel.bookmarks.list(*WHERE)] == ["Odd"]
    listing = Watchlist(
        display_name="Tiers", provider="Us", source="Local file", items_search_key="host", raw_content="host\nws01"
    )
    sentinel.watchlists.create_or_update(*WHERE, "tiers", listing)
    assert [item.items_key_value for item in sentinel.watchlist_items.list(*WHERE, "tiers")] == [{"host": "ws01"}]


def test_the_sentinel_sdk_raises_what_it_raises_at_azure(trusted: Server, sentinel: SecurityInsights) -> None:
    with pytest.raises(ResourceNotFoundError):
        sentinel.incidents.get(*WHERE, GUID)
    incident = next(iter(sentinel.incidents.list(*WHERE)))
    incident.title = "First"
    sentinel.incidents.create_or_update(*WHERE, incident.name, incident)
    incident.title = "Too late"
    with pytest.raises(ResourceExistsError, match="Conflict"):
        sentinel.incidents.create_or_update(*WHERE, incident.name, incident)
    with sentinel_as(trusted, Role.READER) as reader, pytest.raises(HttpResponseError, match="AuthorizationFailed"):
        reader.incidents.create_or_update(*WHERE, incident.name, incident)


def test_the_graph_sdk_lists_and_reads_incidents_with_their_alerts(graph: Graph) -> None:
    listed = graph(lambda client: client.security.incidents.get()).value
    assert [incident.display_name for incident in listed] == ["Incident phishing", "Incident malware"]
    read = graph(lambda client: client.security.incidents.by_incident_id(listed[0].id).get())
    assert read.status is IncidentStatus.Active


def test_the_graph_sdk_updates_an_incident(graph: Graph) -> None:
    listed = graph(lambda client: client.security.incidents.get()).value
    change = Incident(status=IncidentStatus.Resolved, assigned_to="ben@contoso.example", custom_tags=["vip"])
    updated = graph(lambda client: client.security.incidents.by_incident_id(listed[0].id).patch(change))
    assert (updated.status, updated.assigned_to, updated.custom_tags) == (
        IncidentStatus.Resolved,
        "ben@contoso.example",
        ["vip"],
    )


def test_the_graph_sdk_reads_updates_and_comments_on_an_alert(graph: Graph) -> None:
    from msgraph.generated.models.security.alert import Alert

    listed = graph(lambda client: client.security.alerts_v2.get()).value
    assert isinstance(listed[0].evidence[0], UserEvidence)
    assert listed[0].evidence[0].user_account.user_principal_name == "ada@contoso.example"
    change = Alert(status=AlertStatus.InProgress)
    updated = graph(lambda client: client.security.alerts_v2.by_alert_id("da1").patch(change))
    assert updated.status is AlertStatus.InProgress
    comments = graph(
        lambda client: client.security.alerts_v2.by_alert_id("da1").comments.post([AlertComment(comment="Seen")])
    )
    assert [comment.comment for comment in comments] == ["Seen"]


def test_the_graph_sdk_hunts(graph: Graph) -> None:
    body = RunHuntingQueryPostRequestBody(query="EmailEvents | project Subject | sort by Subject asc")
    found = graph(lambda client: client.security.microsoft_graph_security_run_hunting_query.post(body))
    assert [(column.name, column.type) for column in found.schema] == [("Subject", "String")]
    assert [row.additional_data for row in found.results] == [{"Subject": "Invoice"}, {"Subject": "Invoice again"}]
