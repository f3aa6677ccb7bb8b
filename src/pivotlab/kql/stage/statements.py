"""Statements: `let` in its forms, `set`, `declare query_parameters`, and the query itself."""

from __future__ import annotations

from pivotlab.kql.rewrite.constants import null
from pivotlab.kql.rewrite.convert import CONVERSIONS
from pivotlab.kql.scope import Function, Parameter, Scope
from pivotlab.kql.stage.pipeline import row_over, tabular
from pivotlab.kql.stage.sources import type_of
from pivotlab.kql.syntax.names import name_in, name_of
from pivotlab.kql.syntax.tree import Tree, bare, core, kind_of
from pivotlab.kql.terms import Relation
from pivotlab.kql.translation import Translation

_IGNORED_OPTIONS = (
    "notruncation", "norequesttimeout", "truncationmaxsize", "truncationmaxrecords", "servertimeout", "query_language",
    "maxmemoryconsumptionperiterator", "max_memory_consumption_per_query_per_node", "best_effort", "query_results_cache_max_age",
)  # fmt: skip


def query(translation: Translation, scope: Scope, tree: Tree) -> Relation | None:
    """All statements of a query; the relation of the last tabular expression. `let` alone gives an empty table: our choice."""
    result: Relation | None = Relation("(SELECT NULL LIMIT 0)", ())
    for statement in tree.query().Statements:
        if statement.Let is not None:
            let(translation, scope, statement.Let)
        elif statement.Set is not None:
            _set(translation, statement.Set)
        elif statement.DeclareQueryParameters is not None:
            _parameters(translation, scope, statement.DeclareQueryParameters)
        elif statement.Query is not None:
            result = _result(translation, scope, statement.Query.Expression)
        else:
            translation.refuse(
                f"A statement that starts with {statement.start.text} is not run in the practice engine."
            )
    return result


def _result(translation: Translation, scope: Scope, tree: Tree) -> Relation | None:
    """The query's table. A lone scalar becomes a table with one cell."""
    relation = tabular(translation, scope, tree)
    if relation is not None or translation.refusals:
        return relation
    from pivotlab.kql.stage.build import chosen, columns_for

    value = row_over(translation, scope, None).value(bare(tree))
    items = [("print_0", value)]
    return Relation(translation.stage(f"SELECT {chosen(items)}"), columns_for(items))


def let(translation: Translation, scope: Scope, tree: Tree) -> None:
    """`let name = ...` (learn.microsoft.com, "Let statement")."""
    declaration = tree.Function or tree.View or tree.Variable or tree.Materialized
    if declaration is None:
        translation.refuse("let of an entity group is not run in the practice engine.")
        return
    name = name_of(declaration.Name)
    if tree.Function is not None or tree.View is not None:
        scope.names[name] = Function(name, _declared(declaration.ParameterList), declaration.Body, _frozen(scope))
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
    from dataclasses import replace

    return relation if relation.label else replace(relation, label=name)


def _is_scalar(translation: Translation, scope: Scope, tree: Tree) -> bool:
    name = name_in(tree)
    if name is None and kind_of(tree) == "NamedFunctionCallExpression":
        from pivotlab.kql.rewrite.registry import FUNCTIONS
        from pivotlab.kql.rewrite.special import SPECIAL

        called = name_of(tree.Name)
        found = scope.find(called)
        if isinstance(found, Function):
            return is_scalar_body(translation, found)
        return (called in FUNCTIONS or called in SPECIAL) and called != "materialize"
    return False


def is_scalar_body(translation: Translation, function: Function) -> bool:
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


def _set(translation: Translation, tree: Tree) -> None:
    """`set` options that only tune the service are ignored; any other is refused."""
    name = name_of(tree.Name)
    if name.lower() in (
        "query_now",
        "query_datetimescope_to",
        "query_datetimescope_from",
        "query_datetimescope_column",
    ):
        translation.refuse(
            f"set {name} is refused: the practice tenant has one clock, and a query cannot move it. "
            "Use tenant.advance() to let time pass."
        )
    elif name.lower() not in _IGNORED_OPTIONS:
        translation.refuse(f"set {name} is not run in the practice engine.")


def _parameters(translation: Translation, scope: Scope, tree: Tree) -> None:
    """`declare query_parameters`: each has its default, as nobody supplies values here."""
    row = row_over(translation, scope, None)
    for parameter in tree.Parameters:
        kind = type_of(parameter.Type)
        if parameter.Default is None:
            translation.refuse(
                f"The query parameter {name_of(parameter.Name)} has no default, and the lab supplies none."
            )
            scope.names[name_of(parameter.Name)] = null(kind)
            continue
        scope.names[name_of(parameter.Name)] = CONVERSIONS[kind](row.value(core(parameter.Default.Value)))
