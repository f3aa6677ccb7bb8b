"""What columns are called that a query does not name, and names that two sides of a join share.

The names follow the operators' pages where they show them, and Microsoft's published language service where they do not.
"""

from __future__ import annotations

import pytest

from pivotlab.kql import Engine

ROW = "let T = datatable(k:string, v:long, v1:long)['a', 1, 2];\n"

NAMES: list[tuple[str, list[str]]] = [
    ("T | join kind=inner (T | project k, v) on k", ["k", "v", "v1", "k1", "v2"]),
    ("T | join kind=inner T on k", ["k", "v", "v1", "k1", "v2", "v11"]),
    ("T | project k, v | join kind=inner T on k", ["k", "v", "k1", "v2", "v1"]),
    ("T | summarize any(v), take_any(v1), anyif(k, v > 0)", ["any_v", "v1", "anyif_k"]),
    ("T | summarize any(v, v1) by k", ["k", "any_v", "any_v1"]),
    ("T | summarize binary_all_or(v), covariance(v, v1)", ["v", "covariance_v"]),
    ("T | summarize count() by k, tostring(k)", ["k", "k1", "count_"]),
    ("T | extend tostring(v), v + 1", ["k", "v", "v1", "Column1"]),
    ("print strlen('a'), array_sort_asc(dynamic([2, 1])), x=1", ["print_0", "print_1", "x"]),
    ("print array_sort_asc(dynamic([2, 1]), dynamic([3, 4]))", ["array0_sorted", "array1_sorted"]),
    ("print (a, b) = array_sort_asc(dynamic([2, 1]), dynamic([3, 4]))", ["a", "b"]),
]


@pytest.mark.parametrize(("kql", "names"), NAMES)
def test_columns_are_called_as_in_kusto(engine: Engine, kql: str, names: list[str]) -> None:
    assert list(engine.run(ROW + kql).columns) == names
