"""429 with Retry-After, for practising what a client does about it.

A notebook's tenant has no quota. `pivotlab serve --quota 45` gives each caller 45 calls a minute per API, which is the
least that the hunting API grants a tenant (fact hunting-03); that every API counts by itself and per caller is our
choice. Minutes are real ones: this is the transport, not the tenant.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from pivotlab.api.errors import ApiError, respond

SECONDS = 60.0


class Quota:
    """ASGI middleware: at most `calls` in any minute, per caller and API. Sits behind the token check."""

    def __init__(self, app: ASGIApp, calls: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._app, self._calls, self._clock = app, calls, clock
        self._seen: dict[tuple[str, str], deque[float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count, then answer or refuse."""
        principal = scope.get("principal")
        if principal is None:
            await self._app(scope, receive, send)
            return
        now = self._clock()
        seen = self._seen.setdefault((principal.upn, api_of(scope["path"])), deque())
        while seen and seen[0] <= now - SECONDS:
            seen.popleft()
        if len(seen) >= self._calls:
            wait = max(1, math.ceil(seen[0] + SECONDS - now))
            error = ApiError(
                429,
                "TooManyRequests",
                f"More than {self._calls} calls in a minute. Wait {wait} seconds, as the Retry-After header says.",
                headers={"Retry-After": str(wait)},
            )
            await respond(Request(scope), error)(scope, receive, send)
            return
        seen.append(now)
        await self._app(scope, receive, send)


def api_of(path: str) -> str:
    """Which API a path belongs to: `v1.0` (Graph), `v1` (Log Analytics), `api` (Defender) or `subscriptions` (ARM)."""
    return path.split("/", 2)[1].lower()
