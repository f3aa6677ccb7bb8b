"""A column's name that one operator gives twice, which Kusto refuses. A name that it makes up itself gets a number."""

from __future__ import annotations

from collections.abc import Iterable

from pivotlab.kql.syntax.names import name_in, name_of
from pivotlab.kql.syntax.tree import Tree, core, kind_of
from pivotlab.kql.translation import Translation


def declared_twice(translation: Translation, trees: Iterable[Tree], taken: Iterable[str] = ()) -> None:
    """Report each name that an expression gives, or just mentions, after another one has it."""
    seen = set(taken)
    for tree in trees:
        for name in given_names(tree):
            if name in seen:
                translation.report(
                    tree, "declared_twice", f"There are two columns {name} here.", "Give one of them another name."
                )
            seen.add(name)


def given_names(tree: Tree) -> list[str]:
    """The names of `name = expression`, of `(a, b) = expression`, or of a column that stands alone."""
    inner = core(tree)
    clause = inner.Name if kind_of(inner) == "NamedExpression" else None
    if clause is None:
        alone = name_in(inner)
        return [alone] if alone is not None else []
    if clause.NameList is not None:
        return [name_of(name) for name in clause.NameList.Names]
    return [name_of(clause.Name)]
