"""Certificates for one server, made when it starts."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from pivotlab.loopback.certificates import issue


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights.")
def test_only_the_owner_can_read_the_key(tmp_path: Path) -> None:
    assert stat.S_IMODE(issue(tmp_path).key_file.stat().st_mode) == 0o600


def test_the_authority_keeps_no_key(tmp_path: Path) -> None:
    files = issue(tmp_path)
    assert b"PRIVATE" not in files.ca_file.read_bytes() + files.chain_file.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ca.pem", "server.key", "server.pem"]
