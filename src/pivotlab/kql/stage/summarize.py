"""`summarize` (learn.microsoft.com, "summarize operator"): keys first, then aggregates, in one GROUP BY."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pivotlab.kql.lint import calls as lint_calls
from pivotlab.kql.lint import types as lint_types
from pivotlab.kql.lint.twice import declared_twice
from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.compare import filled
from pivotlab.kql.rewrite.constants import constant
from pivotlab.kql.rewrite.paths import element_of
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.stage import aggregates
from pivotlab.kql.stage.build import columns_for, named_values
from pivotlab.kql.stage.naming import Namer
from pivotlab.kql.stage.pipeline import operator
from pivotlab.kql.syntax.names import name_of
from pivotlab.kql.syntax.tree import Tree, core, kind_of
from pivotlab.kql.terms import UNKNOWN, Relation, Value, quote

_EXTREMES = {"arg_max": "max", "arg_min": "min", "argmax": "max", "argmin": "min"}


@dataclass
class Grouping:
    """One summarize in the making: what the inner SELECT computes, and what the outer one shows of it."""

    row: Row
    namer: Namer
    inner: list[str] = field(default_factory=list)
    shown: list[tuple[str, Value]] = field(default_factory=list)

    def add(self, name: str, value: Value) -> Value:
        """Compute a value in the inner SELECT; the outer one reads it by an identifier of its own."""
        alias = f"\u00b7{len(self.inner)}"
        self.inner.append(f"{value.sql} AS {quote(alias)}")
        read = replace(value, sql=quote(alias), test="", path=None)
        if name:
            self.shown.append((name, read))
        return read


@operator("SummarizeOperator")
def summarize(row: Row, tree: Tree) -> Relation:
    """Every `by` expression is a key; null and empty text are one group."""
    by = list(tree.ByClause.Expressions) if tree.ByClause is not None else []
    named = [each for each in tree.Expressions if kind_of(core(each)) == "NamedExpression"]
    declared_twice(row.translation, [*by, *named])
    keys = _keys(row, by)
    reserved = [_explicit(e) for e in tree.Expressions]
    return grouped(row, keys, list(tree.Expressions), [name for name in reserved if name])


def _explicit(tree: Tree) -> str:
    inner = core(tree)
    named = kind_of(inner) == "NamedExpression" and inner.Name is not None and inner.Name.Name is not None
    return name_of(inner.Name.Name) if named else ""


def _keys(row: Row, trees: list[Tree]) -> list[tuple[str, Value]]:
    keys = []
    for tree in trees:
        for name, value in named_values(row, tree):
            lint_types.groupable(row.translation, tree, value, "summarize by")
            keys.append((name, value))
    return keys


def group_value(value: Value) -> Value:
    """A key as groups and joins compare it."""
    if value.kind == "string":
        return replace(value, sql=filled(value), nullable=False)
    return value


def grouped(row: Row, keys: list[tuple[str, Value]], expressions: list[Tree], reserved: list[str]) -> Relation:
    """The relation grouped by keys."""
    assert row.relation is not None
    relation = row.relation
    grouping = Grouping(row, Namer(reserved, skip=[column.name for column in relation.columns]))
    for name, value in keys:
        grouping.add(grouping.namer.name(name, value), group_value(value))
    key_count = len(grouping.inner)
    inner_row = replace(row, aggregate=aggregates.call, grouping=True)
    key_names = [name for name, _ in grouping.shown]
    for expression in expressions:
        _aggregate(grouping, inner_row, expression, key_names)
    carried = [quote(name) for name in relation.carried]
    by = [*(str(index + 1) for index in range(key_count))]
    by += [str(len(grouping.inner) + index + 1) for index in range(len(carried))]
    selected = ", ".join([*grouping.inner, *carried]) or "1 AS \u00b7none"
    clause = f" GROUP BY {', '.join(by)}" if by else "" if grouping.inner else " LIMIT 1"
    inner = f"(SELECT {selected} FROM {inner_row.source()}{clause})"
    columns = columns_for(grouping.shown)
    outer = ", ".join(
        [
            *(f"{value.sql} AS {column.sql}" for column, (_, value) in zip(columns, grouping.shown, strict=True)),
            *carried,
        ]
    )
    source = row.translation.stage(f"SELECT {outer or '1'} FROM {inner}")
    return Relation(source, columns, carried=relation.carried)


def _aggregate(grouping: Grouping, row: Row, tree: Tree, keys: list[str]) -> None:
    """One expression of a summarize."""
    inner = core(tree)
    clause = inner.Name if kind_of(inner) == "NamedExpression" else None
    expression = core(inner.Expression) if kind_of(inner) == "NamedExpression" else inner
    names = [name_of(n) for n in clause.NameList.Names] if clause is not None and clause.NameList is not None else []
    names = names or ([name_of(clause.Name)] if clause is not None else [])
    called = name_of(expression.Name) if kind_of(expression) == "NamedFunctionCallExpression" else ""
    if called in _EXTREMES and row.scope.find(called) is None:
        _extreme(grouping, row, expression, _EXTREMES[called], keys, names)
        return
    if called in ("take_any", "any") and (len(expression.Arguments) > 1 or _is_star(expression)):
        _take_any(grouping, row, expression, keys, names, "any_" if called == "any" else "")
        return
    value = row.value(expression)
    if value.parts:
        read = grouping.add("", value)
        for index, (suggested, kind) in enumerate(value.parts):
            part = convert.CONVERSIONS[kind](element_of(read, constant(index, "long")))
            grouping.shown.append((grouping.namer.take(names[index] if index < len(names) else suggested), part))
        return
    grouping.add(grouping.namer.name(names[0] if names else "", value), value)


def _is_star(call: Tree) -> bool:
    return len(call.Arguments) == 1 and kind_of(core(call.Arguments[0])) == "StarExpression"


def _returned(row: Row, trees: list[Tree], skip: set[str]) -> list[tuple[str, Value]]:
    """The columns that `arg_max()` and `take_any()` bring along."""
    assert row.relation is not None
    found: list[tuple[str, Value]] = []
    plain = replace(row, aggregate=None, grouping=False)
    for tree in trees:
        inner = core(tree)
        if kind_of(inner) == "StarExpression":
            found += [(c.name, c.value()) for c in row.relation.columns if c.name not in skip]
            continue
        value = plain.value(inner)
        found.append((value.name, value))
    return found


def _boxed(values: list[tuple[str, Value]]) -> str:
    return ", ".join(f"f{index} := {value.sql}" for index, (_, value) in enumerate(values))


def _extreme(grouping: Grouping, row: Row, call: Tree, function: str, keys: list[str], names: list[str]) -> None:
    """`arg_max(key, columns)`: the columns of the row with the largest key; any row when no key is there."""
    trees = list(call.Arguments)
    if not trees:
        row.translation.report(
            call, "arguments", f"arg_{function}() needs a value to go by.", f"Write arg_{function}(TimeGenerated, *)."
        )
        return
    plain = replace(row, aggregate=None, grouping=False)
    by = plain.value(trees[0])
    lint_calls.operand(row.translation, trees[0], f"arg_{function}", by, "orderable")
    by_name = names[0] if names else by.name or f"{function}_"
    values = _returned(row, trees[1:], {by.name, *keys})
    sort_value = convert.text(by) if by.kind in ("dynamic", UNKNOWN) else group_value(by)
    grouping.add(grouping.namer.take(by_name), replace(sort_value, sql=f"{function}({sort_value.sql})"))
    if not values:
        return
    box = f"struct_pack({_boxed(values)})"
    sql = f"coalesce(arg_{function}({box}, {sort_value.sql}), first({box}))"
    _unboxed(grouping, values, sql, names[1:])


def _take_any(grouping: Grouping, row: Row, call: Tree, keys: list[str], names: list[str], prefix: str) -> None:
    """`take_any(*)` and `take_any(a, b)`: the columns of any one row. The older `any()` names them `any_a`."""
    values = [(prefix + name, value) for name, value in _returned(row, list(call.Arguments), set(keys))]
    _unboxed(grouping, values, f"first(struct_pack({_boxed(values)}))", names)


def _unboxed(grouping: Grouping, values: list[tuple[str, Value]], sql: str, names: list[str]) -> None:
    alias = grouping.add("", Value(sql, "dynamic")).sql
    for index, (name, value) in enumerate(values):
        shown = names[index] if index < len(names) else name or f"Column{index + 1}"
        read = Value(f"{alias}.f{index}", value.kind, nullable=True)
        grouping.shown.append((grouping.namer.take(shown), read))
