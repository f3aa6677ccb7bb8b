"""No test leaves this machine, whatever process it starts."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import urllib.request

import pytest
from loopback_only import BeyondLoopbackError, stays_here

ELSEWHERE = "192.0.2.1"  # reserved for documentation: nothing answers there


def test_connecting_elsewhere_fails_at_once_and_says_why() -> None:
    with socket.socket() as line, pytest.raises(BeyondLoopbackError, match=r"socket\.connect to '192\.0\.2\.1'"):
        line.connect((ELSEWHERE, 443))


def test_a_datagram_elsewhere_fails() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as line, pytest.raises(BeyondLoopbackError):
        line.sendto(b"?", (ELSEWHERE, 53))


def test_asking_a_name_server_fails() -> None:
    with pytest.raises(BeyondLoopbackError):
        socket.getaddrinfo("contoso.example", 443)
    with pytest.raises(BeyondLoopbackError):
        urllib.request.urlopen("https://contoso.example/")


def test_asyncio_is_guarded_too() -> None:
    with pytest.raises(BeyondLoopbackError):
        asyncio.run(asyncio.open_connection(ELSEWHERE, 443))


def test_loopback_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as line:
        assert line.getpeername()[0] == "127.0.0.1"


def test_a_program_that_a_test_starts_is_guarded_from_its_first_line() -> None:
    program = f"import socket; socket.create_connection(('{ELSEWHERE}', 443), timeout=5)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "BeyondLoopbackError" in ended.stderr


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.8.8.8", "::1", "", None, b"localhost", "0.0.0.0", "::"]
)
def test_names_of_this_machine(host: str | bytes | None) -> None:
    assert stays_here(host)


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "169.254.169.254", "2001:db8::1", "localhost.contoso.example", b"a.example"]
)
def test_names_of_other_machines(host: str | bytes) -> None:
    assert not stays_here(host)
