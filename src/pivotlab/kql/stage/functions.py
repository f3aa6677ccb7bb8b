"""Calls of functions that give a table."""

from __future__ import annotations

import fnmatch
from dataclasses import replace

from pivotlab.kql.rewrite.calls import bound, define_all
from pivotlab.kql.scope import Function, Scope
from pivotlab.kql.stage.pipeline import row_over, tabular
from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.terms import Relation
from pivotlab.kql.translation import Translation


def call(
    translation: Translation, scope: Scope, tree: Tree, function: Function, arguments: list[Tree]
) -> Relation | None:
    """A `let` function that gives a table."""
    row = row_over(translation, scope, None)
    inner = bound(row, tree, function, arguments)
    if inner is None:
        return Relation("(SELECT NULL LIMIT 0)", (), open=True)
    define_all(row, function.body, inner)
    if function.body.Expression is None:
        return None
    return tabular(translation, inner, function.body.Expression)


def views(translation: Translation, scope: Scope, tree: Tree, pattern: str = "*") -> list[Relation]:
    """The rows of the views whose names fit (learn.microsoft.com, "let statement": views and wildcards)."""
    found = []
    for function in scope.views():
        relation = call(translation, scope, tree, function, []) if fnmatch.fnmatchcase(function.name, pattern) else None
        if relation is not None:
            found.append(replace(relation, label=function.name))
    return found
