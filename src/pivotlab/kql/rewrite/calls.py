"""Function calls: `let` functions, aggregates where they are allowed, special forms, and the table of scalar functions."""

from __future__ import annotations

from dataclasses import replace

from duckdb_kql.translate.naming import NAME_PRESERVING

from pivotlab.kql.lint import calls as lint_calls
from pivotlab.kql.lint import names as lint_names
from pivotlab.kql.lint import types as lint_types
from pivotlab.kql.rewrite import functions  # noqa: F401 - fills the table
from pivotlab.kql.rewrite.constants import constant, null
from pivotlab.kql.rewrite.elsewhere import NOT_RUN
from pivotlab.kql.rewrite.expressions import Row, handles
from pivotlab.kql.rewrite.functions.times import PERIODS
from pivotlab.kql.rewrite.registry import FUNCTIONS, Refusal, build, fits
from pivotlab.kql.rewrite.special import AGGREGATE_NAMES, SPECIAL, special
from pivotlab.kql.scope import Function, Scope
from pivotlab.kql.syntax.names import name_of
from pivotlab.kql.syntax.tree import Tree, bare, core, kind_of
from pivotlab.kql.terms import NOT_CONSTANT, Relation, Value, quote


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
        return call_scalar(row, tree, found, arguments)
    if row.aggregate is not None:
        value = row.aggregate(row, tree, name, arguments)
        if value is not None:
            return value
    if name in SPECIAL:
        return SPECIAL[name][0](row, tree, arguments)
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
    if not lint_calls.arity(
        row.translation, tree, name, len(values), function.fewest, function.most, function.signature
    ):
        return Value("NULL::JSON", "unknown")
    if name == "case" and len(values) % 2 == 0:
        lint_calls.no_otherwise(row.translation, tree)
    for index, (value, argument) in enumerate(zip(values, arguments, strict=True)):
        is_condition = _is_condition(name, index, len(values))
        wanted = "bool" if is_condition else "any" if name == "case" else function.argument(index).kind
        if not fits(value, wanted):
            lint_calls.argument(row.translation, argument, name, index, value.kind, wanted)
    if name in _ALIKE:
        lint_calls.alike(row.translation, tree, name, values)
    if name in ("bin", "floor", "bin_at"):
        lint_types.binnable(row.translation, tree, name, values)
    if name in PERIODS:
        lint_calls.period(row.translation, arguments[0], name, values[0], PERIODS[name])
    ready = [row.hoist(value) if _reads_twice(function.template) else value for value in values]
    try:
        return build(function, ready).named(_name(name, values))
    except Refusal as reason:
        return row.translation.refuse(f"{reason}.")


_ALIKE = ("coalesce", "max_of", "min_of")
"""Functions whose arguments must have one type."""


def _is_condition(name: str, index: int, count: int) -> bool:
    """Whether an argument is a condition, in which a single `=` is a mistake."""
    if name == "case":
        return index % 2 == 0 and index < count - 1
    function = FUNCTIONS[name]
    return bool(function.arguments and function.argument(index).kind == "bool")


def _reads_twice(template: str) -> bool:
    return any(template.count("{" + part) > 1 for part in ("text", "value", "x", "one"))


def _name(function: str, values: list[Value]) -> str:
    """What an unnamed column with this call is called: after its argument for some functions, by position for most."""
    argument = values[0].name if values else ""
    if function in NAME_PRESERVING:
        return argument
    if function == "strlen":
        return f"strlen_{argument}"
    if function == "gettype":
        return f"type_{argument}"
    return f"{argument or 'array0'}_sorted" if function.startswith("array_sort_") else ""


def call_scalar(row: Row, tree: Tree, function: Function, arguments: list[Tree]) -> Value:
    """A `let` function in a place for one value: its body is translated with the arguments filled in."""
    scope = bound(row, tree, function, arguments)
    if scope is None:
        return Value("NULL::JSON", "unknown")
    body = function.body
    inner = replace(row, scope=scope)
    define_all(inner, body, scope)
    if body.Expression is None:
        return row.translation.refuse(f"{function.name}() has no result.")
    expression = bare(body.Expression)
    if kind_of(expression) == "PipeExpression":
        return lint_types.table_for_scalar(row.translation, tree, f"{function.name}()")
    return inner.over(None).value(expression).named("")


def define_all(row: Row, body: Tree, scope: Scope) -> None:
    """Put the `let` statements of a function's body into its scope."""
    from pivotlab.kql.stage.let import let

    for statement in body.Statements:
        if statement.Let is not None:
            let(row.translation, scope, statement.Let)


def bound(row: Row, tree: Tree, function: Function, arguments: list[Tree]) -> Scope | None:
    """The scope of a function's body, with each parameter bound to its argument. `None` after a diagnostic."""
    scope = function.scope.inner()
    given: dict[str, Tree] = {}
    plain = []
    for argument in arguments:
        inner = core(argument)
        if kind_of(inner) == "NamedExpression" and inner.Name is not None and inner.Name.Name is not None:
            given[name_of(inner.Name.Name)] = inner.Expression
        else:
            plain.append(inner)
    free = [parameter.name for parameter in function.parameters if parameter.name not in given]
    count = len(given) + len(plain)
    given.update(zip(free, plain, strict=False))
    fewest = sum(parameter.default is None for parameter in function.parameters)
    signature = f"{function.name}({', '.join(parameter.name for parameter in function.parameters)})"
    if not lint_calls.arity(row.translation, tree, function.name, count, fewest, len(function.parameters), signature):
        return None
    for parameter in function.parameters:
        argument = given.get(parameter.name, parameter.default)
        if argument is None:
            lint_calls.missing(row.translation, tree, function.name, parameter.name)
            return None
        scope.names[parameter.name] = _bound_value(row, argument, parameter.is_table, parameter.kind)
    return scope


def _bound_value(row: Row, argument: Tree, is_table: bool, kind: str) -> Value | Relation:
    from pivotlab.kql.rewrite.convert import CONVERSIONS

    if is_table:
        relation = row.tabular(row.translation, row.scope, argument)
        return relation or Relation("(SELECT 1)", (), open=True)
    value = row.value(argument)
    if value.kind == kind or kind not in CONVERSIONS:
        return value
    converted = CONVERSIONS[kind](value)
    return converted if value.kind != "unknown" else replace(value, kind=kind)


@handles("ToScalarExpression")
def _toscalar(row: Row, tree: Tree) -> Value:
    """`toscalar()`: the first column of the first row, or the value itself."""
    inner = bare(tree.Expression)
    if kind_of(inner) != "PipeExpression" and not _is_table(row, inner):
        return row.value(inner)
    relation = row.tabular(row.translation, row.scope, tree.Expression)
    if relation is None or not relation.columns:
        return null("dynamic")
    column = relation.columns[0]
    order = f' ORDER BY "{relation.order}"' if relation.order else ""
    sql = f"(SELECT {column.sql} FROM {relation.source}{order} LIMIT 1)"
    if column.kind == "string":
        return Value(f"coalesce({sql}, '')", "string", nullable=False)
    return Value(sql, column.kind)


def _is_table(row: Row, tree: Tree) -> bool:
    kind = kind_of(tree)
    if kind in ("NamedFunctionCallExpression", "FunctionCallOrPathPathExpression"):
        name = name_of(tree.Name) if hasattr(tree, "Name") else ""
        found = row.scope.find(name)
        if isinstance(found, Function):
            return kind_of(bare(found.body.Expression)) != "PipeExpression" or True
        return name in ("materialize", "table", "view", "database", "workspace", "cluster")
    name = name_of(tree)
    return (
        isinstance(row.scope.find(name), Relation)
        or (row.scope.find(name) is None and name in row.translation.catalogue.tables)
        or kind not in _SCALARS
    )


_SCALARS = {
    "IdentifierName", "KeywordName", "ExtendedKeywordName", "EscapedName", "LongLiteralExpression", "StringLiteralExpression",
    "RealLiteralExpression", "TimeSpanLiteralExpression", "DateTimeLiteralExpression", "BooleanLiteralExpression",
    "AdditiveExpression", "MultiplicativeExpression", "LogicalOrExpression", "LogicalAndExpression", "EqualityExpression",
    "DynamicLiteralExpression", "InvocationExpression", "RelationalExpression", "SignedLongLiteralExpression",
    "SignedRealLiteralExpression",
}  # fmt: skip


# --- special forms ---------------------------------------------------------------------------------------------------
@special("now", "The practice tenant's clock, the same throughout a query; an offset may be added.")
def _now(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    from pivotlab.kql.rewrite.arithmetic import apply

    moment = constant(row.translation.now, "datetime")
    if not arguments:
        return moment
    offset = row.value(arguments[0])
    if offset.kind not in ("timespan", "dynamic", "unknown"):
        return lint_calls.argument(row.translation, arguments[0], "now", 0, offset.kind, "timespan")
    return apply("+", moment, offset) or null("datetime")


@special("ago", "The clock minus a timespan.")
def _ago(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    from pivotlab.kql.rewrite.arithmetic import apply

    if not lint_calls.arity(row.translation, tree, "ago", len(arguments), 1, 1, "ago(timespan)"):
        return null("datetime")
    distance = row.value(arguments[0])
    if distance.kind not in ("timespan", "dynamic", "unknown"):
        return lint_calls.argument(row.translation, arguments[0], "ago", 0, distance.kind, "timespan")
    return apply("-", constant(row.translation.now, "datetime"), distance) or null("datetime")


@special("column_ifexists", "The column of that name, or the second argument where there is none.")
def _column_ifexists(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    name = row.value(arguments[0]).const if len(arguments) == 2 else NOT_CONSTANT
    if not isinstance(name, str):
        lint_calls.arity(
            row.translation, tree, "column_ifexists", len(arguments), 2, 2, "column_ifexists(name, default)"
        )
        return row.translation.refuse("column_ifexists() needs its column's name as a literal text.")
    column = row.relation.find(name) if row.relation is not None else None
    return column.value() if column is not None else row.value(arguments[1]).named(name)


@special("iscolumnexists", "Whether there is a column of that name.")
def _iscolumnexists(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    if not lint_calls.arity(row.translation, tree, "iscolumnexists", len(arguments), 1, 1, "iscolumnexists(name)"):
        return null("bool")
    name = row.value(arguments[0]).const
    if not isinstance(name, str):
        return row.translation.refuse("iscolumnexists() needs its column's name as a literal text.")
    return constant(row.relation is not None and row.relation.find(name) is not None, "bool")


SPECIAL["columnifexists"] = SPECIAL["column_ifexists"]


@special("pack_all", "A dynamic of all columns of the row; `true` leaves empty ones out.")
def _pack_all(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    from pivotlab.kql.rewrite.functions.bags import packed

    columns = row.relation.columns if row.relation is not None else ()
    skip = bool(arguments) and row.value(arguments[0]).const is True
    return packed([(column.name, column.value()) for column in columns], skip_empty=skip)


@special(
    "ingestion_time",
    "When the row became known to the product; null for rows that the query made, joined or summarized.",
)
def _ingestion_time(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    if row.relation is None or not row.relation.ingested:
        return Value("CAST(NULL AS TIMESTAMP)", "datetime")
    return Value(quote(row.relation.ingested), "datetime")


@special("column_names_of", "A dynamic array of a table's column names.")
def _column_names_of(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    relation = row.tabular(row.translation, row.scope, arguments[0]) if arguments else None
    return constant([column.name for column in relation.columns] if relation else [], "dynamic")


@special("materialize", "In a place for one value: the value itself.")
def _materialize(row: Row, tree: Tree, arguments: list[Tree]) -> Value:
    return row.value(arguments[0]) if arguments else null("dynamic")
