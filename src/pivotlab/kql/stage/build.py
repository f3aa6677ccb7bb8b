"""Writing a stage: the SELECT, its columns' identifiers, and the hidden columns that go along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pivotlab.kql.naming import physical
from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.constants import constant, null
from pivotlab.kql.rewrite.paths import element_of
from pivotlab.kql.rewrite.registry import Refusal
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.syntax.names import name_of
from pivotlab.kql.syntax.tree import Tree, core, kind_of
from pivotlab.kql.terms import UNKNOWN, Column, Relation, Value, quote
from pivotlab.kql.translation import Translation


def columns_for(items: Sequence[tuple[str, Value]]) -> tuple[Column, ...]:
    """Columns of these names and types, with identifiers that differ by more than case."""
    inside = physical([name for name, _ in items])
    return tuple(Column(name, _kind(value), inside[name], value.nullable) for name, value in items)


def _kind(value: Value) -> str:
    return "real" if value.kind == "decimal" else value.kind


def chosen(items: Sequence[tuple[str, Value]], hidden: Sequence[str] = ()) -> str:
    """The select list of named values, and of hidden columns as they are."""
    columns = columns_for(items)
    parts = [
        column.sql if column.sql == value.sql else f"{value.sql} AS {column.sql}"
        for column, (_, value) in zip(columns, items, strict=True)
    ]
    return ", ".join([*parts, *(quote(name) for name in hidden)]) or "NULL AS \u00b7none"


def selected(row: Row, items: Sequence[tuple[str, Value]], clause: str = "") -> Relation:
    """A stage with exactly these columns. Order and sub-query rows stay."""
    assert row.relation is not None
    relation = row.relation
    source = row.translation.stage(f"SELECT {chosen(items, relation.hidden)} FROM {row.source()}{clause}")
    return replace(relation, source=source, columns=columns_for(items))


def rows_of(row: Row, select: str) -> Relation:
    """A stage with the same columns: `select` holds `{columns}` and `{source}`."""
    assert row.relation is not None
    relation = row.relation
    listed = ", ".join([*(column.sql for column in relation.columns), *(quote(name) for name in relation.hidden)])
    source = row.translation.stage(select.format(columns=listed or "NULL AS \u00b7none", source=row.source()))
    return replace(relation, source=source)


def empty(translation: Translation, columns: Sequence[tuple[str, str]], open_: bool = False) -> Relation:
    """No rows, with columns of these names and types."""
    items = [(name, null(kind)) for name, kind in columns]
    source = translation.stage(f"SELECT {chosen(items)} WHERE FALSE")
    return Relation(source, columns_for(items), open=open_)


def named_values(row: Row, tree: Tree) -> list[tuple[str, Value]]:
    """The columns that one named expression of `extend`, `project` or `print` gives; names may be empty."""
    inner = core(tree)
    if kind_of(inner) != "NamedExpression":
        value = row.value(inner)
        return _parts(value, []) if value.parts else [("", value)]
    value = row.value(inner.Expression)
    clause = inner.Name
    if clause is None:
        return _parts(value, []) if value.parts else [("", value)]
    if clause.NameList is not None:
        names = [name_of(name) for name in clause.NameList.Names]
        return _parts(value, names)
    if value.parts:
        return _parts(value, [name_of(clause.Name)])
    return [(name_of(clause.Name), value)]


def named_value(row: Row, tree: Tree) -> tuple[str, Value]:
    """The same where only one column has its place."""
    found = named_values(row, tree)
    if len(found) != 1:
        raise Refusal("A function that gives several columns is not run here")
    return found[0]


def _parts(value: Value, names: list[str]) -> list[tuple[str, Value]]:
    """A value that fills several columns, or a dynamic array under several names."""
    given = value.parts or tuple((name, UNKNOWN) for name in names)
    columns = []
    for index, (suggested, kind) in enumerate(given):
        element = element_of(value, constant(index, "long"))
        converted = element if kind in (UNKNOWN, "dynamic") else convert.CONVERSIONS[kind](element)
        columns.append((names[index] if index < len(names) else suggested, converted))
    return columns
