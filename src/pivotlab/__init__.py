"""A practice tenant on your laptop: learn how Microsoft Defender XDR feeds Microsoft Sentinel.

Everything a notebook needs hangs off this name. Each piece is imported when it is first used, so that
`import pivotlab` itself takes a few milliseconds.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pivotlab.facts.showing import fact
    from pivotlab.learn import check, hint, interview, prepare, progress, quiz, review, solution
    from pivotlab.look.figure import figure
    from pivotlab.opening import open_tenant
    from pivotlab.portal.connector import connector_page
    from pivotlab.portal.costs import costs
    from pivotlab.portal.incident import incident_page
    from pivotlab.portal.queues import queues
    from pivotlab.portal.timeline import timeline

_HOME = {
    "check": "pivotlab.learn",
    "connector_page": "pivotlab.portal.connector",
    "costs": "pivotlab.portal.costs",
    "fact": "pivotlab.facts.showing",
    "figure": "pivotlab.look.figure",
    "hint": "pivotlab.learn",
    "incident_page": "pivotlab.portal.incident",
    "interview": "pivotlab.learn",
    "open_tenant": "pivotlab.opening",
    "prepare": "pivotlab.learn",
    "progress": "pivotlab.learn",
    "queues": "pivotlab.portal.queues",
    "quiz": "pivotlab.learn",
    "review": "pivotlab.learn",
    "solution": "pivotlab.learn",
    "timeline": "pivotlab.portal.timeline",
}

__all__ = [
    "check",
    "connector_page",
    "costs",
    "fact",
    "figure",
    "hint",
    "incident_page",
    "interview",
    "open_tenant",
    "prepare",
    "progress",
    "queues",
    "quiz",
    "review",
    "solution",
    "timeline",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"pivotlab has no {name!r}; it offers {', '.join(__all__)}.")


def __dir__() -> list[str]:
    return sorted(__all__)
