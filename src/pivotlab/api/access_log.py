"""One JSON object per request: when, who, what, how it went, how long it took. Never a token, a query or a body."""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime
from typing import IO, Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOGGER = logging.getLogger("pivotlab.requests")


class AccessLog:
    """ASGI middleware that writes every request to `LOGGER`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, then log."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            principal = scope.get("principal")
            fields = {
                "method": scope["method"],
                "path": scope["path"],
                "status": status or 500,
                "milliseconds": round((time.perf_counter() - begun) * 1000, 1),
                "caller": principal.upn if principal else None,
            }
            LOGGER.info("request", extra={"fields": fields})


class JsonLines(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        shown: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            shown["error"] = self.formatException(record.exc_info)
        return json.dumps(shown)


def log_to(stream: IO[str]) -> None:
    """Write requests, and what the server itself has to report, to `stream`."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    for logger in (LOGGER, logging.getLogger("uvicorn.error")):
        logger.addHandler(handler)
        logger.setLevel(logging.INFO if logger is LOGGER else logging.WARNING)
        logger.propagate = False
