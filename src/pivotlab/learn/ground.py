"""The data on which answers are graded: the bundled tables, and the second seed that a learner does not see."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from pivotlab.kql import Engine
from pivotlab.learn.tasks import Expected, Product
from pivotlab.places import DATA, SECOND_SEED
from pivotlab.store import Store, read_schemas


class Ground:
    """One bundle as it stands when its clock starts, with every hunting table that the workspace knows streamed to it."""

    def __init__(self, bundle: Path) -> None:
        manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
        self.now = datetime.fromisoformat(manifest["now"])
        self._store = Store.open(bundle)
        for table in sorted(read_schemas("defender").keys() & read_schemas("workspace").keys()):
            self._store.stream(table, datetime.fromisoformat(manifest["start"]))
        self._engines: dict[tuple[Product, ...], Engine] = {}
        self._known: dict[tuple[str, ...], pd.DataFrame] = {}

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

    def close(self) -> None:
        """Release the tables."""
        self._store.close()


@cache
def grounds() -> tuple[Ground, ...]:
    """The bundled data, and the second seed where it is installed."""
    return tuple(Ground(bundle) for bundle in (DATA, SECOND_SEED) if (bundle / "manifest.json").exists())
