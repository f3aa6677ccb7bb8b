"""The limits a query runs under: no files, no network, no writes; time, rows and memory bounded; cancellable."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from pivotlab.kql.errors import KqlLimit


@dataclass(frozen=True)
class Limits:
    """How much a query may take. The defaults are our choice, far above what the bundled data needs."""

    seconds: float = 60.0
    rows: int = 500_000
    memory: str = "4GB"


@dataclass(frozen=True)
class Result:
    """What DuckDB answered: rows, and each column's name and DuckDB type."""

    rows: list[tuple[Any, ...]]
    columns: list[tuple[str, str]]


class Running:
    """One statement on one cursor, which another thread may stop."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, limits: Limits) -> None:
        self._cursor = cursor
        self._limits = limits
        self._reason = ""

    def stop(self, reason: str) -> None:
        """Interrupt the statement; `reason` becomes the message of `KqlLimit`."""
        self._reason = reason
        self._cursor.interrupt()

    def fetch(self, sql: str) -> Result:
        """Run `sql` and fetch its rows. Raises `KqlLimit`, or duckdb's own error."""
        seconds, rows = self._limits.seconds, self._limits.rows
        timer = threading.Timer(
            seconds,
            self.stop,
            [f"The query ran longer than {seconds:g} seconds. Narrow the time range or the columns."],
        )
        timer.daemon = True
        timer.start()
        try:
            self._cursor.execute(f"SET memory_limit = '{self._limits.memory}'")
            self._cursor.execute(sql)
            described: Sequence[Any] = self._cursor.description or []
            fetched = self._cursor.fetchmany(rows + 1)
        except duckdb.InterruptException:
            raise KqlLimit(self._reason or "The query was cancelled.") from None
        except duckdb.OutOfMemoryException:
            raise KqlLimit(
                f"The query needs more than {self._limits.memory} of memory. Filter or summarize earlier."
            ) from None
        finally:
            timer.cancel()
        if len(fetched) > rows:
            raise KqlLimit(f"The query returns more than {rows:,} rows. Add take, a filter, or summarize.")
        return Result(fetched, [(str(name), str(kind)) for name, kind, *_ in described])
