"""References between tables: events to processes, processes to parents, clicks to mail, accounts to people."""

from __future__ import annotations

from collections.abc import Iterator

from pivotlab.scenarios.checks.bundle_tables import BundleTables, Finding, view
from pivotlab.scenarios.identifiers import DOMAIN

RESIDENT = (
    "explorer.exe",
    "services.exe",
    "svchost.exe",
    "ntoskrnl.exe",
    "systemd",
    "cron",
    "sshd",
    "userinit.exe",
    "wininit.exe",
)
"""Processes that may have started before the window."""

_PROCESSES = view("defender/DeviceProcessEvents")


def check_references(tables: BundleTables) -> Iterator[Finding]:
    """Everything that concerns two tables at a time."""
    yield from _ancestry(tables)
    yield from _devices(tables)
    yield from _mail(tables)
    yield from _accounts(tables)
    yield from _sign_ins(tables)


def _ancestry(tables: BundleTables) -> Iterator[Finding]:
    tables.con.execute(
        f"""
            CREATE OR REPLACE TEMP TABLE started AS SELECT DISTINCT DeviceId, ProcessId, ProcessCreationTime,
            FileName, InitiatingProcessId, InitiatingProcessFileName FROM {_PROCESSES}"""
    )
    twice = f"""
        SELECT DeviceName, ProcessId, ProcessCreationTime FROM {_PROCESSES}
        GROUP BY ALL HAVING count(*) > 1"""
    yield from tables.complain("process", "defender/DeviceProcessEvents", twice, "are started twice at the same moment")
    early = f"""
        SELECT DeviceName, FileName, ProcessCreationTime FROM {_PROCESSES}
        WHERE ProcessCreationTime < InitiatingProcessCreationTime"""
    yield from tables.complain("process", "defender/DeviceProcessEvents", early, "start before their parent")
    for table, columns in tables.columns.items():
        if "InitiatingProcessId" not in columns or not table.startswith("defender/Device"):
            continue
        orphans = f"""
            SELECT e.DeviceName, e.InitiatingProcessFileName, e.InitiatingProcessId, e.Timestamp
            FROM {view(table)} e ANTI JOIN started s
            ON s.DeviceId = e.DeviceId AND s.ProcessId = e.InitiatingProcessId
            AND s.ProcessCreationTime = e.InitiatingProcessCreationTime AND s.FileName = e.InitiatingProcessFileName
            WHERE e.InitiatingProcessId IS NOT NULL AND e.InitiatingProcessFileName NOT IN {RESIDENT}"""
        yield from tables.complain("process", table, orphans, "name an initiating process that never started")
        nobody = f"SELECT DeviceName, Timestamp FROM {view(table)} WHERE InitiatingProcessId IS NULL"
        yield from tables.complain("process", table, nobody, "name no initiating process")
        bastards = f"""
            SELECT e.DeviceName, e.InitiatingProcessFileName, e.InitiatingProcessParentFileName,
            s.InitiatingProcessFileName FROM {view(table)} e JOIN started s
            ON s.DeviceId = e.DeviceId AND s.ProcessId = e.InitiatingProcessId
            AND s.ProcessCreationTime = e.InitiatingProcessCreationTime AND s.FileName = e.InitiatingProcessFileName
            WHERE s.InitiatingProcessId IS DISTINCT FROM e.InitiatingProcessParentId"""
        yield from tables.complain("process", table, bastards, "name another parent than the process's own row")


def _devices(tables: BundleTables) -> Iterator[Finding]:
    known = "SELECT DISTINCT DeviceId, DeviceName FROM defender.DeviceInfo"
    for table, columns in tables.columns.items():
        if table.startswith("defender/Device") and {"DeviceId", "DeviceName"} <= set(columns):
            strange = f"""
                SELECT DISTINCT e.DeviceId, e.DeviceName FROM {view(table)} e ANTI JOIN ({known}) k
                ON k.DeviceId = e.DeviceId AND k.DeviceName = e.DeviceName"""
            yield from tables.complain("device", table, strange, "name a device that DeviceInfo does not know")


def _mail(tables: BundleTables) -> Iterator[Finding]:
    for name in ("EmailUrlInfo", "EmailAttachmentInfo", "UrlClickEvents", "EmailPostDeliveryEvents"):
        if tables.has(f"defender/{name}"):
            lost = (
                f"SELECT NetworkMessageId FROM defender.{name} ANTI JOIN defender.EmailEvents USING (NetworkMessageId)"
            )
            yield from tables.complain("mail", f"defender/{name}", lost, "belong to no message")
    clicks = """
        SELECT c.Url, c.AccountUpn FROM defender.UrlClickEvents c ANTI JOIN defender.EmailUrlInfo u
        ON u.NetworkMessageId = c.NetworkMessageId AND u.Url = c.Url"""
    yield from tables.complain("mail", "defender/UrlClickEvents", clicks, "click a link that is not in the message")
    early = """
        SELECT c.Url, c.Timestamp FROM defender.UrlClickEvents c JOIN defender.EmailEvents e
        ON e.NetworkMessageId = c.NetworkMessageId AND lower(e.RecipientEmailAddress) = c.AccountUpn
        WHERE c.Timestamp < e.Timestamp"""
    yield from tables.complain("mail", "defender/UrlClickEvents", early, "click before the message arrived")


def _accounts(tables: BundleTables) -> Iterator[Finding]:
    known = "(SELECT lower(AccountUpn) AS upn, OnPremSid AS sid FROM defender.IdentityInfo)"
    for table, columns in tables.columns.items():
        for column in ("AccountUpn", "UserPrincipalName", "InitiatingProcessAccountUpn", "Caller"):
            if column in columns:
                strange = f"""
                    SELECT DISTINCT {column} FROM {view(table)} ANTI JOIN {known} k ON k.upn = lower({column})
                    WHERE {column} IS NOT NULL"""
                yield from tables.complain("account", f"{table}.{column}", strange, "are nobody's")
    logons = f"""
        SELECT DISTINCT AccountName, AccountSid FROM defender.DeviceLogonEvents e ANTI JOIN {known} k
        ON k.sid = e.AccountSid WHERE e.AccountSid IS NOT NULL"""
    yield from tables.complain("account", "defender/DeviceLogonEvents", logons, "have a SID that no account has")
    local = """
        SELECT DeviceName, AccountDomain, AccountName FROM defender.DeviceLogonEvents
        WHERE AccountSid IS NULL AND lower(AccountDomain) IS DISTINCT FROM split_part(DeviceName, '.', 1)"""
    yield from tables.complain("account", "defender/DeviceLogonEvents", local, "belong to no domain and no device")
    events = f"""
        SELECT DISTINCT TargetUserName, TargetUserSid FROM workspace.SecurityEvent ANTI JOIN {known} k
        ON k.sid = TargetUserSid WHERE TargetUserSid IS NOT NULL"""
    yield from tables.complain("account", "workspace/SecurityEvent", events, "have a SID that no account has")
    for column in ("SenderFromAddress", "RecipientEmailAddress"):
        writers = f"""
            SELECT DISTINCT {column} FROM defender.EmailEvents ANTI JOIN {known} k ON k.upn = lower({column})
            WHERE {column} ILIKE '%@{DOMAIN}'"""
        yield from tables.complain("account", f"defender/EmailEvents.{column}", writers, "are nobody's mailbox")


def _sign_ins(tables: BundleTables) -> Iterator[Finding]:
    for table in ("SigninLogs", "AADNonInteractiveUserSignInLogs"):
        apart = f"""
            SELECT UserPrincipalName, CorrelationId FROM workspace.{table} ANTI
            JOIN defender.EntraIdSignInEvents USING (CorrelationId)"""
        yield from tables.complain("account", f"workspace/{table}", apart, "have no counterpart in EntraIdSignInEvents")
