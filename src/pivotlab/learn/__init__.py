"""What a learner works with: quiz cards, checks, hints, solutions, progress, review and the mock interview.

Names are imported on first use, so that `import pivotlab.learn` loads neither matplotlib nor DuckDB.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pivotlab.learn.cards.asking import quiz
    from pivotlab.learn.dashboard import progress
    from pivotlab.learn.grading.checks import check, hint, prepare, solution
    from pivotlab.learn.interviews.interviewing import interview
    from pivotlab.learn.reviews.deck import review

_HOME = {
    "check": "pivotlab.learn.grading.checks",
    "hint": "pivotlab.learn.grading.checks",
    "interview": "pivotlab.learn.interviews.interviewing",
    "prepare": "pivotlab.learn.grading.checks",
    "progress": "pivotlab.learn.dashboard",
    "quiz": "pivotlab.learn.cards.asking",
    "review": "pivotlab.learn.reviews.deck",
    "solution": "pivotlab.learn.grading.checks",
}

__all__ = ["check", "hint", "interview", "prepare", "progress", "quiz", "review", "solution"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"pivotlab.learn has no {name!r}; it offers {', '.join(__all__)}.")


def __dir__() -> list[str]:
    return sorted(__all__)
