"""The tables of a bundle as they lie on disk, for answers that are worked out a second time without the engine."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb
import pandas as pd


@cache
def parquet(bundle: Path, table: str, product: str = "defender") -> pd.DataFrame:
    """A table, up to the moment at which the clock starts; shared by the tests, so nobody changes it."""
    file = bundle / "tables" / product / f"{table}.parquet"
    moment = "TIMESTAMP '2026-11-03 08:00'"
    return duckdb.sql(f"SELECT * FROM read_parquet('{file}') WHERE _ingested::TIMESTAMP <= {moment}").df()
