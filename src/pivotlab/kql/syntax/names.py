"""Names in the parse tree: plain, keyword, escaped (`['Event ID']`) and with wildcards."""

from __future__ import annotations

from pivotlab.kql.syntax.literals import string_value
from pivotlab.kql.syntax.tree import Tree, core, kind_of

_NAMES = ("IdentifierName", "KeywordName", "ExtendedKeywordName", "EscapedName", "ExtendedPathName", "AtSignName")


def name_in(tree: Tree) -> str | None:
    """The name that `tree` is, or `None` when it is more than a name."""
    tree = core(tree)
    if kind_of(tree) == "EscapedName":
        return string_value(tree.StringLiteral)
    return str(tree.getText()) if kind_of(tree) in _NAMES else None


def name_of(tree: Tree) -> str:
    """The name that `tree` spells."""
    return name_in(tree) or str(tree.getText())


def names_in(tree: Tree) -> set[str]:
    """All names below `tree`."""
    names: set[str] = set()
    stack = [tree]
    while stack:
        node = stack.pop()
        if kind_of(node) in ("IdentifierName", "EscapedName", "KeywordName"):
            names.add(name_of(node))
        stack += [child for child in getattr(node, "children", None) or [] if hasattr(child, "children")]
    return names
