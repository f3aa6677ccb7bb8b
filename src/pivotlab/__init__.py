"""A practice tenant on your laptop: learn how Microsoft Defender XDR feeds Microsoft Sentinel.

Everything a notebook needs hangs off this name. Each piece is imported when it is first used, so that
`import pivotlab` itself takes a few milliseconds.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pivotlab.learn import check, hint, interview, prepare, progress, quiz, review, solution
    from pivotlab.opening import open_tenant
    from pivotlab.portal.figure import figure

_HOME = {
    "check": "pivotlab.learn",
    "figure": "pivotlab.portal.figure",
    "hint": "pivotlab.learn",
    "interview": "pivotlab.learn",
    "open_tenant": "pivotlab.opening",
    "prepare": "pivotlab.learn",
    "progress": "pivotlab.learn",
    "quiz": "pivotlab.learn",
    "review": "pivotlab.learn",
    "solution": "pivotlab.learn",
}

__all__ = ["check", "figure", "hint", "interview", "open_tenant", "prepare", "progress", "quiz", "review", "solution"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"pivotlab has no {name!r}; it offers {', '.join(__all__)}.")


def __dir__() -> list[str]:
    return sorted(__all__)
