"""What a learner works with: quiz cards, checks, hints, solutions and progress.

Names are imported on first use, so that `import pivotlab.learn` loads neither matplotlib nor DuckDB.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pivotlab.learn.asking import quiz
    from pivotlab.learn.checks import check, hint, solution
    from pivotlab.learn.dashboard import progress

_HOME = {
    "check": "pivotlab.learn.checks",
    "hint": "pivotlab.learn.checks",
    "progress": "pivotlab.learn.dashboard",
    "quiz": "pivotlab.learn.asking",
    "solution": "pivotlab.learn.checks",
}

__all__ = ["check", "hint", "progress", "quiz", "solution"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"pivotlab.learn has no {name!r}; it offers {', '.join(__all__)}.")


def __dir__() -> list[str]:
    return sorted(__all__)
