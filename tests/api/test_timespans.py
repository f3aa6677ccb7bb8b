"""ISO 8601 spans of time, read as the query APIs take them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from pivotlab.api.errors import ApiError
from pivotlab.api.timespans import window
from pivotlab.tenant.identifiers import WORKSPACE_ID

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("timespan", "expected"),
    [
        (None, None),
        ("", None),
        ("P30D", (NOW - 30 * DAY, NOW)),
        ("P1W", (NOW - 7 * DAY, NOW)),
        ("PT3600.0S", (NOW - timedelta(hours=1), NOW)),
        ("P1DT12H30M", (NOW - timedelta(hours=36, minutes=30), NOW)),
        ("2026-11-01/2026-11-02T06:00:00Z", (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, 6, tzinfo=UTC))),
        ("2026-11-01T02:00:00+02:00/P1D", (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))),
        ("P1D/2026-11-02", (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))),
    ],
)
def test_a_span_has_a_start_and_an_end(timespan: object, expected: object) -> None:
    assert window(timespan, NOW, "BadRequest") == expected


@pytest.mark.parametrize(
    "timespan", ["P", "PT", "30D", "P1M", "P1Y", "yesterday", "P1D/P1D", "P999999D", 7, [], "/", "a/b"]
)
def test_anything_else_is_refused_with_an_example(timespan: object) -> None:
    with pytest.raises(ApiError, match="Write P7D"):
        window(timespan, NOW, "BadRequest")


@pytest.mark.parametrize(
    ("timespan", "rows"),
    [(None, 4), ("P1D", 3), ("PT15M", 1), ("2026-10-31/2026-11-01", 1), ("2026-10-01/2026-10-02", 0)],
)
def test_log_analytics_sees_only_the_events_of_the_span(
    onlooker: httpx.Client, timespan: str | None, rows: int
) -> None:
    body = {"query": "SigninLogs | count", "timespan": timespan}
    answer = onlooker.post(f"/v1/workspaces/{WORKSPACE_ID}/query", json=body)
    assert answer.json()["tables"][0]["rows"] == [[rows]]


@pytest.mark.parametrize(("timespan", "rows"), [("P30D", 2), ("PT1H", 0)])
def test_graph_hunting_sees_only_the_events_of_the_span(onlooker: httpx.Client, timespan: str, rows: int) -> None:
    answer = onlooker.post("/v1.0/security/runHuntingQuery", json={"Query": "EmailEvents", "Timespan": timespan})
    assert len(answer.json()["results"]) == rows
