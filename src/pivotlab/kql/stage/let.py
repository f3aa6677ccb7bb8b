"""`let`: a name for a value, a table or a function (learn.microsoft.com, "Let statement")."""

from __future__ import annotations

from dataclasses import replace

from pivotlab.kql.rewrite.registry import FUNCTIONS
from pivotlab.kql.rewrite.special import SPECIAL
from pivotlab.kql.scope import Function, Parameter, Scope
from pivotlab.kql.stage.pipeline import row_over, tabular
from pivotlab.kql.syntax.names import name_in, name_of
from pivotlab.kql.syntax.tree import Tree, bare, kind_of
from pivotlab.kql.syntax.types import type_of
from pivotlab.kql.terms import Relation
from pivotlab.kql.translation import Translation


def let(translation: Translation, scope: Scope, tree: Tree) -> None:
    """`let name = ...` (learn.microsoft.com, "Let statement")."""
    declaration = tree.Function or tree.View or tree.Variable or tree.Materialized
    if declaration is None:
        translation.refuse("let of an entity group is not run in the practice engine.")
        return
    name = name_of(declaration.Name)
    if tree.Function is not None or tree.View is not None:
        parameters = _declared(declaration.ParameterList)
        scope.names[name] = Function(name, parameters, declaration.Body, _frozen(scope), tree.View is not None)
        return
    expression = declaration.Expression
    inner = bare(expression)
    if kind_of(inner) == "PipeExpression" or tree.Materialized is not None:
        relation = tabular(translation, scope, expression)
    else:
        relation = None if _is_scalar(translation, scope, inner) else tabular(translation, scope, inner)
    if relation is not None:
        scope.names[name] = _labelled(relation, name)
        return
    value = row_over(translation, scope, None).value(inner)
    scope.names[name] = value.named(name)


def _labelled(relation: Relation, name: str) -> Relation:
    return relation if relation.label else replace(relation, label=name)


def _is_scalar(translation: Translation, scope: Scope, tree: Tree) -> bool:
    name = name_in(tree)
    if name is None and kind_of(tree) == "NamedFunctionCallExpression":
        called = name_of(tree.Name)
        found = scope.find(called)
        if isinstance(found, Function):
            return _is_scalar_body(translation, found)
        return (called in FUNCTIONS or called in SPECIAL) and called != "materialize"
    return False


def _is_scalar_body(translation: Translation, function: Function) -> bool:
    """Whether a function's body is clearly one value: neither a pipeline, nor a table, nor a call of a tabular function."""
    body = bare(function.body.Expression) if function.body.Expression is not None else None
    if body is None:
        return False
    kind = kind_of(body)
    if kind in (
        "PipeExpression",
        "DataTableExpression",
        "ExternalDataExpression",
        "PrintOperator",
        "RangeExpression",
        "UnionOperator",
        "FindOperator",
        "SearchOperator",
        "ToTableExpression",
    ):
        return False
    name = name_in(body)
    if name is not None:
        local = [
            name_of((s.Let.Variable or s.Let.Function or s.Let.View or s.Let.Materialized).Name)
            for s in function.body.Statements
            if s.Let
        ]
        if any(p.name == name and p.is_table for p in function.parameters):
            return False
        if name in local or any(p.name == name for p in function.parameters):
            return name not in local
        return not isinstance(function.scope.find(name), Relation) and name not in translation.catalogue.tables
    return _is_scalar(translation, function.scope, body) or kind not in (
        "NamedFunctionCallExpression",
        "FunctionCallOrPathPathExpression",
    )


def _frozen(scope: Scope) -> Scope:
    """The names so far: a later `let` of the same name does not change a function."""
    return Scope(scope.outer, dict(scope.names))


def _declared(tree: Tree) -> tuple[Parameter, ...]:
    if tree is None:
        return ()
    tables = [
        Parameter(
            name_of(p.Name),
            columns=tuple((name_of(c.Name), type_of(c.Type)) for c in p.RowSchema.Columns)
            if p.RowSchema is not None
            else (),
        )
        for p in getattr(tree, "TabularParameters", None) or []
    ]
    scalars = getattr(tree, "ScalarParameters", None) or getattr(tree, "Parameters", None) or []
    return (
        *tables,
        *(
            Parameter(name_of(p.Name), type_of(p.Type), default=p.Default.Value if p.Default is not None else None)
            for p in scalars
        ),
    )
