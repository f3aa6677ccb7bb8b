"""Conversions between KQL's types: `tostring()` and its family, and what an operator converts by itself.

A conversion that fails gives null, never an error (learn.microsoft.com, "Scalar data types" and the pages "tostring()",
"tolong()", "todouble()", "tobool()", "todatetime()", "totimespan()"). A string is never null: it is empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from pivotlab.kql.rewrite.constants import constant, null
from pivotlab.kql.syntax.literals import datetime_text, json_text, moment, number, span, span_text
from pivotlab.kql.terms import UNKNOWN, Value, text_literal

_DIGITS = r"\s*[+-]?([0-9]+|0[xX][0-9a-fA-F]+)\s*"
EPOCH_TICKS = 621_355_968_000_000_000
"""1970-01-01 in ticks of 100 ns since 0001-01-01, which is what `tolong(datetime)` counts."""


def text(value: Value) -> Value:
    """`tostring()`: never null."""
    if value.is_constant:
        return constant(constant_text(value.const, value.kind), "string")
    return Value(_text_sql(value), "string", nullable=False, name=value.name)


def constant_text(value: Any, kind: str) -> str:
    """`tostring()` of a constant."""
    if value is None:
        return ""
    if kind == "datetime":
        return datetime_text(value)
    if kind == "timespan":
        return span_text(value)
    if kind == "bool":
        return "True" if value else "False"
    if kind in ("dynamic", UNKNOWN):
        return value if isinstance(value, str) else json_text(value)
    if kind in ("real", "decimal"):
        return real_text(float(value))
    return str(value)


def real_text(value: float) -> str:
    """A real as .NET prints it: no trailing `.0`."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "-∞"
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _text_sql(value: Value) -> str:
    kind, sql = value.kind, value.sql
    if kind in ("string", "guid"):
        return f"coalesce({sql}, '')" if value.nullable else sql
    if value.path:
        whole, path = value.path
        return f"coalesce({whole} ->> {text_literal(path)}, '')"
    if kind in ("dynamic", UNKNOWN):
        return f"coalesce({sql} ->> '$', '')"
    if kind == "bool":
        return f"CASE {sql} WHEN TRUE THEN 'True' WHEN FALSE THEN 'False' ELSE '' END"
    if kind == "datetime":
        return f"coalesce(strftime({sql}, '%Y-%m-%dT%H:%M:%S.%f') || '0Z', '')"
    if kind == "timespan":
        return f"coalesce({span_text_sql(sql)}, '')"
    if kind in ("real", "decimal"):
        return f"coalesce({real_text_sql(sql)}, '')"
    return f"coalesce(CAST({sql} AS VARCHAR), '')"


def real_text_sql(sql: str) -> str:
    """`real_text` in SQL."""
    return (
        f"CASE WHEN isnan({sql}) THEN 'NaN' WHEN isinf({sql}) THEN CASE WHEN {sql} > 0 THEN '∞' ELSE '-∞' END "
        f"ELSE regexp_replace(CAST({sql} AS VARCHAR), '\\.0$', '') END"
    )


def span_text_sql(sql: str) -> str:
    """A timespan as Kusto prints it: `[-][d.]hh:mm:ss[.fffffff]`."""
    return (
        f"list_transform([{sql}], lambda t: CASE WHEN t < 0 THEN '-' ELSE '' END"
        " || CASE WHEN abs(t) >= 86400000000 THEN CAST(abs(t) // 86400000000 AS VARCHAR) || '.' ELSE '' END"
        " || lpad(CAST(abs(t) // 3600000000 % 24 AS VARCHAR), 2, '0')"
        " || ':' || lpad(CAST(abs(t) // 60000000 % 60 AS VARCHAR), 2, '0')"
        " || ':' || lpad(CAST(abs(t) // 1000000 % 60 AS VARCHAR), 2, '0')"
        " || CASE WHEN abs(t) % 1000000 <> 0"
        " THEN '.' || lpad(CAST(abs(t) % 1000000 AS VARCHAR), 6, '0') || '0' ELSE '' END)[1]"
    )


def whole(value: Value, kind: str = "long") -> Value:
    """`tolong()` and `toint()`: truncates toward zero; null for what is no number."""
    sql_type = "BIGINT" if kind == "long" else "INTEGER"
    if value.is_constant:
        return constant(_constant_whole(value.const, value.kind, kind), kind)
    if value.kind == kind or (value.kind == "int" and kind == "long"):
        return Value(value.sql if value.kind == kind else f"CAST({value.sql} AS BIGINT)", kind, name=value.name)
    if value.kind == "datetime":
        return Value(f"TRY_CAST(epoch_us({value.sql}) * 10 + {EPOCH_TICKS} AS {sql_type})", kind, name=value.name)
    if value.kind == "timespan":
        return Value(f"TRY_CAST({value.sql} * 10 AS {sql_type})", kind, name=value.name)
    if value.kind in ("real", "decimal"):
        return Value(f"TRY_CAST(trunc({value.sql}) AS {sql_type})", kind, name=value.name)
    if value.kind in ("bool", "long"):
        return Value(f"TRY_CAST({value.sql} AS {sql_type})", kind, name=value.name)
    source = value.sql if value.kind == "string" else text(value).sql
    return Value(once(source, lambda v: _whole_sql(v, value.kind, sql_type)), kind, name=value.name)


def _whole_sql(sql: str, kind: str, sql_type: str) -> str:
    """Text must be all digits; a number inside a dynamic is truncated."""
    if kind == "string":
        return f"CASE WHEN regexp_full_match({sql}, '{_DIGITS}') THEN TRY_CAST(trim({sql}) AS {sql_type}) END"
    number = f"TRY_CAST({sql} AS DOUBLE)"
    small = f"CASE WHEN abs({number}) < 9007199254740992 THEN TRY_CAST(trunc({number}) AS {sql_type}) END"
    words = f"CASE {sql} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END"
    return f"coalesce({small}, TRY_CAST({sql} AS {sql_type}), {words})"


def _constant_whole(value: Any, kind: str, target: str) -> int | None:
    if isinstance(value, datetime):
        value = (value - datetime.min) // timedelta(microseconds=1) * 10
    elif kind == "timespan" and value is not None:
        value = int(value) * 10
    if isinstance(value, str):
        value = number(value.strip()) if kind != "string" or not _has_point(value) else None
    if not isinstance(value, int | float) or value != value or value in (float("inf"), float("-inf")):
        return None
    result = int(value)
    limit = 63 if target == "long" else 31
    return result if -(2**limit) <= result < 2**limit else None


def _has_point(text: str) -> bool:
    return not text.strip().lower().startswith("0x") and ("." in text or "e" in text.lower())


def real(value: Value) -> Value:
    """`todouble()`, `toreal()`: null for what is no number."""
    if value.is_constant:
        found = value.const
        if isinstance(found, str):
            found = number(found.strip())
        if value.kind in ("datetime", "timespan") and found is not None:
            found = _constant_whole(found, value.kind, "long")
        return constant(float(found) if isinstance(found, int | float) else None, "real")
    if value.kind == "real":
        return value
    if value.kind in ("int", "long", "bool", "decimal"):
        return Value(f"CAST({value.sql} AS DOUBLE)", "real", name=value.name)
    if value.kind in ("datetime", "timespan"):
        return Value(f"CAST({whole(value).sql} AS DOUBLE)", "real", name=value.name)
    source = text(value).sql
    if value.kind in ("dynamic", UNKNOWN):
        source = once(source, lambda v: f"CASE {v} WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE {v} END")
    return Value(f"TRY_CAST({source} AS DOUBLE)", "real", name=value.name)


def boolean(value: Value) -> Value:
    """`tobool()`: `true`, `false` and numbers; null for anything else."""
    if value.is_constant:
        found = value.const
        if isinstance(found, str):
            lowered = found.strip().lower()
            found = {"true": True, "false": False}.get(lowered, number(lowered))
        return constant(None if not isinstance(found, bool | int | float) else bool(found), "bool")
    if value.kind == "bool":
        return value
    if value.kind in ("int", "long", "real", "decimal"):
        return Value(f"({value.sql} <> 0)", "bool", name=value.name)
    source = f"lower(trim({text(value).sql}))"
    cases = "CASE {0} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE ELSE TRY_CAST({0} AS BIGINT) <> 0 END"
    sql = once(source, cases.format)
    return Value(sql, "bool", name=value.name)


_FORMATS = (
    "['%m/%d/%Y', '%m-%d-%Y', '%m.%d.%Y', '%m/%d/%Y %H:%M:%S', '%m-%d-%Y %H:%M:%S', '%m/%d/%Y %I:%M:%S %p', "
    "'%d %b %Y', '%b %d, %Y', '%a, %d %b %Y %H:%M:%S GMT', '%Y%m%d']"
)


def when(value: Value) -> Value:
    """`todatetime()`: an offset is resolved to UTC; null for what is no datetime."""
    if value.kind == "datetime":
        return value
    if value.is_constant:
        found = value.const
        if isinstance(found, str):
            return constant(moment(found), "datetime")
        return null("datetime")
    if value.kind in ("int", "long"):
        return Value(f"make_timestamp(({value.sql} - {EPOCH_TICKS}) // 10)", "datetime", name=value.name)
    if value.kind not in ("string", "dynamic", "guid", UNKNOWN):
        return null("datetime")
    parsed_ = "coalesce(TRY_CAST({0} AS TIMESTAMPTZ) AT TIME ZONE 'UTC', try_strptime({0}, " + _FORMATS + "))"
    sql = once(text(value).sql, parsed_.format)
    return Value(sql, "datetime", name=value.name)


def timespan(value: Value) -> Value:
    """`totimespan()`: `1.02:03:04.5` and the like; a whole number counts ticks."""
    if value.kind == "timespan":
        return value
    if value.is_constant:
        found = value.const
        if value.kind in ("int", "long") and found is not None:
            return constant(int(found) // 10, "timespan")
        return constant(span(constant_text(found, value.kind)), "timespan")
    if value.kind in ("int", "long"):
        return Value(f"({value.sql} // 10)", "timespan", name=value.name)
    return Value(f"kql_totimespan({text(value).sql})", "timespan", name=value.name)


def guid(value: Value) -> Value:
    """`toguid()`: null for what is no guid."""
    source = text(value).sql
    return Value(f"CAST(TRY_CAST({source} AS UUID) AS VARCHAR)", "guid", name=value.name)


def dynamic(value: Value) -> Value:
    """A value as an element of a dynamic: text quoted, datetimes and timespans as their text."""
    if value.kind in ("dynamic", UNKNOWN):
        return value
    if value.is_constant:
        found = value.const
        if value.kind in ("datetime", "timespan") and found is not None:
            found = constant_text(found, value.kind)
        if isinstance(found, float) and (found != found or found in (float("inf"), float("-inf"))):
            found = constant_text(found, value.kind)
        return constant(found, "dynamic")
    if value.kind in ("datetime", "timespan"):
        body = f"nullif({_text_sql(value)}, '')"
    elif value.kind in ("real", "decimal"):
        return Value(
            f"CASE WHEN isfinite({value.sql}) THEN to_json({value.sql}) ELSE to_json({real_text_sql(value.sql)}) END",
            "dynamic",
            name=value.name,
        )
    elif value.kind == "string":
        body = _text_sql(value)
    else:
        body = value.sql
    return Value(f"to_json({body})", "dynamic", name=value.name)


def parsed(value: Value) -> Value:
    """`parse_json()`: the dynamic behind JSON text. A dynamic stays as it is; text that is no JSON stays a string."""
    if value.kind in ("dynamic", UNKNOWN):
        return value
    if value.kind != "string":
        return dynamic(value)
    if value.is_constant:
        try:
            return constant(json.loads(value.const), "dynamic")
        except ValueError:
            return constant(value.const or None, "dynamic")
    strict = f"TRY_CAST({value.sql} AS JSON)"
    sql = once(value.sql, lambda v: f"coalesce(TRY_CAST({v} AS JSON), to_json(nullif({v}, '')))")
    return Value(sql, "dynamic", test=strict, name=value.name)


def once(sql: str, write: Callable[[str], str]) -> str:
    """SQL that reads an operand several times. DuckDB computes a repeated one once; a long one is bound to a name."""
    return write(sql) if len(sql) < 200 else f"list_transform([{sql}], lambda v: {write('v')})[1]"


CONVERSIONS = {
    "string": text,
    "long": whole,
    "int": lambda value: whole(value, "int"),
    "real": real,
    "decimal": real,
    "bool": boolean,
    "datetime": when,
    "timespan": timespan,
    "guid": guid,
    "dynamic": dynamic,
    UNKNOWN: dynamic,
}
"""KQL type -> what converts a value to it."""


def array(value: Value) -> str:
    """SQL of a dynamic array as a DuckDB list of JSON; null for anything else."""
    return f"TRY_CAST({value.sql} AS JSON[])"
