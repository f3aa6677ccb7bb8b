"""What every test has: no way beyond loopback, and a learner's folder of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
GUARD = str(TESTS / "guard")
if GUARD not in sys.path:  # pytest was started by itself, not by `python start.py test`
    sys.path.insert(0, GUARD)
    inherited = [GUARD, str(TESTS.parent / "src"), os.environ.get("PYTHONPATH")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, inherited))

import loopback_only  # noqa: E402, F401


@pytest.fixture(autouse=True)
def _own_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test touches the progress of the person who runs it."""
    monkeypatch.setenv("PIVOTLAB_WORK", str(tmp_path / "my-work"))
