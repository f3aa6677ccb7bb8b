"""A lock between processes that the operating system lets go of when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 10.0
"""Seconds to wait for another notebook before giving up."""

if sys.platform == "win32":
    import msvcrt

    def _try(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _release(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _try(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _release(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


@contextmanager
def locked(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock that belongs to `path`, a file `<path>.lock` beside it. Raises `TimeoutError` after `patience` seconds."""
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _wait(handle, path, time.monotonic() + patience)
        try:
            yield
        finally:
            with suppress(OSError):  # nothing was locked, where there are no locks
                _release(handle)
    finally:
        os.close(handle)


def _wait(handle: int, path: Path, until: float) -> None:
    while True:
        try:
            _try(handle)
            return
        except (BlockingIOError, PermissionError):
            if time.monotonic() > until:
                raise TimeoutError(f"another notebook has been holding {path.name} for too long") from None
            time.sleep(0.005)
        except OSError:
            return  # a file system without locks, as some network homes are: nothing to wait for
