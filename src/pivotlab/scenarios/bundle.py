"""Writing a bundle: one sorted, compressed Parquet file per table, in the documented columns and types."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from pivotlab.scenarios.telemetry import Row
from pivotlab.scenarios.window import NOW
from pivotlab.store.schemas import STORED_TYPES, read_schemas

VERSION = 1
SORTED_UP_TO = 2_000_000
"""Rows of a bundle up to which its tables are sorted by time. Those of larger ones keep the order of the draws."""

PACKED_UP_TO = 400_000
"""Rows of a bundle up to which its files are made as small as they get, which takes time."""


def open_database(folder: Path, memory: str = "1GB") -> duckdb.DuckDBPyConnection:
    """A DuckDB connection whose output depends on nothing but its input: one thread, order kept."""
    con = duckdb.connect()
    con.execute(f"SET memory_limit = '{memory}'")
    con.execute("SET threads = 1")
    con.execute("SET TimeZone = 'UTC'")
    con.execute(f"SET temp_directory = '{str(folder / '.spill').replace(chr(39), chr(39) * 2)}'")
    return con


def write_table(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    table: str,
    background: Sequence[str],
    rows: Sequence[Row],
    expected: int = 0,
) -> int:
    """Write `tables/<product>/<Table>.parquet` from SELECT statements and told rows; return how many it holds."""
    product, _, name = table.partition("/")
    schema = read_schemas(product)[name]
    parts = list(background)
    if rows:
        con.register("_told", _frame(rows, schema))
        parts.append("FROM _told")
    union = " UNION ALL BY NAME ".join(f"({part})" for part in parts)
    found = {column.lower() for column, *_ in con.execute(f"DESCRIBE ({union})").fetchall()}
    if unknown := found - {column.lower() for column in schema} - {"_ingested"}:
        raise ValueError(f"{table} has no column {', '.join(sorted(unknown))}.")
    present = [column for column in schema if column.lower() in found]
    columns = ", ".join(f'"{column}"::{STORED_TYPES[schema[column]]} AS "{column}"' for column in present)
    # DuckDB keeps a source column's spelling when an alias differs by case only, so the documented one comes first.
    named = ", ".join(f'NULL::{STORED_TYPES[schema[column]]} AS "{column}"' for column in present)
    union = f"(SELECT {named}, NULL::TIMESTAMP AS _ingested WHERE FALSE) UNION ALL BY NAME {union}"
    clock = "Timestamp" if product == "defender" else "TimeGenerated"
    order = f'ORDER BY "{clock}", _ingested' if expected <= SORTED_UP_TO and clock in present else ""
    path = folder / "tables" / product / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    visible = f"WHERE \"{clock}\" < epoch_ms(getvariable('end_ms')::BIGINT)" if clock in present else ""
    query = f"SELECT {columns}, _ingested::TIMESTAMP AS _ingested FROM ({union}) {visible}"
    target = str(path).replace("'", "''")
    packing = "COMPRESSION_LEVEL 15, ROW_GROUP_SIZE 122880, " if expected <= PACKED_UP_TO else ""
    con.execute(
        f"COPY (FROM ({query}) {order}) TO '{target}' (FORMAT parquet, COMPRESSION zstd, {packing}PARQUET_VERSION v2)"
    )
    if rows:
        con.unregister("_told")
    (count,) = con.execute(f"SELECT count(*) FROM '{target}'").fetchall()[0]
    return int(count)


def write_manifest(folder: Path, seed: int, start: datetime, end: datetime, rows: Mapping[str, int]) -> None:
    """Write `manifest.json`: what the bundle covers and how much it holds."""
    manifest = {
        "seed": seed,
        "start": f"{start.isoformat()}Z",
        "end": f"{end.isoformat()}Z",
        "now": f"{NOW.isoformat()}Z",
        "rows": dict(sorted(rows.items())),
        "version": VERSION,
    }
    _write(folder / "manifest.json", json.dumps(manifest, indent=2) + "\n")


def write_alerts(folder: Path, lines: Sequence[Mapping[str, Any]]) -> None:
    """Write `alerts.jsonl`, one alert per line, by time of creation."""
    _write(folder / "alerts.jsonl", "".join(json.dumps(line) + "\n" for line in lines))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _frame(rows: Sequence[Row], schema: Mapping[str, str]) -> pd.DataFrame:
    """Incident rows as a frame that DuckDB reads with the table's types."""
    columns = sorted({column for row in rows for column in row.values})
    if unknown := [column for column in columns if column not in schema]:
        raise ValueError(f"{rows[0].table} has no column {', '.join(unknown)}.")
    data: dict[str, Any] = {}
    for column in columns:
        values = [row.values.get(column) for row in rows]
        data[column] = pd.Series([_cell(value) for value in values], dtype=_DTYPES.get(schema[column], "string"))
    data["_ingested"] = pd.Series([row.ingested for row in rows], dtype="datetime64[us]")
    return pd.DataFrame(data)


_DTYPES: dict[str, Any] = {
    "bool": "boolean",
    "int": "Int32",
    "long": "Int64",
    "real": "Float64",
    "datetime": "datetime64[us]",
}


def _cell(value: Any) -> Any:
    if isinstance(value, (dict, list)):
        return json.dumps(value)
    if value is None or isinstance(value, (bool, int, float, datetime, date)):
        return value
    return str(value)


Progress = Callable[[str, int, int], None]
"""Called with a table's name, how many tables are done, and how many there are."""
