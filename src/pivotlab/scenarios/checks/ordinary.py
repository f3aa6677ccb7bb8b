"""Ordinary life goes on and keeps to itself: machines report to the end, services stay at home, nobody is in two places."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pivotlab.scenarios.checks.bundle_tables import BundleTables, Finding, span_of, told_by, view
from pivotlab.scenarios.truth import TruthError

SILENCE = 26
"""Hours after which a server that sends no heartbeat is taken for dead. They come once a day, and not on the minute."""

HOMES = 4
"""As many servers as share a role, at most: from so many a service signs in elsewhere."""

ACTS = {
    "defender/DeviceLogonEvents": "AccountName",
    "defender/IdentityLogonEvents": "AccountName",
    "defender/IdentityQueryEvents": "AccountName",
    "defender/IdentityDirectoryEvents": "AccountName",
    "workspace/SecurityEvent": "TargetUserName",
}
"""Tables in which a service account is seen at work, and the column that names it."""

PLATFORMS = {"windows_11": "Windows11", "windows_server_2022": "WindowsServer2022"}
"""Operating system as software -> as the platform of the devices that have it."""


def check_ordinary(tables: BundleTables) -> Iterator[Finding]:
    """Everything that an ordinary month must not contradict."""
    try:
        told = {table: told_by(tables, table, tables.truths) for table in tables.columns}
    except TruthError:
        return
    _, end = span_of(tables)
    yield from _reports(tables, end)
    yield from _services(tables, told)
    yield from _logons(tables, told)
    yield from _places(tables, told)
    software = " OR ".join(
        f"SoftwareName = '{name}' AND OSPlatform <> '{platform}'" for name, platform in PLATFORMS.items()
    )
    for table in ("DeviceTvmSoftwareInventory", "DeviceTvmSoftwareVulnerabilities"):
        wrong = f"SELECT DeviceName, OSPlatform, SoftwareName FROM defender.{table} WHERE {software}"
        yield from tables.complain(
            "software", f"defender/{table}", wrong, "run another operating system than they have"
        )


def _reports(tables: BundleTables, end: datetime) -> Iterator[Finding]:
    silent = f"""
        SELECT Computer, moment FROM (
            SELECT Computer, TimeGenerated AS moment, coalesce(lead(TimeGenerated) OVER (PARTITION BY Computer
            ORDER BY TimeGenerated), TIMESTAMP '{end}') AS following FROM workspace.Heartbeat)
        WHERE following > moment + INTERVAL {SILENCE} HOUR"""
    yield from tables.complain("life", "workspace/Heartbeat", silent, f"are the last for more than {SILENCE} hours")
    for name in ("DeviceInfo", "DeviceNetworkInfo"):
        old = f"""
            SELECT DeviceName, max(Timestamp) AS last FROM defender.{name} GROUP BY DeviceName
            HAVING last < TIMESTAMP '{end}' - INTERVAL 1 DAY"""
        yield from tables.complain(
            "life", f"defender/{name}", old, "are devices that stop reporting before the last day"
        )


def _services(tables: BundleTables, told: dict[str, str]) -> Iterator[Finding]:
    copied = f"""
        SELECT AccountName, count(DISTINCT DeviceName) FROM defender.IdentityDirectoryEvents
        ANTI JOIN {told["defender/IdentityDirectoryEvents"]}
        WHERE ActionType = 'Directory Services replication' GROUP BY AccountName HAVING count(DISTINCT DeviceName) > 1"""
    where = "defender/IdentityDirectoryEvents"
    yield from tables.complain("service", where, copied, "replicate the directory from several devices")
    for table, column in (
        ("defender/DeviceLogonEvents", "RemoteDeviceName"),
        ("defender/IdentityQueryEvents", "DeviceName"),
    ):
        spread = f"""
            SELECT AccountName, count(DISTINCT {column}) FROM {view(table)} ANTI JOIN {told[table]}
            SEMI JOIN (FROM defender.IdentityInfo WHERE Type = 'ServiceAccount') i ON i.AccountName = {view(table)}.AccountName
            GROUP BY AccountName HAVING count(DISTINCT {column}) > {HOMES}"""
        yield from tables.complain("service", table, spread, f"are services at work on more than {HOMES} devices")
    for table, column in ACTS.items():
        forgotten = f"""
            SELECT {column}, count(*) FROM {view(table)} e ANTI JOIN {told[table]}
            SEMI JOIN (FROM defender.IdentityInfo i ANTI JOIN workspace.Watchlist w
                ON w.WatchlistAlias = 'ServiceAccounts' AND lower(w.SearchKey) = i.AccountUpn
                WHERE i.Type = 'ServiceAccount') f ON f.AccountName = e.{column}
            GROUP BY {column}"""
        what = "are at work outside of incidents, and on no list of service accounts"
        yield from tables.complain("service", table, forgotten, what)


def _logons(tables: BundleTables, told: dict[str, str]) -> Iterator[Finding]:
    processes = "defender/DeviceProcessEvents"
    strange = """
        SELECT p.DeviceName, p.FileName, p.AccountName, l.AccountName FROM defender.DeviceProcessEvents p
        JOIN defender.DeviceLogonEvents l ON l.DeviceId = p.DeviceId AND l.LogonId = p.LogonId
        WHERE l.ActionType = 'LogonSuccess' AND l.AccountName <> p.AccountName"""
    yield from tables.complain("logon", processes, strange, "run in the logon session of another account")
    unknown = f"""
        SELECT p.DeviceName, p.AccountName, p.FileName FROM defender.DeviceProcessEvents p
        SEMI JOIN {told[processes]} ANTI JOIN defender.DeviceLogonEvents l
        ON l.DeviceId = p.DeviceId AND l.LogonId = p.LogonId WHERE p.InitiatingProcessFileName = 'explorer.exe'"""
    yield from tables.complain("logon", processes, unknown, "belong to an incident, and to a logon that nobody saw")


def _places(tables: BundleTables, told: dict[str, str]) -> Iterator[Finding]:
    """Sign-ins without risk: risky ones may well come from two places at once."""
    parts = " UNION ALL ".join(
        f"""
        SELECT UserPrincipalName, TimeGenerated, Location, IPAddress FROM workspace.{name} ANTI JOIN
        {told[f"workspace/{name}"]} WHERE RiskLevelDuringSignIn = 'none' AND ResultType = '0'"""
        for name in ("SigninLogs", "AADNonInteractiveUserSignInLogs")
    )
    two = f"""
        SELECT UserPrincipalName, TimeGenerated::DATE AS day, list(DISTINCT Location) FROM ({parts})
        GROUP BY UserPrincipalName, day HAVING count(DISTINCT Location) > 1"""
    yield from tables.complain("place", "workspace/SigninLogs", two, "are people in two countries on one day")
