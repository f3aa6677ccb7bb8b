"""Functions on numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

from pivotlab.kql.errors import KqlLimit
from pivotlab.kql.marks import marked
from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.registry import Mistake, define, fits, python
from pivotlab.kql.terms import NUMERIC, UNKNOWN, Value, text_literal

for _name, _sql, _meaning in (
    ("acos", "CASE WHEN {x} BETWEEN -1 AND 1 THEN acos({x}) END", "The angle in radians whose cosine is the value."),
    ("asin", "CASE WHEN {x} BETWEEN -1 AND 1 THEN asin({x}) END", "The angle in radians whose sine is the value."),
    ("atan", "atan({x})", "The angle in radians whose tangent is the value."),
    ("cos", "cos({x})", "The cosine of an angle in radians."),
    ("sin", "sin({x})", "The sine of an angle in radians."),
    ("tan", "tan({x})", "The tangent of an angle in radians."),
    ("cot", "cot({x})", "The cotangent of an angle in radians."),
    ("degrees", "degrees({x})", "An angle of radians in degrees."),
    ("radians", "radians({x})", "An angle of degrees in radians."),
    ("exp", "exp({x})", "e raised to the value."),
    ("exp2", "pow(2, {x})", "2 raised to the value."),
    ("exp10", "pow(10, {x})", "10 raised to the value."),
    ("log", "CASE WHEN {x} > 0 THEN ln({x}) END", "The natural logarithm; null for a value of 0 or less."),
    ("log2", "CASE WHEN {x} > 0 THEN log2({x}) END", "The logarithm of base 2; null for a value of 0 or less."),
    ("log10", "CASE WHEN {x} > 0 THEN log10({x}) END", "The logarithm of base 10; null for a value of 0 or less."),
    ("sqrt", "CASE WHEN {x} >= 0 THEN sqrt({x}) END", "The square root; null for a negative value."),
    ("gamma", "gamma({x})", "The gamma function."),
    ("loggamma", "lgamma({x})", "The logarithm of the gamma function's absolute value."),
    ("erf", "kql_erf({x})", "The error function."),
    ("erfc", "(1 - kql_erf({x}))", "1 minus the error function."),
):  # fmt: skip
    define(f"{_name}(x:real) -> real", _sql, _meaning)
define("atan2(y:real, x:real) -> real", "atan2({y}, {x})", "The angle of a point, in radians.")
define("pow(base:real, exponent:real) -> real", "pow({base}, {exponent})", "The base raised to the exponent.")
define("pi() -> real", "pi()", "The number pi.")
define("isnan(x:real) -> bool", "coalesce(isnan({x}), FALSE)", "Whether the value is not a number.")
define("isinf(x:real) -> bool", "coalesce(isinf({x}), FALSE)", "Whether the value is infinite.")
define("isfinite(x:real) -> bool", "coalesce(isfinite({x}), FALSE)", "Whether the value is a finite number.")
define("gcd(one:long, other:long) -> long", "gcd({one}, {other})", "The greatest common divisor.")


@python("erf", "DOUBLE", "DOUBLE")
def _py_erf(x: float | None) -> float | None:
    return None if x is None else math.erf(x)


def _abs(value: Value) -> Value:
    if value.kind not in (*NUMERIC, "timespan", "dynamic", UNKNOWN):
        raise Mistake(f"abs() takes a number or a timespan, and this is a {value.kind}", "Convert it first.")
    kind = "long" if value.kind == "int" else value.kind
    value = convert.real(value) if kind in ("dynamic", "string", "unknown") else value
    return Value(f"abs({value.sql})", kind if kind not in ("dynamic", "string", "unknown") else "real", name=value.name)


define("abs(value:any) -> =value", _abs, "The value without its sign; of a timespan as well.")
define("sign(value:number) -> long", "CAST(sign({value}) AS BIGINT)", "-1, 0 or 1.")
define(
    "ceiling(value:number) -> long",
    lambda v: v if v.kind in ("int", "long") else Value(f"TRY_CAST(ceil({v.sql}) AS BIGINT)", "long"),
    "The smallest whole number that is not less.",
)
define(
    "round(value:number, digits:long?) -> real",
    lambda v, d=None: Value(
        f"round({convert.real(v).sql}, {f'CAST(greatest(least({d.sql}, 300), -300) AS INTEGER)' if d else '0'})",
        "real",
        name=v.name,
    ),
    "The value rounded to a number of digits.",
)


_MOST = 1_048_576
"""Kusto's own bound on the elements of `range()`."""


def generated(
    start: Value, stop: Value, step: Value | None = None, counted: Callable[[str], str] | None = None
) -> Value:
    """Evenly spaced values as a DuckDB list, whose elements have the type of the start. Both ends count."""
    count = counted or _counted
    kinds = {start.kind, stop.kind}
    moments = kinds & {"datetime", "timespan"}
    if (moments and len(kinds) > 1) or not all(fits(each, "number") for each in (start, stop) if not moments):
        raise Mistake(f"range does not lead from a {start.kind} to a {stop.kind}", "Convert one of them first.")
    if step is not None and not fits(step, "timespan" if moments else "number"):
        raise Mistake(f"range does not go from a {start.kind} in steps of a {step.kind}", "Convert it first.")
    if start.kind == "datetime" or stop.kind == "datetime":
        by = step.sql if step is not None else "3600000000"
        span = _steps(f"(epoch_us({stop.sql}) - epoch_us({start.sql}))", by)
        return Value(f"list_transform({count(span)}, lambda i: {start.sql} + to_microseconds(i * {by}))", "datetime")
    if "real" in (start.kind, stop.kind, step.kind if step else ""):
        a, b, by = convert.real(start).sql, convert.real(stop).sql, convert.real(step).sql if step else "1.0"
        span = f"CAST(floor(({b} - {a}) / nullif({by}, 0) + 1e-9) AS BIGINT)"
        return Value(f"list_transform({count(span)}, lambda i: {a} + i * {by})", "real")
    kind = "timespan" if "timespan" in (start.kind, stop.kind) else "long"
    a, b = (value.sql if kind == "timespan" else convert.whole(value).sql for value in (start, stop))
    by = "1" if step is None else step.sql if kind == "timespan" else convert.whole(step).sql
    span = _steps(f"({b} - {a})", by)
    return Value(f"list_transform({count(span)}, lambda i: {a} + i * {by})", kind)


def _steps(distance: str, by: str) -> str:
    """How many steps fit into a distance; less than none when they lead away from it."""
    return (
        f"CASE WHEN {distance} <> 0 AND ({distance} < 0) <> ({by} < 0) THEN -1 ELSE {distance} // nullif({by}, 0) END"
    )


def counted_or_error(last: str) -> str:
    """The same, for `range` as an operator, where more values are an error instead of being left out."""
    message = text_literal(marked(KqlLimit, f"range gives more than {_MOST:,} rows."))
    return f"range(CASE WHEN {last} >= {_MOST} THEN error({message}) ELSE greatest(coalesce({last}, -1) + 1, 0) END)"


def _counted(last: str) -> str:
    return f"range(CAST(least(greatest(coalesce({last}, -1) + 1, 0), {_MOST}) AS BIGINT))"


def _range(start: Value, stop: Value, step: Value | None = None) -> Value:
    listed = generated(start, stop, step)
    if listed.kind in ("datetime", "timespan"):
        element = convert.dynamic(Value("x", listed.kind)).sql
        return Value(f"to_json(list_transform({listed.sql}, lambda x: {element}))", "dynamic")
    return Value(f"to_json({listed.sql})", "dynamic")


define("range(start:any, stop:any, step:any?) -> dynamic", _range, "An array of evenly spaced values; both ends count.")


def _tohex(value: Value, width: Value | None = None) -> Value:
    """A negative number in two's complement: 32 bits of an int, 64 of a long."""
    digits = f"to_hex({value.sql})" if value.kind != "int" else f"to_hex(CAST({value.sql} AS BIGINT) & 4294967295)"
    padded = f"lpad({digits}, greatest({width.sql}::INTEGER, length({digits})::INTEGER), '0')" if width else digits
    return Value(f"coalesce(lower({padded}), '')", "string", nullable=False)


define("tohex(value:number, width:long?) -> string", _tohex, "A whole number in hexadecimal.")
