"""Operators that choose, order, rename and compute columns."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import replace

from pivotlab.kql.lint import names as lint_names
from pivotlab.kql.lint.twice import declared_twice
from pivotlab.kql.rewrite.constants import null
from pivotlab.kql.rewrite.expressions import lookup
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.stage.build import columns_for, named_values, selected
from pivotlab.kql.stage.naming import Namer
from pivotlab.kql.stage.pipeline import operator
from pivotlab.kql.syntax.names import name_in, name_of
from pivotlab.kql.syntax.tree import Tree, core, kind_of
from pivotlab.kql.terms import Column, Relation, Value


@operator("ExtendOperator")
def extend(row: Row, tree: Tree) -> Relation:
    """`extend`: a name that exists is replaced in its place (learn.microsoft.com, "extend operator")."""
    return extended(row, list(tree.Expressions))


def extended(row: Row, expressions: list[Tree]) -> Relation:
    """The relation with more columns. All expressions read the row as it came in."""
    assert row.relation is not None
    relation = row.relation
    declared_twice(row.translation, expressions)
    namer = Namer(skip=[column.name for column in relation.columns])
    added: dict[str, Value] = {}
    for expression in expressions:
        for name, value in named_values(row, expression):
            added[name or value.name or namer.positional()] = value
    return with_columns(row, added)


def with_columns(row: Row, added: dict[str, Value]) -> Relation:
    """The relation with columns replaced in place or appended."""
    assert row.relation is not None
    relation = row.relation
    names = [column.name for column in relation.columns]
    items = [(column.name, added.get(column.name, column.value())) for column in relation.columns]
    items += [(name, value) for name, value in added.items() if name not in names]
    if set(added) & set(names) or len(relation.columns) < 20:
        return selected(row, items)
    columns = columns_for(items)
    if any(now.inside != before.inside for now, before in zip(columns, relation.columns, strict=False)):
        return selected(row, items)
    fresh = ", ".join(
        f"{value.sql} AS {column.sql}"
        for column, (_, value) in zip(columns, items, strict=True)
        if column.name in added
    )
    source = row.translation.stage(f"SELECT *, {fresh} FROM {row.source()}")
    return replace(relation, source=source, columns=columns)


@operator("ProjectOperator")
def project(row: Row, tree: Tree) -> Relation:
    """`project` (learn.microsoft.com, "project operator")."""
    assert row.relation is not None
    declared_twice(row.translation, tree.Expressions)
    pairs = [pair for expression in tree.Expressions for pair in named_values(row, expression)]
    namer = Namer([name for name, _ in pairs if name])
    items = [(namer.name(name, value), value) for name, value in pairs]
    return replace(selected(row, items), open=False)


def _chosen(row: Row, tree: Tree) -> list[Tree]:
    """The names and wildcards of an operator, which needs at least one. The grammar lets none pass."""
    if not tree.Columns:
        name = str(tree.start.text)
        row.translation.report(tree, "syntax", f"{name} needs the columns that it is about.", f"Write | {name} A, B.")
    return list(tree.Columns)


def _matched(row: Row, tree: Tree) -> list[Column]:
    """The columns that a name or a wildcard stands for."""
    assert row.relation is not None
    if tree.WildcardedName is not None:
        pattern = tree.WildcardedName.getText()
        return [c for c in row.relation.columns if fnmatch.fnmatchcase(c.name, pattern.replace("[", "[[]"))]
    name = name_of(tree.SimpleName)
    found = row.relation.find(name)
    if found is None and not row.relation.open:
        lint_names.unknown_column(row.translation, tree, name, row.relation, row.scope)
    return [] if found is None else [found]


@operator("ProjectAwayOperator")
def project_away(row: Row, tree: Tree) -> Relation:
    """`project-away`: columns to leave out, also by wildcard (learn.microsoft.com, "project-away operator")."""
    assert row.relation is not None
    gone = {column.name for each in _chosen(row, tree) for column in _matched(row, each)}
    return _kept(row, [column for column in row.relation.columns if column.name not in gone])


@operator("ProjectKeepOperator")
def project_keep(row: Row, tree: Tree) -> Relation:
    """`project-keep`: columns to keep, in their present order (learn.microsoft.com, "project-keep operator")."""
    assert row.relation is not None
    kept = {column.name for each in _chosen(row, tree) for column in _matched(row, each)}
    return _kept(row, [column for column in row.relation.columns if column.name in kept])


def _kept(row: Row, columns: list[Column]) -> Relation:
    """The same rows with fewer columns: nothing to compute, so no stage."""
    assert row.relation is not None
    return replace(row.relation, columns=tuple(columns))


@operator("ProjectReorderOperator")
def project_reorder(row: Row, tree: Tree) -> Relation:
    """`project-reorder`: these columns first; wildcards may be ordered (learn.microsoft.com, "project-reorder operator")."""
    assert row.relation is not None
    first: list[Column] = []
    for each in tree.Expressions:
        matched = _matched(row, each.Expression)
        order = each.Order.text if each.Order is not None else ""
        if order:
            matched.sort(
                key=(lambda c: _natural(c.name)) if order.startswith("granny") else (lambda c: c.name),
                reverse=order.endswith("desc"),
            )
        first += [column for column in matched if column not in first]
    return _kept(row, first + [column for column in row.relation.columns if column not in first])


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Names with numbers in the order of the numbers: a2 before a10."""
    parts = re.findall(r"\d+|\D+", name)
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]


@operator("ProjectRenameOperator")
def project_rename(row: Row, tree: Tree) -> Relation:
    """`project-rename new = old`, in place (learn.microsoft.com, "project-rename operator")."""
    assert row.relation is not None
    renamed: dict[str, str] = {}
    moved = {name_in(core(each).Expression) for each in tree.Expressions if kind_of(core(each)) == "NamedExpression"}
    declared_twice(row.translation, tree.Expressions, [c.name for c in row.relation.columns if c.name not in moved])
    for each in tree.Expressions:
        inner = core(each)
        if kind_of(inner) != "NamedExpression" or inner.Name is None:
            row.translation.report(
                each, "project_rename", "project-rename takes new = old.", "Write | project-rename New = Old."
            )
            continue
        old = name_in(inner.Expression)
        if old is None:
            row.translation.report(
                inner.Expression,
                "project_rename",
                "project-rename takes a column's name.",
                "Use extend for an expression.",
            )
            continue
        if row.relation.find(old) is None:
            lookup(row, core(inner.Expression), old)
        renamed[old] = name_of(inner.Name.Name or inner.Name)
    if row.relation.open:
        known = {column.name for column in row.relation.columns}
        extra = {new: null("dynamic") for old, new in renamed.items() if old not in known}
        if extra:
            row = row.over(with_columns(row, extra))
    assert row.relation is not None
    items = [(renamed.get(column.name, column.name), column.value()) for column in row.relation.columns]
    return selected(row, items)
