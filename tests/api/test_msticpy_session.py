"""Unmodified msticpy, end to end against the served tenant: what `msticpy_session.py` got back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).with_name("msticpy_session.py")
CALLS = [
    "list_incidents",
    "get_incident",
    "get_incident by title",
    "get_entities",
    "get_incident_alerts",
    "update_incident",
    "post_comment",
    "get_incident_comments",
    "create_incident",
    "list_alert_rules",
    "list_analytic_templates",
    "create_analytic_rule",
    "create_analytic_rule from a template",
    "delete_analytic_rule",
    "list_hunting_queries",
    "list_saved_queries",
    "list_bookmarks",
    "create_bookmark",
    "add_bookmark_to_incident",
    "get_incident_bookmarks",
    "delete_bookmark",
    "list_watchlists",
    "create_watchlist",
    "add_watchlist_item",
    "list_watchlist_items",
    "delete_watchlist",
    "list_data_connectors",
]


@pytest.fixture(scope="module")
def answers(bundle: Path) -> dict[str, Any]:
    """Every step's result. PYTEST_CURRENT_TEST is in the environment, as it is under nbval."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(bundle)],
        capture_output=True,
        text=True,
        timeout=280,
        env={**os.environ, "PYTEST_CURRENT_TEST": "here"},
    )
    assert done.returncode == 0, done.stderr
    return {"stderr": done.stderr, **json.loads(done.stdout)}


def result(answers: dict[str, Any], step: str) -> Any:
    assert "error" not in answers[step], answers[step]
    return answers[step]["result"]


@pytest.mark.parametrize("call", CALLS)
def test_every_call_of_microsoft_sentinel_works(answers: dict[str, Any], call: str) -> None:
    result(answers, call)


def test_query_times_are_the_tenants_last_thirty_days(answers: dict[str, Any]) -> None:
    assert result(answers, "query times") == ["2026-10-04 08:00:00+00:00", "2026-11-03 08:00:00+00:00"]


def test_a_built_in_query_finds_the_alerts_of_the_window(answers: dict[str, Any]) -> None:
    assert sorted(row["AlertName"] for row in result(answers, "built-in query")) == ["Alert 1", "Alert 2", "Alert 3"]


def test_ago_counts_from_the_tenants_clock(answers: dict[str, Any]) -> None:
    assert list(result(answers, "ago")[0].values()) == [2]


def test_the_provider_knows_the_schema(answers: dict[str, Any]) -> None:
    assert result(answers, "schema") == "datetime"


def test_a_mistake_is_reported_with_line_and_column(answers: dict[str, Any]) -> None:
    assert answers["wrong query in Sentinel"]["error"] == "MsticpyDataQueryError"
    assert "Line 2, column 9" in answers["wrong query in Sentinel"]["message"]
    assert answers["hunting, wrong query"]["error"] == "HTTPStatusError"
    assert "Line 2, column 9" in answers["hunting, wrong query"]["log"]


def test_hunting_rows_come_back_with_their_times(answers: dict[str, Any]) -> None:
    assert result(answers, "hunting") == [
        {"Timestamp": "2026-11-02T08:20:00.000Z", "Subject": "Invoice"},
        {"Timestamp": "2026-11-02T08:25:00.000Z", "Subject": "Invoice again"},
    ]
    assert result(answers, "hunting, built-in query") == []


def test_the_defender_for_endpoint_provider_answers_too(answers: dict[str, Any]) -> None:
    assert list(result(answers, "Defender for Endpoint API")[0].values()) == [2]


def test_an_incident_comes_with_its_entities_alerts_and_comments(answers: dict[str, Any]) -> None:
    incident = result(answers, "get_incident")[0]
    assert incident["properties.providerName"] == "Microsoft XDR"
    assert [alert["Name"] for alert in incident["Alerts"]] == ["Alert 1", "Alert 2"]
    assert [kind for kind, _ in incident["Entities"]] == ["Account", "Ip"]
    assert result(answers, "get_incident_comments") == [{"Message": "It's triaged", "Author": "Alex Analyst"}]


def test_a_watchlist_keeps_its_rows_and_takes_more(answers: dict[str, Any]) -> None:
    rows = result(answers, "list_watchlist_items")
    pairs = [(row["properties.itemsKeyValue.host"], row["properties.itemsKeyValue.tier"]) for row in rows]
    assert pairs == [("ws01", "0"), ("ws02", "1"), ("ws03", "2")]
    assert result(answers, "list_watchlists in the end") == []


def test_a_rule_is_there_until_it_is_deleted(answers: dict[str, Any]) -> None:
    after = {rule["properties.displayName"] for rule in result(answers, "list_alert_rules after")}
    in_the_end = {rule["properties.displayName"] for rule in result(answers, "list_alert_rules in the end")}
    assert after - in_the_end == {"Mine"}
    assert "Encoded PowerShell started by an Office program" in in_the_end


def test_a_bookmark_is_tied_to_the_incident(answers: dict[str, Any]) -> None:
    assert [tied["Bookmark Title"] for tied in result(answers, "get_incident_bookmarks")] == ["Odd"]


def test_closing_in_sentinel_resolves_the_incident_in_defender(answers: dict[str, Any]) -> None:
    states = {row["Name"]: (row["Status"], row["Classification"]) for row in result(answers, "in Defender")}
    assert states["Incident phishing"] == ("resolved", "truePositive")
    assert states["Incident malware"] == ("active", "unknown")


def test_closing_writes_a_row_to_security_incident(answers: dict[str, Any]) -> None:
    assert result(answers, "in the table") == [
        {
            "Status": "Closed",
            "Classification": "TruePositive",
            "ClassificationReason": "SuspiciousActivity",
            "ClassificationComment": "Password reset, sessions revoked.",
        }
    ]


def test_public_suffixes_are_known_without_a_network(answers: dict[str, Any]) -> None:
    assert result(answers, "suffixes") == "contoso"
    assert "publicsuffix.org" not in answers["stderr"]


def test_with_the_tenant_gone_nothing_reaches_the_public_cloud(answers: dict[str, Any]) -> None:
    assert answers["after closing"]["error"]


def test_the_process_ends_without_noise(answers: dict[str, Any]) -> None:
    for noise in ("Traceback", "nanobind", "leaked", "Task was destroyed"):
        assert noise not in answers["stderr"]
