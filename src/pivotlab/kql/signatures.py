"""How a function is called: `name(parameter:type, other:type?, rest:type*)`; `?` may be left out, `*` repeated."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SIGNATURE = re.compile(r"(\w+)\((.*)\)")


@dataclass(frozen=True)
class Argument:
    """One parameter of a function."""

    name: str
    kind: str
    optional: bool = False
    repeated: bool = False


@dataclass(frozen=True)
class Signed:
    """What is called by a name with arguments."""

    name: str
    arguments: tuple[Argument, ...]
    meaning: str

    @property
    def signature(self) -> str:
        """How it is written, without the types."""
        parts = [f"{a.name}{'?' if a.optional else '*' if a.repeated else ''}" for a in self.arguments]
        return f"{self.name}({', '.join(parts)})"

    @property
    def fewest(self) -> int:
        """How many arguments it needs."""
        return sum(not argument.optional and not argument.repeated for argument in self.arguments)

    @property
    def most(self) -> int | None:
        """How many arguments it takes at most; `None` for any number."""
        return None if any(argument.repeated for argument in self.arguments) else len(self.arguments)

    def argument(self, index: int) -> Argument:
        """The parameter that the argument at `index` goes to."""
        return self.arguments[min(index, len(self.arguments) - 1)]


def read(signature: str) -> tuple[str, tuple[Argument, ...]]:
    """The name and the parameters of a signature."""
    found = _SIGNATURE.fullmatch(signature)
    assert found is not None, signature
    name, parameters = found.groups()
    return name, tuple(_argument(part.strip()) for part in parameters.split(",")) if parameters else ()


def _argument(text: str) -> Argument:
    name, _, kind = text.partition(":")
    return Argument(name, kind.rstrip("?*"), optional=kind.endswith("?"), repeated=kind.endswith("*"))
