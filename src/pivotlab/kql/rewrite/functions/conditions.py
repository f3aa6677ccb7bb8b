"""Choices and questions about emptiness."""

from __future__ import annotations

from pivotlab.kql.errors import KqlError
from pivotlab.kql.lint import calls as lint_calls
from pivotlab.kql.marks import BEHIND, before
from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.constants import constant
from pivotlab.kql.rewrite.registry import define
from pivotlab.kql.terms import NUMERIC, UNKNOWN, Value, text_literal

_LOOSE = ("dynamic", UNKNOWN)


def common(values: list[Value]) -> tuple[str, list[Value]]:
    """The values in the one type that Kusto gives a choice between them."""
    kinds = [value.kind for value in values if not (value.is_constant and value.const is None)]
    kinds = kinds or [values[0].kind]
    if len(set(kinds)) == 1:
        kind = kinds[0]
    elif all(kind in (*NUMERIC, "bool") for kind in kinds):
        kind = "real" if "real" in kinds else "long"
    elif any(kind in _LOOSE for kind in kinds):
        kind = "dynamic"
    else:
        kind = "string" if "string" in kinds else kinds[0]
    return kind, [value if value.kind == kind else convert.CONVERSIONS[kind](value) for value in values]


def _choice(values: list[Value]) -> tuple[str, list[Value]]:
    """The type of `iff()` and `case()`: a dynamic follows the other results; different types make a dynamic (the pages
    are silent; Microsoft's language service says so)."""
    kinds = {value.kind for value in values if not (value.is_constant and value.const is None)} - set(_LOOSE)
    if not kinds or any(value.kind == UNKNOWN for value in values):
        return common(values)
    if len(kinds) > 1:
        kind = "dynamic"
        if kinds <= set(NUMERIC):
            kind = "real" if kinds & {"real", "decimal"} else "long"
    else:
        (kind,) = kinds
    return kind, [value if value.kind == kind else convert.CONVERSIONS[kind](value) for value in values]


def _iff(condition: Value, then: Value, otherwise: Value) -> Value:
    kind, (a, b) = _choice([then, otherwise])
    sql = f"CASE WHEN {condition.condition} THEN {a.sql} ELSE {b.sql} END"
    return Value(sql, kind, nullable=a.nullable or b.nullable)


define(
    "iff(condition:bool, then:any, otherwise:any) -> =then",
    _iff,
    "One of two values, by a condition; null counts as false.",
    also=("iif",),
)


def _case(*values: Value) -> Value:
    conditions = [value if value.kind == "bool" else convert.boolean(value) for value in values[:-1:2]]
    kind, results = _choice([*values[1::2], values[-1]])
    parts = [f"WHEN {c.condition} THEN {r.sql}" for c, r in zip(conditions, results, strict=False)]
    return Value(
        f"CASE {' '.join(parts)} ELSE {results[-1].sql} END", kind, nullable=any(result.nullable for result in results)
    )


define(
    "case(condition:bool, then:any, otherwise:any, rest:any*) -> =then",
    _case,
    "The value of the first condition that holds, or the last.",
    check=lint_calls.otherwise,
)


def _is_null_sql(value: Value) -> str:
    if value.kind in _LOOSE:
        return f"(coalesce(json_type({value.sql}), 'NULL') = 'NULL')"
    return "FALSE" if value.kind == "string" else f"({value.sql} IS NULL)"


def _isnull(value: Value) -> Value:
    return Value(_is_null_sql(value), "bool", nullable=False)


def _isnotnull(value: Value) -> Value:
    return Value(f"(NOT {_is_null_sql(value)})", "bool", nullable=False)


define("isnull(value:any) -> bool", _isnull, "Whether the value is null; a string never is.")
define("isnotnull(value:any) -> bool", _isnotnull, "Whether the value is not null.", also=("notnull",))


def _isempty(value: Value) -> Value:
    if value.kind == "string" and not value.path:
        if value.is_constant:
            return constant(value.const == "", "bool")
        return Value(f"(coalesce({value.sql}, '') = '')", "bool", nullable=False)
    return Value(f"({convert.text(value).sql} = '')", "bool", nullable=False)


def _isnotempty(value: Value) -> Value:
    if value.kind == "string" and not value.is_constant:
        return Value(f"(coalesce({value.sql}, '') <> '')", "bool", nullable=False, test=f"({value.sql} <> '')")
    return Value(f"({convert.text(value).sql} <> '')", "bool", nullable=False)


define("isempty(value:any) -> bool", _isempty, "Whether the value is the empty string or null.")
define("isnotempty(value:any) -> bool", _isnotempty, "Whether the value is neither empty nor null.", also=("notempty",))


def _coalesce(*values: Value) -> Value:
    kind, converted = common(list(values))
    parts = [f"nullif({value.sql}, '')" if kind == "string" else _json_null(value, kind) for value in converted]
    sql = f"coalesce({', '.join(parts)})"
    return Value(f"coalesce({sql}, '')" if kind == "string" else sql, kind, nullable=kind != "string")


def _json_null(value: Value, kind: str) -> str:
    return f"CASE WHEN json_type({value.sql}) <> 'NULL' THEN {value.sql} END" if kind in _LOOSE else value.sql


define(
    "coalesce(value:any, other:any, rest:any*) -> =value",
    _coalesce,
    "The first value that is not null (of strings: not empty).",
    check=lint_calls.alike,
)


def _not(value: Value) -> Value:
    return Value(f"(NOT {value.sql})", "bool", nullable=value.nullable)


define("not(value:bool) -> bool", _not, "The opposite; null stays null.")


def _assert(condition: Value, message: Value) -> Value:
    stop = f"error({text_literal(before(KqlError))} || {message.sql} || {text_literal(BEHIND)})"
    return Value(f"CASE WHEN {condition.sql} THEN TRUE ELSE {stop} END", "bool")


define(
    "assert(condition:bool, message:string) -> bool", _assert, "Stops the query with a message where a condition fails."
)


def _extreme(function: str, *values: Value) -> Value:
    kind, converted = common(list(values))
    return Value(f"{function}({', '.join(value.sql for value in converted)})", kind)


define(
    "max_of(value:ordered, other:ordered, rest:ordered*) -> =value",
    lambda *v: _extreme("greatest", *v),
    "The largest of the values; nulls are skipped.",
    check=lint_calls.alike,
)
define(
    "min_of(value:ordered, other:ordered, rest:ordered*) -> =value",
    lambda *v: _extreme("least", *v),
    "The smallest of the values; nulls are skipped.",
    check=lint_calls.alike,
)
