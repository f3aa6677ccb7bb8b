"""Python functions that a statement calls are made known to the database, once per database and only when needed."""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary

import duckdb
from duckdb.func import FunctionNullHandling

from pivotlab.kql.rewrite.registry import UDFS, udfs_in
from pivotlab.store.store import Store

_known: WeakKeyDictionary[Store, set[str]] = WeakKeyDictionary()
_lock = threading.Lock()


def provide(store: Store, cursor: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Register what `sql` calls and the database does not have yet."""
    with _lock:
        known = _known.setdefault(store, set())
        for name in sorted(udfs_in(sql) - known):
            function, parameters, returns = UDFS[name]
            kept_nulls = FunctionNullHandling.SPECIAL
            cursor.create_function(name, function, [*parameters], returns, null_handling=kept_nulls)
            known.add(name)
