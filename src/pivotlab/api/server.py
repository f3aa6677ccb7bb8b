"""The practice tenant's server: uvicorn in a thread of the caller's process, on loopback, with TLS of its own."""

from __future__ import annotations

import contextlib
import logging
import shutil
import socket
import threading
from typing import TYPE_CHECKING

import uvicorn
from starlette.types import ASGIApp

from pivotlab.api import QUERIES_AT_ONCE
from pivotlab.api.application import app
from pivotlab.api.identities import Identities
from pivotlab.api.scratch import scratch_folder
from pivotlab.loopback.certificates import NAMES, issue
from pivotlab.loopback.ports import bound

if TYPE_CHECKING:
    from pivotlab.tenant import Tenant

LOOPBACK = "127.0.0.1"
START_SECONDS = 15
STOP_SECONDS = 3
IDLE_CONNECTION_SECONDS = 30


class ServerError(Exception):
    """The server could not start: the port is taken, or the address is not this computer's."""


class Server:
    """A running practice tenant.

    `url` is its base address, such as `https://127.0.0.1:49152`; `ca_file` the one certificate authority to trust;
    `identities` the credentials that it accepts. `close()` stops it and removes its files.
    """

    def __init__(self, application: ASGIApp, identities: Identities, *, host: str = LOOPBACK, port: int = 0) -> None:
        self.identities = identities
        self.folder = scratch_folder()
        try:
            certificates = issue(self.folder, NAMES if host in NAMES else (*NAMES, host))
            self._socket = _listen(host, port)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        logging.getLogger("uvicorn").addHandler(logging.NullHandler())
        self.ca_file = certificates.ca_file
        self.url = f"https://{f'[{host}]' if ':' in host else host}:{self._socket.getsockname()[1]}"
        self._uvicorn = uvicorn.Server(
            uvicorn.Config(
                application,
                ssl_certfile=str(certificates.chain_file),
                ssl_keyfile=str(certificates.key_file),
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=IDLE_CONNECTION_SECONDS,
                timeout_graceful_shutdown=STOP_SECONDS,
            )
        )
        self._thread = threading.Thread(
            target=self._uvicorn.run, kwargs={"sockets": [self._socket]}, name="pivotlab-server", daemon=True
        )
        self._thread.start()
        self._wait_until_started()

    def close(self) -> None:
        """Stop: requests under way are answered, connections that merely stand open are dropped. Twice is fine."""
        self._uvicorn.should_exit = True
        pause = threading.Event()
        for _ in range(STOP_SECONDS * 50):
            if not self._uvicorn.server_state.tasks:
                break
            pause.wait(0.02)
        self._uvicorn.force_exit = True
        self._thread.join(START_SECONDS)
        with contextlib.suppress(OSError):
            self._socket.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _wait_until_started(self) -> None:
        waited = threading.Event()
        for _ in range(START_SECONDS * 200):
            if self._uvicorn.started:
                return
            if not self._thread.is_alive():
                break
            waited.wait(0.005)
        self.close()
        raise ServerError("The practice tenant's server did not start. Run `python start.py doctor`.")


def serve_in_thread(
    tenant: Tenant,
    *,
    host: str = LOOPBACK,
    port: int = 0,
    workers: int = QUERIES_AT_ONCE,
    quota: int | None = None,
    access_log: bool = False,
) -> Server:
    """Serve `tenant` over HTTPS from a thread of this process; a free loopback port unless told otherwise.

    The other parameters are those of `app`. Raises `ServerError` when the port cannot be had.
    """
    identities = Identities()
    application = app(tenant, identities, workers=workers, quota=quota, access_log=access_log)
    return Server(application, identities, host=host, port=port)


def _listen(host: str, port: int) -> socket.socket:
    try:
        listening = bound(host, port)
        listening.listen(1024)
    except OSError as error:
        raise ServerError(
            f"Cannot listen on {host}:{port}: {error.strerror}. Leave --port out to take a free one."
        ) from None
    return listening
