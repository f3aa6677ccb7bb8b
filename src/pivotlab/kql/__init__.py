"""KQL for learners: a query is linted, rewritten, staged and run, on the clock of the practice tenant.

The engine is imported when it is first used: the command line composes this room's commands without loading DuckDB.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pivotlab.kql.engine import Engine
    from pivotlab.kql.errors import Diagnostic, KqlError, KqlLimit, KqlUnsupported

__all__ = ["Diagnostic", "Engine", "KqlError", "KqlLimit", "KqlUnsupported"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("pivotlab.kql.engine" if name == "Engine" else "pivotlab.kql.errors"), name)
    raise AttributeError(f"pivotlab.kql has no {name!r}; it offers {', '.join(__all__)}.")
