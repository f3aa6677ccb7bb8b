"""The data on which answers are graded: the bundled tables, and the second seed that a learner does not see."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from pivotlab.kql import Engine
from pivotlab.learn.grading.detecting import Attack, keys
from pivotlab.learn.grading.targets import Target, things, true_rows
from pivotlab.learn.grading.task import Expected, Product
from pivotlab.places import DATA, SECOND_SEED
from pivotlab.store import Store, read_schemas
from pivotlab.store.manifest import read_manifest

FIRST = "AlertInfo | where Severity == 'High' | summarize Alerts = count() by Title | order by Alerts desc | take 1"
"""A query with the operators that most answers have; the parser learns them once per process."""


class Ground:
    """One bundle as it stands when its clock starts, with every hunting table that the workspace knows streamed to it."""

    def __init__(self, bundle: Path) -> None:
        self._bundle = bundle
        manifest = read_manifest(bundle)
        self.now = manifest.now
        self._store = Store.open(bundle)
        for table in sorted(read_schemas("defender").keys() & read_schemas("workspace").keys()):
            self._store.stream(table, manifest.start)
        self._engines: dict[tuple[Product, ...], Engine] = {}
        self._known: dict[tuple[str, ...], pd.DataFrame] = {}

    def warm(self) -> None:
        """Take the first steps, which are slow, before somebody waits for them: parse, plan and read a table."""
        self.reference(FIRST, "defender")

    def run(self, kql: str, *products: Product) -> pd.DataFrame:
        """The rows of a query. Raises what `Engine.run` raises."""
        if products not in self._engines:
            self._engines[products] = Engine(self._store, *products, now=lambda: self.now)
        return self._engines[products].run(kql)

    def reference(self, kql: str, *products: Product) -> pd.DataFrame:
        """The rows of a query of the course, worked out once."""
        if (key := (kql, *products)) not in self._known:
            self._known[key] = self.run(kql, *products)
        return self._known[key]

    def expected(self, expected: Expected, *products: Product) -> Any:
        """The right answer on this bundle: a frame, or whatever the pandas expression gives."""
        if expected.kql is not None:
            return self.reference(expected.kql, *products)

        def table(name: str) -> pd.DataFrame:
            return self.reference(name, products[0])

        return eval(str(expected.pandas), {"__builtins__": {}, "pd": pd, "table": table})

    def attack(self, target: Target, *products: Product) -> Attack:
        """What a detection should find here, from the ground truth. Raises `FileNotFoundError` without it."""
        if target.table is None:
            named = frozenset(keys(pd.DataFrame({target.key[0]: things(self._bundle, target)}), target))
            return Attack(named, named)
        columns, rows = true_rows(self._bundle, target)
        frame = pd.DataFrame(rows, columns=columns)
        for column in frame.columns.intersection(["Timestamp", "TimeGenerated"]):
            frame[column] = pd.to_datetime(frame[column], utc=True)
        allowed = frozenset(keys(frame, target))
        if target.only is None:
            return Attack(allowed, allowed)
        narrowed = f"{target.table.split('/')[1]} | where {target.only} | project {', '.join(target.key)}"
        return Attack(allowed & set(keys(self.reference(narrowed, *products), target)), allowed)

    def close(self) -> None:
        """Release the tables."""
        self._store.close()


@cache
def grounds() -> tuple[Ground, ...]:
    """The bundled data, and the second seed where it is installed."""
    return tuple(Ground(bundle) for bundle in (DATA, SECOND_SEED) if (bundle / "manifest.json").exists())
