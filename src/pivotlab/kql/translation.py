"""One query on its way to SQL: the stages written so far, and what was found wrong or not supported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pivotlab.kql.catalogue import Catalogue
from pivotlab.kql.errors import Diagnostic, KqlLimit
from pivotlab.kql.syntax.tree import Tree, position
from pivotlab.kql.terms import UNKNOWN, Value

External = Mapping[str, Path] | Literal["empty"] | None
"""What `externaldata` may read: a local file per address; nothing; or empty tables, for measuring."""

Probe = Callable[[str, set[str]], list[tuple[Any, ...]]]
"""Runs SQL that reads some tables of the catalogue, and gives its rows."""

_LONGEST_SQL = 4_000_000


class Translation:
    """Collects stages (each a named SELECT), diagnostics and refusals while a query is translated.

    `probe` runs SQL while the query is still being translated, for operators whose columns depend on the data
    (`evaluate pivot`, `evaluate bag_unpack`); without one such operators leave their columns open. `tracks_order`: the
    order of rows shows in the answer. `words` are the names and texts that the query has anywhere. `nested` counts the
    sub-queries that became part of an expression's SQL.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        now: datetime,
        external: External = None,
        probe: Probe | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.now = now
        self.external = external
        self.diagnostics: list[Diagnostic] = []
        self.refusals: list[str] = []
        self.tables: set[str] = set()
        self.tracks_order = False
        self.words: frozenset[str] = frozenset()
        self.nested = 0
        self._count = 0
        self._stages: list[tuple[str, str]] = []
        self._length = 0
        self._probe = probe

    def stage(self, select: str) -> str:
        """Name a SELECT, so that the next stage can read from it."""
        name = f"s{len(self._stages)}"
        self._stages.append((name, select))
        self._length += len(select)
        if self._length > _LONGEST_SQL:
            raise KqlLimit("The query grows too large when its let statements are filled in. Use materialize().")
        return name

    def statement(self, select: str) -> str:
        """The whole SQL statement that ends in `select`."""
        stages = ",\n".join(f"{name} AS ({sql})" for name, sql in self._stages)
        return f"WITH {stages}\n{select}" if stages else select

    def fresh(self, stem: str) -> str:
        """An identifier that no column of a query has."""
        self._count += 1
        return f"{stem}\u00b7{self._count}"

    def report(self, tree: Tree, code: str, message: str, suggestion: str = "") -> Value:
        """Note what is wrong at `tree`. Returns a value of unknown type, so that translation can go on."""
        line, column = position(tree)
        found = Diagnostic(line, column, code, message, suggestion)
        if found not in self.diagnostics:
            self.diagnostics.append(found)
        return Value("NULL::JSON", UNKNOWN)

    def refuse(self, message: str) -> Value:
        """Note what is valid KQL and not run offline. Returns a value of unknown type."""
        if message not in self.refusals:
            self.refusals.append(message)
        return Value("NULL::JSON", UNKNOWN)

    @property
    def runs(self) -> bool:
        """Whether the query will run, as far as is known by now."""
        return self._probe is not None and not self.diagnostics and not self.refusals

    def probe(self, select: str) -> list[tuple[Any, ...]] | None:
        """Rows of `select` over the stages so far; `None` where nothing may run (checking, or already known wrong)."""
        if self._probe is None or not self.runs:
            return None
        return self._probe(self.statement(select), self.tables)
