"""A call of the tenant: what a button does, written as the code that does the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pivotlab.tenant import Tenant


@dataclass(frozen=True)
class Call:
    """One public method of the tenant with its arguments, which are plain values.

    >>> str(Call("defender.update", ("1042",), {"status": "resolved"}))
    "tenant.defender.update('1042', status='resolved')"
    """

    path: str
    args: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict)

    def run(self, tenant: Tenant) -> Any:
        """Make the call. Raises what the tenant raises."""
        return attrgetter(self.path)(tenant)(*self.args, **self.named)

    def __str__(self) -> str:
        written = [*map(repr, self.args), *(f"{name}={value!r}" for name, value in self.named.items())]
        return f"tenant.{self.path}({', '.join(written)})"
