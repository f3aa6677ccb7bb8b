"""`join` and `lookup` (learn.microsoft.com, "join operator", "lookup operator")."""

from __future__ import annotations

from dataclasses import replace

from pivotlab.kql.lint import types as lint_types
from pivotlab.kql.lint.nearest import nearest
from pivotlab.kql.rewrite import compare, convert
from pivotlab.kql.rewrite.compare import filled
from pivotlab.kql.rewrite.expressions import lookup
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.stage.build import columns_for
from pivotlab.kql.stage.pipeline import operator, tabular
from pivotlab.kql.syntax.literals import string_value
from pivotlab.kql.syntax.names import name_in, name_of
from pivotlab.kql.syntax.parameters import parameter
from pivotlab.kql.syntax.tree import Tree, bare, core, kind_of
from pivotlab.kql.terms import Relation, Value, quote

_KINDS = {
    "inner": "JOIN", "innerunique": "JOIN", "leftouter": "LEFT JOIN", "rightouter": "RIGHT JOIN", "fullouter": "FULL JOIN",
    "leftsemi": "SEMI JOIN", "leftanti": "ANTI JOIN", "anti": "ANTI JOIN", "leftantisemi": "ANTI JOIN",
    "rightsemi": "SEMI JOIN", "rightanti": "ANTI JOIN", "rightantisemi": "ANTI JOIN",
}  # fmt: skip


@operator("JoinOperator")
def join(row: Row, tree: Tree) -> Relation:
    """The default kind, `innerunique`, keeps one left row per key."""
    kind = parameter(tree, "kind").lower() or "innerunique"
    return _joined(row, tree, kind, lookup_=False)


@operator("LookupOperator")
def lookup_operator(row: Row, tree: Tree) -> Relation:
    """A `leftouter` join, whose right keys are left out."""
    kind = parameter(tree, "kind").lower() or "leftouter"
    if kind not in ("leftouter", "inner"):
        message = f"lookup has no kind {kind}."
        row.translation.report(tree, "join_kind", message, "Use kind=leftouter or kind=inner, or a join.")
    return _joined(row, tree, kind, lookup_=True)


def _joined(row: Row, tree: Tree, kind: str, lookup_: bool) -> Relation:
    translation, left = row.translation, row.relation
    assert left is not None
    if kind not in _KINDS:
        close = nearest(kind, _KINDS)
        translation.report(
            tree,
            "join_kind",
            f"There is no join kind {kind}.",
            f"Did you mean kind={close}?" if close else "Use kind=inner.",
        )
        kind = "inner"
    right = tabular(translation, row.scope, tree.Table)
    if right is None:
        translation.report(
            tree.Table, "join_table", "join takes a table on its right.", "Write join kind=inner (Table) on Key."
        )
        return left
    pairs = _pairs(row, tree, left, right)
    condition = " AND ".join(_condition(a, b) for a, b in pairs) or "TRUE"
    from_left, from_right = left.source, right.source
    if kind.startswith("right") and "JOIN" in _KINDS[kind] and kind != "rightouter":
        listed = ", ".join([*(f"r.{c.sql}" for c in right.columns)]) or "1"
        source = translation.stage(
            f"SELECT {listed} FROM {from_right} AS r {_KINDS[kind]} {from_left} AS l ON {condition}"
        )
        return replace(right, source=source, order="", serialized=False, label="")
    carried = [f"l.{quote(name)}" for name in left.carried]
    if _KINDS[kind] in ("SEMI JOIN", "ANTI JOIN"):
        listed = ", ".join([*(f"l.{c.sql}" for c in left.columns), *carried]) or "1"
        source = translation.stage(
            f"SELECT {listed} FROM {from_left} AS l {_KINDS[kind]} {from_right} AS r ON {condition}"
        )
        return replace(left, source=source, order="", serialized=False)
    if kind == "innerunique" and pairs:
        keys = ", ".join([*(a.sql.removeprefix("l.") for a, _ in pairs), *(quote(n) for n in left.carried)])
        from_left = translation.stage(f"SELECT DISTINCT ON ({keys}) * FROM {from_left}")
    outer_left, outer_right = kind in ("rightouter", "fullouter"), kind in ("leftouter", "fullouter")
    items = [(c.name, Value(f"l.{c.sql}", c.kind, nullable=c.nullable or outer_left)) for c in left.columns]
    names = [name for name, _ in items]
    dropped = {b.name for _, b in pairs} if lookup_ else set()
    reserved = {column.name for column in right.columns}
    for column in right.columns:
        if column.name in dropped:
            continue
        name, number = column.name, 0
        while name in names or (number and name in reserved):
            number += 1
            name = f"{column.name}{number}"
        names.append(name)
        items.append((name, Value(f"r.{column.sql}", column.kind, nullable=column.nullable or outer_right)))
    columns = columns_for(items)
    listed = ", ".join([*(f"{v.sql} AS {c.sql}" for c, (_, v) in zip(columns, items, strict=True)), *carried]) or "1"
    source = translation.stage(f"SELECT {listed} FROM {from_left} AS l {_KINDS[kind]} {from_right} AS r ON {condition}")
    return Relation(source, columns, open=left.open or right.open, carried=left.carried)


def _condition(a: Value, b: Value) -> str:
    if a.kind != b.kind:
        a, b = compare.alike(a, b)
    if a.kind in ("dynamic", "unknown"):
        a, b = convert.text(a), convert.text(b)
    if a.kind == "string":
        return f"{filled(a)} = {filled(b)}"
    return f"{a.sql} = {b.sql}"


def _pairs(row: Row, tree: Tree, left: Relation, right: Relation) -> list[tuple[Value, Value]]:
    """The equalities of the `on` clause: a name on both sides, or `$left.a == $right.b`."""
    clause = tree.OnClause
    if clause is None or not clause.Expressions:
        row.translation.report(
            tree, "join_on", "A join needs to know what to join on.", "Add on Column, or on $left.A == $right.B."
        )
        return []
    pairs: list[tuple[Value, Value]] = []
    for expression in clause.Expressions:
        for part in _conjuncts(expression):
            pairs.append(_pair(row, part, left, right))
    return pairs


def _conjuncts(tree: Tree) -> list[Tree]:
    inner = bare(tree)
    if kind_of(inner) == "LogicalAndExpression":
        return [part for each in (inner.Left, *(o.Right for o in inner.Operations)) for part in _conjuncts(each)]
    return [inner]


def _pair(row: Row, tree: Tree, left: Relation, right: Relation) -> tuple[Value, Value]:
    name = name_in(tree)
    if name is not None:
        a, b = lookup(row.over(left), tree, name), lookup(row.over(right), tree, name)
        if a.kind != b.kind:
            lint_types.joinable(row.translation, tree, a, b)
        return _side(a, "l"), _side(b, "r")
    is_equality = kind_of(tree) == "EqualityExpression" and kind_of(core(tree.Tail)) == "EqualsEqualityExpression"
    if is_equality and core(tree.Tail).OperatorToken.text == "==":
        first, second = core(tree.Left), core(core(tree.Tail).Right)
        first_name, second_name = _qualified(first), _qualified(second)
        if first_name and second_name:
            if first_name[0] == "$right":
                first, second, first_name, second_name = second, first, second_name, first_name
            a, b = lookup(row.over(left), first, first_name[1]), lookup(row.over(right), second, second_name[1])
            lint_types.joinable(row.translation, tree, a, b)
            return _side(a, "l"), _side(b, "r")
    row.translation.report(
        tree, "join_on", "A join compares columns for equality only.", "Write on Column, or on $left.A == $right.B."
    )
    return Value("NULL", "unknown"), Value("NULL", "unknown")


def _qualified(tree: Tree) -> tuple[str, str] | None:
    """`$left.Name` as its side and its name."""
    if kind_of(tree) not in ("FunctionCallOrPathPathExpression", "EntityPathOrElementExpression"):
        return None
    side = name_in(tree.Expression)
    step = core((getattr(tree, "Operations", None) or tree.Operators)[0])
    if side not in ("$left", "$right"):
        return None
    name = getattr(step, "Name", None)
    element = getattr(step, "Element", None)
    if name is None and element is not None:
        return side, string_value(core(element))
    return side, name_of(name if name is not None else step)


def _side(value: Value, alias: str) -> Value:
    return replace(value, sql=f"{alias}.{value.sql}") if value.sql.startswith('"') else value
