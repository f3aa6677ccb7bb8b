"""Two databases over one clock: what is visible, where, and since when."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pivotlab.store import Store, StoreError

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store.open()
    yield store
    store.close()


def alert(store: Store, alert_id: str, known: datetime, happened: datetime | None = None) -> None:
    happened = (happened or known).replace(tzinfo=None)
    store.append("defender", "AlertInfo", [{"Timestamp": happened, "AlertId": alert_id}], ingested=known)


def alerts(store: Store, *products: str, now: datetime = NOW) -> list[str]:
    with store.cursor(*products, now=now) as cursor:
        return [alert_id for (alert_id,) in cursor.sql("SELECT AlertId FROM AlertInfo ORDER BY 1").fetchall()]


def test_a_row_is_seen_from_the_moment_it_is_known(store: Store) -> None:
    alert(store, "later", known=NOW + HOUR, happened=NOW)
    assert alerts(store, "defender") == []
    assert alerts(store, "defender", now=NOW + HOUR) == ["later"]


def test_advanced_hunting_forgets_after_thirty_days_and_the_workspace_after_ninety(store: Store) -> None:
    alert(store, "old", known=NOW)
    store.append("workspace", "AlertInfo", [{"TimeGenerated": NOW.replace(tzinfo=None), "AlertId": "old"}], NOW)
    assert alerts(store, "defender", now=NOW + timedelta(days=29)) == ["old"]
    assert alerts(store, "defender", now=NOW + timedelta(days=31)) == []
    assert alerts(store, "workspace", now=NOW + timedelta(days=89)) == ["old"]
    assert alerts(store, "workspace", now=NOW + timedelta(days=91)) == []


def test_a_reader_of_both_sees_streamed_tables_for_as_long_as_the_workspace_keeps_them(store: Store) -> None:
    alert(store, "before", known=NOW - HOUR)
    assert alerts(store, "defender", "workspace") == ["before"]
    store.stream("AlertInfo", since=NOW)
    alert(store, "streamed", known=NOW)
    later = NOW + timedelta(days=31)
    assert alerts(store, "defender", now=later) == []
    assert alerts(store, "defender", "workspace", now=later) == ["streamed"]
    assert alerts(store, "defender", "workspace", now=NOW + timedelta(days=91)) == []


def test_what_one_product_knows_the_other_does_not(store: Store) -> None:
    alert(store, "a", known=NOW)
    assert alerts(store, "workspace") == []


def test_a_streamed_table_reaches_the_workspace_from_the_moment_of_choosing(store: Store) -> None:
    alert(store, "before", known=NOW - HOUR)
    alert(store, "after", known=NOW)
    store.stream("AlertInfo", since=NOW - HOUR / 2)
    assert alerts(store, "workspace") == ["after"]
    assert store.streamed == ("AlertInfo",)


def test_what_has_arrived_stays_when_the_stream_stops(store: Store) -> None:
    store.stream("AlertInfo", since=NOW - HOUR)
    alert(store, "arrived", known=NOW - HOUR / 2)
    store.stop_stream("AlertInfo", at=NOW)
    alert(store, "too late", known=NOW)
    assert alerts(store, "workspace") == ["arrived"]
    assert store.streamed == ()


def test_a_streamed_row_has_the_workspace_columns_and_types(store: Store) -> None:
    row = {"Timestamp": NOW.replace(tzinfo=None), "AccountName": "lena", "DestinationPort": "443"}
    store.append("defender", "IdentityLogonEvents", [row], ingested=NOW)
    store.stream("IdentityLogonEvents", since=NOW)
    with store.cursor("workspace", now=NOW) as cursor:
        query = "SELECT TimeGenerated, AccountName, DestinationPort, Type FROM IdentityLogonEvents"
        port = store.schema("workspace")["IdentityLogonEvents"]["DestinationPort"]
        expected = (NOW.replace(tzinfo=None), "lena", "443" if port == "string" else 443, "IdentityLogonEvents")
        assert cursor.sql(query).fetchall() == [expected]


def test_a_cursor_over_both_products_takes_the_first_that_has_the_table(store: Store) -> None:
    alert(store, "hunting", known=NOW)
    assert alerts(store, "defender", "workspace") == ["hunting"]
    assert alerts(store, "workspace", "defender") == []
    assert "Timestamp" in store.schema("defender", "workspace")["AlertInfo"]
    assert "TimeGenerated" in store.schema("workspace", "defender")["AlertInfo"]


def test_restoring_a_snapshot_forgets_what_came_after_it(store: Store) -> None:
    alert(store, "kept", known=NOW)
    before = store.snapshot()
    alert(store, "forgotten", known=NOW)
    store.stream("AlertInfo", since=NOW)
    store.restore(before)
    assert alerts(store, "defender") == ["kept"]
    assert alerts(store, "workspace") == []


def test_snapshots_can_be_visited_in_any_order(store: Store) -> None:
    alert(store, "first", known=NOW)
    early = store.snapshot()
    alert(store, "second", known=NOW)
    late = store.snapshot()
    store.restore(early)
    alert(store, "other", known=NOW)
    store.restore(late)
    assert alerts(store, "defender") == ["first", "second"]
    store.restore(early)
    assert alerts(store, "defender") == ["first"]
    store.restore(late)
    assert alerts(store, "defender") == ["first", "second"]


def test_a_store_takes_the_snapshot_of_another(store: Store) -> None:
    other = Store.open()
    alert(store, "one", known=NOW)
    other.restore(store.snapshot())
    assert alerts(other, "defender") == ["one"]
    other.close()


def test_a_table_first_written_after_the_snapshot_is_empty_again(store: Store) -> None:
    before = store.snapshot()
    alert(store, "forgotten", known=NOW)
    store.restore(before)
    assert alerts(store, "defender") == []


def test_unknown_tables_and_columns_are_named(store: Store) -> None:
    with pytest.raises(StoreError, match="AlertInf0"):
        store.append("defender", "AlertInf0", [{"AlertId": "a"}], NOW)
    with pytest.raises(StoreError, match="Titel"):
        store.append("defender", "AlertInfo", [{"Titel": "a"}], NOW)


def test_bundled_rows_are_read_from_parquet_and_others_are_added_to_them(tmp_path: Path) -> None:
    folder = tmp_path / "it's a bundle" / "tables" / "defender"
    folder.mkdir(parents=True)
    target = str(folder / "AlertInfo.parquet").replace("'", "''")
    row = "TIMESTAMP '2026-11-03 07:00' AS Timestamp, 'bundled' AS AlertId, TIMESTAMP '2026-11-03 07:01' AS _ingested"
    duckdb.sql(f"COPY (SELECT {row}) TO '{target}' (FORMAT parquet)")
    store = Store.open(tmp_path / "it's a bundle")
    alert(store, "written", known=NOW)
    assert alerts(store, "defender") == ["bundled", "written"]
    assert alerts(store, "defender", now=NOW - HOUR) == []


@pytest.mark.parametrize(
    "statement",
    [
        "FROM read_csv('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/pivotlab-leak.csv'",
        "ATTACH '/tmp/pivotlab-leak.duckdb' AS leak",
        "INSTALL httpfs",
        "SET enable_external_access = true",
    ],
)
def test_nothing_outside_the_bundle_can_be_reached(store: Store, statement: str) -> None:
    with store.cursor(now=NOW, tables=[]) as cursor, pytest.raises(duckdb.Error):
        cursor.execute(statement)


def test_a_window_shows_only_the_events_between_its_start_and_its_end(store: Store) -> None:
    for name, happened in (("before", NOW - 3 * HOUR), ("first", NOW - 2 * HOUR), ("last", NOW - HOUR), ("after", NOW)):
        alert(store, name, known=NOW, happened=happened)
    with store.cursor("defender", now=NOW, window=(NOW - 2 * HOUR, NOW - HOUR)) as cursor:
        assert cursor.sql("SELECT AlertId FROM AlertInfo ORDER BY Timestamp").fetchall() == [("first",), ("last",)]
    assert len(alerts(store, "defender")) == 4


def test_a_query_has_one_thread_so_that_rows_without_an_order_come_in_the_same_one_each_time(store: Store) -> None:
    with store.cursor("defender", now=NOW) as cursor:
        assert cursor.sql("SELECT current_setting('threads')").fetchall() == [(1,)]
