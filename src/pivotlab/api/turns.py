"""One call at a time changes or reads the tenant."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from pivotlab.tenant import Tenant

Answer = TypeVar("Answer")


async def in_turn(tenant: Tenant, work: Callable[[], Answer]) -> Answer:
    """Do `work` while nobody else changes the tenant.

    At once when the tenant is free, which it nearly always is: work is short, and handing it to a thread costs more.
    Otherwise a thread waits for the turn, so that other requests are not held up.
    """
    lock = tenant.journal.lock
    if lock.acquire(blocking=False):
        try:
            return work()
        finally:
            lock.release()

    def waiting() -> Answer:
        with lock:
            return work()

    return await run_in_threadpool(waiting)
