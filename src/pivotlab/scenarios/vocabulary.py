"""The words the company is made of: `data/company/*.yaml`, read once."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from pivotlab.places import DATA


@cache
def vocabulary(name: str) -> Any:
    """The parsed `data/company/<name>.yaml`. Treat it as read-only."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((DATA / "company" / f"{name}.yaml").read_text(encoding="utf-8"), Loader=loader)
