"""What Kusto calls the columns that a query does not name."""

from __future__ import annotations

from collections.abc import Iterable

from pivotlab.kql.terms import Value


class Namer:
    """Gives out one operator's column names, left to right.

    A column takes the name it spells, or the one its expression suggests, or the next `ColumnN`; when an earlier
    column has it, the first of `name1`, `name2`, ... that is free.
    """

    def __init__(self, reserved: Iterable[str] = (), skip: Iterable[str] = ()) -> None:
        self._taken: set[str] = set()
        self._reserved = set(reserved)
        self._skip = set(skip)
        self._count = 0

    def name(self, explicit: str, value: Value) -> str:
        """The name of a column that the query may have named."""
        return self.take(explicit or value.name or self.positional())

    def positional(self) -> str:
        """The next `ColumnN`."""
        self._count += 1
        while f"Column{self._count}" in self._skip:
            self._count += 1
        return f"Column{self._count}"

    def take(self, base: str) -> str:
        """A name, or the first free one after it."""
        name, number = base, 0
        while name in self._taken or (number and name in self._reserved):
            number += 1
            name = f"{base}{number}"
        self._taken.add(name)
        return name
