"""The tenant served alone: how to reach it, a structured log, a clean stop."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from pivotlab.api.access_log import log_to
from pivotlab.api.clients import instructions
from pivotlab.api.server import ServerError, serve_in_thread
from pivotlab.store.manifest import BundleError
from pivotlab.tenant import Tenant
from pivotlab.tenant.journal import JournalError

SWITCH_SECONDS = 0.0005
"""How long a query may keep Python to itself while other calls wait; the default of ten times as long shows in them."""


class ServingError(Exception):
    """It cannot be served; the message says why and what to type."""


def load(folder: Path | None) -> Tenant:
    """The tenant, as it was left in `folder` when there is one. Raises `ServingError`."""
    try:
        return Tenant.open(folder=folder)
    except OSError as error:
        advice = " Choose another --folder." if folder else ""
        raise ServingError(f"{error.filename or folder}: {error.strerror}.{advice}") from None
    except JournalError as error:
        raise ServingError(
            f"{folder} does not hold a tenant of this version ({error}). Choose another --folder."
        ) from None
    except BundleError as error:
        raise ServingError(f"The bundled data cannot be read: {error}") from None


def serve(tenant: Tenant, *, host: str, port: int, workers: int, quota: int | None) -> None:
    """Serve until interrupted (Ctrl+C) or terminated, then close the tenant. Raises `ServingError`."""
    stop = threading.Event()
    sys.setswitchinterval(SWITCH_SECONDS)
    with tenant, _stopped_by_signals(stop):
        try:
            server = serve_in_thread(tenant, host=host, port=port, workers=workers, quota=quota, access_log=True)
        except ServerError as error:
            raise ServingError(str(error)) from None
        with server:
            log_to(sys.stderr)
            sys.stdout.write(instructions(server, tenant))
            sys.stdout.flush()
            while not stop.wait(0.5):  # for ever, Windows would not hear Ctrl+C
                pass
    sys.stdout.write("Stopped.\n")


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Let Ctrl+C and a polite kill set `stop`, and put the former handlers back afterwards."""

    def heard(_: int, __: FrameType | None) -> None:
        stop.set()

    former = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
