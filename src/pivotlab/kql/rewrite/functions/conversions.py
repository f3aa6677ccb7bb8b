"""Conversions between types, and questions about types."""

from __future__ import annotations

from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.constants import constant
from pivotlab.kql.rewrite.registry import define, python
from pivotlab.kql.syntax.literals import span
from pivotlab.kql.terms import UNKNOWN, Value

define("tostring(value:any) -> string", convert.text, "The value as text; empty for null.")
define(
    "tolong(value:any) -> long", convert.whole, "The value as a 64-bit whole number, truncated; null when it is none."
)
define("toint(value:any) -> int", lambda v: convert.whole(v, "int"), "The value as a 32-bit whole number, truncated.")
define("todouble(value:any) -> real", convert.real, "The value as a real; null when it is none.", also=("toreal",))
define("todecimal(value:any) -> real", convert.real, "The value as a decimal; the lab keeps it as a real.")
define("tobool(value:any) -> bool", convert.boolean, "`true`, `false` or a number as a bool.", also=("toboolean",))
define("todatetime(value:any) -> datetime", convert.when, "Text as a datetime in UTC; null when it is none.")
define(
    "totimespan(value:any) -> timespan", convert.timespan, "Text as a timespan; null when it is none.", also=("totime",)
)
define("toguid(value:any) -> guid", convert.guid, "Text as a guid; null when it is none.")
define(
    "parse_json(value:json) -> dynamic",
    convert.parsed,
    "JSON text as a dynamic; text that is no JSON stays a string.",
    also=("todynamic", "toobject", "parsejson"),
)


def _gettype(value: Value) -> Value:
    if value.kind not in ("dynamic", UNKNOWN):
        return constant("real" if value.kind == "decimal" else value.kind, "string")
    return Value(
        f"CASE coalesce(json_type({value.sql}), 'NULL') WHEN 'ARRAY' THEN 'array' WHEN 'OBJECT' THEN 'dictionary' "
        "WHEN 'VARCHAR' THEN 'string' WHEN 'BOOLEAN' THEN 'bool' WHEN 'DOUBLE' THEN 'real' WHEN 'NULL' THEN 'null' "
        "ELSE 'long' END",
        "string",
        nullable=False,
    )


define(
    "gettype(value:any) -> string",
    _gettype,
    "The name of the value's type; of a dynamic, that of what it holds.",
    named=lambda name: f"type_{name}",
)


@python("totimespan", "VARCHAR", "BIGINT")
def _totimespan(text: str | None) -> int | None:
    return None if not text else span(text)
