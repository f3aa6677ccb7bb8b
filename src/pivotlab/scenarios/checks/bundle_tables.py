"""A bundle's tables as DuckDB views, and the findings that checks make on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import duckdb

from pivotlab.scenarios.truth import GroundTruth, read_truth
from pivotlab.store.manifest import read_manifest


@dataclass(frozen=True)
class Finding:
    """Something that does not hold."""

    check: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.check}: {self.where}: {self.what}"


class BundleTables:
    """Every Parquet file of a bundle as a view `<product>.<Table>`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.con = duckdb.connect()
        self.con.execute("SET TimeZone = 'UTC'")
        self.con.execute("SET memory_limit = '1500MB'")
        self.columns: dict[str, dict[str, str]] = {}
        for path in sorted((folder / "tables").glob("*/*.parquet")):
            product, table = path.parent.name, path.stem
            self.con.execute(f"CREATE SCHEMA IF NOT EXISTS {product}")
            file = str(path).replace("'", "''")
            self.con.execute(f"CREATE VIEW {product}.\"{table}\" AS FROM '{file}'")
            described = self.con.execute(f'DESCRIBE {product}."{table}"').fetchall()
            self.columns[f"{product}/{table}"] = {name: kind for name, kind, *_ in described}

    @cached_property
    def truths(self) -> list[GroundTruth]:
        """The ground truth of every incident. Raises `TruthError` when a file is malformed."""
        return read_truth(self.folder)

    def has(self, *tables: str) -> bool:
        """Whether all of these tables are there."""
        return all(table in self.columns for table in tables)

    def count(self, query: str) -> int:
        """The number of rows of a query."""
        return int(self.con.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0])

    def complain(self, check: str, where: str, query: str, what: str) -> Iterator[Finding]:
        """A finding when `query` returns rows: how many, and the first one."""
        found = self.con.execute(f"FROM ({query}) LIMIT 1").fetchall()
        if found:
            yield Finding(check, where, f"{self.count(query)} rows: {what}; the first is {found[0]}.")

    def close(self) -> None:
        """Release the connection."""
        self.con.close()


def clock_of(table: str) -> str:
    """The column that says when a row of `<product>/<Table>` happened."""
    return "Timestamp" if table.startswith("defender/") else "TimeGenerated"


def span_of(tables: BundleTables) -> tuple[datetime, datetime]:
    """First moment of a bundle, and the first after it."""
    manifest = read_manifest(tables.folder)
    start, end = (moment.replace(tzinfo=None) for moment in (manifest.start, manifest.end))
    return start, end


def told_by(tables: BundleTables, table: str, truths: Sequence[GroundTruth]) -> str:
    """SQL after SEMI JOIN or ANTI JOIN: the rows of a table that belong to these incidents, by their moments."""
    moments = [str(values[0]) for truth in truths if table in truth.true_rows for values in truth.true_rows[table].rows]
    name = f"told_{table.replace('/', '_')}"
    tables.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT unnest($1::TIMESTAMP[]) AS moment", [moments])
    # Rows of incidents are written to the microsecond, and named to the millisecond.
    return f"{name} ON {name}.moment = date_trunc('milliseconds', \"{clock_of(table)}\")"


def view(table: str) -> str:
    """`<product>/<Table>` as SQL."""
    product, _, name = table.partition("/")
    return f'{product}."{name}"'
