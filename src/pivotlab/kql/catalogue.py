"""The tables that a query can name, read once per engine, and those that only the other product has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pivotlab.kql.terms import ALIASES, Column

PRODUCT_NAMES = {"defender": "advanced hunting", "workspace": "the Sentinel workspace"}


@dataclass(frozen=True)
class Catalogue:
    """Table -> columns, and for lessons: table -> column -> type of every product, seen by this engine or not."""

    tables: Mapping[str, tuple[Column, ...]]
    products: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    seen: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        schema: Mapping[str, Mapping[str, str]],
        products: Mapping[str, Mapping[str, Mapping[str, str]]] | None = None,
        seen: tuple[str, ...] = (),
        inside: Mapping[str, Mapping[str, str]] | None = None,
    ) -> Catalogue:
        """From table -> column -> KQL type. `inside` gives a column's name in DuckDB where it is another one."""
        tables = {
            table: tuple(
                Column(name, ALIASES.get(kind, kind), (inside or {}).get(table, {}).get(name, name))
                for name, kind in columns.items()
            )
            for table, columns in schema.items()
        }
        return cls(tables, products or {}, seen)

    def elsewhere(self, table: str) -> str | None:
        """The product that has `table` while this engine's products do not."""
        for product, tables in self.products.items():
            if product not in self.seen and table in tables:
                return product
        return None
