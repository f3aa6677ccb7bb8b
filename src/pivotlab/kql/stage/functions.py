"""Calls of `let` functions: their bodies are translated anew, with the arguments filled in."""

from __future__ import annotations

from dataclasses import replace

from pivotlab.kql.lint import calls as lint_calls
from pivotlab.kql.rewrite import calls as _registers  # noqa: F401 - the handlers of every other call
from pivotlab.kql.rewrite.convert import CONVERSIONS
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.scope import Function, Scope
from pivotlab.kql.stage.let import let
from pivotlab.kql.syntax.names import name_of
from pivotlab.kql.syntax.tree import Tree, core, kind_of
from pivotlab.kql.terms import UNKNOWN, Relation, Value


def called(row: Row, tree: Tree, function: Function, arguments: list[Tree]) -> Relation | Value | None:
    """What a call gives: rows, or one value. `None` after a diagnostic."""
    scope = bound(row, tree, function, arguments)
    if scope is None:
        return None
    inner = replace(row.over(None), scope=scope)
    define_all(inner, function.body)
    if function.body.Expression is None:
        return row.translation.refuse(f"{function.name}() has no result.")
    return inner.answer(function.body.Expression)


def define_all(row: Row, body: Tree) -> None:
    """Put the `let` statements of a function's body into the names in force."""
    for statement in body.Statements:
        if statement.Let is not None:
            let(row, statement.Let)


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
    if is_table:
        relation = row.tabular(row.translation, row.scope, argument)
        return relation or Relation("(SELECT 1)", (), open=True)
    value = row.value(argument)
    if value.kind == kind or kind not in CONVERSIONS:
        return value
    converted = CONVERSIONS[kind](value)
    return converted if value.kind != UNKNOWN else replace(value, kind=kind)
