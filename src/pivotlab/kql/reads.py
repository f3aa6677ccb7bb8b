"""What a query reads and with which operators, for rules that allow some only. Read off the parse tree, not the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from pivotlab.kql.catalogue import Catalogue
from pivotlab.kql.scope import Scope
from pivotlab.kql.stage.pipeline import OPERATORS, SOURCES
from pivotlab.kql.stage.statements import query
from pivotlab.kql.syntax.grammar import Lexer
from pivotlab.kql.syntax.tree import Tree, kind_of, parse
from pivotlab.kql.translation import Translation

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Which tables a query reads does not depend on when it runs."""


@dataclass(frozen=True)
class Reads:
    """The tables that a query reads, its operators as it writes them (`join`, `externaldata`), and its comments."""

    tables: frozenset[str]
    operators: frozenset[str]
    comments: tuple[str, ...]


def read_of(kql: str, catalogue: Catalogue) -> Reads:
    """What a query that is right reads. Of one that is wrong, what was found by then."""
    translation = Translation(catalogue, _NO_TIME)
    tree = parse(kql).tree
    query(translation, Scope(), tree)
    comments = (str(token.text) for token in Lexer(kql).read() if token.type == Lexer.COMMENT)
    return Reads(frozenset(translation.tables), frozenset(_operators(tree)), tuple(comments))


def _operators(tree: Tree) -> Iterator[str]:
    kind = kind_of(tree)
    if kind in OPERATORS or (kind in SOURCES and kind.endswith(("Operator", "ExternalDataExpression"))):
        yield str(tree.start.text).lower()
    for child in getattr(tree, "children", None) or ():
        yield from _operators(child)
