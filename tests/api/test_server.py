"""The server: HTTPS with a CA of its own, on loopback, gone without a trace when closed."""

from __future__ import annotations

import socket
import ssl
import stat
import sys
import threading

import httpx
import pytest

from pivotlab.api import Server, ServerError, serve_in_thread
from pivotlab.tenant import Tenant


def test_it_listens_on_loopback_only(server: Server) -> None:
    port = int(server.url.rpartition(":")[2])
    assert server.url == f"https://127.0.0.1:{port}"
    outside = socket.gethostbyname(socket.gethostname())
    if not outside.startswith("127."):
        with pytest.raises(OSError), socket.create_connection((outside, port), timeout=1):
            pass


def test_its_certificate_holds_for_both_names_of_loopback_under_its_own_ca(server: Server) -> None:
    trust = ssl.create_default_context(cafile=str(server.ca_file))
    for name in ("127.0.0.1", "localhost"):
        url = server.url.replace("127.0.0.1", name)
        assert httpx.get(f"{url}/metadata/endpoints", verify=trust).status_code == 200


def test_nobody_trusts_it_without_its_ca(server: Server) -> None:
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"{server.url}/metadata/endpoints")


def test_two_servers_have_two_authorities(tenant: Tenant, server: Server) -> None:
    with serve_in_thread(tenant) as other:
        trust = ssl.create_default_context(cafile=str(other.ca_file))
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(f"{server.url}/metadata/endpoints", verify=trust)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps permissions elsewhere")
def test_its_folder_and_its_key_are_private(server: Server) -> None:
    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.folder / "server.key").stat().st_mode) == 0o600


def test_closing_frees_the_port_and_removes_the_files(tenant: Tenant) -> None:
    before = set(threading.enumerate())
    server = serve_in_thread(tenant)
    port, folder = int(server.url.rpartition(":")[2]), server.folder
    server.close()
    server.close()
    assert not folder.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
    assert not [thread for thread in set(threading.enumerate()) - before if thread.name == "pivotlab-server"]


@pytest.mark.timeout(30)
def test_closing_does_not_wait_for_connections_that_merely_stand_open(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pivotlab.api.server.STOP_SECONDS", 60)
    server = serve_in_thread(tenant)
    trust = ssl.create_default_context(cafile=str(server.ca_file))
    with httpx.Client(base_url=server.url, verify=trust) as client:
        client.get("/metadata/endpoints")
        server.close()
        with pytest.raises(httpx.TransportError):
            client.get("/metadata/endpoints")


def test_it_says_nothing_on_the_terminal(tenant: Tenant, capfd: pytest.CaptureFixture[str]) -> None:
    with serve_in_thread(tenant) as server:
        trust = ssl.create_default_context(cafile=str(server.ca_file))
        httpx.get(f"{server.url}/metadata/endpoints", verify=trust)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{server.url}/metadata/endpoints")
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_a_port_in_use_is_said_in_one_sentence(tenant: Tenant) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ServerError, match=r"Cannot listen on 127.0.0.1:\d+: .* Leave --port out"):
            serve_in_thread(tenant, port=taken.getsockname()[1])


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_an_address_of_ipv6_stands_in_brackets(tenant: Tenant) -> None:
    with serve_in_thread(tenant, host="::1") as server:
        trust = ssl.create_default_context(cafile=str(server.ca_file))
        assert server.url.startswith("https://[::1]:")
        assert httpx.get(f"{server.url}/metadata/endpoints", verify=trust).status_code == 200
