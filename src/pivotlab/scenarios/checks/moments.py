"""Time: inside the window, arriving after it happened, the same on every clock, and in the zone of each site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from pivotlab.scenarios.checks.bundle_tables import BundleTables, Finding, clock_of, span_of, view
from pivotlab.scenarios.vocabulary import vocabulary

SECOND_CLOCKS = {
    "workspace/SigninLogs": "CreatedDateTime",
    "workspace/AADNonInteractiveUserSignInLogs": "CreatedDateTime",
    "workspace/AuditLogs": "ActivityDateTime",
    "workspace/AzureActivity": "EventSubmissionTimestamp",
    "workspace/OfficeActivity": "Start_Time",
    "workspace/Syslog": "EventTime",
}
"""Columns that give the moment of the event a second time."""

TWINS = (
    ("workspace/SigninLogs", "CorrelationId", "defender/EntraIdSignInEvents", "CorrelationId"),
    ("workspace/OfficeActivity", "OfficeId", "defender/CloudAppEvents", "ReportId"),
    ("workspace/AzureActivity", "CorrelationId", "defender/CloudAuditEvents", "ReportId"),
)
"""Two tables of the two products that show the same event, and the columns that say so."""

ARRIVAL = (5, 12)
"""Local hours between which people sign in to their computers in the morning."""


def check_moments(tables: BundleTables) -> Iterator[Finding]:
    """Everything that concerns a moment."""
    yield from _window(tables)
    yield from _processes(tables)
    yield from _clocks(tables)
    yield from _zones(tables)


def _window(tables: BundleTables) -> Iterator[Finding]:
    start, end = span_of(tables)
    for table, columns in tables.columns.items():
        clock = clock_of(table)
        if clock not in columns:
            continue
        outside = f"""
            SELECT "{clock}" FROM {view(table)}
            WHERE "{clock}" < '{start}' OR "{clock}" >= '{end}' OR "{clock}" IS NULL"""
        yield from tables.complain("time", table, outside, "lie outside of the window")
        early = f'SELECT "{clock}", _ingested FROM {view(table)} WHERE _ingested < "{clock}" OR _ingested IS NULL'
        yield from tables.complain("time", table, early, "arrive before they happen")


def _processes(tables: BundleTables) -> Iterator[Finding]:
    for table, columns in tables.columns.items():
        if "InitiatingProcessCreationTime" in columns:
            unborn = f"""
                SELECT DeviceName, InitiatingProcessFileName, Timestamp FROM {view(table)}
                WHERE InitiatingProcessCreationTime > Timestamp"""
            yield from tables.complain("time", table, unborn, "come from a process that had not started")


def _clocks(tables: BundleTables) -> Iterator[Finding]:
    for table, second in SECOND_CLOCKS.items():
        if second in tables.columns.get(table, {}):
            apart = f"SELECT TimeGenerated, {second} FROM {view(table)} WHERE {second} IS DISTINCT FROM TimeGenerated"
            yield from tables.complain("time", f"{table}.{second}", apart, "disagree with TimeGenerated")
    for table, key, twin, other in TWINS:
        if tables.has(table, twin):
            apart = f"""
                SELECT a."{key}", a."{clock_of(table)}", b."{clock_of(twin)}" FROM {view(table)} a
                JOIN {view(twin)} b ON b."{other}" = a."{key}"
                WHERE abs(epoch_ms(a."{clock_of(table)}") - epoch_ms(b."{clock_of(twin)}")) > 1000"""
            yield from tables.complain("time", table, apart, f"have another moment in {twin}")


def _zones(tables: BundleTables) -> Iterator[Finding]:
    """People come to work in the morning of their own site, before and after summer time ends."""
    start, end = span_of(tables)
    first, last = ARRIVAL
    for site in vocabulary("names")["sites"]:
        zone, name = ZoneInfo(site["zone"]), site["name"]
        noons = [start + timedelta(days=day, hours=12) for day in range((end - start).days)]
        changes = sorted({noon.replace(tzinfo=UTC).astimezone(zone).utcoffset() or timedelta() for noon in noons})
        for offset in changes:
            days = [noon for noon in noons if noon.replace(tzinfo=UTC).astimezone(zone).utcoffset() == offset]
            at_work, all_told = tables.con.execute(
                """
                SELECT count(*) FILTER (hour(l.Timestamp + to_seconds($2)) BETWEEN $3 AND $4 - 1), count(*)
                FROM defender.DeviceLogonEvents l
                SEMI JOIN (FROM defender.DeviceInfo WHERE Site = $1) i ON i.DeviceId = l.DeviceId
                WHERE l.LogonType = 'Interactive' AND l.Timestamp BETWEEN $5 AND $6""",
                [name, int(offset.total_seconds()), first, last, days[0] - timedelta(hours=12), days[-1]],
            ).fetchall()[0]
            if at_work < 0.9 * all_told:
                yield Finding(
                    "time",
                    f"defender/DeviceLogonEvents {name}",
                    f"{all_told - at_work} of {all_told} people sign in outside of {first} to {last} o'clock local time "
                    f"(UTC{offset.total_seconds() / 3600:+g}).",
                )
