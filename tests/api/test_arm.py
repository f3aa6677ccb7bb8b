"""What every Azure Resource Manager call has in common."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from pivotlab.api.identities import Role
from pivotlab.tenant.identifiers import INSIGHTS_PATH, WORKSPACE_PATH

V = {"api-version": "2025-09-01"}
INCIDENTS = f"{INSIGHTS_PATH}/incidents"
NEW = {"properties": {"title": "Made here", "severity": "Low", "status": "New"}}
RULE = {"displayName": "r", "enabled": False, "productFilter": "Microsoft Cloud App Security"}


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_call_without_an_api_version_is_refused(onlooker: httpx.Client) -> None:
    assert code(onlooker.get(INCIDENTS)) == (400, "MissingApiVersionParameter")
    assert code(onlooker.put(f"{INCIDENTS}/x", json=NEW)) == (400, "MissingApiVersionParameter")


@pytest.mark.parametrize("version", ["latest", "2025", "2025-9-1", "2025-13-01", "2025-09-01-beta"])
def test_a_version_that_is_none_is_refused(onlooker: httpx.Client, version: str) -> None:
    answer = onlooker.get(INCIDENTS, params={"api-version": version})
    assert code(answer) == (400, "InvalidApiVersionParameter")


@pytest.mark.parametrize("version", ["2020-01-01", "2021-10-01", "2024-01-01-preview", "2024-09-01", "2025-09-01"])
def test_every_version_that_clients_send_is_served(onlooker: httpx.Client, version: str) -> None:
    assert onlooker.get(INCIDENTS, params={"api-version": version}).status_code == 200


@pytest.mark.parametrize("change", [str.lower, str.upper, lambda path: path.replace("Groups", "groups")])
def test_resource_ids_are_compared_without_case(onlooker: httpx.Client, change: Callable[[str], str]) -> None:
    assert onlooker.get(change(INCIDENTS), params=V).json() == onlooker.get(INCIDENTS, params=V).json()


def test_another_workspace_or_subscription_is_not_there(onlooker: httpx.Client) -> None:
    for path in (INCIDENTS.replace("law-contoso-soc", "other"), INCIDENTS.replace("0b9d6c3e", "00000000")):
        assert code(onlooker.get(path, params=V)) == (404, "ResourceNotFound")


def test_an_unknown_kind_is_not_there_and_the_answer_names_those_that_are(onlooker: httpx.Client) -> None:
    answer = onlooker.get(f"{INSIGHTS_PATH}/incident", params=V)
    assert code(answer) == (404, "NotFound")
    assert "incidents" in answer.json()["error"]["message"]


def test_a_method_that_does_not_exist_is_named_with_those_that_do(onlooker: httpx.Client) -> None:
    answer = onlooker.patch(f"{INCIDENTS}/x", params=V, json={})
    assert code(answer) == (405, "MethodNotAllowed")
    assert "DELETE, GET, PUT" in answer.json()["error"]["message"]


@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH"])
def test_a_path_outside_every_api_is_answered_in_shape(onlooker: httpx.Client, method: str) -> None:
    assert onlooker.request(method, "/nowhere").json()["error"]["code"] in ("ResourceNotFound", "MethodNotAllowed")


@pytest.mark.parametrize(
    ("method", "path", "body", "least"),
    [
        ("GET", "incidents", None, Role.READER),
        ("POST", "incidents/{incident}/alerts", None, Role.READER),
        ("POST", "incidents/{incident}/entities", None, Role.READER),
        ("GET", "alertRules", None, Role.READER),
        ("PUT", "incidents/{incident}", NEW, Role.RESPONDER),
        ("PUT", "incidents/{incident}/comments/c", {"properties": {"message": "m"}}, Role.RESPONDER),
        ("PUT", "incidents/{incident}/tasks/t", {"properties": {"title": "t", "status": "New"}}, Role.RESPONDER),
        ("DELETE", "incidents/none", None, Role.CONTRIBUTOR),
        ("PUT", "alertRules/r", {"kind": "MicrosoftSecurityIncidentCreation", "properties": RULE}, Role.CONTRIBUTOR),
        ("PUT", "bookmarks/b", {"properties": {"displayName": "b", "query": "q"}}, Role.CONTRIBUTOR),
        ("DELETE", "watchlists/none", None, Role.CONTRIBUTOR),
    ],
)
def test_each_role_may_do_what_it_is_for_and_no_more(
    client_as: Callable[[Role], httpx.Client], method: str, path: str, body: object, least: Role
) -> None:
    incident = client_as(Role.READER).get(INCIDENTS, params=V).json()["value"][0]["name"]
    url = f"{INSIGHTS_PATH}/{path.format(incident=incident)}"
    for role in Role:
        answer = client_as(role).request(method, url, params=V, json=body)
        if role < least:
            assert code(answer) == (403, "AuthorizationFailed")
            assert least.title in answer.json()["error"]["message"]
        else:
            assert answer.status_code < 300


def test_a_list_comes_in_pages_that_lead_to_each_other(client: httpx.Client) -> None:
    for number in range(7):
        client.put(f"{INCIDENTS}/{number:08x}-0000-4000-8000-000000000000", params=V, json=NEW)
    whole = [item["name"] for item in client.get(INCIDENTS, params=V).json()["value"]]
    found: list[str] = []
    url = str(client.base_url.join(f"{INCIDENTS}?api-version=2025-09-01&$top=4"))
    pages = 0
    while url:
        body = client.get(url).json()
        assert len(body["value"]) <= 4
        found += [item["name"] for item in body["value"]]
        url = body.get("nextLink", "")
        pages += 1
    assert (found, pages, len(whole)) == (whole, 3, 9)


def test_a_page_keeps_its_filter_and_order(client: httpx.Client) -> None:
    for number in range(3):
        client.put(f"{INCIDENTS}/{number:08x}-0000-4000-8000-000000000000", params=V, json=NEW)
    asked = {"$filter": "properties/title eq 'Made here'", "$orderby": "properties/incidentNumber desc", "$top": "2"}
    first = client.get(INCIDENTS, params={**V, **asked}).json()
    second = client.get(first["nextLink"]).json()
    numbers = [item["properties"]["incidentNumber"] for item in first["value"] + second["value"]]
    assert numbers == [5, 4, 3]
    assert "nextLink" not in second


@pytest.mark.parametrize("query", [{"$top": "0"}, {"$top": "1001"}, {"$top": "x"}, {"$top": "-1"}, {"$skipToken": "x"}])
def test_a_page_that_cannot_be_is_refused(onlooker: httpx.Client, query: dict[str, str]) -> None:
    assert code(onlooker.get(INCIDENTS, params={**V, **query})) == (400, "BadRequest")


def test_a_body_that_is_no_object_is_refused(onlooker: httpx.Client) -> None:
    for content in ("[]", "{", "properties"):
        answer = onlooker.put(f"{INCIDENTS}/x", params=V, content=content)
        assert code(answer) == (400, "InvalidRequestContent")


def test_the_workspace_lists_its_tables_with_their_columns(onlooker: httpx.Client) -> None:
    tables = onlooker.get(f"{WORKSPACE_PATH}/tables", params={"api-version": "2021-12-01-preview"}).json()["value"]
    columns = {table["name"]: table["properties"]["schema"]["standardColumns"] for table in tables}
    assert {"name": "TimeGenerated", "type": "datetime"} in columns["SecurityIncident"]
    assert "DeviceProcessEvents" in columns


def test_there_is_always_a_saved_search_with_a_category(onlooker: httpx.Client) -> None:
    found = onlooker.get(f"{WORKSPACE_PATH}/savedSearches", params={"api-version": "2020-08-01"}).json()["value"]
    assert all(search["properties"]["category"] for search in found) and found
