"""Where things are on disk: the repository, its bundled data, and the learner's own folder."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout. The package runs from it; it is never installed without its data."""

DATA = ROOT / "data"
"""Bundled data: schemas, tables, incidents, questions, facts. Read only."""

SECOND_SEED = DATA / "second_seed"
"""The same incidents with other people, hosts and times. Checks run answers on it as well."""


def my_work() -> Path:
    """The learner's folder: edited notebooks and progress. Ignored by git, never overwritten.

    `PIVOTLAB_WORK` moves it; builds and tests point it at a temporary folder.
    """
    return Path(os.environ.get("PIVOTLAB_WORK") or ROOT / "my-work")
