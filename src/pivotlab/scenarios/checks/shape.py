"""Manifest, documented columns and types, and the tables that must hold rows."""

from __future__ import annotations

from collections.abc import Iterator

from pivotlab.model.streaming import STREAMABLE
from pivotlab.scenarios.checks.bundle_tables import BundleTables, Finding, view
from pivotlab.store.manifest import read_manifest
from pivotlab.store.schemas import STORED_TYPES, read_schemas

STREAMED = tuple(table for tables in STREAMABLE.values() for table in tables)

NATIVE = (
    "SigninLogs",
    "AuditLogs",
    "OfficeActivity",
    "AzureActivity",
    "CommonSecurityLog",
    "Syslog",
    "SecurityEvent",
    "IdentityInfo",
    "Watchlist",
    "AADNonInteractiveUserSignInLogs",
    "Heartbeat",
)
"""Tables that only the workspace has. SecurityAlert and SecurityIncident are written by the tenant."""


def check_shape(tables: BundleTables) -> Iterator[Finding]:
    """Everything that concerns one table at a time."""
    yield from _manifest(tables)
    yield from _columns(tables)


def _manifest(tables: BundleTables) -> Iterator[Finding]:
    rows = read_manifest(tables.folder).rows
    for table in sorted(set(rows) ^ set(tables.columns)):
        yield Finding("manifest", table, "is in the manifest or in tables/, but not in both.")
    for table in sorted(set(rows) & set(tables.columns)):
        there = tables.count(f"FROM {view(table)}")
        if there != rows[table]:
            yield Finding("manifest", table, f"holds {there} rows, the manifest says {rows[table]}.")
    for table in (*(f"defender/{name}" for name in STREAMED), *(f"workspace/{name}" for name in NATIVE)):
        if not rows.get(table):
            yield Finding("manifest", table, "holds no rows.")


def _columns(tables: BundleTables) -> Iterator[Finding]:
    for table, columns in tables.columns.items():
        product, _, name = table.partition("/")
        schema = read_schemas(product).get(name)
        if schema is None:
            yield Finding("schema", table, "is no documented table.")
            continue
        for column, kind in columns.items():
            expected = "TIMESTAMP" if column == "_ingested" else STORED_TYPES.get(schema.get(column, ""), "")
            if not expected:
                yield Finding("schema", f"{table}.{column}", "is no documented column.")
            elif kind != expected:
                yield Finding("schema", f"{table}.{column}", f"is {kind}, documented is {expected}.")
