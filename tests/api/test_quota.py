"""429 with Retry-After, for those who ask for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx

from pivotlab.api import Server, serve_in_thread
from pivotlab.api.identities import PRINCIPALS, Role
from pivotlab.api.quota import Quota
from pivotlab.tenant import Tenant

Connect = Callable[[Server, Role | None], httpx.Client]


class Minute:
    """A quota of two calls over an app that always answers 200, with a clock of its own."""

    def __init__(self) -> None:
        self.time = 0.0
        self._quota = Quota(self._answer, 2, clock=lambda: self.time)

    def call(self, path: str = "/v1.0/x", role: Role = Role.READER) -> tuple[int, str | None]:
        """Status and Retry-After."""
        principal = next(one for one in PRINCIPALS if one.role == role)
        sent: list[dict[str, Any]] = []

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "path": path,
            "headers": [],
            "method": "GET",
            "query_string": b"",
            "principal": principal,
        }
        scope["server"] = ("127.0.0.1", 1)
        asyncio.run(self._quota(scope, None, send))  # type: ignore[arg-type]
        return sent[0]["status"], dict(sent[0].get("headers", [])).get(b"retry-after", b"").decode() or None

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})


def test_calls_beyond_the_quota_wait_for_the_minute_to_pass() -> None:
    minute = Minute()
    assert [minute.call()[0] for _ in range(2)] == [200, 200]
    minute.time = 20
    assert minute.call() == (429, "40")
    minute.time = 60
    assert minute.call() == (200, None)


def test_a_refused_call_does_not_count() -> None:
    minute = Minute()
    for _ in range(10):
        minute.call()
    minute.time = 60
    assert [minute.call()[0] for _ in range(3)] == [200, 200, 429]


def test_every_caller_and_every_api_counts_by_itself() -> None:
    minute = Minute()
    for _ in range(2):
        minute.call()
    assert minute.call("/v1.0/y")[0] == 429
    assert minute.call("/subscriptions/x")[0] == 200
    assert minute.call(role=Role.CONTRIBUTOR)[0] == 200


def test_over_http_it_comes_in_the_products_shape(tenant: Tenant, connect_to: Connect) -> None:
    with serve_in_thread(tenant, quota=1) as server, connect_to(server, Role.READER) as client:
        assert client.get("/v1.0/security/incidents").status_code == 200
        answer = client.get("/v1.0/security/incidents")
        assert (answer.status_code, answer.json()["error"]["code"]) == (429, "TooManyRequests")
        assert 1 <= int(answer.headers["retry-after"]) <= 60


def test_without_a_quota_nobody_is_refused(onlooker: httpx.Client) -> None:
    assert {onlooker.get("/v1.0/security/alerts_v2").status_code for _ in range(60)} == {200}


def test_signing_in_is_not_counted(tenant: Tenant, connect_to: Connect) -> None:
    with serve_in_thread(tenant, quota=1) as server, connect_to(server, None) as client:
        assert {client.get("/metadata/endpoints").status_code for _ in range(3)} == {200}
