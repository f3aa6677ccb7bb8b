"""Scalar functions and operators: each expected value is worked out by hand from the page of its function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pivotlab.kql import Engine, KqlError, KqlUnsupported

EXPRESSIONS: list[tuple[str, Any]] = [
    # operators and nulls
    ("7 / 2", 3),
    ("7.0 / 2", 3.5),
    ("-10 % 3", 2),
    ("1h / 1m", 60.0),
    ("2 * 1d", 172800.0),
    ("datetime(2026-03-01) - datetime(2026-02-27)", 172800.0),
    ("datetime(2026-01-31) + 36h", "2026-02-01 12:00:00"),
    ("int(null) == 1", False),
    ("int(null) != 1", True),
    ("'ABC' =~ 'abc'", True),
    ("'ABC' == 'abc'", False),
    ("'North America' has 'america'", True),
    ("'North America' has 'amer'", False),
    ("'North America' hasprefix 'amer'", True),
    ("'North America' contains 'ORTH'", True),
    ("'North America' contains_cs 'ORTH'", False),
    ("'a.b' matches regex '^a.b$'", True),
    ("3 between (1 .. 3)", True),
    ("datetime(2026-01-03) between (datetime(2026-01-01) .. 1d)", False),
    ("'b' in ('a', 'b')", True),
    ("'B' in~ ('a', 'b')", True),
    ("'b' !in (dynamic(['a', 'b']))", False),
    ("'run powershell -enc' has_any (dynamic(['cmd', 'PowerShell']))", True),
    ("'run powershell -enc' has_all ('run', 'cmd')", False),
    # text
    ("strlen('Häfen')", 5),
    ("substring('abcdef', 2, 3)", "cde"),
    ("substring('abcdef', -2)", "ef"),
    ("split('a,b,c', ',')", ["a", "b", "c"]),
    ("split('a,b,c', ',', 1)", ["b"]),
    ("strcat('a', 1, true, dynamic({'x':1}))", 'a1True{"x":1}'),
    ("strcat_delim('-', 'a', 2)", "a-2"),
    ("indexof('abcabc', 'c')", 2),
    ("indexof('abcabc', 'c', 3)", 5),
    ("replace_string('a.b', '.', '-')", "a-b"),
    ("replace_regex('Number is 12', '([0-9]+)', '<\\\\1>')", "Number is <12>"),
    ("trim('-+', '--x--')", "x"),
    ("extract('x=([0-9.]+)', 1, 'a x=45.6 b')", "45.6"),
    ("extract('x=([0-9.]+)', 1, 'a x=45.6 b', typeof(real))", 45.6),
    ("extract_all('([a-z])([0-9])', 'a1b2')", [["a", "1"], ["b", "2"]]),
    ("countof('aaaa', 'aa')", 3),
    ("translate('abc', 'x', 'aabbx')", "xxxxx"),
    ("reverse('abc')", "cba"),
    ("strcmp('a', 'b')", -1),
    ("isempty('')", True),
    ("isnull('')", False),
    ("isnull(dynamic(null))", True),
    ("coalesce('', 'x')", "x"),
    ("coalesce(int(null), 4)", 4),
    ("url_encode('a b')", "a+b"),
    ("url_decode('a%20b')", "a b"),
    ("base64_decode_tostring('S3VzdG8=')", "Kusto"),
    ("base64_encode_tostring('Kusto')", "S3VzdG8="),
    ("hash_md5('World')", "f5a7924e621e84c9280a9a27e1bcb7f6"),
    ("make_string(75, 117)", "Ku"),
    ("indexof_regex('xaybzc', '[abc]', 2)", 3),
    ("indexof_regex('xaybzc', '[abc]', 0, -1, 3)", 5),
    ("indexof_regex('xaybzc', '[abc]', 0, 4, 3)", -1),
    ("indexof_regex('aaaa', 'aa', 0, -1, 2)", 2),
    ("indexof_regex('aaa', 'aa', 0, -1, 2)", -1),
    ("indexof_regex('abc', 'b', -1)", None),
    ("reverse(12.5)", "5.21"),
    ("reverse(2h)", "00:00:20"),
    ("indexof(12345, 34)", 2),
    ("indexof('ab..ab..', 'ab', 1, 2)", -1),
    ("indexof('xab.xab.', 'ab', 0, 6, 2)", 5),
    ("format_bytes(2000)", "2 KB"),
    ("format_bytes(1600, 2)", "1.56 KB"),
    ("format_bytes(3145728, 0, 'KB')", "3072 KB"),
    ("replace_strings('red fox, blue fox', dynamic(['fox', 'blue']), dynamic(['hen', 'grey']))", "red hen, grey hen"),
    ("replace_strings('abab', dynamic(['ab', 'a']), dynamic(['a', 'x']))", "aa"),
    ("replace_strings('abc', dynamic(['b', 'c']), dynamic([1, 'd']))", "abd"),
    ("has_any_index('net user /add', dynamic(['group', 'USER']))", 1),
    ("has_any_index('net users', dynamic(['user']))", -1),
    ("extract_all('(?P<k>[a-z])(?P<v>[0-9])', dynamic(['v']), 'a1b2')", ["1", "2"]),
    ("extract_all('(?P<k>[a-z])(?P<v>[0-9])', dynamic(['v', 1]), 'a1b2')", [["1", "a"], ["2", "b"]]),
    ("hash_xxhash64('')", -1205034819632174695),
    ("hash(datetime('2015-01-01'))", 1380966698541616202),
    ("hash('World', 100)", 51),
    ("array_strcat(dynamic([1, 'b']), '-')", "1-b"),
    ("dynamic_to_json(dynamic({'b': [2, 1], 'a': {'d': 1, 'c': 'é'}}))", '{"a":{"c":"é","d":1},"b":[2,1]}'),
    # conversions
    ("tolong('12')", 12),
    ("tolong('1.5')", None),
    ("tolong(1.9)", 1),
    ("toint(dynamic('7'))", 7),
    ("todouble('x')", None),
    ("tobool('TRUE')", True),
    ("tostring(1h)", "01:00:00"),
    ("tostring(datetime(2026-01-02 03:04:05.5))", "2026-01-02T03:04:05.5000000Z"),
    ("tostring(dynamic('x'))", "x"),
    ("tostring(2.0)", "2"),
    ("totimespan('1.02:03:04')", 93784.0),
    ("todatetime('2026-01-02T03:00:00+02:00')", "2026-01-02 01:00:00"),
    ("gettype(dynamic([1]))", "array"),
    # times
    ("startofweek(datetime(2026-11-03))", "2026-11-01 00:00:00"),
    ("startofmonth(datetime(2026-11-03), -1)", "2026-10-01 00:00:00"),
    ("endofday(datetime(2026-11-03 10:00))", "2026-11-03 23:59:59"),
    ("bin(datetime(2026-11-03 10:47), 15m)", "2026-11-03 10:45:00"),
    ("bin(datetime(2026-11-04), 7d)", "2026-11-02 00:00:00"),
    ("bin(-3.5, 2)", -4.0),
    ("bin(7, 5)", 5),
    ("dayofweek(datetime(2026-11-03))", 172800.0),
    ("datetime_add('month', 1, datetime(2026-01-31))", "2026-02-28 00:00:00"),
    ("datetime_diff('day', datetime(2026-11-03 01:00), datetime(2026-11-01 23:00))", 2),
    ("datetime_part('hour', datetime(2026-11-03 10:47))", 10),
    ("format_datetime(datetime(2026-11-03 15:04:05), 'yy-MM-dd hh:mm tt')", "26-11-03 03:04 PM"),
    ("format_timespan(time(1.02:03:04), 'd.hh:mm')", "1.02:03"),
    ("make_datetime(2026, 2, 30)", None),
    ("make_timespan(23, 59)", 86340.0),
    ("make_timespan(24, 0)", None),
    ("make_timespan(1, 60)", None),
    ("datepart('week_of_year', datetime(2026-11-03))", 45),
    ("todatetime('1601-02-03')", "1601-02-03 00:00:00"),
    ("unixtime_seconds_todatetime(86400)", "1970-01-02 00:00:00"),
    # numbers
    ("round(2.15, 1)", 2.2),
    ("ceiling(1.1)", 2),
    ("pow(2, 10)", 1024.0),
    ("log(0)", None),
    ("tohex(255)", "ff"),
    ("tohex(-1)", "ffffffffffffffff"),
    ("tohex(toint(-1))", "ffffffff"),
    ("tohex(toint(-1), 10)", "00ffffffff"),
    ("bin(7, -2)", None),
    ("bin(7.5, 0)", None),
    ("repeat('a', -1)", None),
    ("repeat('a', 0)", []),
    ("binary_and(12, 10)", 8),
    ("range(1, 7, 3)", [1, 4, 7]),
    ("min_of(3, 1, 2)", 1),
    ("iff(1 > 2, 'a', 'b')", "b"),
    ("case(1 > 2, 'a', 2 > 1, 'b', 'c')", "b"),
    # dynamic
    ("parse_json('{\"a\":{\"b\":[10,20]}}').a.b[1]", 20),
    ("parse_json('{\"a\":{\"b\":[10,20]}}').a.b[-1]", 20),
    ("parse_json('no json')", "no json"),
    ("dynamic({'a b':1})['a b']", 1),
    ("array_length(dynamic([1,2]))", 2),
    ("array_length(dynamic({'a':1}))", None),
    ("array_slice(dynamic([1,2,3,4]), 1, 2)", [2, 3]),
    ("array_sort_desc(dynamic([1,3,2]))", [3, 2, 1]),
    ("array_index_of(dynamic(['a','b']), 'b')", 1),
    ("set_difference(dynamic([1,2,3]), dynamic([2]))", [1, 3]),
    ("bag_keys(dynamic({'a':1,'b':2}))", ["a", "b"]),
    ("bag_merge(dynamic({'a':1}), dynamic({'a':2,'c':3}))", {"a": 1, "c": 3}),
    ("bag_zip(dynamic(['a', 7, 'b']), dynamic([1, 2]))", {"a": 1, "b": None}),
    ("bag_zip(dynamic(['a']), dynamic('x'))", {"a": None}),
    # the cell 's' spans 0..45 east and 0..45 north; west of it lies 'e', north 'u', east 't', south 'k'
    ("geo_geohash_neighbors('s')", ["7", "g", "m", "u", "e", "v", "t", "k"]),
    ("isnull(geo_geohash_neighbors('a'))", True),
    ("geo_point_in_circle(0, 0, 0, 1, 112000)", True),
    ("tolong(geo_distance_2points(0, 0, 0, 1, false))", 111195),
    ("geo_point_in_circle(0, 0, 0, 1, -5)", None),
    ("bag_pack('a', 1, 'b', 'x')", {"a": 1, "b": "x"}),
    ("pack_array(1, 'x')", [1, "x"]),
    ("zip(dynamic([1,2]), dynamic(['a','b']))", [[1, "a"], [2, "b"]]),
    ("strcat_array(dynamic([1,'b']), '->')", "1->b"),
    ("extractjson('$.a[1]', '{\"a\":[5,6]}', typeof(long))", 6),
    # network
    ("ipv4_is_private('172.20.1.1')", True),
    ("ipv4_is_private('192.0.2.1')", False),
    ("ipv4_is_private('x')", None),
    ("ipv4_is_in_range('192.0.2.77', '192.0.2.64/26')", True),
    ("ipv4_is_in_range('192.0.2.1', '192.0.2.64/26')", False),
    ("ipv4_is_in_any_range('192.0.2.1', dynamic(['10.0.0.0/8', '192.0.2.0/24']))", True),
    ("ipv4_compare('192.0.2.1', '192.0.2.9', 24)", 0),
    ("parse_ipv4('0.0.1.2')", 258),
    ("format_ipv4('192.0.2.77', 24)", "192.0.2.0"),
    ("has_ipv4('from 192.0.2.7:80', '192.0.2.7')", True),
    ("has_ipv4_prefix('from 192.0.2.77', '192.0.')", True),
    ("has_ipv4_prefix('from 192.0.2.77', '192.0')", False),
    ("has_ipv4_prefix('from 192.0.2.77', '192.0.2.7')", False),
    ("array_iff(dynamic([true, 0, null]), 'y', 'n')", ["y", "n", None]),
    ("has_ipv4('from 192.0.2.77', '192.0.2.7')", False),
    ("geo_info_from_ip_address('192.0.2.7').country", "Netherlands"),
    ("tolong(geo_distance_2points(0, 0, 0, 1))", 111195),
    # parsing
    ("parse_url('https://u:p@h.example:8/a?x=1#f').Host", "h.example"),
    ("tostring(parse_url('https://h.example/a?x=1')['Query Parameters'].x)", "1"),
    ("parse_path('C:\\\\temp\\\\file.txt').Filename", "file.txt"),
    ("parse_path('/var/log/syslog.1').RootPath", ""),
    ("parse_path('/var/log/syslog.1').DirectoryPath", "/var/log"),
    ("parse_path('file://D:/x/y.exe:zone').DirectoryPath", "D:/x"),
    ("parse_path('file://D:/x/y.exe:zone').AlternateDataStreamName", "zone"),
    ("parse_user_agent('Mozilla/5.0 (X; Windows NT 6.1) Gecko/2 Firefox/115.0', 'os').OperatingSystem.MajorVersion", "7"),
    ("bag_keys(parse_user_agent('Mozilla/5.0 (X; Windows NT 6.1) Gecko/2 Firefox/115.0', 'browser'))", ["Browser"]),
    ("parse_csv('a,\"b,c\"')", ["a", "b,c"]),
    ("parse_xml('<a><b>1</b></a>').a.b", "1"),
    ("parse_command_line('x.exe \"a b\" -c', 'Windows')", ["x.exe", "a b", "-c"]),
    ("parse_version('1.2') < parse_version('1.10')", True),
    ("@'C:\\Users\\a_b' contains @'s\\A_B'", True),
    ("@'C:\\Users\\axb' contains 'a_b'", False),
    ("@'C:\\Users' startswith @'c:\\u'", True),
    ("'100%' endswith '0%'", True),
    ("'100x' endswith '0%'", False),
    # series
    ("series_fill_forward(dynamic([1, null, 3]))", [1, 1, 3]),
    ("series_fill_linear(dynamic([1, null, 3]))", [1, 2.0, 3]),
    ("series_fir(dynamic([2, 4, 6]), dynamic([1, 1]))", [1.0, 3.0, 5.0]),
    ("series_add(dynamic([1, 2]), dynamic([10, 20]))", [11, 22]),
    ("series_outliers(dynamic([1,1,1,1,1,1,1,1,1,100]))[9] > 1.5", True),
    ("series_fit_line_dynamic(dynamic([1, 3, 5])).slope", 2.0),
    ("series_stats_dynamic(dynamic([1, 2, 3])).stdev", 1.0),
    ("series_decompose_anomalies(dynamic([1,2,1,2,1,2,1,2,50,2,1,2]), 1.5, 2)[0]", [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), EXPRESSIONS, ids=[e for e, _ in EXPRESSIONS])
def test_an_expression_has_its_documented_value(
    rows: Callable[[str], list[tuple[Any, ...]]], expression: str, expected: Any
) -> None:
    ((value,),) = rows(f"print x = {expression}")
    assert value == (pytest.approx(expected) if isinstance(expected, float) else expected)


NEED_LITERALS = ("datetime_add", "datetime_part", "datetime_diff", "datepart", "extract_all")
"""Functions whose first text must be a literal."""


@pytest.mark.parametrize(
    "expression",
    [e for e, _ in EXPRESSIONS if "'" in e and "@'" not in e and "dynamic(" not in e and "datetime('" not in e],
)
def test_a_value_does_not_depend_on_being_constant(
    rows: Callable[[str], list[tuple[Any, ...]]], expression: str
) -> None:
    """The same over a column, with the first text in a cell of a table."""
    first = expression.split("'")[1]
    over = expression.replace(f"'{first}'", "s", 1)
    column = f"datatable(s:string)['{first}'] | project x = {over}"
    if expression.startswith(NEED_LITERALS):
        with pytest.raises((KqlError, KqlUnsupported), match="literal"):
            rows(column)
    else:
        assert rows(column) == rows(f"print x = {expression}")


UNSUPPORTED = [
    "datetime_add('nanosecond', 100, now())",
    "datetime_part('nanosecond', now())",
    "geo_geohash_neighbors('8')",
    "geo_distance_2points(0, 0, 0, 1, true)",
    "format_datetime(now(), 'dd MMM yyyy')",
    "format_timespan(1h, 'yyyy')",
    "parse_user_agent('curl/8.1', 'browser')",
    "hash(5)",
    "set_equals(dynamic([1]), dynamic([1]))",
    "bin_auto(5)",
    "hash_many('a', 'b')",
    "format_bytes(1024, 1)",
    "punycode_domain_from_string('a.example')",
]


@pytest.mark.parametrize("expression", UNSUPPORTED)
def test_what_the_documentation_does_not_settle_is_refused_by_name(engine: Engine, expression: str) -> None:
    with pytest.raises(KqlUnsupported, match=expression.partition("(")[0]):
        engine.run(f"print x = {expression}")
