"""Functions on series: values worked out by hand, and a time that does not explode."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from pivotlab.kql import Engine, KqlLimit
from pivotlab.kql.rewrite.functions import series_maths
from pivotlab.kql.run.bounds import Limits
from pivotlab.store.store import Store

Rows = Callable[[str], list[tuple[Any, ...]]]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("series_pow(dynamic([2, 3, 4]), 2)", [4, 9, 16]),
        ("series_pow(dynamic([4, 2.5]), 0.5)", [2.0, pytest.approx(1.5811388)]),
        ("series_pow(dynamic([2, -8, 0]), dynamic([-1, 0.5, -1]))", [0.5, None, None]),
        ("series_pow(dynamic([1e200, 99999]), 6000000)", [None, None]),
        ("series_exp(dynamic([0, 1000]))", [1.0, None]),
        ("series_multiply(dynamic([1e200]), dynamic([1e200]))", [None]),
        ("series_product(dynamic([1e200, 1e200, 0]))", None),
        ("series_product(dynamic([2, 3, 4]))", 24.0),
        ("series_fill_linear(dynamic([null, 2, null, null, 8, null]))", [2, 2, 4.0, 6.0, 8, 8]),
        ("series_fill_linear(dynamic([null, 2, null, 4]), real(null), false)", [None, 2, 3.0, 4]),
        ("series_fill_linear(dynamic([null, null]), real(null), true, 7)", [7, 7]),
        ("series_fill_forward(dynamic([null, 1, null]))", [None, 1, 1]),
        ("series_fill_backward(dynamic([null, 1, null]))", [1, 1, None]),
        ("series_fir(dynamic([2, 4, 6]), dynamic(null))", None),
        ("series_fir(dynamic([2, 4, 6]), dynamic(['x']))", None),
    ],
)
def test_a_series_has_its_value(rows: Rows, expression: str, expected: Any) -> None:
    assert rows(f"print x = {expression}") == [(expected,)]


def test_the_season_is_found() -> None:
    assert series_maths.period([0, 1, 2, 3] * 8, 0.6) == 4
    assert series_maths.period([5.0] * 20, 0.6) == 0
    # 1, -1, 1, -1: of a lag of 1 the product is -1 for every pair, of a lag of 2 it is 1.
    assert series_maths.autocorrelation([1, -1, 1, -1]) == [1.0, -1.0, 1.0]


@pytest.mark.parametrize(
    "expression",
    [
        "series_fill_linear(iff(true, dynamic(null), n))",
        "series_fill_linear(n, 0)",
        "series_decompose(n)[1][3]",
        "series_pow(n, 6000000)",
        "set_intersect(n, m)",
    ],
)
def test_a_month_by_minute_takes_moments(expression: str) -> None:
    """43,200 points; what grows with their square took minutes, and no limit stops Python within DuckDB."""
    engine = Engine(Store.for_schema({}), now=lambda: datetime(2026, 11, 3, tzinfo=UTC), limits=Limits(seconds=30))
    table = "range x from 1 to 43200 step 1 | summarize n = make_list(iff(x % 60 == 1, x, 0)), m = make_list(x)"
    start = time.monotonic()
    engine.run(f"{table} | project y = {expression} | project array_length(y)")
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    "expression", ["repeat(dynamic({'a':1}), 9223372036854775807)", "series_fir(range(1, 100000), range(1, 100000))"]
)
def test_more_than_there_is_time_or_room_for_is_a_limit(rows: Rows, expression: str) -> None:
    with pytest.raises(KqlLimit, match="at most"):
        rows(f"print x = {expression}")
