"""A pipeline: its source, then one stage per operator. New operators register themselves by their grammar rule."""

from __future__ import annotations

import importlib
from collections.abc import Callable

from pivotlab.kql.rewrite.registry import Mistake, Refusal
from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.scope import Function, Scope
from pivotlab.kql.stage.functions import called
from pivotlab.kql.syntax.tree import Tree, core, kind_of
from pivotlab.kql.terms import Relation
from pivotlab.kql.translation import Translation

Operator = Callable[[Row, Tree], Relation]
Source = Callable[[Translation, Scope, Tree], Relation | None]

OPERATORS: dict[str, Operator] = {}
SOURCES: dict[str, Source] = {}


def operator(*rules: str) -> Callable[[Operator], Operator]:
    """Register an operator: it takes the row environment over its input and its node, and gives its output."""

    def keep(function: Operator) -> Operator:
        for rule in rules:
            OPERATORS[rule] = function
        return function

    return keep


def source(*rules: str) -> Callable[[Source], Source]:
    """Register what a pipeline can start from."""

    def keep(function: Source) -> Source:
        for rule in rules:
            SOURCES[rule] = function
        return function

    return keep


def row_over(translation: Translation, scope: Scope, relation: Relation | None) -> Row:
    """The environment of expressions over a relation."""
    return Row(translation, scope, relation, tabular, called)


def tabular(translation: Translation, scope: Scope, tree: Tree) -> Relation | None:
    """The relation that a tabular expression gives; `None` when it is not tabular."""
    tree = core(tree)
    kind = kind_of(tree)
    if kind in ("PipeExpression", "ContextualPipeExpression"):
        relation = tabular(translation, scope, tree.Expression)
        if relation is None:
            if tree.PipedOperators:
                translation.refuse("A value that is piped into an operator is not run in the practice engine.")
                return Relation("(SELECT NULL LIMIT 0)", (), open=True)
            return None
        for piped in tree.PipedOperators:
            relation = apply(translation, scope, relation, piped.Operator)
        return relation
    if kind == "ParenthesizedExpression":
        return tabular(translation, scope, tree.Expression)
    handler = SOURCES.get(kind)
    if handler is not None:
        return handler(translation, scope, tree)
    if kind in OPERATORS:
        return apply(translation, scope, None, tree)
    return None


def call(
    translation: Translation, scope: Scope, tree: Tree, function: Function, arguments: list[Tree]
) -> Relation | None:
    """A `let` function in a place for rows; `None` when it gives a value."""
    given = called(row_over(translation, scope, None), tree, function, arguments)
    if given is None:
        return Relation("(SELECT NULL LIMIT 0)", (), open=True)
    return given if isinstance(given, Relation) else None


def apply(translation: Translation, scope: Scope, relation: Relation | None, tree: Tree) -> Relation:
    """One operator over a relation."""
    tree = core(tree)
    handler = OPERATORS.get(kind_of(tree))
    if handler is None:
        name = str(tree.start.text)
        translation.refuse(f"The operator {name} is not run in the practice engine.")
        return Relation(relation.source if relation else "(SELECT NULL LIMIT 0)", (), open=True)
    row = row_over(translation, scope, relation)
    try:
        return handler(row, tree)
    except Refusal as reason:
        translation.refuse(f"{reason}.")
    except Mistake as mistake:
        translation.report(tree, "arguments", f"{mistake}.", mistake.advice)
    return Relation(relation.source if relation else "(SELECT NULL LIMIT 0)", (), open=True)


def load() -> None:
    """Import every stage, so that each registers itself."""
    for name in (
        "sources", "statements", "rows", "columns", "summarize", "joins", "unions", "expand", "apply", "make_series",
        "parse", "percentiles", "evaluate", "search", "nested", "scan", "refused", "graphs",
        "library", "enrich",
    ):  # fmt: skip
        importlib.import_module(f"pivotlab.kql.stage.{name}")
