"""A port for one server alone."""

from __future__ import annotations

import socket

import pytest

from pivotlab.loopback.ports import bound


def test_a_port_that_another_server_holds_is_not_given_out_again() -> None:
    with bound("127.0.0.1", 0) as first:
        first.listen()
        with pytest.raises(OSError, match="in use"):
            bound("127.0.0.1", first.getsockname()[1])


def test_a_port_that_was_just_let_go_can_be_had_again() -> None:
    with bound("127.0.0.1", 0) as first:
        first.listen()
        port = first.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            accepted, _ = first.accept()
            accepted.close()
            client.recv(1)
    with bound("127.0.0.1", port) as again:
        again.listen()
