"""A bundle as the tenant reads it: its manifest and its alerts. The tables are the store's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pivotlab.model import Alert


class BundleError(Exception):
    """A bundle does not hold what it should; the message names the file and the line."""


class Manifest(BaseModel):
    """`manifest.json`: where the data begin and end, and where the clock stands when a tenant opens."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    seed: int
    start: datetime
    end: datetime
    now: datetime


def read_manifest(bundle: Path) -> Manifest:
    """Read a bundle's manifest. Raises `BundleError` when there is none or it does not fit."""
    file = bundle / "manifest.json"
    try:
        return Manifest.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        raise BundleError(f"{bundle} is no bundle: it has no manifest.json.") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise BundleError(f"manifest.json: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def read_alerts(bundle: Path) -> Iterator[Alert]:
    """The alerts of a bundle in the order in which they arise. Raises `BundleError` naming the line that does not fit."""
    with (bundle / "alerts.jsonl").open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield Alert.from_record(json.loads(line))
            except (KeyError, ValueError) as error:
                raise BundleError(f"alerts.jsonl, line {number}: {type(error).__name__} {error}") from None
