"""`pivotlab data verify`: does a bundle hold together?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pivotlab.scenarios.checks.alert_evidence import check_alerts
from pivotlab.scenarios.checks.bundle_tables import BundleTables, Finding
from pivotlab.scenarios.checks.decoys import check_decoys
from pivotlab.scenarios.checks.hashes import check_hashes
from pivotlab.scenarios.checks.moments import check_moments
from pivotlab.scenarios.checks.ordinary import check_ordinary
from pivotlab.scenarios.checks.references import check_references
from pivotlab.scenarios.checks.reserved import check_reserved
from pivotlab.scenarios.checks.shape import check_shape
from pivotlab.scenarios.checks.stories import check_stories
from pivotlab.scenarios.checks.twins import check_twins

Check = Callable[[BundleTables], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    check_shape,
    check_moments,
    check_hashes,
    check_references,
    check_twins,
    check_ordinary,
    check_alerts,
    check_reserved,
    check_stories,
    check_decoys,
)
"""Every check, the cheap ones first."""


def verify(folder: Path, checks: Sequence[Check] = CHECKS) -> list[Finding]:
    """Everything that does not hold in a bundle; an empty list when all does.

    Raises `FileNotFoundError` when the folder holds no bundle.
    """
    if not (folder / "manifest.json").exists():
        raise FileNotFoundError(f"{folder} is no bundle: it has no manifest.json.")
    tables = BundleTables(folder)
    try:
        return [finding for check in checks for finding in check(tables)]
    finally:
        tables.close()
