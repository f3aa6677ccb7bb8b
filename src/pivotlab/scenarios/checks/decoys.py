"""Noise: every obvious filter finds its attack, and something innocent as well. The filters are run as KQL."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pivotlab.kql import Engine, KqlError
from pivotlab.scenarios.checks.bundle_tables import BundleTables, Finding, clock_of, view
from pivotlab.scenarios.truth import Decoy, GroundTruth, TruthError
from pivotlab.store import Store
from pivotlab.store.manifest import read_manifest


def check_decoys(tables: BundleTables) -> Iterator[Finding]:
    """Everything that the ground truth says about noise."""
    try:
        truths = tables.truths
    except TruthError:
        return
    end = read_manifest(tables.folder).end
    engine = Engine(Store.open(tables.folder), "defender", "workspace", now=lambda: end, external="empty")
    for truth in truths:
        for decoy in truth.decoys:
            yield from _decoy(tables, engine, truths, truth, decoy)


def _decoy(
    tables: BundleTables, engine: Engine, truths: list[GroundTruth], truth: GroundTruth, decoy: Decoy
) -> Iterator[Finding]:
    where = f"{truth.id:02d}-{truth.slug} {decoy.table}"
    table = next((name for name in tables.columns if name.endswith(f"/{decoy.table}")), None)
    if table is None:
        yield Finding("decoy", where, "is not in the bundle.")
        return
    summarizes = "summarize" in decoy.filter
    try:
        found = engine.run(f"{decoy.table} | {decoy.filter}{'' if summarizes else f' | distinct {clock_of(table)}'}")
    except KqlError as error:
        yield Finding("decoy", where, f"{decoy.filter}: {error}")
        return
    # Rows are told apart by their moment, the groups of a filter that summarizes by the column that they are made of.
    column = next(name for name in found.columns if name in tables.columns[table])
    hits = set(_text(found[column]))
    if not hits & _values(tables, table, column, f"SEMI JOIN {_told(tables, table, [truth])}"):
        yield Finding("decoy", where, f"no row of the incident is found: {decoy.filter}")
    innocent = _values(tables, table, column, f"ANTI JOIN {_told(tables, table, truths)} WHERE {decoy.innocent}")
    if not innocent:
        yield Finding("decoy", where, f"nothing innocent matches: {decoy.innocent}")
    elif not hits & innocent:
        yield Finding("decoy", where, f"{decoy.filter} finds nothing of what is said to be innocent: {decoy.innocent}")


def _told(tables: BundleTables, table: str, truths: list[GroundTruth]) -> str:
    """SQL after SEMI JOIN or ANTI JOIN: the rows of a table that belong to incidents, by their moments."""
    moments = [str(values[0]) for truth in truths if table in truth.true_rows for values in truth.true_rows[table].rows]
    tables.con.execute("CREATE OR REPLACE TEMP TABLE told AS SELECT unnest($1::TIMESTAMP[]) AS moment", [moments])
    # Rows of incidents are written to the microsecond, and named to the millisecond.
    return f"told ON told.moment = date_trunc('milliseconds', \"{clock_of(table)}\")"


def _values(tables: BundleTables, table: str, column: str, which: str) -> set[str]:
    """The values of a column in some rows of a table, as text."""
    rows = tables.con.execute(f'SELECT DISTINCT "{column}" FROM {view(table)} {which}')
    return set(_text(rows.df()[column]))


def _text(values: pd.Series) -> pd.Series:
    """Values as text; moments to the millisecond and without their zone, which is UTC."""
    return values.dt.strftime("%Y-%m-%d %H:%M:%S.%f") if hasattr(values, "dt") else values.astype(str)
