"""Values that a function cannot take: null where its page says so, a mistake or a refusal elsewhere, and no guess."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pivotlab.kql import KqlError, KqlUnsupported

Rows = Callable[[str], list[tuple[Any, ...]]]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("array_slice(dynamic([1,2,3]), 0, -5)", []),
        ("array_slice(dynamic([1,2,3]), 0, -2)", [1, 2]),
        ("array_slice(dynamic([1,2,3]), -2, -1)", [2, 3]),
        ("array_split(dynamic([1,2,3]), dynamic(['x']))", None),
        ("array_split(dynamic([1,2,3]), 1)", [[1], [2, 3]]),
        ("indexof('abc', 'b', int(null))", None),
        ("make_string(99999999)", ""),
        ("make_string(72, 105)", "Hi"),
        ("format_ipv4('\u00b2')", ""),
        ("format_ipv4('3232235777')", "192.168.1.1"),
        ("parse_version('1.\u00b2')", None),
        ("totimespan('\u00b2')", None),
        ("ipv6_is_in_range('::1', '::/200')", None),
        ("ipv6_is_in_range('::1', '::/64')", True),
        ("parse_csv('a\\rb')", None),
        ("parse_csv('a,\"b\\nc\"')", ["a", "b\nc"]),
        ("extract('a', 0, 'a', typeof(long))", None),
        ("extract('x(.)', 1, 'xy')", "y"),
        ("extract('(x)', 2, 'x', typeof(long))", None),
        ('extract_json(\'$.a[1].b\', \'{"a":[0,{"b":"c"}]}\')', "c"),
        ('extract_json("$[\'user-name\']", \'{"user":1,"user-name":2}\', typeof(long))', 2),
        ("make_datetime(9223372036854775807, 2, 1)", None),
        ("totimespan(real(nan))", None),
        ("toint(200000d)", None),
        ("unixtime_seconds_todatetime(real(+inf))", None),
        ("startofday(datetime(2026-01-02), -1)", "2026-01-01 00:00:00"),
        ("datetime_part('millisecond', datetime(1601-01-01 00:00:01.5))", 500),
        ("datetime_part('microsecond', datetime(1601-01-01 00:00:01.000007))", 7),
        ("bin_at(6.5, 2.5, 7)", 4.5),
        ("around(datetime(2026-01-02), datetime(2026-01-01), 1d)", True),
        ("around(5, 7.5, 2)", False),
    ],
)
def test_an_odd_value_has_its_documented_answer(rows: Rows, expression: str, expected: Any) -> None:
    assert rows(f"print x = {expression}") == [(expected,)]


@pytest.mark.parametrize(
    "expression",
    [
        "datetime_add('hours', 1, now())",
        "datetime_add(s, 1, now())",
        "datetime_part('weekday', now())",
        "datetime_diff(s, now(), now())",
        "bin_at('a', 1, 2)",
        "around('a', 'b', 'c')",
        "around(1, now(), 1d)",
        "extract('a', 0, 'a', 'bogus')",
        "bag_pack('a', 1, 'b')",
        "abs(now())",
        "make_timespan('a', 1)",
        "range(1, now())",
    ],
)
def test_what_does_not_go_together_is_a_mistake_with_a_place(rows: Rows, expression: str) -> None:
    with pytest.raises(KqlError) as raised:
        rows(f"datatable(s:string)['hour'] | extend x = {expression}")
    assert raised.value.diagnostics[0].suggestion or "type" in str(raised.value)


@pytest.mark.parametrize(
    "expression",
    [
        "datetime_add('nanosecond', 1, now())",
        "datetime_part('nanosecond', now())",
        "extract('x(.)', n, 'xy')",
        "extract('x(.)', -1, 'xy')",
        "extract_json('$.user-name', '{\"user\":1,\"user-name\":2}')",
        "extract_json('$..a', '{\"a\":1}')",
        "extract_json(p, '{\"a\":1}')",
    ],
)
def test_what_is_not_documented_or_not_literal_is_refused(rows: Rows, expression: str) -> None:
    with pytest.raises(KqlUnsupported):
        rows(f"datatable(n:long, p:string)[1, '$..a'] | project x = {expression}")


@pytest.mark.parametrize(
    "aggregate",
    ["percentile(x, p)", "percentiles(x, 50, p)", "percentile(x, 101)", "make_list(x, p)", "make_set(x, p)"],
)
def test_an_aggregate_takes_what_is_constant_as_a_literal(rows: Rows, aggregate: str) -> None:
    with pytest.raises(KqlUnsupported, match="literal number"):
        rows(f"datatable(x:long, p:long)[1, 2, 3, 2] | summarize y = {aggregate}")


def test_the_nearest_rank_of_a_literal_percentage(rows: Rows) -> None:
    assert rows("range x from 1 to 4 step 1 | summarize percentile(x, 50), percentile(x, 100)") == [(2, 4)]


def test_a_property_may_have_any_name(rows: Rows) -> None:
    bag = """bag_pack('a"b', 1, '', 2, 'a\\\\b', 3, "a'b", 4, '~/', 5, 'a.b', 6)"""
    names = ['a"b', "", "a\\b", "a'b", "~/", "a.b"]
    assert rows(f"print d = {bag} | mv-expand d") == [({name: n},) for n, name in enumerate(names, 1)]
    assert rows(f"print d = {bag} | mv-expand kind=array d") == [([name, n],) for n, name in enumerate(names, 1)]
    assert rows(f"print d = {bag} | evaluate bag_unpack(d) | project-reorder * asc")[0] == (2, 1, 4, 6, 3, 5)
    assert rows(f"print d = {bag} | mv-expand k = bag_keys(d) to typeof(string) | project d[k]") == [
        (n,) for n in range(1, 7)
    ]
    assert rows("datatable(k:dynamic)['0', 0, 1.5, true] | extend d = dynamic([7]) | project d[k]") == [
        (None,),
        (7,),
        (None,),
        (None,),
    ]
