"""Operators with a sub-query per row or per key: `mv-apply`, `partition`, `invoke`.

The sub-query's stages carry a hidden column that says which row or key they work for, so that all of them run at once.
"""

from __future__ import annotations

from dataclasses import replace

from pivotlab.kql.rewrite.compare import filled
from pivotlab.kql.rewrite.expressions import lookup
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.scope import Function
from pivotlab.kql.stage.build import columns_for
from pivotlab.kql.stage.enrich import invoked
from pivotlab.kql.stage.expand import expanded, expansion
from pivotlab.kql.stage.functions import bound, define_all
from pivotlab.kql.stage.pipeline import apply, operator, tabular
from pivotlab.kql.syntax.names import name_of
from pivotlab.kql.syntax.parameters import parameter
from pivotlab.kql.syntax.tree import Tree, core, kind_of
from pivotlab.kql.terms import Relation, Value, quote


def _sub_query(row: Row, relation: Relation, tree: Tree) -> Relation:
    """The operators of a sub-query over a relation that carries its rows."""
    inner = core(tree)
    if kind_of(inner) == "PipeSubExpression":
        relation = apply(row.translation, row.scope.inner(), relation, inner.Expression)
        for piped in inner.PipedOperators:
            relation = apply(row.translation, row.scope.inner(), relation, piped.Operator)
        return relation
    return apply(row.translation, row.scope.inner(), relation, inner)


@operator("MvapplyOperator")
def mv_apply(row: Row, tree: Tree) -> Relation:
    """A sub-query over the elements of each row's array (learn.microsoft.com, "mv-apply operator")."""
    translation, relation = row.translation, row.relation
    assert relation is not None
    number = translation.fresh("row")
    targets = expansion(row, list(tree.Expressions), array=False)
    by = f"ORDER BY {quote(relation.order)}" if relation.order else ""
    held = translation.stage(f"SELECT *, row_number() OVER ({by}) AS {quote(number)} FROM {row.source()}")
    source = replace(relation, source=held)
    inner = replace(source, carried=(*relation.carried, number), order=relation.order or number)
    limit = tree.LimitClause.LimitValue.text if tree.LimitClause is not None else ""
    elements = expanded(replace(row.over(inner), hoisted=[]), targets, parameter(tree, "with_itemindex"), limit)
    result = _sub_query(row, elements, tree.OnExpression)
    items = [
        (c.name, _from("r", result, c.name) or Value(f"l.{c.sql}", c.kind, nullable=c.nullable))
        for c in relation.columns
    ]
    items += [
        (c.name, Value(f"r.{c.sql}", c.kind, nullable=c.nullable))
        for c in result.columns
        if relation.find(c.name) is None
    ]
    columns = columns_for(items)
    listed = ", ".join(
        [
            *(f"{v.sql} AS {c.sql}" for c, (_, v) in zip(columns, items, strict=True)),
            *(f"l.{quote(h)}" for h in relation.carried),
        ]
    )
    order = translation.fresh("row")
    by = f"l.{quote(number)}" + (f", r.{quote(result.order)}" if result.order else "")
    name = translation.stage(
        f"SELECT {listed}, row_number() OVER (ORDER BY {by}) AS {quote(order)} FROM {held} AS l JOIN {result.source} AS r "
        f"ON l.{quote(number)} = r.{quote(number)}"
    )
    return replace(relation, source=name, columns=columns, order=order, open=relation.open or result.open)


def _from(alias: str, relation: Relation, name: str) -> Value | None:
    column = relation.find(name)
    return None if column is None else Value(f"{alias}.{column.sql}", column.kind, nullable=column.nullable)


@operator("PartitionOperator")
def partition(row: Row, tree: Tree) -> Relation:
    """A sub-query per key (learn.microsoft.com, "partition operator")."""
    translation, relation = row.translation, row.relation
    assert relation is not None
    if tree.SubExpressionBody is None:
        translation.refuse("partition with a full query in braces is not run in the practice engine.")
        return replace(relation, open=True)
    key = lookup(row, core(tree.ByExpression), name_of(tree.ByExpression))
    hidden = translation.fresh("key")
    held = translation.stage(f"SELECT *, {filled(key)} AS {quote(hidden)} FROM {row.source()}")
    result = _sub_query(
        row, replace(relation, source=held, carried=(*relation.carried, hidden)), tree.SubExpressionBody.SubExpression
    )
    return replace(result, carried=relation.carried, order="", serialized=False)


@operator("InvokeOperator")
def invoke(row: Row, tree: Tree) -> Relation:
    """The rows as the first argument of a function (learn.microsoft.com, "invoke operator")."""
    assert row.relation is not None
    call = core(tree.FunctionCall)
    name = name_of(call.Name)
    found = row.scope.find(name)
    if not isinstance(found, Function):
        return invoked(row, call, name, list(call.Arguments))
    piped = next((p for p in found.parameters if p.is_table), None)
    if piped is None:
        row.translation.report(call, "invoke", f"{name}() takes no table, so nothing can be piped into it.")
        return row.relation
    rest = replace(found, parameters=tuple(p for p in found.parameters if p is not piped))
    scope = bound(row, call, rest, list(call.Arguments))
    if scope is None:
        return row.relation
    scope.names[piped.name] = row.relation
    define_all(replace(row.apart(), scope=scope), found.body)
    return tabular(row.translation, scope, found.body.Expression) or row.relation
