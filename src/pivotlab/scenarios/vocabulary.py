"""The words the company is made of: `data/company/*.yaml`, read once."""

from __future__ import annotations

from functools import cache
from typing import Any

from pivotlab.places import DATA
from pivotlab.yaml_files import read_yaml


@cache
def vocabulary(name: str) -> Any:
    """The parsed `data/company/<name>.yaml`. Treat it as read-only."""
    return read_yaml(DATA / "company" / f"{name}.yaml")
