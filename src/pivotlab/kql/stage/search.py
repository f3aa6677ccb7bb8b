"""`search` and `find`: one condition over many tables (learn.microsoft.com, "search operator", "find operator")."""

from __future__ import annotations

import fnmatch
from dataclasses import replace

from pivotlab.kql.rewrite import compare
from pivotlab.kql.rewrite.constants import constant
from pivotlab.kql.rewrite.functions.bags import packed
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.stage.build import chosen, columns_for
from pivotlab.kql.stage.pipeline import operator, row_over, tabular
from pivotlab.kql.stage.rows import filtered
from pivotlab.kql.stage.sources import table, views
from pivotlab.kql.stage.unions import needed, united
from pivotlab.kql.syntax.names import name_of, names_in
from pivotlab.kql.syntax.parameters import parameter
from pivotlab.kql.syntax.tree import Tree, core, kind_of
from pivotlab.kql.terms import Relation, Value

_BETWEEN = 1
"""A control character that stands between two columns' texts. It ends a term, so that none reaches over it: one test
of the whole row then says the same as a test per column, which DuckDB plans for seconds."""


def _tables(row: Row, tree: Tree, clause: Tree) -> list[Relation]:
    """The tables of an `in (...)` clause, or all that the query can see."""
    if clause is None:
        tables = [table(row.translation, name) for name in row.translation.catalogue.tables]
        return [*tables, *views(row.translation, row.scope, tree)]
    found = []
    for each in clause.Expressions:
        inner = core(each)
        if "*" in inner.getText():
            names = [n for n in row.translation.catalogue.tables if fnmatch.fnmatchcase(n, inner.getText())]
            found += [table(row.translation, name) for name in names]
            found += views(row.translation, row.scope, inner, inner.getText())
            continue
        relation = tabular(row.translation, row.scope, inner)
        if relation is not None:
            found.append(relation if relation.label else replace(relation, label=inner.getText()))
    return found


@operator("SearchOperator")
def search(row: Row, tree: Tree) -> Relation:
    """A lone text is looked for as a term in every column of text."""
    sensitive = parameter(tree, "kind").startswith("case_sensitive")
    condition = tree.Expression or (tree.StarAndExpression.Expression if tree.StarAndExpression is not None else None)
    if row.relation is not None:
        return _searched(row, condition, sensitive)
    parts = [
        _searched(row_over(row.translation, row.scope, each), condition, sensitive)
        for each in _tables(row, tree, tree.InClause)
    ]
    return united(row, parts, inner=False, label="$table", wanted=needed(row, tree))


def _searched(row: Row, condition: Tree, sensitive: bool) -> Relation:
    assert row.relation is not None
    if condition is None:
        return row.relation
    over = row.over(replace(row.relation, open=True))
    return replace(filtered(over, _condition(over, condition, sensitive)), open=row.relation.open)


def _condition(row: Row, tree: Tree, sensitive: bool) -> Value:
    """Lone texts among `and`, `or` and `not` are terms; everything else is a condition as in `where`."""
    inner = core(tree)
    kind = kind_of(inner)
    if kind in ("LogicalOrExpression", "LogicalAndExpression"):
        parts = [_condition(row, each, sensitive).sql for each in (inner.Left, *(o.Right for o in inner.Operations))]
        return Value(f"({(' OR ' if kind.startswith('LogicalOr') else ' AND ').join(parts)})", "bool")
    if kind == "ParenthesizedExpression":
        return _condition(row, inner.Expression, sensitive)
    value = row.value(inner)
    if value.kind != "string" or not value.is_constant:
        return value if value.kind == "bool" else Value("FALSE", "bool")
    text = str(value.const)
    lead, trail = not text.startswith("*"), not text.endswith("*")
    needle = constant(text.strip("*"), "string")
    columns = [c for c in (row.relation.columns if row.relation else ()) if c.kind in ("string", "dynamic", "guid")]
    if not columns:
        return Value("FALSE", "bool", nullable=False)
    whole = f"concat_ws(chr({_BETWEEN}), {', '.join(f'CAST({c.sql} AS VARCHAR)' for c in columns)})"
    return Value(f"coalesce({compare.term(whole, needle, sensitive, lead, trail)}, FALSE)", "bool", nullable=False)


@operator("FindOperator")
def find(row: Row, tree: Tree) -> Relation:
    """The rows of all tables that meet a condition: where they are from, columns asked for or shared, and the rest packed."""
    where = tree.ParameterWhereClause
    label = (parameter(where, "withsource") if where is not None else "") or "source_"
    wanted = _projected(tree)
    used = names_in(tree.Expression)
    parts = []
    tables = _tables(row, tree, where.InClause if where is not None else None)
    shared = {c.name for c in tables[0].columns if all(t.find(c.name) for t in tables)} if tables else set()
    for each in tables:
        inner = row_over(row.translation, row.scope, replace(each, open=True))
        if (
            kind_of(core(tree.Expression)) != "StringLiteralExpression"
            and used
            and not any(each.find(name) for name in used)
        ):
            continue
        kept = filtered(inner, _condition(inner, tree.Expression, sensitive=False))
        names = wanted if wanted is not None else [c.name for c in each.columns if c.name in used | shared]
        items = [(c.name, c.value()) for c in each.columns if c.name in names]
        if wanted is None or "pack(*)" in wanted:
            items.append(("pack_", packed([(c.name, c.value()) for c in each.columns if c.name not in names])))
        source = row.translation.stage(f"SELECT {chosen(items)} FROM {kept.source}")
        parts.append(Relation(source, columns_for(items), label=each.label))
    found = united(row, parts, inner=False, label=label)
    return found if wanted is None else _in_order(found, [label, *wanted])


def _in_order(relation: Relation, names: list[str]) -> Relation:
    """The columns in the order in which `project` lists them; those that it does not list, at the end."""
    places = {("pack_" if name == "pack(*)" else name): place for place, name in enumerate(names)}
    ordered = sorted(relation.columns, key=lambda column: places.get(column.name, len(places)))
    return replace(relation, columns=tuple(ordered))


def _projected(tree: Tree) -> list[str] | None:
    if tree.ProjectClause is None:
        return None
    names = []
    for each in tree.ProjectClause.Expressions:
        names.append("pack(*)" if each.Pack is not None else name_of(each.Column.Name))
    return names
