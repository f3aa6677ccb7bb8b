"""Certificates for one server, made when it starts."""

from __future__ import annotations

import time
from pathlib import Path

from pivotlab.loopback.certificates import issue


def test_certificates_are_made_quickly(tmp_path: Path) -> None:
    begun = time.perf_counter()
    issue(tmp_path)
    assert time.perf_counter() - begun < 0.5
