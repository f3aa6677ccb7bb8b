"""Where rows come from: tables, `let` names and functions, `datatable`, `print`, `range`, `externaldata`."""

from __future__ import annotations

import fnmatch
from dataclasses import replace

from pivotlab.kql.lint import names as lint_names
from pivotlab.kql.lint.twice import declared_twice
from pivotlab.kql.rewrite import convert
from pivotlab.kql.rewrite.constants import null
from pivotlab.kql.rewrite.functions.numbers import counted_or_error, generated
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.scope import Function, Scope
from pivotlab.kql.stage import library
from pivotlab.kql.stage.build import chosen, columns_for, empty, named_values
from pivotlab.kql.stage.enrich import stored
from pivotlab.kql.stage.external import external_rows
from pivotlab.kql.stage.naming import Namer
from pivotlab.kql.stage.pipeline import call, operator, row_over, source, tabular
from pivotlab.kql.syntax.literals import string_value
from pivotlab.kql.syntax.names import name_of
from pivotlab.kql.syntax.tree import Tree, core, kind_of
from pivotlab.kql.syntax.types import type_of
from pivotlab.kql.terms import Column, Relation, Value, quote
from pivotlab.kql.translation import Translation
from pivotlab.store.store import INGESTED


@source(
    "IdentifierName", "KeywordName", "ExtendedKeywordName", "EscapedName", "SimpleNameReference", "EntityNameReference",
    "ExtendedPathName",
)  # fmt: skip
def _name(translation: Translation, scope: Scope, tree: Tree) -> Relation | None:
    return named(translation, scope, tree, name_of(tree))


def named(translation: Translation, scope: Scope, tree: Tree, name: str) -> Relation | None:
    """A table or a tabular `let`. `None` for a scalar."""
    found = scope.find(name)
    if isinstance(found, Relation):
        return found
    if isinstance(found, Function):
        return call(translation, scope, tree, found, [])
    if isinstance(found, Value):
        return None
    if name in translation.catalogue.tables:
        return table(translation, name)
    if library.schema_of_call(name) is not None:
        return stored(translation, scope, tree, name, [])
    lint_names.unknown_table(translation, tree, name, scope)
    return Relation("(SELECT NULL LIMIT 0)", (), open=True)


def table(translation: Translation, name: str) -> Relation:
    """A table of the catalogue."""
    translation.tables.add(name)
    ingested = INGESTED if "ingestion_time" in translation.words else ""
    return Relation(quote(name), translation.catalogue.tables[name], ingested=ingested, label=name)


def views(translation: Translation, scope: Scope, tree: Tree, pattern: str = "*") -> list[Relation]:
    """The rows of the views whose names fit (learn.microsoft.com, "let statement": views and wildcards)."""
    found = []
    for function in scope.views():
        relation = call(translation, scope, tree, function, []) if fnmatch.fnmatchcase(function.name, pattern) else None
        if relation is not None:
            found.append(replace(relation, label=function.name))
    return found


@source("NamedFunctionCallExpression")
def _function(translation: Translation, scope: Scope, tree: Tree) -> Relation | None:
    name = name_of(tree.Name)
    found = scope.find(name)
    arguments = [core(argument) for argument in tree.Arguments]
    if isinstance(found, Function):
        return call(translation, scope, tree, found, arguments)
    if name in ("materialize", "view") and arguments:
        return tabular(translation, scope, arguments[0])
    if name == "table" and arguments:
        wanted = row_over(translation, scope, None).value(arguments[0]).const
        if isinstance(wanted, str):
            return named(translation, scope, tree, wanted)
        translation.refuse("table() needs its table's name as a literal text.")
        return Relation("(SELECT NULL LIMIT 0)", (), open=True)
    return stored(translation, scope, tree, name, arguments)


@source("FunctionCallOrPathPathExpression", "DotCompositeFunctionCallExpression", "WildcardedPathExpression")
def _path(translation: Translation, scope: Scope, tree: Tree) -> Relation | None:
    """`workspace("x").Table`, `database("x").Table`: the lab has one workspace, which answers to any name."""
    root = core(tree.Call if kind_of(tree).startswith("Dot") else tree.Expression)
    calls = [name_of(root.Name)] if kind_of(root) == "NamedFunctionCallExpression" else []
    operations = list(getattr(tree, "Operations", []) or [])
    if kind_of(root) == "DotCompositeFunctionCallExpression":
        calls = [name_of(core(root.Call).Name)]
    if not calls or calls[0] not in ("workspace", "database", "cluster", "app", "adx", "arg", "resource"):
        return None
    if calls[0] != "workspace" and calls[0] != "database":
        translation.refuse(f"{calls[0]}() reaches another service, which the practice tenant does not have.")
        return Relation("(SELECT NULL LIMIT 0)", (), open=True)
    last = core(operations[-1]) if operations else core(tree.Name)
    if kind_of(last) == "NamedFunctionCallExpression":
        return _function(translation, scope, last)
    step = getattr(last, "Name", None)
    return named(translation, scope, last, name_of(step if step is not None else last))


@source("ToTableExpression")
def _totable(translation: Translation, scope: Scope, tree: Tree) -> Relation | None:
    return tabular(translation, scope, tree.Expression)


@source("DataTableExpression")
def _datatable(translation: Translation, scope: Scope, tree: Tree) -> Relation:
    """`datatable`: values in rows under declared columns (learn.microsoft.com, "datatable operator")."""
    row = row_over(translation, scope, None)
    columns = schema_of(tree.Schema)
    values = [row.value(value) for value in tree.Values]
    if not columns or len(values) % len(columns):
        translation.report(
            tree, "datatable", f"{len(values)} values do not fill rows of {len(columns)} columns.", "Check the commas."
        )
        return empty(translation, columns)
    if not values:
        return empty(translation, columns)
    cells = [
        value
        if value.kind == columns[i % len(columns)][1]
        else convert.CONVERSIONS[columns[i % len(columns)][1]](value)
        for i, value in enumerate(values)
    ]
    lines = [", ".join(cell.sql for cell in cells[i : i + len(columns)]) for i in range(0, len(cells), len(columns))]
    known = columns_for([(name, null(kind)) for name, kind in columns])
    listed = ", ".join(column.sql for column in known)
    rows = ", ".join(f"({line})" for line in lines)
    if translation.tracks_order:
        rows = ", ".join(f"({line}, {number})" for number, line in enumerate(lines))
        name = translation.stage(f'SELECT * FROM (VALUES {rows}) AS d({listed}, "\u00b7row")')
        return Relation(name, _nullable(known), order="\u00b7row")
    return Relation(translation.stage(f"SELECT * FROM (VALUES {rows}) AS d({listed})"), _nullable(known))


def _nullable(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    return tuple(replace(column, nullable=column.kind != "string") for column in columns)


def schema_of(tree: Tree) -> list[tuple[str, str]]:
    """The columns that a row schema declares."""
    return [(name_of(c.Name), type_of(c.Type)) for c in tree.Columns]


@operator("PrintOperator")
def _print(row: Row, tree: Tree) -> Relation:
    """`print`: one row (learn.microsoft.com, "print operator")."""
    items: list[tuple[str, Value]] = []
    declared_twice(row.translation, tree.Expressions)
    namer = Namer()
    for index, expression in enumerate(tree.Expressions):
        for name, value in named_values(row, expression):
            called = kind_of(core(expression)) == "NamedFunctionCallExpression" and not value.parts
            suggested = name or (
                value.name if value.name and not value.is_constant and not called else f"print_{index}"
            )
            items.append((namer.take(suggested), value))
    return Relation(row.translation.stage(f"SELECT {chosen(items)}"), columns_for(items))


@operator("RangeExpression")
def _range(row: Row, tree: Tree) -> Relation:
    """`range`: one column of evenly spaced values, both ends included (learn.microsoft.com, "range operator")."""
    name = name_of(tree.Expression)
    start, stop, step = (row.value(t) for t in (tree.FromExpression, tree.ToExpression, tree.StepExpression))
    value = generated(start, stop, step, counted_or_error)
    column = Column(name, value.kind, name, nullable=False)
    select = f"SELECT x AS {quote(name)} FROM (SELECT unnest({value.sql}) AS x)"
    if row.translation.tracks_order:
        select = (
            f'SELECT x AS {quote(name)}, row_number() OVER () AS "\u00b7row" FROM (SELECT unnest({value.sql}) AS x)'
        )
    order = "\u00b7row" if row.translation.tracks_order else ""
    return Relation(row.translation.stage(select), (column,), order=order, serialized=True)


@source("ExternalDataExpression")
def _external(translation: Translation, scope: Scope, tree: Tree) -> Relation:
    """`externaldata`: only from addresses that are mapped to local files (learn.microsoft.com, "externaldata operator")."""
    addresses = [string_value(each) for each in tree.ConnectionStrings]
    return external_rows(translation, addresses, schema_of(tree.Schema), _properties(tree.WithClause))


def _properties(clause: Tree) -> dict[str, str]:
    if clause is None:
        return {}
    return {name_of(p.Name): p.getText().partition("=")[2].strip("'\"@") for p in clause.Properties}
