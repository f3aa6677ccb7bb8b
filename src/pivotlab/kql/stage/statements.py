"""The statements of a query: `let`, `set`, `declare query_parameters`, and the query itself."""

from __future__ import annotations

from pivotlab.kql.rewrite.constants import null
from pivotlab.kql.rewrite.convert import CONVERSIONS
from pivotlab.kql.scope import Scope
from pivotlab.kql.stage.build import chosen, columns_for
from pivotlab.kql.stage.let import let
from pivotlab.kql.stage.pipeline import row_over, tabular
from pivotlab.kql.syntax.names import name_of
from pivotlab.kql.syntax.tree import Tree, bare, core
from pivotlab.kql.syntax.types import type_of
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
            let(row_over(translation, scope, None), statement.Let)
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
    value = row_over(translation, scope, None).value(bare(tree))
    items = [("print_0", value)]
    return Relation(translation.stage(f"SELECT {chosen(items)}"), columns_for(items))


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
