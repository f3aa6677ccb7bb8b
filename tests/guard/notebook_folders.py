"""A pytest plugin: each notebook's kernel keeps its progress in a folder of its own, as when the notebook was built.

Without it, notebooks on one worker would see each other's answers, and what they print would depend on their order.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

_last: Path | None = None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before a notebook's first cell starts its kernel, point PIVOTLAB_WORK at a new folder."""
    global _last
    if item.path.suffix == ".ipynb" and item.path != _last:
        _last = item.path
        os.environ["PIVOTLAB_WORK"] = tempfile.mkdtemp(prefix=item.path.stem + "-", dir=_parent())


def _parent() -> str | None:
    work = os.environ.get("PIVOTLAB_WORK")
    if work is None:
        return None
    parent = Path(work).parent
    parent.mkdir(parents=True, exist_ok=True)
    return str(parent)
