"""The one door that no product has: the tenant's clock."""

from __future__ import annotations

import httpx
import pytest


@pytest.mark.parametrize(("step", "now"), [("PT5M", "2026-11-03T08:05:00"), ("P31D", "2026-12-04T08:00:00")])
def test_the_clock_moves_as_far_as_it_is_told(client: httpx.Client, step: str, now: str) -> None:
    assert client.post("/practice/clock", json={"advance": step}).json()["now"].startswith(now)
    assert client.get("/practice/clock").json()["now"].startswith(now)


@pytest.mark.parametrize("step", ["P31DT1S", "P31DT23H59M", "P999999999999D", "soon", "", None])
def test_the_clock_stands_still_for_anything_longer_or_else(client: httpx.Client, step: str | None) -> None:
    before = client.get("/practice/clock").json()
    answer = client.post("/practice/clock", json={"advance": step})
    assert (answer.status_code, client.get("/practice/clock").json()) == (400, before)
    assert answer.json()["error"]["message"]
