"""One DuckDB instance, two databases. A table is visible up to the clock's moment and within its retention.

Each table is a view, `<product>.main.<Table>`, over the bundled Parquet file (read lazily, column by column) and over
`<product>.raw.<Table>`, the rows that the tenant wrote while it ran. A hidden column `_ingested` says when a row became
known to the product; the view shows the rows that are known by now, `now` being a variable of the reading cursor.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from pivotlab.store.schemas import PRODUCTS, STORED_TYPES, Schemas, read_schemas

INGESTED = "_ingested"
NOW, SINCE, UNTIL = (f"getvariable('{name}')::TIMESTAMP" for name in ("now", "since", "until"))
EVENT_TIME = {"defender": "Timestamp", "workspace": "TimeGenerated"}
RETENTION_DAYS = {"defender": 30, "workspace": 90}
"""Free retention: 30 days in advanced hunting (fact retention-01), 90 in a Sentinel workspace (fact retention-02).

A streamed table begins with 30 days there (fact retention-07). That somebody has set 90 for every table is our choice.
"""


_STATES = itertools.count(1)
"""Numbers for the states of written rows: no two alike in a process, so that a number says what a table holds."""

Place = tuple[str, str]
"""Where a table is: its product and its name."""


@dataclass(frozen=True)
class Snapshot:
    """What was written to each table, with the number of that state, and the spans in which tables were carried."""

    written: Mapping[Place, tuple[int, pd.DataFrame]]
    streams: Mapping[str, list[tuple[datetime, datetime | None]]]


class StoreError(Exception):
    """The store was asked for a table or product that it does not have, or given rows that do not fit."""


class Store:
    """Both products' tables. Open with `Store.open(bundle)` or, empty, with `Store.for_schema(schema)`."""

    def __init__(self, schemas: Mapping[str, Schemas], tables: Path | None = None) -> None:
        self._schemas = schemas
        self._tables = tables
        self._lock = threading.RLock()
        self._streams: dict[str, list[tuple[datetime, datetime | None]]] = {}
        self._con = duckdb.connect()
        self._con.execute("SET TimeZone = 'UTC'")
        # With more threads, rows without an order come back in another one now and then, and a stored output would
        # not be found again. Queries asked side by side still run side by side.
        self._con.execute("SET threads = 1")
        for product in schemas:
            self._con.execute(f"ATTACH ':memory:' AS {product}")
            self._con.execute(f"CREATE SCHEMA {product}.raw")
        if tables is not None:
            self._con.execute(f"SET allowed_directories = ['{_text(str(tables))}']")
        self._con.execute("SET temp_directory = ''")
        self._con.execute("SET enable_external_access = false")
        self._laid: set[Place] = set()
        self._stored: dict[str, list[str]] = {}
        self._stands: dict[Place, int] = {}
        self._frames: dict[Place, tuple[int, pd.DataFrame]] = {}

    @classmethod
    def open(cls, bundle: Path | None = None) -> Store:
        """A store with the documented schemas of both products.

        `bundle` is a folder with `tables/<product>/<Table>.parquet`; without one every table is empty. What the tenant
        writes is in memory; its journal is what outlives it.
        """
        return cls({product: read_schemas(product) for product in PRODUCTS}, bundle and bundle / "tables")

    @classmethod
    def for_schema(cls, schema: Schemas) -> Store:
        """Empty tables of any schema, as a workspace. For measuring and for tests."""
        return cls({"workspace": schema})

    def schema(self, *products: str) -> dict[str, dict[str, str]]:
        """Table -> column -> KQL type over `products` (all when none is named). The first product that has a table wins."""
        merged: dict[str, dict[str, str]] = {}
        for product in products or tuple(self._schemas):
            for table, columns in self._schemas[product].items():
                merged.setdefault(table, dict(columns))
        return merged

    def cursor(
        self,
        *products: str,
        now: datetime,
        tables: Iterable[str] | None = None,
        window: tuple[datetime, datetime] | None = None,
    ) -> duckdb.DuckDBPyConnection:
        """A cursor of its own that sees `products`, the first one first, as they stand at `now`. Close it after use.

        A reader of both sees streamed hunting tables for as long as the workspace keeps them (fact hunting-07).

        `tables` are those the reader will name; without it all are laid out, which costs some 0.4 s the first time.
        With a `window` it sees only events from its start to its end, both included.
        """
        seen = products or tuple(self._schemas)
        for product in seen:
            schema = self._schemas[product]
            self._lay(product, schema if tables is None else [table for table in tables if table in schema])
        cursor = self._con.cursor()
        cursor.execute(f"SET search_path = '{','.join(f'{product}.main' for product in seen)}'")
        cursor.execute("SET VARIABLE now = ?::TIMESTAMP", [_naive(now)])
        since, until = window or (datetime.min, datetime.max)
        cursor.execute("SET VARIABLE since = ?::TIMESTAMP", [_naive(since)])
        cursor.execute("SET VARIABLE until = ?::TIMESTAMP", [_naive(until)])
        cursor.execute("SET VARIABLE unified = ?::BOOLEAN", [len(seen) > 1])
        return cursor

    def append(
        self, product: str, table: str, rows: pd.DataFrame | Iterable[Mapping[str, Any]], ingested: datetime | pd.Series
    ) -> int:
        """Write rows that become visible at `ingested`, a moment for all or one for each; columns they lack stay null.

        Returns how many were written.

        Raises `StoreError` for a table or column that the schema does not have.
        """
        frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame.from_records(list(rows))
        if frame.empty:
            return 0
        known = self._columns(product, table)
        self._lay(product, [table])
        if unknown := [column for column in frame.columns if column not in known]:
            raise StoreError(f"{table} has no column {', '.join(unknown)}.")
        columns = ", ".join(_name(column) for column in frame.columns)
        text = {column for column in frame.columns if isinstance(frame[column].dtype, pd.CategoricalDtype)}
        values = ", ".join(
            f"{_name(column)}{'::VARCHAR' if column in text else ''}::{STORED_TYPES[known[column]]}"
            for column in frame.columns
        )
        with self._lock, self._con.cursor() as cursor:
            moments = _naive(ingested) if isinstance(ingested, datetime) else ingested.to_numpy(dtype="datetime64[us]")
            cursor.register("_rows", frame.assign(**{INGESTED: moments}))
            cursor.execute(
                f"INSERT INTO {_raw(product, table)} ({columns}, {INGESTED}) "
                f"SELECT {values}, {INGESTED}::TIMESTAMP FROM _rows"
            )
            cursor.unregister("_rows")
            self._stands[product, table] = next(_STATES)
        return len(frame)

    def stream(self, table: str, since: datetime) -> None:
        """Let the connector carry a hunting table into the workspace, from `since` on (facts setup-azure-05, tables-07)."""
        self._columns("defender", table), self._columns("workspace", table)
        with self._lock:
            windows = self._streams.setdefault(table, [])
            if not windows or windows[-1][1] is not None:
                windows.append((_naive(since), None))
            self._lay_again(table)

    def stop_stream(self, table: str, at: datetime) -> None:
        """Stop carrying a table. What has arrived stays."""
        with self._lock:
            windows = self._streams.get(table, [])
            if windows and windows[-1][1] is None:
                windows[-1] = (windows[-1][0], _naive(at))
            self._lay_again(table)

    @property
    def streamed(self) -> tuple[str, ...]:
        """The hunting tables that the connector carries into the workspace now."""
        return tuple(sorted(table for table, windows in self._streams.items() if windows[-1][1] is None))

    def snapshot(self) -> Snapshot:
        """What the tenant wrote so far, as a value that `restore` takes."""
        with self._lock, self._con.cursor() as cursor:
            for place, stand in self._stands.items():
                if self._frames.get(place, (0,))[0] != stand:
                    self._frames[place] = stand, cursor.sql(f"FROM {_raw(*place)}").df()
            written = {place: self._frames[place] for place in sorted(self._stands)}
        return Snapshot(written, {table: list(windows) for table, windows in self._streams.items()})

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot: rows written since are gone, streams are as they were.

        Most tables have not changed since, and are left alone.
        """
        with self._lock, self._con.cursor() as cursor:
            for place in self._stands.keys() | snapshot.written.keys():
                then, frame = snapshot.written.get(place, (0, None))
                if self._stands.get(place) == then:
                    continue
                self._lay(place[0], [place[1]])
                cursor.execute(f"DELETE FROM {_raw(*place)}")
                self._stands.pop(place, None)
                if frame is not None:
                    cursor.register("_rows", frame)
                    cursor.execute(f"INSERT INTO {_raw(*place)} BY NAME FROM _rows")
                    cursor.unregister("_rows")
                    self._stands[place] = then
                    self._frames[place] = then, frame
            both = set(self._streams) | set(snapshot.streams)
            changed = {table for table in both if self._streams.get(table) != snapshot.streams.get(table)}
            self._streams = {table: list(windows) for table, windows in snapshot.streams.items()}
            for table in changed:
                self._lay_again(table)

    def close(self) -> None:
        """Release the database and its files."""
        self._con.close()

    def _columns(self, product: str, table: str) -> Mapping[str, str]:
        try:
            return self._schemas[product][table]
        except KeyError:
            raise StoreError(f"{product} has no table {table}.") from None

    def _lay(self, product: str, tables: Iterable[str]) -> None:
        """Create the tables that nobody has asked for yet; most of the hundred are never read."""
        with self._lock:
            for table in tables:
                if (product, table) not in self._laid:
                    self._create(product, table)

    def _lay_again(self, table: str) -> None:
        """Renew both sides of a table whose streaming changed, where anybody has read it yet."""
        for product in self._schemas:
            if (product, table) in self._laid:
                self._create(product, table)

    def _create(self, product: str, table: str) -> None:
        """(Re)create a table's view, and its base table when it is not there yet."""
        columns = self._columns(product, table)
        base = _raw(product, table)
        typed = ", ".join(f"{_name(column)} {STORED_TYPES[kind]}" for column, kind in columns.items())
        with self._lock, self._con.cursor() as cursor:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {base} ({typed}, {INGESTED} TIMESTAMP)")
            sources = [self._visible(product, table, base, columns)]
            if (file := self._file(product, table)) is not None:
                sources.append(self._visible(product, table, file, self._stored_columns(cursor, file)))
            if product == "workspace":
                sources += [self._carried(cursor, table, *window) for window in self._streams.get(table, [])]
            view = " UNION ALL ".join(sources)
            cursor.execute(f"CREATE OR REPLACE VIEW {product}.main.{_name(table)} AS {view}")
            self._laid.add((product, table))

    def _file(self, product: str, table: str) -> str | None:
        """The bundled rows of a table as something to select from, if the bundle has any."""
        file = self._tables and self._tables / product / f"{table}.parquet"
        return f"read_parquet('{_text(str(file))}')" if file is not None and file.exists() else None

    def _stored_columns(self, cursor: duckdb.DuckDBPyConnection, file: str) -> list[str]:
        """The columns of bundled rows, looked up once: a bundle does not change under a tenant."""
        if file not in self._stored:
            self._stored[file] = [name for name, *_ in cursor.execute(f"DESCRIBE FROM {file}").fetchall()]
        return self._stored[file]

    def _carried(self, cursor: duckdb.DuckDBPyConnection, table: str, since: datetime, until: datetime | None) -> str:
        """The rows of a hunting table that reach the workspace, in the workspace's columns."""
        self._lay("defender", [table])
        there = {*self._columns("defender", table), "TimeGenerated", "Type"}
        source = f"(FROM {_raw('defender', table)})"
        if (file := self._file("defender", table)) is not None:
            there.update(self._stored_columns(cursor, file))
            source = f"(FROM {source} UNION ALL BY NAME FROM {file})"
        extra = f"Timestamp AS TimeGenerated, '{table}' AS Type"
        carried = f"(SELECT *, {extra} FROM {source} WHERE {_within(since, until)})"
        return self._visible("workspace", table, carried, there)

    def _visible(self, product: str, table: str, source: str, there: Iterable[str]) -> str:
        """The rows of `source` known by now, in the documented columns; a column it lacks reads as null.

        `_ingested` comes last, for readers that ask when a row became known.

        So does a value that does not fit: the two products type some columns differently (Port is text in one and a
        number in the other), and a reader gets a null there rather than an error about somebody else's row.
        """
        there = set(there)
        shown = ", ".join(
            f"TRY_CAST({_name(column) if column in there else 'NULL'} AS {STORED_TYPES[kind]}) AS {_name(column)}"
            for column, kind in self._columns(product, table).items()
        )
        rows = f"{INGESTED} <= {NOW}"
        if (moment := EVENT_TIME[product]) in there:
            age = f"{_name(moment)}::TIMESTAMP > {NOW} - INTERVAL"
            kept = f"{age} {RETENTION_DAYS[product]} DAY"
            if product == "defender" and (windows := self._streams.get(table)):
                streamed = " OR ".join(_within(*window) for window in windows)
                kept += f" OR (getvariable('unified') AND {age} {RETENTION_DAYS['workspace']} DAY AND ({streamed}))"
            rows += f" AND ({kept})"
            rows += f" AND {_name(moment)}::TIMESTAMP BETWEEN {SINCE} AND {UNTIL}"
        return f"SELECT {shown}, {INGESTED} FROM {source} WHERE {rows}"


def _within(since: datetime, until: datetime | None) -> str:
    """The condition that a row arrived while its table was streamed."""
    return f"({INGESTED} >= TIMESTAMP '{since}'" + (f" AND {INGESTED} < TIMESTAMP '{until}')" if until else ")")


def _naive(moment: datetime) -> datetime:
    """UTC without its zone, which is how every table keeps time."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _raw(product: str, table: str) -> str:
    """The rows of a table that the tenant wrote, to name in SQL."""
    return f"{product}.raw.{_name(table)}"


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(literal: str) -> str:
    return literal.replace("'", "''")
