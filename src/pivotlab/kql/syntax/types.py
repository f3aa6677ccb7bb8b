"""Names of types in a query."""

from __future__ import annotations

from pivotlab.kql.syntax.literals import inside
from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.terms import ALIASES


def type_of(tree: Tree) -> str:
    """A type's name in its first spelling."""
    text = inside(tree.getText()).lower()
    return ALIASES.get(text, text)
