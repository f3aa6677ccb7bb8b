"""What the translation works with: values, columns and relations, each with its KQL type."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

UNKNOWN = "unknown"
"""The type of whatever a diagnostic has already been written about, or that only the data can tell."""

VALUE_TYPES = {
    "bool": "BOOLEAN",
    "int": "INTEGER",
    "long": "BIGINT",
    "real": "DOUBLE",
    "decimal": "DOUBLE",
    "string": "VARCHAR",
    "datetime": "TIMESTAMP",
    "timespan": "BIGINT",
    "guid": "VARCHAR",
    "dynamic": "JSON",
    UNKNOWN: "JSON",
}
"""KQL type -> how the translation keeps it. A timespan is a whole number of microseconds; a guid is its text."""

ALIASES = {
    "boolean": "bool",
    "date": "datetime",
    "double": "real",
    "float": "real",
    "int8": "int",
    "int16": "int",
    "int32": "int",
    "int64": "long",
    "time": "timespan",
    "uint": "int",
    "uint8": "int",
    "uint16": "int",
    "uint32": "int",
    "uint64": "long",
    "ulong": "long",
    "uniqueid": "guid",
    "uuid": "guid",
}
"""Other spellings of the scalar types (learn.microsoft.com, "Scalar data types")."""

NUMERIC = ("int", "long", "real", "decimal")


class _NotConstant:
    def __repr__(self) -> str:
        return "NOT_CONSTANT"


NOT_CONSTANT: Any = _NotConstant()
"""Marks a value that is known only row by row. `None` is a constant: null."""


def quote(identifier: str) -> str:
    """A DuckDB identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """A DuckDB string literal. A zero character, which DuckDB's parser would end at, is dropped."""
    return "'" + text.replace("'", "''").replace("\x00", "") + "'"


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar: SQL that computes it, its KQL type, and what is known about it before it runs.

    `test` is cheaper SQL that serves where null counts as false, as in a filter. `name` is what the column is called
    when the query does not say. `path` is set for a step into a dynamic value: the SQL of the whole, and a JSON path.
    `parts` are set where a function fills several columns: the names and types of its dynamic array's elements.
    `nested`: a sub-query is part of the SQL.
    """

    sql: str
    kind: str
    const: Any = NOT_CONSTANT
    nullable: bool = True
    test: str = ""
    name: str = ""
    path: tuple[str, str] | None = None
    parts: tuple[tuple[str, str], ...] = ()
    nested: bool = False

    @property
    def is_constant(self) -> bool:
        """Whether it is known before the query runs."""
        return self.const is not NOT_CONSTANT

    @property
    def condition(self) -> str:
        """SQL for a place where null counts as false."""
        return self.test or self.sql

    def named(self, name: str) -> Value:
        """The same under another name."""
        return replace(self, name=name)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a relation: its KQL name and type, and its identifier in DuckDB."""

    name: str
    kind: str
    inside: str
    nullable: bool = True

    @property
    def sql(self) -> str:
        """Its identifier in SQL."""
        return quote(self.inside)

    def value(self) -> Value:
        """The column as an expression reads it."""
        return Value(self.sql, self.kind, nullable=self.nullable, name=self.name)


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows: what to read `FROM`, and the columns they have.

    `open`: it may have more columns, which only the data can tell. `carried`: hidden columns that every stage keeps
    (the row that a sub-query belongs to). `ingested`: a hidden column that says when a row became known. `order`: a
    hidden column that numbers the rows, or empty. `serialized`: the order means something (sort, serialize, range).
    `label`: what `union withsource=` calls it.
    """

    source: str
    columns: tuple[Column, ...]
    open: bool = False
    carried: tuple[str, ...] = ()
    ingested: str = ""
    order: str = ""
    serialized: bool = False
    label: str = ""

    def find(self, name: str) -> Column | None:
        """The column of a name."""
        for column in self.columns:
            if column.name == name:
                return column
        return None

    @property
    def hidden(self) -> tuple[str, ...]:
        """Identifiers that are carried along and never shown."""
        return (*self.carried, *(name for name in (self.ingested, self.order) if name))
