"""Arithmetic: `+`, `-`, `*`, `/`, `%` on numbers, datetimes and timespans (learn.microsoft.com, "Numerical operators",
"Datetime and timespan arithmetic")."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pivotlab.kql.errors import OUT_OF_RANGE
from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.constants import constant
from pivotlab.kql.rewrite.registry import Refusal
from pivotlab.kql.terms import NUMERIC, UNKNOWN, Value

_LOOSE = ("dynamic", UNKNOWN)


def _numeric_kind(a: str, b: str) -> str:
    for kind in ("real", "decimal"):
        if kind in (a, b):
            return kind
    return "long"


def apply(operator: str, left: Value, right: Value) -> Value | None:
    """The result, or `None` where Kusto has no such operation on the two types."""
    left, right = _settled(left, right), _settled(right, left)
    a, b = left.kind, right.kind
    nullable = left.nullable or right.nullable or operator in "/%"
    if a in NUMERIC and b in NUMERIC:
        kind = _numeric_kind(a, b)
        known = _fold(operator, left, right, kind)
        if known is not None:
            return known
        return Value(_numbers(operator, left, right, kind), kind, nullable=nullable)
    found = _times(operator, left, right)
    if found is None:
        return None
    sql, kind = found
    if left.is_constant and right.is_constant:
        value = _fold_times(operator, left, right)
        if value is not None:
            return constant(value, kind)
    return Value(sql, kind, nullable=nullable)


def _settled(value: Value, other: Value) -> Value:
    """A dynamic in the type that the other side suggests."""
    if value.kind in _LOOSE:
        if other.kind == "timespan":
            return convert.timespan(value)
        return convert.real(value) if other.kind != "datetime" else convert.when(value)
    return value


def _numbers(operator: str, left: Value, right: Value, kind: str) -> str:
    a, b = left.sql, right.sql
    if kind == "long":
        a = f"CAST({a} AS BIGINT)" if left.kind == "int" else a
        b = f"CAST({b} AS BIGINT)" if right.kind == "int" else b
        if operator == "/":
            return f"({a} // nullif({b}, 0))"
    else:
        a, b = convert.real(left).sql, convert.real(right).sql
        if operator == "/":
            return f"({a} / {b})"
    if operator == "%":
        return f"((({a} % nullif({b}, 0)) + abs({b})) % nullif(abs({b}), 0))"
    return f"({a} {operator} {b})"


def _fold(operator: str, left: Value, right: Value, kind: str) -> Value | None:
    a, b = left.const, right.const
    if not (left.is_constant and right.is_constant) or a is None or b is None:
        return None
    if operator in "+-*":
        return constant({"+": a + b, "-": a - b, "*": a * b}[operator], kind)
    if operator == "/" and b != 0:
        if kind == "long":
            return constant(abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1), kind)
        return constant(a / b, kind)
    return None


def _times(operator: str, left: Value, right: Value) -> tuple[str, str] | None:
    a, b, x, y = left.kind, right.kind, left.sql, right.sql
    if (a, b, operator) == ("datetime", "datetime", "-"):
        return f"(epoch_us({x}) - epoch_us({y}))", "timespan"
    if (a, b) == ("datetime", "timespan") and operator in "+-":
        return f"({x} {operator} to_microseconds({y}))", "datetime"
    if (a, b, operator) == ("timespan", "datetime", "+"):
        return f"({y} + to_microseconds({x}))", "datetime"
    if (a, b) == ("timespan", "timespan"):
        if operator in "+-":
            return f"({x} {operator} {y})", "timespan"
        if operator == "/":
            return f"(CAST({x} AS DOUBLE) / {y})", "real"
        if operator == "%":
            return f"((({x} % nullif({y}, 0)) + abs({y})) % nullif(abs({y}), 0))", "timespan"
    if a == "timespan" and b in NUMERIC and operator in "*/":
        return f"CAST(round({x} {operator} {convert.real(right).sql}) AS BIGINT)", "timespan"
    if a in NUMERIC and b == "timespan" and operator == "*":
        return f"CAST(round({convert.real(left).sql} * {y}) AS BIGINT)", "timespan"
    return None


def _fold_times(operator: str, left: Value, right: Value) -> Any:
    a, b = left.const, right.const
    if a is None or b is None:
        return None
    try:
        if isinstance(a, datetime) and isinstance(b, datetime):
            return (a - b) // timedelta(microseconds=1)
        if isinstance(a, datetime):
            return a + timedelta(microseconds=b) if operator == "+" else a - timedelta(microseconds=b)
        if isinstance(b, datetime):
            return b + timedelta(microseconds=a)
        if left.kind == right.kind == "timespan":
            return {"+": a + b, "-": a - b, "/": a / b if b else None, "%": a % b if b else None}.get(operator)
        return round(a * b) if operator == "*" else round(a / b) if b else None
    except OverflowError:
        if "datetime" in (left.kind, right.kind):
            raise Refusal(OUT_OF_RANGE) from None
        return None


def negative(value: Value) -> Value:
    """Unary minus."""
    if value.is_constant and isinstance(value.const, int | float):
        return constant(-value.const, value.kind)
    if value.kind in _LOOSE:
        value = convert.real(value)
    return Value(f"(-{value.sql})", "long" if value.kind == "int" else value.kind, nullable=value.nullable)


def binned(value: Value, size: Value) -> Value:
    """`bin()`: rounds down to a multiple of `size`; null where that is not positive. Datetimes count from 0001-01-01, as
    their ticks do, so that bins of seven days begin on Mondays."""
    if value.kind in _LOOSE:
        value = convert.when(value) if size.kind == "timespan" else convert.real(value)
    step = size.sql
    if isinstance(size.const, int | float) and size.const <= 0:
        return constant(None, value.kind).named(value.name)
    if value.kind == "datetime":
        for unit, micros in (
            ("day", 86_400_000_000),
            ("hour", 3_600_000_000),
            ("minute", 60_000_000),
            ("second", 1_000_000),
        ):
            if size.const == micros:
                return Value(f"CAST(date_trunc('{unit}', {value.sql}) AS TIMESTAMP)", "datetime", name=value.name)
        origin = 62_135_596_800_000_000
        since = f"(epoch_us({value.sql}) + {origin})"
        return Value(f"make_timestamp({since} // nullif({step}, 0) * {step} - {origin})", "datetime", name=value.name)
    if value.kind == "timespan" or (value.kind in ("int", "long", "bool") and size.kind in ("int", "long")):
        whole = convert.whole(value).sql if value.kind != "timespan" else value.sql
        floored = f"({whole} - ((({whole} % nullif({step}, 0)) + abs({step})) % nullif(abs({step}), 0)))"
        return Value(floored, "timespan" if value.kind == "timespan" else "long", name=value.name)
    a, b = convert.real(value).sql, convert.real(size).sql
    return Value(f"(floor({a} / {b}) * {b})", "real", name=value.name)
