"""An engine on two small tables, with a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from pivotlab.kql import Engine
from pivotlab.store.store import Store

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
SCHEMA = {
    "SigninLogs": {
        "TimeGenerated": "datetime",
        "UserPrincipalName": "string",
        "IPAddress": "string",
        "ResultType": "string",
        "RiskScore": "int",
        "LocationDetails": "dynamic",
    },
    "SecurityIncident": {
        "TimeGenerated": "datetime",
        "IncidentNumber": "long",
        "Severity": "string",
        "AlertIds": "dynamic",
    },
}
SIGNINS = pd.DataFrame(
    {
        "TimeGenerated": pd.to_datetime(
            ["2026-11-03T07:00", "2026-11-03T06:30", "2026-11-02T12:00", "2026-11-01T09:15", "2026-10-30T23:59"]
        ),
        "UserPrincipalName": [
            "ana@contoso.example",
            "bo@contoso.example",
            "ana@contoso.example",
            None,
            "cy@contoso.example",
        ],
        "IPAddress": ["192.0.2.7", "198.51.100.4", "192.0.2.7", "203.0.113.9", ""],
        "ResultType": ["0", "50126", "0", "50126", "0"],
        "RiskScore": [10, None, 30, 5, 70],
        "LocationDetails": [
            '{"city":"Rotterdam","geo":{"lat":51.9}}',
            '{"city":"Liverpool"}',
            None,
            '{"city":null}',
            "[1,2]",
        ],
    }
)


@pytest.fixture(scope="session")
def engine() -> Engine:
    store = Store.for_schema(SCHEMA)
    store.append("workspace", "SigninLogs", SIGNINS, NOW)
    return Engine(store, now=lambda: NOW)


@pytest.fixture(scope="session")
def rows(engine: Engine) -> Callable[[str], list[tuple[Any, ...]]]:
    """The rows of a query as plain Python: missing values are None, datetimes and timespans their text."""

    def run(kql: str) -> list[tuple[Any, ...]]:
        frame = engine.run(kql)
        return [tuple(plain(value) for value in row) for row in frame.itertuples(index=False, name=None)]

    return run


def plain(value: Any) -> Any:
    if isinstance(value, list | dict):
        return value
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, pd.Timedelta):
        return value.total_seconds()
    if isinstance(value, float) and value != value:
        return None
    return value.item() if hasattr(value, "item") else value
