"""The scalar functions, by family. Importing this package fills the table in `rewrite.registry`."""

from __future__ import annotations

from pivotlab.kql.rewrite.functions import (
    arrays,
    bags,
    bits,
    conditions,
    conversions,
    encoding,
    geography,
    hashing,
    network,
    numbers,
    parsing,
    paths,
    searching,
    series,
    sizes,
    text,
    times,
    units,
    user_agents,
    windows,
)

__all__ = [
    "arrays",
    "bags",
    "bits",
    "conditions",
    "conversions",
    "encoding",
    "geography",
    "hashing",
    "network",
    "numbers",
    "parsing",
    "paths",
    "searching",
    "series",
    "sizes",
    "text",
    "times",
    "units",
    "user_agents",
    "windows",
]
