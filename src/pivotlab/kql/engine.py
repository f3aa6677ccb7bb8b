"""The one door to KQL: `Engine.run` and `Engine.check`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pandas as pd
from duckdb_kql.types import kusto_type

from pivotlab.kql.catalogue import Catalogue
from pivotlab.kql.errors import Diagnostic, KqlError, KqlUnsupported
from pivotlab.kql.lint.report import message_of
from pivotlab.kql.lint.syntax import syntax_diagnostics
from pivotlab.kql.marks import outcome_in
from pivotlab.kql.naming import physical
from pivotlab.kql.reads import Reads, read_of
from pivotlab.kql.run.bounds import Limits, Result, Running
from pivotlab.kql.run.frames import to_frame
from pivotlab.kql.run.udfs import provide
from pivotlab.kql.scope import Scope
from pivotlab.kql.stage.graphs import graph_sql, has_graph
from pivotlab.kql.stage.pipeline import load
from pivotlab.kql.stage.statements import query
from pivotlab.kql.syntax.tree import parse
from pivotlab.kql.terms import ALIASES, Relation, quote
from pivotlab.kql.translation import External, Probe, Translation
from pivotlab.store.schemas import PRODUCTS, read_schemas
from pivotlab.store.store import Store

Window = tuple[datetime, datetime] | None

load()

_ORDER_MATTERS = {
    "prev", "next", "row_number", "row_cumsum", "row_rank_dense", "row_rank_min", "row_window_session", "scan", "serialize",
    "make_list", "makelist", "make_list_if", "make_list_with_nulls", "make_set", "makeset", "make_set_if", "mv-apply",
    "mvapply", "partition", "make_bag", "make_bag_if", "take_any", "any",
}  # fmt: skip
"""Words after which the order of rows shows in the answer."""


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
        self._running: set[Running] = set()
        known = {product: read_schemas(product) for product in PRODUCTS}
        self._catalogue = Catalogue.of(store.schema(*products), known, products)

    @classmethod
    def for_schema(cls, schema: Mapping[str, Mapping[str, str]], external: External = None) -> Engine:
        """An engine on empty tables of any schema. For measuring and for tests; the real time is its clock."""
        inside = {table: physical(columns) for table, columns in schema.items()}
        typed = {
            table: {inside[table][name]: ALIASES.get(kind, kind) for name, kind in columns.items()}
            for table, columns in schema.items()
        }
        engine = cls(Store.for_schema(typed), now=lambda: datetime.now(UTC), external=external)
        engine._catalogue = Catalogue.of(schema, inside=inside)
        return engine

    def run(self, kql: str, window: tuple[datetime, datetime] | None = None) -> pd.DataFrame:
        """The rows that `kql` asks for; with a `window`, over the events between its start and end only.

        Datetimes are UTC-aware, timespans timedelta64, dynamic values Python objects; `frame.attrs["kql_types"]` names
        each column's KQL type. Raises `KqlError` (the query is wrong), `KqlUnsupported` (valid, not run offline) or
        `KqlLimit` (too much time, rows or memory).
        """
        if has_graph(kql):
            return self._run_graph(kql, window)
        now = self._now()
        translation, relation = self._translate(
            kql, now, lambda sql, tables: self._fetch(sql, tables, window, now).rows
        )
        if translation.diagnostics:
            found = self.check(kql) or translation.diagnostics
            raise KqlError(message_of(kql, found), found)
        if translation.refusals or relation is None:
            raise KqlUnsupported(" ".join(translation.refusals) or "The query has no table as its answer.")
        columns = ", ".join(column.sql for column in relation.columns) or "NULL AS none"
        order = f" ORDER BY {quote(relation.order)}" if relation.order and relation.serialized else ""
        result = self._fetch(
            translation.statement(f"SELECT {columns} FROM {relation.source}{order} LIMIT {self._limits.rows + 1}"),
            translation.tables,
            window,
            now,
        )
        names = [column.name for column in relation.columns]
        return to_frame(result.rows, names, [column.kind for column in relation.columns])

    def check(self, kql: str) -> list[Diagnostic]:
        """What is wrong with `kql`, without running it; empty when nothing is."""
        if has_graph(kql):
            return syntax_diagnostics(parse(kql), self._catalogue)
        return self._translate(kql, self._now(), None)[0].diagnostics

    def reads(self, kql: str) -> Reads:
        """What a query that is right reads, and with which operators, without running it."""
        return read_of(kql, self._catalogue)

    def cancel(self) -> None:
        """Stop what runs on this engine now, in whichever thread; there it raises `KqlLimit`."""
        for running in list(self._running):
            running.stop("The query was cancelled.")

    def _run_graph(self, kql: str, window: Window) -> pd.DataFrame:
        """A query with a graph, which the engine's own translation runs as a whole."""
        if found := self.check(kql):
            raise KqlError(message_of(kql, found), found)
        schema = {table: [column.inside for column in columns] for table, columns in self._catalogue.tables.items()}
        result = self._fetch(graph_sql(kql, schema), None, window, self._now())
        kinds = [kusto_type(kind) for _, kind in result.columns]
        rows = [[_microseconds(cell) for cell in row] for row in result.rows]
        return to_frame(rows, [name for name, _ in result.columns], kinds)

    def _translate(self, kql: str, now: datetime, probe: Probe | None) -> tuple[Translation, Relation | None]:
        translation = Translation(self._catalogue, _naive(now), self._external, probe)
        try:
            parsed = parse(kql)
            translation.diagnostics = syntax_diagnostics(parsed, self._catalogue)
            if translation.diagnostics:
                return translation, None
            translation.tracks_order = any(token.text in _ORDER_MATTERS for token in parsed.tokens)
            translation.words = frozenset(token.text.strip("[]'\"@") for token in parsed.tokens)
            return translation, query(translation, Scope(), parsed.tree)
        except RecursionError:
            translation.diagnostics = [Diagnostic(1, 1, "too_deep", "The query is nested too deeply to be read.")]
            return translation, None

    def _fetch(self, sql: str, tables: set[str] | None, window: Window, now: datetime) -> Result:
        cursor = self._store.cursor(*self._products, now=now, tables=tables, window=window)
        running = Running(cursor, self._limits)
        self._running.add(running)
        try:
            provide(self._store, cursor, sql)
            return running.fetch(sql)
        except duckdb.Error as error:
            raise _explained(error) from None
        finally:
            self._running.discard(running)
            cursor.close()


def _explained(error: duckdb.Error) -> Exception:
    """A failure while running: mostly a value that an operation cannot take."""
    if (outcome := outcome_in(str(error))) is not None:
        return outcome
    text = str(error).split("\n")[0]
    if isinstance(
        error, duckdb.BinderException | duckdb.CatalogException | duckdb.ParserException | duckdb.InternalException
    ):
        return KqlUnsupported(f"The practice engine cannot run this query: {text}")
    if isinstance(error, duckdb.ConversionException | duckdb.OutOfRangeException):
        return KqlUnsupported(f"A value is out of the practice engine's range: {text}")
    return KqlError(f"The query failed while it ran: {text}")


def _microseconds(cell: Any) -> Any:
    return cell // timedelta(microseconds=1) if isinstance(cell, timedelta) else cell


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
