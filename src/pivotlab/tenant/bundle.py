"""The alerts of a bundle. Its manifest and its tables are the store's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pivotlab.model import Alert
from pivotlab.store.manifest import BundleError


def read_alerts(bundle: Path) -> Iterator[Alert]:
    """The alerts of a bundle in the order in which they arise. Raises `BundleError` naming the line that does not fit."""
    with (bundle / "alerts.jsonl").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield Alert.from_record(json.loads(line))
            except (KeyError, ValueError) as error:
                raise BundleError(f"alerts.jsonl, line {number}: {type(error).__name__} {error}") from None
