"""What names mean at one place of a query: `let` values, tabular variables and functions, innermost first."""

from __future__ import annotations

from dataclasses import dataclass, field

from pivotlab.kql.syntax.tree import Tree
from pivotlab.kql.terms import Relation, Value


@dataclass(frozen=True)
class Parameter:
    """A parameter of a `let` function: a scalar of a KQL type, or a table with columns (empty: any)."""

    name: str
    kind: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    default: Tree = None

    @property
    def is_table(self) -> bool:
        """Whether its argument is a table."""
        return not self.kind


@dataclass(frozen=True)
class Function:
    """A `let` function: its body is translated anew at every call, where its parameters have their values."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Tree
    scope: Scope
    view: bool = False
    """`let name = view () { ... }`: it counts among the tables that a wildcard names."""


@dataclass
class Scope:
    """Names in force, with the scope around it."""

    outer: Scope | None = None
    names: dict[str, Value | Relation | Function] = field(default_factory=dict)

    def find(self, name: str) -> Value | Relation | Function | None:
        """What a name means here."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None

    def inner(self) -> Scope:
        """A scope within this one."""
        return Scope(self)

    def views(self) -> list[Function]:
        """The views in force, the innermost of a name, in the order in which they were declared."""
        names = [*(self.outer.known() if self.outer else []), *self.names]
        found = [self.find(name) for name in dict.fromkeys(names)]
        return [each for each in found if isinstance(each, Function) and each.view and not each.parameters]

    def known(self) -> list[str]:
        """Every name in force."""
        return [*self.names, *(self.outer.known() if self.outer else [])]
