"""Kusto's whole range of datetimes and timespans comes back, and nothing beyond it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from pivotlab.kql import Engine, KqlUnsupported


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("datetime(0001-01-01)", "0001-01-01T00:00:00"),
        ("datetime(1601-01-01)", "1601-01-01T00:00:00"),
        ("datetime(9999-12-31T23:59:59)", "9999-12-31T23:59:59"),
        ("datetime(1601-01-01) + 1d", "1601-01-02T00:00:00"),
    ],
)
def test_a_datetime_comes_from_the_years_1_to_9999(engine: Engine, expression: str, expected: str) -> None:
    frame = engine.run(f"print d = {expression}")
    assert str(frame["d"].dtype) == "datetime64[us, UTC]"
    assert frame["d"][0].isoformat() == f"{expected}+00:00"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("200000d", timedelta(days=200_000)),
        ("-200000d", timedelta(days=-200_000)),
        # From 1601 to 2026 are 425 years with 103 leap days, and 306 days up to 3 November.
        ("now() - datetime(1601-01-01)", timedelta(days=425 * 365 + 103 + 306, hours=8)),
    ],
)
def test_a_timespan_may_be_longer_than_292_years(engine: Engine, expression: str, expected: timedelta) -> None:
    frame = engine.run(f"print p = {expression}")
    assert str(frame["p"].dtype) == "timedelta64[us]"
    assert frame["p"][0].to_pytimedelta() == expected


def test_far_values_stand_beside_nulls(engine: Engine) -> None:
    frame = engine.run(
        "datatable(d:datetime, p:timespan)[datetime(9999-12-31), 200000d, datetime(null), timespan(null)]"
    )
    assert frame["d"][0].year == 9999 and frame["d"][1] is pd.NaT
    assert frame["p"][0].days == 200_000 and frame["p"][1] is pd.NaT


@pytest.mark.parametrize(
    "kql",
    [
        "print d = datetime(9999-12-31) + 1d",
        "print d = ago(800000d)",
        "print d = now(4000000d)",
        "print startofmonth(datetime(0001-01-01), -1)",
        "datatable(d:datetime)[datetime(9999-12-31)] | extend e = d + 1d",
        "datatable(d:datetime)[datetime(9999-12-31)] | extend e = datetime_add('year', 1, d)",
        "SigninLogs | where TimeGenerated > ago(800000d)",
    ],
)
def test_what_leaves_the_years_is_refused(rows: Callable[[str], list[tuple[Any, ...]]], kql: str) -> None:
    with pytest.raises(KqlUnsupported, match="years 1 to 9999"):
        rows(kql)
