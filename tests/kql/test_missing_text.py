"""A text that is missing in the data is the empty text, everywhere in a query and in its answer.

Kusto has no null strings (learn.microsoft.com, "Null values"): each expected value follows from reading "" there.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from pivotlab.kql import Engine
from pivotlab.store.store import Store

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def gaps() -> Engine:
    """Two tables with a missing text in each; `N` and `D` are null in the same rows."""
    store = Store.for_schema(
        {table: {"K": "string", "S": "string", "N": "long", "D": "dynamic"} for table in ("A", "B")}
    )
    store.append(
        "workspace",
        "A",
        pd.DataFrame({"K": ["1", "2", "3"], "S": ["x", None, "x"], "N": [5, None, 7], "D": ['{"p":"q"}', None, "[1]"]}),
        NOW,
    )
    store.append(
        "workspace", "B", pd.DataFrame({"K": ["7", "8"], "S": [None, "x"], "N": [None, 1], "D": [None, None]}), NOW
    )
    return Engine(store, now=lambda: NOW)


CASES: list[tuple[str, list[list[Any]]]] = [
    ("A | where K == '2' | project S, isnull(S), isempty(S), isnotempty(S), strlen(S), S == '', S != '', S =~ '', S in (''), S contains ''", [["", False, True, False, 0, True, False, True, True, True]]),
    ("A | where K == '2' | project strcat('<', S, '>'), toupper(S), coalesce(S, 'none'), iff(S == '', 'e', 'f'), S has 'x', S !has 'x'", [["<>", "", "none", "e", False, True]]),
    ("A | where K == '2' | project p=bag_pack('s', S, 'n', N), l=pack_array(S, N), a=pack_all()", [[{"s": "", "n": None}, ["", None], {"K": "2", "S": "", "N": None, "D": None}]]),
    ("A | summarize n=count() by S | sort by S asc", [["", 1], ["x", 2]]),
    ("A | summarize dcount(S), count_distinct(S), countif(isempty(S)), countif(S == '')", [[2, 2, 1, 1]]),
    ("A | summarize l=make_list(S), s=make_set(S), z=max(S)", [[["x", "", "x"], ["", "x"], "x"]]),
    ("A | summarize make_list(N), make_list(D), sum(N), count(), countif(isnull(D))", [[[5, 7], [{"p": "q"}, [1]], 12, 3, 1]]),
    ("A | distinct S | sort by S asc", [[""], ["x"]]),
    ("A | join kind=inner B on S | project K, K1 | sort by K asc", [["1", "8"], ["2", "7"], ["3", "8"]]),
    ("A | join kind=leftanti B on S | count", [[0]]),
    ("A | join kind=leftouter (B | where S == 'x') on S | where K == '2' | project S1, N1, K1", [["", None, ""]]),
    ("A | lookup kind=leftouter (B | project S, Other=K) on S | sort by K asc | project K, Other", [["1", "8"], ["2", "7"], ["3", "8"]]),
    ("A | where S in ((B | project S)) | count", [[3]]),
    ("A | where S !in ('x') | project K", [["2"]]),
    ("A | sort by S asc | take 1 | project K, S", [["2", ""]]),
    ("A | top 1 by S asc | project K", [["2"]]),
    ("A | summarize arg_min(K, S) by Empty=isempty(S) | sort by K asc | project S", [["x"], [""]]),
    ("A | summarize take_any(S) by K | where K == '2' | project S", [[""]]),
    ("A | where K == '2' | project t=tostring(D.p), u=tostring(N), v=parse_json(S), w=split(S, ',')", [["", "", None, [""]]]),
    ("A | sort by K asc | project K, p=prev(S), n=next(S)", [["1", "", ""], ["2", "x", "x"], ["3", "", ""]]),
    ("A | where K == '2' | mv-expand x=split(S, ',') to typeof(string) | project x", [[""]]),
    ("union A, (print T='t') | where isempty(K) | project S, T", [["", "t"]]),
    ("A | where K == '2' | project D, N", [[None, None]]),
    ("A | evaluate pivot(S, count(), K) | sort by K asc", [["1", 0, 1], ["2", 1, 0], ["3", 0, 1]]),
]  # fmt: skip


@pytest.mark.parametrize(("kql", "expected"), CASES, ids=[kql[:50] for kql, _ in CASES])
def test_a_missing_text_reads_as_empty(gaps: Engine, kql: str, expected: list[list[Any]]) -> None:
    frame = gaps.run(kql).astype(object)
    rows = [
        [None if value is None or value is pd.NA or value != value else value for value in row]
        for row in frame.to_numpy().tolist()
    ]
    assert rows == expected


def test_no_column_of_texts_holds_a_null(gaps: Engine) -> None:
    for kql in (
        "A",
        "A | join kind=fullouter (B | where K == '8') on K",
        "A | extend X=tostring(D)",
        "union A, (print Z='z')",
    ):
        frame = gaps.run(kql)
        texts = [name for name, kind in frame.attrs["kql_types"].items() if kind == "string"]
        assert texts
        assert not frame[texts].isna().any().any(), kql
