"""Which operators keep the order of their rows for window functions (learn.microsoft.com, "serialize operator",
"Serialization behavior of operators")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pivotlab.kql import KqlError

Rows = Callable[[str], list[tuple[Any, ...]]]
_SORTED = "datatable(g:string, v:long, d:dynamic)['a', 2, dynamic([1]), 'b', 1, dynamic([2, 3])] | sort by v asc"


@pytest.mark.parametrize(
    "operator",
    [
        "count",
        "distinct g, v",
        "evaluate narrow()",
        "evaluate bag_unpack(d)",
        "join kind=inner (datatable(g:string)['a']) on g",
        "make-series n=count() on v from 1 to 3 step 1",
        "mv-expand d",
        "sample 2",
        "sample-distinct 2 of v",
        "summarize count() by g",
        "top-nested 2 of g by max(v)",
    ],
)
def test_the_rows_have_no_order_behind(rows: Rows, operator: str) -> None:
    with pytest.raises(KqlError, match="needs rows in an order"):
        rows(f"{_SORTED} | {operator} | extend place = row_number()")
    numbers = [row[-1] for row in rows(f"{_SORTED} | {operator} | serialize | extend place = row_number()")]
    assert numbers == [*range(1, len(numbers) + 1)]


@pytest.mark.parametrize(
    ("operator", "values"),
    [
        ("where v > 0", [1, 2]),
        ("take 1", [1]),
        ("limit 2", [1, 2]),
        ("extend w = v * 2", [1, 2]),
        ("project v", [1, 2]),
        ("project-away d", [1, 2]),
        ("project-keep v", [1, 2]),
        ("project-rename w = g", [1, 2]),
        ("project-reorder v", [1, 2]),
        ("parse g with * 'x' rest", [1, 2]),
        ("as T", [1, 2]),
        ("serialize w = v", [1, 2]),
        ("serialize", [1, 2]),
        ("top 1 by v desc", [2]),
        ("sort by v desc", [2, 1]),
        ("mv-apply x = d to typeof(long) on (summarize sum(x))", [1, 2]),
        ("render table", [1, 2]),
    ],
)
def test_the_rows_keep_their_order(rows: Rows, operator: str, values: list[int]) -> None:
    assert rows(f"{_SORTED} | {operator} | project v, place = row_number()") == [
        (value, number) for number, value in enumerate(values, 1)
    ]
