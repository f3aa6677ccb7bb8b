from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pivotlab.learn.record import file_lock
from pivotlab.learn.record.file_lock import locked

HOLD = """
import sys, time
from pathlib import Path
from pivotlab.learn.record.file_lock import locked
with locked(Path(sys.argv[1])):
    sys.stdout.write("held\\n"); sys.stdout.flush(); time.sleep(60)
"""


def hold(path: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None and holder.stdout.readline() == "held\n"
    return holder


def test_a_second_process_waits_and_gives_up_with_a_reason(tmp_path: Path) -> None:
    holder = hold(tmp_path / "file")
    try:
        with (
            pytest.raises(TimeoutError, match="another notebook has been holding file"),
            locked(tmp_path / "file", patience=0.1),
        ):
            pass
    finally:
        holder.kill()
        holder.wait()


def test_a_killed_holder_leaves_no_lock_behind(tmp_path: Path) -> None:
    holder = hold(tmp_path / "file")
    os.kill(holder.pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    holder.wait()
    with locked(tmp_path / "file", patience=1):
        pass


def test_the_lock_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        with locked(tmp_path / "file", patience=0.1):
            pass


def test_a_file_system_without_locks_keeps_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_here(handle: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(file_lock, "_try", none_here)
    monkeypatch.setattr(file_lock, "_release", none_here)
    with locked(tmp_path / "file", patience=0.1):
        (tmp_path / "file").write_text("saved")
    assert (tmp_path / "file").read_text() == "saved"
