"""`format_bytes()` (learn.microsoft.com, "format_bytes()")."""

from __future__ import annotations

import math

from pivotlab.kql.rewrite.registry import Refusal, define, python

_UNITS = ("Bytes", "KB", "MB", "GB", "TB", "PB", "EB")

define(
    "format_bytes(size:number, precision:long?, units:string?) -> string",
    "kql_format_bytes(CAST({size} AS DOUBLE), {precision}, {units})",
    "A number of bytes as text, in the unit that fits or in a given one of 1,024 times the one before.",
)


@python("format_bytes", "DOUBLE BIGINT VARCHAR", "VARCHAR")
def _py_format_bytes(size: float | None, precision: int | None, units: str | None) -> str:
    if size is None:
        return ""
    if size < 0 or (units and units not in _UNITS) or not 0 <= (precision or 0) <= 20 or not math.isfinite(size):
        raise Refusal("format_bytes() of this size or unit: the documentation does not say what it gives")
    place = _UNITS.index(units) if units else 0
    while not units and size >= 1024 ** (place + 1) and place < len(_UNITS) - 1:
        place += 1
    text = f"{size / 1024**place:.{precision or 0}f}"
    if precision and text.endswith("0"):
        raise Refusal("format_bytes() with zeros behind the point: the documentation does not say whether they show")
    return f"{text} {_UNITS[place]}"
