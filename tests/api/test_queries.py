"""KQL over HTTP: Log Analytics, Graph hunting and the Defender for Endpoint API."""

from __future__ import annotations

import httpx
import pytest

from pivotlab.tenant.identifiers import WORKSPACE_ID

LOGS = f"/v1/workspaces/{WORKSPACE_ID}/query"
GRAPH = "/v1.0/security/runHuntingQuery"
DEFENDER = "/api/advancedqueries/run"
EVERY_TYPE = (
    'print b=true, i=int(1), l=2, r=1.5, s="x", t=datetime(2026-11-03T08:00:00.5), d=1d+2h+3m+4s, '
    'j=dynamic({"a": [1]}), n=int(null)'
)


def test_log_analytics_answers_with_one_primary_result(onlooker: httpx.Client) -> None:
    query = (
        "SigninLogs | where TimeGenerated > ago(1h) | summarize Signins=count() by ResultType | sort by ResultType asc"
    )
    answer = onlooker.post(LOGS, json={"query": query})
    assert answer.status_code == 200
    assert answer.json() == {
        "tables": [
            {
                "name": "PrimaryResult",
                "columns": [{"name": "ResultType", "type": "string"}, {"name": "Signins", "type": "long"}],
                "rows": [["0", 1], ["50126", 1]],
            }
        ]
    }


def test_log_analytics_takes_the_query_from_the_url_as_well(onlooker: httpx.Client) -> None:
    answer = onlooker.get(LOGS, params={"query": "SigninLogs | count"})
    assert answer.json()["tables"][0]["rows"] == [[4]]


def test_ago_counts_from_the_tenants_clock(client: httpx.Client, tenant: object) -> None:
    within = {"query": "SigninLogs | where TimeGenerated > ago(15m) | count"}
    assert client.post(LOGS, json=within).json()["tables"][0]["rows"] == [[1]]
    tenant.advance(minutes=6)  # type: ignore[attr-defined]
    assert client.post(LOGS, json=within).json()["tables"][0]["rows"] == [[0]]


def test_log_analytics_writes_every_type_as_the_service_does(onlooker: httpx.Client) -> None:
    table = onlooker.post(LOGS, json={"query": EVERY_TYPE}).json()["tables"][0]
    kinds = ["bool", "int", "long", "real", "string", "datetime", "timespan", "dynamic", "int"]
    assert [column["type"] for column in table["columns"]] == kinds
    assert table["rows"] == [[True, 1, 2, 1.5, "x", "2026-11-03T08:00:00.500000Z", "1.02:03:04", '{"a":[1]}', None]]


def test_graph_hunting_answers_with_a_schema_and_results(onlooker: httpx.Client) -> None:
    answer = onlooker.post(GRAPH, json={"Query": "EmailEvents | project Timestamp, Subject | sort by Timestamp asc"})
    assert answer.json()["schema"] == [
        {"name": "Timestamp", "type": "DateTime"},
        {"name": "Subject", "type": "String"},
    ]
    assert answer.json()["results"] == [
        {"Timestamp": "2026-11-02T08:20:00Z", "Subject": "Invoice"},
        {"Timestamp": "2026-11-02T08:25:00Z", "Subject": "Invoice again"},
    ]


def test_the_defender_api_answers_the_same_under_capitalised_names(onlooker: httpx.Client) -> None:
    answer = onlooker.post(
        DEFENDER, json={"Query": "EmailEvents | where Subject == 'Invoice' | project Subject"}
    ).json()
    assert answer["Schema"] == [{"Name": "Subject", "Type": "String"}]
    assert answer["Results"] == [{"Subject": "Invoice"}]


@pytest.mark.parametrize("path", [GRAPH, DEFENDER])
def test_hunting_names_its_own_types(onlooker: httpx.Client, path: str) -> None:
    answer = {name.lower(): value for name, value in onlooker.post(path, json={"Query": EVERY_TYPE}).json().items()}
    types = [next(value for name, value in column.items() if name.lower() == "type") for column in answer["schema"]]
    assert types == ["SByte", "Int32", "Int64", "Double", "String", "DateTime", "TimeSpan", "Object", "Int32"]


def test_a_mistake_in_log_analytics_is_a_bad_argument_with_its_place(onlooker: httpx.Client) -> None:
    answer = onlooker.post(LOGS, json={"query": "SigninLogs\n| where Nothing == 1"})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "BadArgumentError")
    assert error["innererror"]["code"] == "SyntaxError"
    assert "line 2, column 9" in error["message"].lower()


@pytest.mark.parametrize("path", [GRAPH, DEFENDER])
def test_a_mistake_in_hunting_is_a_bad_request_with_its_place(onlooker: httpx.Client, path: str) -> None:
    answer = onlooker.post(path, json={"Query": "EmailEvents\n| where Nothing == 1"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")
    assert "line 2, column 9" in answer.json()["error"]["message"].lower()


@pytest.mark.parametrize("body", [{}, {"query": ""}, {"query": 7}, {"query": None}])
def test_a_request_without_a_query_is_refused(onlooker: httpx.Client, body: dict[str, object]) -> None:
    for path in (LOGS, GRAPH, DEFENDER):
        assert onlooker.post(path, json=body).status_code == 400


def test_another_workspace_is_not_there(onlooker: httpx.Client) -> None:
    answer = onlooker.post("/v1/workspaces/00000000-0000-0000-0000-000000000001/query", json={"query": "print 1"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "PathNotFoundError")


def test_further_workspaces_are_refused_unless_they_are_this_one(onlooker: httpx.Client) -> None:
    assert onlooker.post(LOGS, json={"query": "print 1", "workspaces": [WORKSPACE_ID]}).status_code == 200
    assert onlooker.post(LOGS, json={"query": "print 1", "workspaces": ["other"]}).status_code == 403


def test_a_query_reads_no_files(onlooker: httpx.Client) -> None:
    for query in ("['/etc/passwd'] | take 1", "externaldata(x:string)[@'/etc/passwd']"):
        answer = onlooker.post(LOGS, json={"query": query})
        assert answer.status_code == 400
        assert "root:" not in answer.text
