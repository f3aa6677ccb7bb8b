"""Makes every attempt of this Python to connect beyond loopback fail, from its import on."""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any

CONNECTING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
RESOLVING = {"socket.getaddrinfo", "socket.gethostbyname"}


class BeyondLoopbackError(RuntimeError):
    """A test tried to leave this machine. Not an OSError, so that no retry and no fallback hides it."""


def guard(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse a connection or a look-up that would leave this machine. For `sys.addaudithook`."""
    if event in CONNECTING:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a Unix socket's address is a path
    elif event in RESOLVING:
        host = arguments[0]
    else:
        return
    if not stays_here(host):
        raise BeyondLoopbackError(f"{event} to {host!r}: tests must not open connections beyond loopback")


def stays_here(host: str | bytes | None) -> bool:
    """Whether a host name or address means this machine, without asking a name server."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name is None or name.lower() in ("", "localhost", socket.gethostname().lower()):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


sys.addaudithook(guard)
