"""Parameters of an operator, such as `kind=inner`."""

from __future__ import annotations

from pivotlab.kql.syntax.tree import Tree


def parameter(tree: Tree, name: str) -> str:
    """The value of an operator's parameter such as `kind=inner`; empty when it is not given."""
    for each in tree.Parameters:
        if each.NameToken.text.lower() == name:
            return str((each.NameValue or each.LiteralValue).getText()).strip("'\"")
    return ""
