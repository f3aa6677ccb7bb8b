"""KQL keeps `Foo` and `foo` apart and DuckDB does not: how a column is called inside, and how outside."""

from __future__ import annotations

from collections.abc import Iterable

_MARK = "\u00b7"


def physical(names: Iterable[str]) -> dict[str, str]:
    """KQL column name -> the name it has in DuckDB: another one only where case alone tells two apart, or there is none."""
    taken: set[str] = set()
    inside = {}
    for name in names:
        candidate = name or _MARK
        while candidate.casefold() in taken:
            candidate += _MARK
        taken.add(candidate.casefold())
        inside[name] = candidate
    return inside
