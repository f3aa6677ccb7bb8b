"""The practice tenant over HTTP, in the products' own shapes.

Names are imported on first use, so that the command line does not load a server that it does not start.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pivotlab.api.application import app
    from pivotlab.api.server import Server, ServerError, serve_in_thread

QUERIES_AT_ONCE = 4

_HOME = {
    "Server": "pivotlab.api.server",
    "ServerError": "pivotlab.api.server",
    "app": "pivotlab.api.application",
    "serve_in_thread": "pivotlab.api.server",
}

__all__ = ["Server", "ServerError", "app", "serve_in_thread"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"pivotlab.api has no {name!r}; it offers {', '.join(__all__)}.")
