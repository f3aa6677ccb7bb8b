"""Tabular operators: rows worked out by hand from each operator's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pivotlab.kql import Engine

Rows = Callable[[str], list[tuple[Any, ...]]]
FRUIT = "let F = datatable(k:string, g:string, v:long)['a','x',1, 'b','x',2, 'c','y',3, 'd','y',long(null)];\n"

CASES: list[tuple[str, list[tuple[Any, ...]]]] = [
    ("F | where g == 'y' | count", [(2,)]),
    ("F | sort by v | project k", [("c",), ("b",), ("a",), ("d",)]),
    ("F | sort by v asc | project k", [("d",), ("a",), ("b",), ("c",)]),
    ("F | top 2 by v asc nulls last | project k", [("a",), ("b",)]),
    ("F | summarize s=sum(v), n=count(), a=avg(v) by g | sort by g asc", [("x", 3, 2, 1.5), ("y", 3, 2, 3.0)]),
    ("F | where false | summarize sum(v), count(), max(v), make_list(v)", [(0, 0, None, [])]),
    ("F | summarize arg_max(v, k) by g | sort by g asc", [("x", 2, "b"), ("y", 3, "c")]),
    ("F | summarize l=make_list(v), s=make_set(g), top1=make_list(k, 1)", [([1, 2, 3], ["x", "y"], ["a"])]),
    ("F | summarize make_set_if(k, v > 1), countif(v > 1), sumif(v, g == 'x')", [(["b", "c"], 2, 3)]),
    ("F | summarize percentiles(v, 50, 100)", [(2, 3)]),
    ("F | summarize dcount(g) by bin(v, 2) | sort by v asc", [(None, 1), (0, 1), (2, 2)]),
    ("F | distinct g | sort by g asc", [("x",), ("y",)]),
    ("F | project-reorder v, * | take 1", [(1, "a", "x")]),
    ("F | project-keep v, g | take 1", [("x", 1)]),
    ("F | project-away v* | take 1", [("a", "x")]),
    ("F | project-rename Key=k | where Key == 'a'", [("a", "x", 1)]),
    ("F | extend v = v * 10, w = v | where k == 'a'", [("a", "x", 10, 1)]),
    ("F | serialize r=row_number(), p=prev(v), n=next(v, 1, -1), c=row_cumsum(v) | project r, p, n, c | take 2", [(1, None, 2, 1), (2, 1, 3, 3)]),
    ("F | sort by v asc | extend s=row_cumsum(v, g != prev(g)) | project k, s", [("d", None), ("a", 1), ("b", 3), ("c", 3)]),
    ("F | sort by v asc nulls last | serialize | extend p=prev(v) | where k == 'b' | project p", [(1,)]),
    # 4 minutes apart, at most 10 minutes long: 00:04, 08, 12 are one session; 00:16 starts the next, and the gap before 00:30 another
    ("range i from 1 to 5 step 1 | extend t = datetime(2026-01-01) + iff(i == 5, 30m, i * 4m) | serialize s=row_window_session(t, 10m, 5m) | project tostring(s - datetime(2026-01-01))", [("00:04:00",), ("00:04:00",), ("00:04:00",), ("00:16:00",), ("00:30:00",)]),
    ("F | sort by g asc, v asc nulls last | extend t = datetime(2026-01-01) + coalesce(v, 9) * 1m | extend s = row_window_session(t, 1h, 1h, g != prev(g)) | project k, datetime_diff('minute', s, datetime(2026-01-01))", [("a", 1), ("b", 1), ("c", 3), ("d", 3)]),
    ("range x from 1 to 3 step 1 | serialize\n| extend n=next(x)\n| project n", [(2,), (3,), (None,)]),
    ("range x from 1 to 3 step 1 | extend d = x - prev(x, 1, 0) | summarize sum(d)", [(3,)]),
    ("range x from 3 to 1 step 2", []),
    ("print d=dynamic({'a':1,'b':[2,3]}) | mv-expand k = d.b to typeof(long) | project k", [(2,), (3,)]),
    ("print d=dynamic([5,6]) | mv-expand with_itemindex=i d | project i, d", [(0, 5), (1, 6)]),
    ("datatable(i:int, d:dynamic)[1,dynamic([]), 2,dynamic(null)] | mv-expand d | project i", [(2,)]),
    ("datatable(i:int, l:dynamic)[1,dynamic([3,1]), 2,dynamic([7])] | mv-apply e=l to typeof(long) on (summarize m=max(e)) | project i, m | sort by i asc", [(1, 3), (2, 7)]),
    ("datatable(d:dynamic)[dynamic({'a':1,'b':'x'}), dynamic({'a':2})] | evaluate bag_unpack(d) | sort by a asc", [(1, "x"), (2, "")]),
    ("F | evaluate pivot(g, sum(v), k) | sort by k asc | take 2", [("a", 1, 0), ("b", 2, 0)]),
    ("print a=1, b='z' | evaluate narrow()", [(0, "a", "1"), (0, "b", "z")]),
    ("F | partition by g (top 1 by v | project k) | sort by k asc", [("b",), ("c",)]),
    ("F | top-nested 1 of g by s=sum(v), top-nested 1 of k by m=max(v)", [("x", 3, "b", 2)]),
    ("datatable(t:datetime, v:long)[datetime(2026-01-01 05:00),2, datetime(2026-01-03),4] | make-series s=sum(v) default=-1 on t from datetime(2026-01-01) to datetime(2026-01-04) step 1d | project s", [([2, -1, 4],)]),
    # a view counts among the tables that a wildcard names; a plain function does not
    ("let Ones = view () { print n=1 }; let Others = view () { print n=2 }; let Once = () { print n=3 }; union withsource=s On*, O*rs | sort by n asc", [("Ones", 1), ("Others", 2)]),
    ("let Ones = view () { print n=1 }; let Twos = view () { print n=2 }; search n > 1 | project $table, n", [("Twos", 2)]),
    ("let Ones = view () { print n=1 }; find n == 1 | project source_, n", [("Ones", 1)]),
    # the empty text is a text, and the smallest
    ("datatable(s:string, n:long)['b', 1, '', 2, 'a', 3] | summarize min(s), max(s), arg_min(s, n)", [("", "b", "", 2)]),
    ("datatable(s:string)['b'] | where false | summarize min(s)", [("",)]),
    # 2 counts five times, 4 three times, 9 twice: half of the weight of 10 is reached at 2, eight tenths at 4
    ("datatable(v:long, w:long)[9, 2, 2, 5, 4, 3] | summarize percentilew(v, w, 50), percentilesw(v, w, 80, 81), percentilesw_array(v, w, dynamic([0, 100]))", [(2, 4, 9, [2, 9])]),
    # makelist(), makeset() and mvexpand, the older names, give 128 values unless told otherwise
    ("range x from 1 to 200 step 1 | summarize a=array_length(makelist(x)), b=array_length(makeset(x)), c=array_length(makelist(x, 150)), d=array_length(make_list(x))", [(128, 128, 150, 200)]),
    ("print e=range(1, 200) | mvexpand e | count", [(128,)]),
    ("print e=range(1, 200) | mv-expand e | count", [(200,)]),
    # the older form bins both ends: 00:30 to 03:10 by the hour is 00:00, 01:00, 02:00, 03:00
    ("datatable(t:datetime, n:long)[datetime(2026-01-01 00:10), 2, datetime(2026-01-01 03:30), 5] | make-series s=sum(n) on t in range(datetime(2026-01-01 00:30), datetime(2026-01-01 03:10), 1h) | project s, tostring(t[0])", [([2, 0, 0, 5], "2026-01-01T00:00:00.0000000Z")]),
    ("datatable(s:string)['user=ana; id=7', 'none'] | parse s with 'user=' u '; id=' n:long | project u, n", [("ana", 7), ("", None)]),
    ("datatable(s:string)['user=ana; id=7', 'none'] | parse-where s with 'user=' u '; id=' n:long | project u", [("ana",)]),
    ("datatable(d:dynamic, k:string)[dynamic({'n':'ana', 'a':20, 'x':1}), 's'] | evaluate bag_unpack(d) : (*, n:string, a:long)", [("s", "ana", 20)]),
    ("let f = (T:(*)) { T | count }; F | invoke f()", [(4,)]),
    ("print s='ana/7/x' | parse s with u '/' n:long '/' * | project u, n", [("ana", 7)]),
    ("datatable(s:string)['12 b', 'x b'] | parse s with n:long ' ' r | project n, r | sort by n asc", [(None, ""), (12, "b")]),
    ("print s='a/b' | parse-where s with u '-' v | count", [(0,)]),
    ("F | mv-apply x=toscalar(F | summarize make_set(k)) to typeof(string) on (where x == k) | summarize count()", [(4,)]),
    ("print s='a=1,b=x y' | parse-kv s as (a:long, b:string) with (pair_delimiter=',', kv_delimiter='=') | project a, b", [(1, "x y")]),
    ("F | lookup kind=leftouter (datatable(g:string, n:string)['x','ex']) on g | where v >= 2 | project k, n | sort by k asc", [("b", "ex"), ("c", "")]),
    ("F | join kind=leftanti (F | where v > 1) on k | project k | sort by k asc", [("a",), ("d",)]),
    ("F | join kind=inner F on g | summarize count()", [(8,)]),
    ("F | join F on g | summarize count()", [(4,)]),
    ("datatable(a:long, b:long)[1,2] | join kind=fullouter (datatable(a:long, b:long)[3,4]) on a | sort by a asc", [(None, None, 3, 4), (1, 2, None, None)]),
    ("union (print a=1), (print b='x') | sort by b asc", [(1, ""), (None, "x")]),
    ("union (print a=1), (print a='x') | count", [(2,)]),
    ("union withsource=T (print x=1 | as One), (print x=2 | as Two) | sort by x asc", [("One", 1), ("Two", 2)]),
    ("F | invoke f(2)", [("c", "y", 3)]),
    ("F | where k in ((F | where v > 1 | project k)) | count", [(2,)]),
    ("print m = toscalar(F | summarize max(v))", [(3,)]),
    ("F | getschema | where ColumnName == 'v' | project ColumnType", [("long",)]),
    ("F | search 'x' | count", [(2,)]),
    ("F | extend c = column_ifexists('nope', 'd') | distinct c", [("d",)]),
    ("print a=1, b='x' | project p = pack_all()", [({"a": 1, "b": "x"},)]),
]  # fmt: skip


@pytest.mark.parametrize(("kql", "expected"), CASES, ids=[kql[:60] for kql, _ in CASES])
def test_an_operator_gives_its_documented_rows(rows: Rows, kql: str, expected: list[tuple[Any, ...]]) -> None:
    function = "let f = (T:(v:long), least:long) { T | where v > least };\n"
    assert rows(FRUIT + function + kql) == expected


@pytest.mark.parametrize(
    ("kql", "names"),
    [
        ("print 1, x=2", ["print_0", "x"]),
        ("SigninLogs | summarize count(), dcount(IPAddress), make_set(ResultType) by bin(TimeGenerated, 1d)", ["TimeGenerated", "count_", "dcount_IPAddress", "set_ResultType"]),
        ("SigninLogs | summarize arg_max(TimeGenerated, IPAddress) by UserPrincipalName", ["UserPrincipalName", "TimeGenerated", "IPAddress"]),
        ("SigninLogs | project tostring(LocationDetails.city), RiskScore + 1, strlen(IPAddress)", ["LocationDetails_city", "Column1", "strlen_IPAddress"]),
        ("SigninLogs | project IPAddress | join kind=inner (SigninLogs | project IPAddress, ResultType) on IPAddress", ["IPAddress", "IPAddress1", "ResultType"]),
        ("print x=dynamic([1,2]) | project series_stats(x)", [f"series_stats_x_{n}" for n in ("min", "min_idx", "max", "max_idx", "avg", "stdev", "variance")]),
    ],
)  # fmt: skip
def test_columns_are_called_as_kusto_calls_them(engine: Engine, kql: str, names: list[str]) -> None:
    assert list(engine.run(kql).columns) == names


def test_null_and_empty_text_are_one_group(rows: Rows) -> None:
    found = rows(
        "union (SigninLogs | project u=UserPrincipalName), (print u='') | where isempty(u) | summarize n=count() by u"
    )
    assert found == [("", 2)]


def test_a_filter_on_missing_text_keeps_the_row(rows: Rows) -> None:
    assert rows("SigninLogs | where UserPrincipalName != 'ana@contoso.example' | count") == [(3,)]
    assert rows("SigninLogs | where UserPrincipalName !contains 'ana' | count") == [(3,)]
    assert rows("SigninLogs | where RiskScore != 10 | count") == [(4,)]
    assert rows("SigninLogs | where RiskScore > 1 | count") == [(4,)]


def test_the_figures_agree_with_pandas(engine: Engine) -> None:
    frame = engine.run("SigninLogs")
    expected = frame.groupby("ResultType")["RiskScore"].agg(["count", "max"]).astype("Int64")
    answer = engine.run(
        "SigninLogs | summarize c=countif(isnotnull(RiskScore)), m=max(RiskScore) by ResultType | sort by ResultType asc"
    )
    assert list(answer["c"]) == list(expected["count"])
    assert list(answer["m"]) == list(expected["max"])
