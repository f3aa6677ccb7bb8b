"""Functions that look at other rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pivotlab.kql import KqlError, KqlUnsupported

Rows = Callable[[str], list[tuple[Any, ...]]]
_THREE = "range x from 1 to 3 step 1"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("prev(x)", [None, 1, 2]),
        ("prev(x, 2, 0)", [0, 0, 1]),
        ("next(x, 1, -1)", [2, 3, -1]),
        ("prev(x, 0)", [1, 2, 3]),
        ("row_number(10)", [10, 11, 12]),
        ("row_number(1, x == 3)", [1, 2, 1]),
        ("row_cumsum(x, x == 3)", [1, 3, 3]),
        ("row_cumsum(x * 1h)", [3600, 10800, 21600]),
        ("row_rank_dense(x / 3)", [1, 1, 2]),
        ("row_rank_min(x / 3)", [1, 1, 3]),
        ("prev(row_number())", [None, 1, 2]),
    ],
)
def test_a_window_function_has_its_documented_value(rows: Rows, call: str, expected: list[Any]) -> None:
    assert [row[0] for row in rows(f"{_THREE} | project y = {call}")] == expected


@pytest.mark.parametrize(
    "call", ["prev()", "next()", "row_cumsum()", "row_rank_dense()", "row_rank_min()", "prev(x,1,2,3)"]
)
def test_a_wrong_number_of_arguments_is_said(rows: Rows, call: str) -> None:
    with pytest.raises(KqlError, match=r"takes \d"):
        rows(f"{_THREE} | extend y = {call}")


@pytest.mark.parametrize(
    "call", ["prev(x, x)", "next(x, toint(x))", "prev(x, -1)", "row_number(x)", "prev(x, long(null))"]
)
def test_an_offset_that_a_row_gives_is_refused(rows: Rows, call: str) -> None:
    with pytest.raises(KqlUnsupported, match=r"literal number|negative offset"):
        rows(f"{_THREE} | extend y = {call}")


def test_rows_are_filtered_by_a_window_function(rows: Rows) -> None:
    assert rows(f"{_THREE} | where prev(x) == 1 or row_number() == 3") == [(2,), (3,)]


def test_a_window_function_stands_inside_an_aggregate_and_not_beside_it(rows: Rows) -> None:
    assert rows(f"{_THREE} | summarize s = sum(prev(x))") == [(3,)]
    with pytest.raises(KqlUnsupported, match="summarize"):
        rows(f"{_THREE} | summarize s = row_number()")


@pytest.mark.parametrize("text", [" OVER (", "(SELECT ", "x OVER (SELECT 1)"])
def test_a_text_is_no_code(rows: Rows, text: str) -> None:
    table = f"datatable(a:string)['{text}', 'b']"
    assert rows(f"{table} | where a has '{text}'") == [(text,)]
    assert rows(f"{table} | summarize n = countif(a == '{text}')") == [(1,)]
    assert rows(f"{table} | project n = toupper(strcat(a, '{text}'))")[0] == (f"{text}{text}".upper(),)
