"""A query's frame as the cells that go over the wire. Both products write the same values; their type names differ."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Hashable, Iterator
from datetime import UTC, datetime
from typing import Any

import pandas as pd

HUNTING_TYPES = {
    "bool": "SByte",
    "int": "Int32",
    "long": "Int64",
    "real": "Double",
    "decimal": "SqlDecimal",
    "string": "String",
    "datetime": "DateTime",
    "timespan": "TimeSpan",
    "guid": "Guid",
    "dynamic": "Object",
}
"""KQL type -> what advanced hunting calls it in a reply. The page shows DateTime and String; the rest are our choice."""


def kql_types(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Column -> KQL type, in the frame's order."""
    declared: dict[Hashable, str] = frame.attrs.get("kql_types", {})
    return [(str(column), declared.get(column, "string")) for column in frame.columns]


def rows(frame: pd.DataFrame) -> Iterator[list[Any]]:
    """The frame's rows as JSON values: moments in ISO 8601 with a Z, timespans as `d.hh:mm:ss.fffffff`.

    A dynamic value is its JSON text, as the Log Analytics API sends it; for advanced hunting, whose pages are silent,
    doing the same is our choice: msticpy would otherwise turn its keys into columns.
    """
    kinds = [kind for _, kind in kql_types(frame)]
    columns = [
        [_CELL[kind](value) if _is_value(value) else None for value in frame.iloc[:, at].tolist()]
        for at, kind in enumerate(kinds)
    ]
    return (list(row) for row in zip(*columns, strict=True)) if columns else iter([])


def _is_value(value: Any) -> bool:
    return isinstance(value, list | dict) or not (value is None or value is pd.NaT or value is pd.NA or value != value)


def _moment(value: Any) -> str:
    moment: datetime = value if isinstance(value, datetime) else pd.Timestamp(value).to_pydatetime(warn=False)
    moment = moment.astimezone(UTC) if moment.tzinfo else moment
    return moment.isoformat().removesuffix("+00:00") + "Z"


def _timespan(value: Any) -> str:
    ticks = int(pd.Timedelta(value).value) // 100
    sign, ticks = ("-", -ticks) if ticks < 0 else ("", ticks)
    seconds, ticks = divmod(ticks, 10_000_000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    text = f"{hours:02}:{minutes:02}:{seconds:02}"
    return sign + (f"{days}." if days else "") + text + (f".{ticks:07}" if ticks else "")


def _real(value: Any) -> float | str:
    number = float(value)
    if math.isfinite(number):
        return number
    return "Infinity" if number > 0 else "-Infinity"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _dynamic(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, separators=(",", ":"))


_CELL: dict[str, Callable[[Any], Any]] = {
    "bool": bool,
    "int": int,
    "long": int,
    "real": _real,
    "decimal": _text,
    "string": _text,
    "datetime": _moment,
    "timespan": _timespan,
    "guid": _text,
    "dynamic": _dynamic,
}
