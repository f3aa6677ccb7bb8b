"""Functions on datetimes and timespans."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from pivotlab.kql.lint import types as lint_types
from pivotlab.kql.rewrite import arithmetic, convert
from pivotlab.kql.rewrite.registry import Builder, Mistake, Refusal, define, fits, python
from pivotlab.kql.syntax.literals import span_text
from pivotlab.kql.terms import NUMERIC, Value, text_literal

DAY = 86_400_000_000
_UNITS = {"year": "YEAR", "quarter": "QUARTER", "month": "MONTH", "week": "WEEK", "day": "DAY", "hour": "HOUR",
          "minute": "MINUTE", "second": "SECOND", "millisecond": "MILLISECOND", "microsecond": "MICROSECOND"}  # fmt: skip


def _spans(amount: Value, unit: str) -> str:
    """So many units."""
    counted = f"CAST({amount.sql} AS INTEGER)" if unit.lower() in _CALENDAR else amount.sql
    return f"to_{unit.lower()}s({counted})"


_CALENDAR = ("year", "quarter", "month", "week", "day")
"""Units that DuckDB counts in 32 bits; more of them lead out of the years in any case."""


def _start(unit: str, end: bool) -> Builder:
    def build(date: Value, offset: Value | None = None) -> Value:
        moved = f"({date.sql} + {_spans(offset, unit)})" if offset is not None else date.sql
        floor = f"date_trunc('{unit}', {moved})"
        if unit == "week":
            floor = f"(date_trunc('week', {moved} + INTERVAL 1 DAY) - INTERVAL 1 DAY)"
        floor = f"CAST({floor} AS TIMESTAMP)"
        sql = f"({floor} + INTERVAL 1 {unit.upper()} - INTERVAL 1 MICROSECOND)" if end else floor
        return Value(sql, "datetime", nullable=date.nullable, name=date.name)

    return build


for _unit in ("day", "week", "month", "year"):
    _first = " Weeks start on Sunday." if _unit == "week" else ""
    define(
        f"startof{_unit}(date:datetime, offset:long?) -> datetime",
        _start(_unit, False),
        f"The first moment of the {_unit}.{_first}",
    )
    define(
        f"endof{_unit}(date:datetime, offset:long?) -> datetime",
        _start(_unit, True),
        f"The last moment of the {_unit}.{_first}",
    )

define(
    "bin(value:any, size:any) -> =value",
    lambda v, s: arithmetic.binned(v, s),
    "The value rounded down to a multiple of a size.",
    check=lint_types.binnable,
)
define(
    "floor(value:any, size:any) -> =value",
    lambda v, s: arithmetic.binned(v, s),
    "The same as `bin()`.",
    check=lint_types.binnable,
)


def _applied(operator: str, left: Value, right: Value) -> Value:
    """An operation that the two types must have."""
    found = arithmetic.apply(operator, left, right)
    if found is None:
        raise Mistake(f"{left.kind} {operator} {right.kind} is not defined", "Convert one side first.")
    return found


def _bin_at(value: Value, size: Value, fixed: Value) -> Value:
    floored = arithmetic.binned(_applied("-", value, fixed), size)
    return _applied("+", fixed, floored).named(value.name)


define(
    "bin_at(value:any, size:any, fixed:any) -> =value",
    _bin_at,
    "The value rounded down to a bin; the fixed point starts one of the bins.",
    check=lint_types.binnable,
)
define(
    "around(value:any, center:any, delta:any) -> bool",
    lambda value, center, delta: _around(value, center, delta),
    "Whether a value is within a distance of a centre.",
)


def _around(value: Value, center: Value, delta: Value) -> Value:
    low, high = _applied("-", center, delta), _applied("+", center, delta)
    if low.kind != value.kind and not {low.kind, value.kind} <= set(NUMERIC):
        raise Mistake(f"A {value.kind} is not around a {center.kind}", "Convert one side first.")
    return Value(f"({value.sql} BETWEEN {low.sql} AND {high.sql})", "bool")


def _period(function: str, period: Value, known: Mapping[str, str]) -> str:
    """The unit of a period that the query spells."""
    if not isinstance(period.const, str):
        raise Mistake(f"{function}() needs its period as a literal text", "Write 'day', for example.")
    name = period.const.lower()
    if name == "nanosecond":
        raise Refusal(f"{function}() of nanoseconds: the lab keeps microseconds")
    if name not in known:
        raise Mistake(f"{function}() knows no period '{period.const}'", f"It knows {', '.join(known)}.")
    return known[name]


def _add(period: Value, amount: Value, date: Value) -> Value:
    unit = _period("datetime_add", period, _UNITS)
    return Value(f"CAST({date.sql} + {_spans(amount, unit)} AS TIMESTAMP)", "datetime", name=date.name)


define(
    "datetime_add(period:string, amount:long, date:datetime) -> datetime",
    _add,
    "A datetime moved by a number of years, months, weeks, days and so on.",
)


def _diff(period: Value, one: Value, other: Value) -> Value:
    """Counts boundaries between the two, as in years between calendar years."""
    unit = _period("datetime_diff", period, _UNITS).lower()
    if unit == "week":
        week = "date_trunc('week', {0} + INTERVAL 1 DAY)"
        return Value(f"date_diff('day', {week.format(other.sql)}, {week.format(one.sql)}) // 7", "long")
    return Value(f"date_diff({text_literal(unit)}, {other.sql}, {one.sql})", "long")


define(
    "datetime_diff(period:string, one:datetime, other:datetime) -> long",
    _diff,
    "How many boundaries of a period lie between two datetimes.",
)

_PARTS = {"year": "year", "quarter": "quarter", "month": "month", "week_of_year": "week", "day": "day", "dayofyear": "dayofyear",
          "hour": "hour", "minute": "minute", "second": "second", "millisecond": "millisecond", "microsecond": "microsecond"}  # fmt: skip


def _part(part: Value, date: Value) -> Value:
    unit = _period("datetime_part", part, _PARTS)
    scale = {"millisecond": " % 1000", "microsecond": " % 1000000"}.get(unit, "")
    return Value(f"CAST(date_part('{unit}', {date.sql}){scale} AS INTEGER)", "int")


define(
    "datetime_part(part:string, date:datetime) -> int",
    _part,
    "One part of a datetime, as a number.",
    also=("datepart",),
)
for _name, _piece, _kind in (
    ("getyear", "year", "int"), ("getmonth", "month", "int"), ("monthofyear", "month", "int"), ("dayofmonth", "day", "int"),
    ("dayofyear", "dayofyear", "int"), ("hourofday", "hour", "int"), ("week_of_year", "week", "long"),
):  # fmt: skip
    define(
        f"{_name}(date:datetime) -> {_kind}",
        f"CAST(date_part('{_piece}', {{date}}) AS INTEGER)",
        f"The {_piece} of a datetime, as a number.",
        also=("weekofyear",) if _name == "week_of_year" else (),
    )
define(
    "dayofweek(date:datetime) -> timespan",
    f"(CAST(date_part('dow', {{date}}) AS BIGINT) * {DAY})",
    "Days since the last Sunday, as a timespan.",
)


def _make_datetime(*parts: Value) -> Value:
    if len(parts) == 1:
        return convert.when(parts[0])
    whole = [*[convert.real(part).sql for part in parts], *["1", "1", "1", "0", "0", "0"][len(parts) :]]
    return Value(f"kql_make_datetime({', '.join(whole)})", "datetime")


define(
    "make_datetime(year:any, month:long?, day:long?, hour:long?, minute:long?, second:real?) -> datetime",
    _make_datetime,
    "A datetime from its parts; null when they make none.",
    also=("datetime_from_parts",),
)


@python("make_datetime", "DOUBLE DOUBLE DOUBLE DOUBLE DOUBLE DOUBLE", "TIMESTAMP")
def _py_make_datetime(
    year: float | None,
    month: float | None,
    day: float | None,
    hour: float | None,
    minute: float | None,
    second: float | None,
) -> datetime | None:
    if year is None or month is None or day is None or hour is None or minute is None or second is None:
        return None
    try:
        micros = round(second % 1 * 1_000_000)
        return datetime(int(year), int(month), int(day), int(hour), int(minute), int(second), micros)
    except (ValueError, OverflowError):
        return None


def _make_timespan(*parts: Value) -> Value:
    if len(parts) == 1:
        return convert.timespan(parts[0])
    for part in parts:
        if not fits(part, "number"):
            raise Mistake(
                f"make_timespan() takes numbers, and one of these is a {part.kind}", "Convert it with todouble()."
            )
    names = [part.sql if part.kind in NUMERIC else convert.real(part).sql for part in parts]
    days, hours, minutes, seconds = (
        names if len(names) == 4 else ["0", *names, "0"] if len(names) == 2 else ["0", *names]
    )
    total = f"CAST(round(((({days} * 24 + {hours}) * 60 + {minutes}) * 60 + {seconds}) * 1000000) AS BIGINT)"
    within = f"{hours} BETWEEN 0 AND 23 AND {minutes} BETWEEN 0 AND 59 AND {seconds} >= 0 AND {seconds} < 60"
    return Value(f"CASE WHEN {within} THEN {total} END", "timespan")


define(
    "make_timespan(first:any, second:any?, third:any?, fourth:any?) -> timespan",
    _make_timespan,
    "A timespan from hours and minutes, with seconds and with days in front; null when they make none.",
)

for _name, _scale in (("seconds", 1_000_000), ("milliseconds", 1_000), ("microseconds", 1)):
    define(
        f"unixtime_{_name}_todatetime(value:number) -> datetime",
        f"make_timestamp(TRY_CAST(round({{value}} * {_scale}) AS BIGINT))",
        f"The datetime that lies so many {_name} after 1970.",
    )
define(
    "unixtime_nanoseconds_todatetime(value:number) -> datetime",
    "make_timestamp(TRY_CAST({value} AS BIGINT) // 1000)",
    "The datetime that lies so many nanoseconds after 1970.",
)
_DATE_RUN = re.compile(r"(.)\1*")


_DATE_PARTS = {"d": 2, "f": 7, "F": 7, "h": 2, "H": 2, "m": 2, "M": 2, "s": 2, "t": 2, "y": 4}
_SPAN_PARTS = {"d": 8, "f": 7, "F": 7, "h": 2, "H": 2, "m": 2, "s": 2}


def _known_format(name: str, shape: Value, known: dict[str, int]) -> None:
    """Refuse a run of letters that the function's page does not list: what it gives is not documented."""
    runs = [run.group() for run in _DATE_RUN.finditer(str(shape.const))] if isinstance(shape.const, str) else []
    for run in runs:
        odd = run in ("t", "yyy") or len(run) > known.get(run[0], 99)
        if odd or (known is _SPAN_PARTS and run[0] in "My"):
            raise Refusal(f"{name}() with '{run}': the documentation does not list this format")


def _format_datetime(date: Value, shape: Value) -> Value:
    _known_format("format_datetime", shape, _DATE_PARTS)
    return Value(f"coalesce(kql_format_datetime({date.sql}, {shape.sql}), '')", "string", nullable=False)


define(
    "format_datetime(date:datetime, format:string) -> string",
    _format_datetime,
    "A datetime in a format such as 'yyyy-MM-dd HH:mm'.",
)


def _format_timespan(value: Value, shape: Value) -> Value:
    _known_format("format_timespan", shape, _SPAN_PARTS)
    return Value(f"coalesce(kql_format_timespan({value.sql}, {shape.sql}), '')", "string", nullable=False)


define(
    "format_timespan(value:timespan, format:string) -> string",
    _format_timespan,
    "A timespan in a format such as 'd.hh:mm:ss'.",
)


def _fraction(micros: int, run: str) -> str:
    digits = f"{micros:06d}0"[: len(run)]
    return digits if run[0] == "f" else digits.rstrip("0")


@python("format_datetime", "TIMESTAMP VARCHAR", "VARCHAR")
def _py_format_datetime(date: datetime | None, shape: str | None) -> str | None:
    if date is None or shape is None:
        return None
    twelve = date.hour % 12 or 12
    known = {
        "d": f"{date.day}", "dd": f"{date.day:02d}", "M": f"{date.month}", "MM": f"{date.month:02d}",
        "H": f"{date.hour}", "HH": f"{date.hour:02d}", "h": f"{twelve}", "hh": f"{twelve:02d}", "m": f"{date.minute}",
        "mm": f"{date.minute:02d}", "s": f"{date.second}", "ss": f"{date.second:02d}", "y": f"{date.year % 100}",
        "yy": f"{date.year % 100:02d}", "yyyy": f"{date.year:04d}", "tt": "AM" if date.hour < 12 else "PM",
    }  # fmt: skip
    return "".join(
        _fraction(date.microsecond, run.group()) if run.group()[0] in "fF" else known.get(run.group(), run.group())
        for run in _DATE_RUN.finditer(shape)
    )


@python("format_timespan", "BIGINT VARCHAR", "VARCHAR")
def _py_format_timespan(micros: int | None, shape: str | None) -> str:
    if micros is None or shape is None:
        return ""
    if not shape:
        return span_text(micros)
    sign, rest = ("-" if micros < 0 else ""), abs(micros)
    seconds, fraction = divmod(rest, 1_000_000)
    days, hours, minutes, second = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60, seconds % 60

    def piece(run: str) -> str:
        if run[0] in "fF":
            return _fraction(fraction, run)
        number = {"d": days, "h": hours, "H": hours, "m": minutes, "s": second}.get(run[0])
        return run if number is None else str(number).zfill(len(run))

    return sign + "".join(piece(run.group()) for run in _DATE_RUN.finditer(shape))
