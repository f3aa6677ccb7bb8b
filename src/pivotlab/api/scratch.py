"""Folders for certificates and caches that live as long as the process that made them."""

from __future__ import annotations

import re
import shutil
import tempfile
from os import getpid
from pathlib import Path

import psutil

_NAME = re.compile(r"pivotlab-(\d+)-")


def scratch_folder() -> Path:
    """A new folder that only this user can read. Whoever makes it removes it.

    A kernel that is killed cannot remove its own, so folders of processes that are gone are removed here.
    """
    for left in Path(tempfile.gettempdir()).glob("pivotlab-*-*"):
        made_by = _NAME.match(left.name)
        if made_by and not psutil.pid_exists(int(made_by[1])):
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"pivotlab-{getpid()}-"))
