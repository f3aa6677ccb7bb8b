"""Functions that need more than their arguments' values: they read the row, its columns, or other rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pivotlab.kql.signatures import Signed, read
from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.terms import Value

if TYPE_CHECKING:
    from pivotlab.kql.rewrite.row import Row

Handler = Callable[["Row", Tree, list[Tree]], Value]


@dataclass(frozen=True)
class Special(Signed):
    """A special form. Its handler is called with a number of arguments that fits."""

    handler: Handler


SPECIAL: dict[str, Special] = {}

AGGREGATE_NAMES: set[str] = set()
"""Functions that only `summarize` and its like take; filled by `stage.aggregates`."""


def special(signature: str, meaning: str, also: tuple[str, ...] = ()) -> Callable[[Handler], Handler]:
    """Register a special form, and older names of it."""
    name, arguments = read(signature)

    def keep(handler: Handler) -> Handler:
        for each in (name, *also):
            SPECIAL[each] = Special(each, arguments, meaning, handler)
        return handler

    return keep
