"""Graph operators: the engine's own work, for a whole query at once (learn.microsoft.com, "make-graph operator")."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb_kql

from pivotlab.kql.errors import KqlUnsupported
from pivotlab.kql.syntax.tree import words


def has_graph(kql: str) -> bool:
    """Whether a query makes a graph. The word alone is looked for first, as nearly no query has it."""
    return "make-graph" in kql and "make-graph" in words(kql)


def graph_sql(kql: str, schema: Mapping[str, list[str]]) -> str:
    """The engine's SQL for a query with a graph. Raises `KqlUnsupported` when it has none."""
    try:
        return str(duckdb_kql.to_sql(kql, schema=dict(schema), allow_write=False))
    except duckdb_kql.KqlError as error:
        raise KqlUnsupported(f"This graph query is not run in the practice engine: {error}.") from None
