"""Watchlists of the API as rows of the table that `_GetWatchlist` reads."""

from __future__ import annotations

import pytest

from pivotlab.tenant import Tenant

LIST = {"displayName": "Crown jewels", "provider": "Microsoft", "itemsSearchKey": "host", "source": "Local file"}
NEWEST = """Watchlist
| where WatchlistAlias == "crown"
| summarize arg_max(TimeGenerated, *) by _DTItemId
| project SearchKey, Owner = tostring(WatchlistItem.owner), _DTItemStatus
| order by SearchKey asc"""


@pytest.fixture
def crown(tenant: Tenant) -> Tenant:
    """A tenant with a watchlist of two hosts."""
    tenant.sentinel.watchlists.put("crown", {**LIST, "rawContent": "host,owner\nws1,ada\nws2,ben\n"})
    return tenant


def newest(tenant: Tenant) -> list[list[str]]:
    rows: list[list[str]] = tenant.logs(NEWEST).to_numpy().tolist()
    return rows


def test_the_rows_of_a_watchlist_are_in_the_table_under_its_search_key(crown: Tenant) -> None:
    assert newest(crown) == [["ws1", "ada", "Create"], ["ws2", "ben", "Create"]]
    row = crown.logs("Watchlist | where SearchKey == 'ws1'").iloc[0]
    assert (row["WatchlistName"], row["_DTItemType"], row["Source"]) == ("Crown jewels", "watchlist-item", "Local file")
    assert row["WatchlistItem"] == {"host": "ws1", "owner": "ada"}


def test_a_change_within_the_same_moment_is_the_newest_row(crown: Tenant) -> None:
    first = crown.sentinel.watchlists.items("crown")[0]
    crown.sentinel.watchlists.put_item("crown", first.name, {"host": "ws1", "owner": "eve"})
    assert newest(crown)[0] == ["ws1", "eve", "Update"]


def test_a_deleted_item_is_marked_and_so_are_those_of_a_deleted_list(crown: Tenant) -> None:
    crown.sentinel.watchlists.delete_item("crown", crown.sentinel.watchlists.items("crown")[0].name)
    assert [status for _, _, status in newest(crown)] == ["Delete", "Create"]
    crown.sentinel.watchlists.delete("crown")
    assert [status for _, _, status in newest(crown)] == ["Delete", "Delete"]


def test_an_analytics_rule_sees_a_watchlist_that_was_changed_a_moment_ago(crown: Tenant) -> None:
    rule = {
        "displayName": "Listed hosts",
        "enabled": True,
        "severity": "Low",
        "query": "Watchlist | where SearchKey == 'ws2'",
        "queryFrequency": "PT1H",
        "queryPeriod": "PT1H",
        "triggerOperator": "GreaterThan",
        "triggerThreshold": 0,
        "suppressionEnabled": False,
        "suppressionDuration": "PT5H",
    }
    crown.sentinel.alert_rules.put("r1", rule, "Scheduled")
    crown.advance(minutes=1)
    assert [a.title for a in crown.defender.alert_records() if a.service_source == "microsoftSentinel"] == [
        "Listed hosts"
    ]
