"""The one door to KQL: `Engine.run` and `Engine.check`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import duckdb
import duckdb_kql
import pandas as pd

from pivotlab.kql.errors import Diagnostic, KqlError, KqlUnsupported
from pivotlab.kql.naming import physical
from pivotlab.kql.run.bounds import Limits, Running
from pivotlab.kql.run.frames import kql_types, to_frame
from pivotlab.store.store import Store

External = Mapping[str, Path] | Literal["empty"] | None
"""What `externaldata` may read: a local file per address; nothing; or empty tables, for measuring."""


class Engine:
    """Runs KQL on the tables of one or both products, as they stand at `now()`."""

    def __init__(
        self,
        store: Store,
        *products: str,
        now: Callable[[], datetime],
        external: External = None,
        limits: Limits | None = None,
    ) -> None:
        self._store = store
        self._products = products
        self._now = now
        self._external = external
        self._limits = limits or Limits()
        self._schema = {table: list(columns) for table, columns in store.schema(*products).items()}

    @classmethod
    def for_schema(cls, schema: Mapping[str, Mapping[str, str]], external: External = None) -> Engine:
        """An engine on empty tables of any schema. For measuring and for tests; the real time is its clock."""
        aliases = {"double": "real", "boolean": "bool", "date": "datetime", "time": "timespan"}
        typed = {
            table: {physical(columns)[name]: aliases.get(kind, kind) for name, kind in columns.items()}
            for table, columns in schema.items()
        }
        return cls(Store.for_schema(typed), now=lambda: datetime.now(UTC), external=external)

    def run(self, kql: str, window: tuple[datetime, datetime] | None = None) -> pd.DataFrame:
        """The rows that `kql` asks for; with a `window`, over the events between its start and end only.

        Datetimes are UTC-aware, timespans timedelta64, dynamic values Python objects; `frame.attrs["kql_types"]` names
        each column's KQL type. Raises `KqlError` (the query is wrong), `KqlUnsupported` (valid, not run offline) or
        `KqlLimit` (too much time, rows or memory).
        """
        if found := self.check(kql):
            raise KqlError(str(found[0]), found)
        try:
            sql = duckdb_kql.to_sql(kql, schema=self._schema, allow_write=False, query_now=self._now())
        except duckdb_kql.KqlUnsupportedError as error:
            raise KqlUnsupported(str(error)) from None
        except duckdb_kql.KqlError as error:
            raise KqlError(str(error)) from None
        cursor = self._store.cursor(*self._products, now=self._now(), window=window)
        try:
            result = Running(cursor, self._limits).fetch(str(sql), sql.parameters)
        except duckdb.Error as error:
            raise KqlError(str(error)) from None
        finally:
            cursor.close()
        names = [name for name, _ in result.columns]
        return to_frame(result.rows, names, kql_types([(name, kind) for name, kind in result.columns]))

    def check(self, kql: str) -> list[Diagnostic]:
        """What is wrong with `kql`, without running it; empty when nothing is."""
        return [
            Diagnostic(found.span.line, found.span.column + 1, "syntax", found.message)
            for found in duckdb_kql.validate(kql)
        ]
