"""Function calls: `let` functions, aggregates where they are allowed, special forms, and the table of scalar functions."""

from __future__ import annotations

from duckdb_kql.translate.naming import NAME_PRESERVING

from pivotlab.kql.lint import calls as lint_calls
from pivotlab.kql.lint import names as lint_names
from pivotlab.kql.lint import types as lint_types
from pivotlab.kql.rewrite import functions  # noqa: F401 - fills the table
from pivotlab.kql.rewrite.arithmetic import apply
from pivotlab.kql.rewrite.constants import constant, null
from pivotlab.kql.rewrite.elsewhere import NOT_RUN
from pivotlab.kql.rewrite.functions.bags import packed
from pivotlab.kql.rewrite.registry import FUNCTIONS, ScalarFunction, build, fits
from pivotlab.kql.rewrite.row import Row, handles
from pivotlab.kql.rewrite.special import AGGREGATE_NAMES, SPECIAL, special
from pivotlab.kql.scope import Function
from pivotlab.kql.syntax.names import name_of
from pivotlab.kql.syntax.tree import Tree, core, kind_of
from pivotlab.kql.terms import UNKNOWN, Relation, Value, quote


@handles("DotCompositeFunctionCallExpression")
def _composite(row: Row, tree: Tree) -> Value:
    return row.translation.refuse(
        "Functions of another cluster, database or workspace are not run in the practice engine."
    )


@handles("CountExpression")
def _count(row: Row, tree: Tree) -> Value:
    return _call(row, tree, "count", [tree.Expression] if tree.Expression is not None else [])


@handles("NamedFunctionCallExpression")
def _function(row: Row, tree: Tree) -> Value:
    return _call(row, tree, name_of(tree.Name), list(tree.Arguments))


def _call(row: Row, tree: Tree, name: str, arguments: list[Tree]) -> Value:
    found = row.scope.find(name)
    if isinstance(found, Function):
        given = row.called(row, tree, found, arguments)
        if isinstance(given, Relation):
            return lint_types.table_for_scalar(row.translation, tree, f"{name}()")
        return Value("NULL::JSON", UNKNOWN) if given is None else given.named("")
    if row.aggregate is not None:
        value = row.aggregate(row, tree, name, arguments)
        if value is not None:
            return value
    if name in SPECIAL:
        form = SPECIAL[name]
        fits_ = lint_calls.fitting(row.translation, tree, form, len(arguments))
        return form.handler(row, tree, arguments) if fits_ else Value("NULL::JSON", UNKNOWN)
    if name in FUNCTIONS:
        return _scalar(row, tree, name, arguments)
    if name in AGGREGATE_NAMES:
        return lint_calls.aggregate_outside_summarize(row.translation, tree, name)
    if name in NOT_RUN:
        return row.translation.refuse(f"{name}() is not run in the practice engine: {NOT_RUN[name]}.")
    known = [*FUNCTIONS, *SPECIAL, *AGGREGATE_NAMES, *NOT_RUN, *row.scope.known()]
    for argument in arguments:
        if kind_of(core(argument)) != "StarExpression":
            row.value(argument.Expression if hasattr(argument, "Expression") else argument)
    return lint_names.unknown_function(row.translation, tree, name, known)


def _scalar(row: Row, tree: Tree, name: str, arguments: list[Tree]) -> Value:
    function = FUNCTIONS[name]
    values: list[Value] = []
    for argument in arguments:
        inner = core(argument)
        if kind_of(inner) == "StarExpression":
            return lint_calls.star(row.translation, inner, name)
        is_condition = _is_condition(name, len(values), len(arguments))
        plain = kind_of(inner) == "NamedExpression" and not is_condition
        values.append(row.value(inner.Expression if plain else inner))
    if not lint_calls.fitting(row.translation, tree, function, len(values)):
        return Value("NULL::JSON", UNKNOWN)
    for index, (value, argument) in enumerate(zip(values, arguments, strict=True)):
        is_condition = _is_condition(name, index, len(values))
        wanted = "bool" if is_condition else "any" if name == "case" else function.argument(index).kind
        if not fits(value, wanted):
            lint_calls.argument(row.translation, argument, name, index, value.kind, wanted)
    if function.check is not None:
        function.check(row.translation, tree, name, values)
    ready = [row.flat(value) if function.reads_twice else value for value in values]
    return build(function, ready).named(_name(function, values))


def _is_condition(name: str, index: int, count: int) -> bool:
    """Whether an argument is a condition, in which a single `=` is a mistake."""
    if name == "case":
        return index % 2 == 0 and index < count - 1
    function = FUNCTIONS[name]
    return bool(function.arguments and function.argument(index).kind == "bool")


def _name(function: ScalarFunction, values: list[Value]) -> str:
    """What an unnamed column with this call is called: after its argument for some functions, by position for most."""
    argument = values[0].name if values else ""
    if function.named is not None:
        return function.named(argument)
    return argument if function.name in NAME_PRESERVING else ""


@handles("ToScalarExpression")
def _toscalar(row: Row, tree: Tree) -> Value:
    """`toscalar()`: the first column of the first row, or the value itself."""
    found = row.answer(tree.Expression)
    if isinstance(found, Value):
        return found
    if not found.columns:
        return null("dynamic")
    row.translation.nested += 1
    column = found.columns[0]
    order = f" ORDER BY {quote(found.order)}" if found.order else ""
    sql = f"(SELECT {column.sql} FROM {found.source}{order} LIMIT 1)"
    if column.kind == "string":
        return Value(f"coalesce({sql}, '')", "string", nullable=False)
    return Value(sql, column.kind)


# --- special forms ---------------------------------------------------------------------------------------------------
@special("now(offset:timespan?)", "The practice tenant's clock, the same throughout a query; an offset may be added.")
def _now(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    moment = constant(row.translation.now, "datetime")
    return _moved(row, moment, "+", "now", arguments[0]) if arguments else moment


@special("ago(timespan:timespan)", "The clock minus a timespan.")
def _ago(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    return _moved(row, constant(row.translation.now, "datetime"), "-", "ago", arguments[0])


def _moved(row: Row, moment: Value, operator: str, name: str, argument: Tree) -> Value:
    distance = row.value(argument)
    if not fits(distance, "timespan") and distance.kind != "dynamic":
        return lint_calls.argument(row.translation, argument, name, 0, distance.kind, "timespan")
    return apply(operator, moment, distance) or null("datetime")


@special(
    "column_ifexists(name:string, default:any)",
    "The column of that name, or the second argument where there is none.",
    also=("columnifexists",),
)
def _column_ifexists(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    name = row.value(arguments[0]).const
    if not isinstance(name, str):
        return row.translation.refuse("column_ifexists() needs its column's name as a literal text.")
    column = row.relation.find(name) if row.relation is not None else None
    return column.value() if column is not None else row.value(arguments[1]).named(name)


@special("iscolumnexists(name:string)", "Whether there is a column of that name.")
def _iscolumnexists(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    name = row.value(arguments[0]).const
    if not isinstance(name, str):
        return row.translation.refuse("iscolumnexists() needs its column's name as a literal text.")
    return constant(row.relation is not None and row.relation.find(name) is not None, "bool")


@special("pack_all(ignore_empty:bool?)", "A dynamic of all columns of the row; `true` leaves empty ones out.")
def _pack_all(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    columns = row.relation.columns if row.relation is not None else ()
    skip = bool(arguments) and row.value(arguments[0]).const is True
    return packed([(column.name, column.value()) for column in columns], skip_empty=skip)


@special(
    "ingestion_time()",
    "When the row became known to the product; null for rows that the query made, joined or summarized.",
)
def _ingestion_time(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    if row.relation is None or not row.relation.ingested:
        return null("datetime")
    return Value(quote(row.relation.ingested), "datetime")


@special("column_names_of(table:table)", "A dynamic array of a table's column names.")
def _column_names_of(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    relation = row.tabular(row.translation, row.scope, arguments[0])
    return constant([column.name for column in relation.columns] if relation else [], "dynamic")


@special("materialize(value:any)", "In a place for one value: the value itself.")
def _materialize(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    return row.value(arguments[0])
