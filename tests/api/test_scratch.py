"""Folders of a process: its own stay, those of a killed one go."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from pivotlab.api.scratch import scratch_folder


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = tmp_path / f"pivotlab-{gone.pid}-abc"
    left.mkdir()
    (left / "server.key").write_text("key", "utf-8")
    scratch_folder()
    assert not left.exists()


def test_folders_of_a_living_process_and_of_others_stay(tmp_path: Path) -> None:
    kept = [tmp_path / f"pivotlab-{os.getpid()}-abc", tmp_path / "pivotlab-notes-2026", tmp_path / "pivotlab-test-x1"]
    for folder in kept:
        folder.mkdir()
    scratch_folder()
    assert all(folder.exists() for folder in kept)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits.")
def test_only_the_user_can_read_it() -> None:
    assert scratch_folder().stat().st_mode & 0o077 == 0
