"""Functions that need more than their arguments' values: they read the row, its columns, or other rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.terms import Value

if TYPE_CHECKING:
    from pivotlab.kql.rewrite.expressions import Row

Special = Callable[["Row", Tree, list[Tree]], Value]

SPECIAL: dict[str, tuple[Special, str]] = {}
"""Function -> its handler and its meaning."""

AGGREGATE_NAMES: set[str] = set()
"""Functions that only `summarize` and its like take; filled by `stage.aggregates`."""


def special(name: str, meaning: str) -> Callable[[Special], Special]:
    """Register a special form."""

    def keep(handler: Special) -> Special:
        SPECIAL[name] = (handler, meaning)
        return handler

    return keep
