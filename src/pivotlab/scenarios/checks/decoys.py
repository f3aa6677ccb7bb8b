"""Noise: every obvious filter finds its attack, and something innocent as well. The filters are run as KQL."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pivotlab.kql import Engine, KqlError
from pivotlab.scenarios.checks.bundle_tables import BundleTables, Finding, clock_of, told_by, view
from pivotlab.scenarios.truth import Decoy, GroundTruth, TruthError
from pivotlab.store import Store
from pivotlab.store.manifest import read_manifest

SAYING = ("ActionType", "LogonType", "Operation", "OperationName", "EventID", "Action")
"""Columns that say what happened: the first that anybody filters on."""

TELLING = {
    ("DeviceEvents", "CreateRemoteThreadApiCall"): "lab L3 begins with it",
    ("DeviceEvents", "SecurityLogCleared"): "only an attacker clears a log",
    ("SecurityEvent", "1102"): "the same, as Windows writes it",
    ("CloudProcessEvents", "ProcessCreated"): "the table has one row, that of the miner",
    ("IdentityLogonEvents", "Resource access"): "people are seen at their desks; incidents are followed to the servers",
    ("IdentityLogonEvents", "Credentials validation"): "the same",
}
"""Table and value -> why it may occur in incidents only."""


def check_decoys(tables: BundleTables) -> Iterator[Finding]:
    """Everything that the ground truth says about noise."""
    try:
        truths = tables.truths
    except TruthError:
        return
    end = read_manifest(tables.folder).end
    engine = Engine(Store.open(tables.folder), "defender", "workspace", now=lambda: end, external="empty")
    yield from _only_attacks(tables)
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
    if not hits & _values(tables, table, column, f"SEMI JOIN {told_by(tables, table, [truth])}"):
        yield Finding("decoy", where, f"no row of the incident is found: {decoy.filter}")
    innocent = _values(tables, table, column, f"ANTI JOIN {told_by(tables, table, truths)} WHERE {decoy.innocent}")
    if not innocent:
        yield Finding("decoy", where, f"nothing innocent matches: {decoy.innocent}")
    elif not hits & innocent:
        yield Finding("decoy", where, f"{decoy.filter} finds nothing of what is said to be innocent: {decoy.innocent}")


def _only_attacks(tables: BundleTables) -> Iterator[Finding]:
    """An action that nothing innocent does would give an attack away by itself."""
    for table, columns in tables.columns.items():
        name = table.partition("/")[2]
        for column in (column for column in SAYING if column in columns and clock_of(table) in columns):
            told = told_by(tables, table, tables.truths)
            query = f'SELECT DISTINCT "{column}"::VARCHAR FROM {view(table)} {{}} WHERE "{column}" IS NOT NULL'
            attack, ordinary = (
                {value for (value,) in tables.con.execute(query.format(f"{join} JOIN {told}")).fetchall()}
                for join in ("SEMI", "ANTI")
            )
            for value in sorted(attack - ordinary):
                if (name, value) not in TELLING:
                    yield Finding("decoy", f"{table}.{column}", f"{value} occurs in incidents only.")


def _values(tables: BundleTables, table: str, column: str, which: str) -> set[str]:
    """The values of a column in some rows of a table, as text."""
    rows = tables.con.execute(f'SELECT DISTINCT "{column}" FROM {view(table)} {which}')
    return set(_text(rows.df()[column]))


def _text(values: pd.Series) -> pd.Series:
    """Values as text; moments to the millisecond and without their zone, which is UTC."""
    return values.dt.strftime("%Y-%m-%d %H:%M:%S.%f") if hasattr(values, "dt") else values.astype(str)
