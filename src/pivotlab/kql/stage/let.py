"""`let`: a name for a value, a table or a function (learn.microsoft.com, "Let statement")."""

from __future__ import annotations

from dataclasses import replace

from pivotlab.kql.rewrite.row import Row
from pivotlab.kql.scope import Function, Parameter, Scope
from pivotlab.kql.syntax.names import name_of
from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.syntax.types import type_of
from pivotlab.kql.terms import Relation, Value


def let(row: Row, tree: Tree) -> None:
    """`let name = ...` (learn.microsoft.com, "Let statement")."""
    declaration = tree.Function or tree.View or tree.Variable or tree.Materialized
    if declaration is None:
        row.translation.refuse("let of an entity group is not run in the practice engine.")
        return
    name, scope = name_of(declaration.Name), row.scope
    if tree.Function is not None or tree.View is not None:
        parameters = _declared(declaration.ParameterList)
        scope.names[name] = Function(name, parameters, declaration.Body, _frozen(scope), tree.View is not None)
        return
    given = row.apart().answer(declaration.Expression)
    scope.names[name] = given.named(name) if isinstance(given, Value) else _labelled(given, name)


def _labelled(relation: Relation, name: str) -> Relation:
    return relation if relation.label else replace(relation, label=name)


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
