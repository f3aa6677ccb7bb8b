"""`mv-expand` (learn.microsoft.com, "mv-expand operator"): one row per element of a dynamic array or bag."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pivotlab.kql.lint import types as lint_types
from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.paths import at_key
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.stage.build import columns_for, selected
from pivotlab.kql.stage.naming import Namer
from pivotlab.kql.stage.pipeline import operator
from pivotlab.kql.syntax.literals import inside
from pivotlab.kql.syntax.names import name_of
from pivotlab.kql.syntax.parameters import parameter
from pivotlab.kql.syntax.tree import Tree, core, kind_of
from pivotlab.kql.terms import ALIASES, Relation, Value, quote

_NUMBERS = ("long", "int", "real")


@dataclass(frozen=True)
class Target:
    """One array to expand: the column it fills, its elements' list, and their type."""

    name: str
    elements: str
    kind: str


@operator("MvexpandOperator")
def mv_expand(row: Row, tree: Tree) -> Relation:
    """Several arrays expand side by side; a null gives one row, an empty array none. `mvexpand` gives 128 at most."""
    array = "array" in (parameter(tree, "kind"), parameter(tree, "bagexpansion"))
    targets = expansion(row, list(tree.Expressions), array)
    older = "128" if tree.start.text == "mvexpand" else ""
    limit = tree.LimitClause.LimitValue.text if tree.LimitClause is not None else older
    return replace(expanded(row, targets, parameter(tree, "with_itemindex"), limit), serialized=False)


def expansion(row: Row, expressions: list[Tree], array: bool) -> list[Target]:
    """What is expanded, and into which columns."""
    namer = Namer()
    targets = []
    for each in expressions:
        inner = core(each.Expression)
        clause = inner.Name if kind_of(inner) == "NamedExpression" else None
        value = row.value(inner.Expression if kind_of(inner) == "NamedExpression" else inner)
        name = name_of(clause.Name) if clause is not None else value.name or namer.positional()
        kind = _kind(row, each.ToClause)
        lint_types.expandable(row.translation, each, value)
        targets.append(Target(name, _elements(row.flat(value), array), kind))
    return targets


def _kind(row: Row, clause: Tree) -> str:
    if clause is None:
        return "dynamic"
    text = inside(clause.Type.text).lower()
    kind = ALIASES.get(text, text)
    if kind not in convert.CONVERSIONS:
        lint_types.no_type(row.translation, clause, text)
        return "dynamic"
    return kind


def _elements(value: Value, array: bool) -> str:
    """The elements as a list of JSON. A bag gives bags of one property, or with `kind=array` pairs."""
    if value.kind not in ("dynamic", "unknown"):
        value = convert.dynamic(value)
    return convert.once(value.sql, lambda v: _element_list(v, array))


def _element_list(sql: str, array: bool) -> str:
    pair = "json_array" if array else "json_object"
    bag = f"list_transform(json_keys({sql}), lambda k: {pair}(k, {at_key(sql, 'k')}))"
    listed = (
        f"CASE json_type({sql}) WHEN 'ARRAY' THEN {sql} WHEN 'OBJECT' THEN to_json({bag}) ELSE to_json([{sql}]) END"
    )
    return f"CAST({listed} AS JSON[])"


def element_value(sql: str, kind: str, name: str) -> Value:
    """An element in the type that `to typeof()` asks for; a number only from a number, text from anything."""
    element = Value(sql, "dynamic", name=name)
    if kind == "dynamic":
        return element
    if kind in _NUMBERS:
        converted = convert.CONVERSIONS[kind](element)
        return replace(
            converted,
            sql=f"CASE WHEN json_type({sql}) NOT IN ('VARCHAR', 'BOOLEAN') THEN {converted.sql} END",
            name=name,
        )
    return replace(convert.CONVERSIONS[kind](element), name=name)


def expanded(row: Row, targets: list[Target], index: str, limit: str) -> Relation:
    """The rows with the arrays expanded. Element order is kept."""
    relation = row.relation
    assert relation is not None
    lists = [row.translation.fresh("list") for _ in targets]
    cut = (lambda sql: f"list_slice({sql}, 1, {limit})") if limit else (lambda sql: sql)
    made = ", ".join(f"{cut(target.elements)} AS {quote(name)}" for target, name in zip(targets, lists, strict=True))
    held = row.translation.stage(f"SELECT *, {made} FROM {row.source()}")
    elements = [row.translation.fresh("item") for _ in targets]
    position = row.translation.fresh("at")
    listed = ", ".join([*(c.sql for c in relation.columns), *(quote(h) for h in relation.hidden)])
    unnested = ", ".join(f"unnest({quote(a)}) AS {quote(b)}" for a, b in zip(lists, elements, strict=True))
    longest = (
        f"greatest({', '.join(f'len({quote(name)})' for name in lists)})"
        if len(lists) > 1
        else f"len({quote(lists[0])})"
    )
    counted = f", unnest(range({longest})) AS {quote(position)}" if index or row.translation.tracks_order else ""
    source = row.translation.stage(f"SELECT {f'{listed}, ' if listed else ''}{unnested}{counted} FROM {held}")
    values = {t.name: element_value(quote(e), t.kind, t.name) for t, e in zip(targets, elements, strict=True)}
    items = [(c.name, values.get(c.name, c.value())) for c in relation.columns]
    items += [(name, value) for name, value in values.items() if relation.find(name) is None]
    if index:
        items.append((Namer([n for n, _ in items]).take(index), Value(quote(position), "long", nullable=False)))
    if not relation.order or not row.translation.tracks_order:
        return selected(replace(row.over(replace(relation, source=source)), hoisted=[]), items)
    order = row.translation.fresh("row")
    known = columns_for(items)
    chosen = ", ".join(f"{v.sql} AS {c.sql}" for c, (_, v) in zip(known, items, strict=True))
    hidden = "".join(f", {quote(name)}" for name in relation.carried)
    numbered = f"row_number() OVER (ORDER BY {quote(relation.order)}, {quote(position)}) AS {quote(order)}"
    final = row.translation.stage(f"SELECT {chosen}{hidden}, {numbered} FROM {source}")
    return replace(relation, source=final, columns=known, order=order)
