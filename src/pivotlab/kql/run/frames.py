"""From a DuckDB result to a pandas frame with Kusto's values: UTC datetimes, timedeltas, Python objects for dynamic."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC
from typing import Any

import numpy as np
import pandas as pd

from pivotlab.kql.errors import OUT_OF_RANGE, KqlUnsupported

_PANDAS_TYPES = {"bool": "boolean", "int": "Int64", "long": "Int64", "real": "float64"}


def to_frame(rows: Sequence[Sequence[Any]], names: Sequence[str], types: Sequence[str]) -> pd.DataFrame:
    """A frame of `rows`. `types` are KQL types, kept in `frame.attrs["kql_types"]`.

    Datetimes become UTC-aware `datetime64[us, UTC]`, timespans `timedelta64`, dynamic values Python objects. Whole
    numbers and booleans stay plain when no value is missing, and become pandas' nullable types when one is.
    """
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    frame = (
        pd.concat(
            [_series(values, kind) for values, kind in zip(columns, types, strict=True)],
            axis=1,
            keys=range(len(names)),
        )
        if names
        else pd.DataFrame()
    )
    frame.columns = pd.Index(names, dtype=object)
    frame.attrs["kql_types"] = {n: "dynamic" if t == "unknown" else t for n, t in zip(names, types, strict=True)}
    return frame


def _series(values: Sequence[Any], kind: str) -> pd.Series[Any]:
    if kind == "datetime":
        moments = np.array([None if value is None else _naive(value) for value in values], dtype="datetime64[us]")
        return pd.Series(moments).dt.tz_localize("UTC")
    if kind == "timespan":
        return pd.Series(np.array(values, dtype="timedelta64[us]"))
    if kind in ("dynamic", "unknown"):
        return pd.Series([_dynamic(value) for value in values], dtype=object)
    if kind in ("int", "long", "bool"):
        missing = any(value is None for value in values)
        plain = "bool" if kind == "bool" else "int64"
        return pd.Series(values, dtype=_PANDAS_TYPES[kind] if missing else plain)
    if kind in ("real", "decimal"):
        return pd.Series([None if value is None else float(value) for value in values], dtype="float64")
    if kind == "string":
        return pd.Series(["" if value is None else str(value) for value in values], dtype=object)
    return pd.Series([None if value is None else str(value) for value in values], dtype=object)


def _naive(value: Any) -> Any:
    """A datetime in UTC without its zone, as numpy takes it; pandas' own way in ends at the year 1677. DuckDB gives text
    for what Python's datetime cannot hold, and that is what Kusto's cannot hold either."""
    if isinstance(value, str):
        raise KqlUnsupported(f"{OUT_OF_RANGE}.")
    return value.astimezone(UTC).replace(tzinfo=None) if getattr(value, "tzinfo", None) else value


def _dynamic(value: Any) -> Any:
    """The Python object behind a dynamic value, which DuckDB hands over as JSON text, a list or a struct."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
