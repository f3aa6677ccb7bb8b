"""Manifest, documented columns and types, time, and hashes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pivotlab.scenarios.checks.bundle_tables import BundleTables, Finding, view
from pivotlab.store.schemas import DUCKDB_TYPES, read_schemas

STREAMED = (
    "DeviceInfo",
    "DeviceNetworkInfo",
    "DeviceProcessEvents",
    "DeviceNetworkEvents",
    "DeviceFileEvents",
    "DeviceRegistryEvents",
    "DeviceLogonEvents",
    "DeviceImageLoadEvents",
    "DeviceEvents",
    "DeviceFileCertificateInfo",
    "EmailEvents",
    "EmailAttachmentInfo",
    "EmailUrlInfo",
    "EmailPostDeliveryEvents",
    "UrlClickEvents",
    "IdentityDirectoryEvents",
    "IdentityLogonEvents",
    "IdentityQueryEvents",
    "CloudAppEvents",
    "AlertInfo",
    "AlertEvidence",
)
"""The tables that the connector offers (facts tables-01 to tables-05)."""

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
    yield from _time(tables)
    yield from _hashes(tables)


def _manifest(tables: BundleTables) -> Iterator[Finding]:
    path = tables.folder / "manifest.json"
    if not path.exists():
        yield Finding("manifest", "manifest.json", "is missing; generate the bundle again.")
        return
    rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
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
            expected = "TIMESTAMP" if column == "_ingested" else DUCKDB_TYPES.get(schema.get(column, ""), "")
            if not expected:
                yield Finding("schema", f"{table}.{column}", "is no documented column.")
            elif kind != expected:
                yield Finding("schema", f"{table}.{column}", f"is {kind}, documented is {expected}.")


def _time(tables: BundleTables) -> Iterator[Finding]:
    manifest = json.loads((tables.folder / "manifest.json").read_text(encoding="utf-8"))
    start, end = (manifest[name].removesuffix("Z") for name in ("start", "end"))
    for table, columns in tables.columns.items():
        clock = "Timestamp" if table.startswith("defender") else "TimeGenerated"
        if clock not in columns:
            continue
        outside = f"""
            SELECT "{clock}" FROM {view(table)}
            WHERE "{clock}" < '{start}' OR "{clock}" >= '{end}' OR "{clock}" IS NULL"""
        yield from tables.complain("time", table, outside, "lie outside of the window")
        early = f'SELECT "{clock}", _ingested FROM {view(table)} WHERE _ingested < "{clock}" OR _ingested IS NULL'
        yield from tables.complain("time", table, early, "arrive before they happen")


def _hashes(tables: BundleTables) -> Iterator[Finding]:
    for table, columns in tables.columns.items():
        for column, length in (("SHA256", 64), ("SHA1", 40), ("MD5", 32), ("InitiatingProcessSHA256", 64)):
            if column in columns:
                wrong = (
                    f"SELECT {column} FROM {view(table)} WHERE NOT regexp_full_match({column}, '[0-9a-f]{{{length}}}')"
                )
                yield from tables.complain("hash", f"{table}.{column}", wrong, f"are not {length} hexadecimal digits")
    if tables.has("defender/DeviceProcessEvents"):
        source = view("defender/DeviceProcessEvents")
        several = f"""
            SELECT lower(FolderPath), count(DISTINCT SHA256) FROM {source} WHERE FolderPath ILIKE 'c:\\windows\\%'
            GROUP BY lower(FolderPath) HAVING count(DISTINCT SHA256) > 1"""
        yield from tables.complain("hash", "defender/DeviceProcessEvents", several, "paths have several hashes")
        split = f"SELECT SHA256, count(DISTINCT SHA1) FROM {source} GROUP BY SHA256 HAVING count(DISTINCT SHA1) > 1"
        yield from tables.complain(
            "hash", "defender/DeviceProcessEvents", split, "SHA-256 values go with several SHA-1 values"
        )
