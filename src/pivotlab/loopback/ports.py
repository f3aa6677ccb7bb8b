"""A port for one server alone."""

from __future__ import annotations

import socket
import sys


def bound(host: str, port: int) -> socket.socket:
    """A socket that holds a port of this machine, any free one for 0. Raises `OSError` when another program has it."""
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        if sys.platform == "win32":  # without it, and with the option below, two servers could share the port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    return made
