"""Values that are known before the query runs, and how they are written in SQL."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from pivotlab.kql.syntax.literals import json_text
from pivotlab.kql.terms import VALUE_TYPES, Value, text_literal

_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


def constant(value: Any, kind: str) -> Value:
    """A constant of a KQL type: a str, bool, int, float, naive UTC datetime, microseconds, or a JSON-able object."""
    if kind in ("int", "long", "timespan") and isinstance(value, int) and not _SMALLEST <= value <= _LARGEST:
        value = None
    return Value(_sql(value, kind), kind, const=value, nullable=value is None)


def null(kind: str) -> Value:
    """The null of a type. A string has none: it is empty."""
    return constant("" if kind == "string" else None, kind)


def _sql(value: Any, kind: str) -> str:
    if value is None:
        return f"CAST(NULL AS {VALUE_TYPES[kind]})"
    if kind in ("string", "guid"):
        return text_literal(str(value))
    if kind == "dynamic":
        return f"{text_literal(json_text(value))}::JSON"
    if kind == "bool":
        return "TRUE" if value else "FALSE"
    if kind == "datetime":
        return f"TIMESTAMP '{_moment(value)}'"
    if kind in ("real", "decimal"):
        number = float(value)
        if math.isnan(number) or math.isinf(number):
            return f"CAST('{number}' AS DOUBLE)"
        return f"CAST({number!r} AS DOUBLE)"
    return f"CAST({int(value)} AS {VALUE_TYPES[kind]})"


def _moment(value: datetime) -> str:
    return f"{value.year:04d}-{value:%m-%d %H:%M:%S.%f}"
