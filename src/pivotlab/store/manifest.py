"""What a bundle says about itself: where its data begin and end, where the clock stands, and how many rows there are."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError


class BundleError(Exception):
    """A bundle does not hold what it should; the message names the file and the line."""


class Manifest(BaseModel):
    """`manifest.json`. `now` is where the clock stands when a tenant opens; `rows` are counted by `<product>/<Table>`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    start: datetime
    end: datetime
    now: datetime
    rows: dict[str, int]


def read_manifest(bundle: Path) -> Manifest:
    """Read a bundle's manifest. Raises `BundleError` when there is none or it does not fit."""
    try:
        return Manifest.model_validate_json((bundle / "manifest.json").read_bytes())
    except FileNotFoundError:
        raise BundleError(f"{bundle} is no bundle: it has no manifest.json.") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise BundleError(f"manifest.json: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
