"""The practice tenant over HTTP, in the products' own shapes."""

from pivotlab.api.app import app
from pivotlab.api.server import Server, ServerError, serve_in_thread

__all__ = ["Server", "ServerError", "app", "serve_in_thread"]
