"""References between tables: processes to parents, clicks to mail, accounts to people, evidence to rows."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pivotlab.scenarios.checks.bundle_tables import BundleTables, Finding, view

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

PREFIXES = ("da", "fa", "aa", "ca", "ad", "dl", "dc", "sn", "ir", "ra")
"""Alert id prefixes (fact products-06)."""

_PROCESSES = view("defender/DeviceProcessEvents")


def check_references(tables: BundleTables) -> Iterator[Finding]:
    """Everything that concerns two tables at a time."""
    yield from _ancestry(tables)
    yield from _devices(tables)
    yield from _mail(tables)
    yield from _accounts(tables)
    yield from _alerts(tables)


def _ancestry(tables: BundleTables) -> Iterator[Finding]:
    tables.con.execute(
        f"""
            CREATE OR REPLACE TEMP TABLE started AS SELECT DISTINCT DeviceId, ProcessId, ProcessCreationTime,
            FileName, InitiatingProcessId, InitiatingProcessFileName FROM {_PROCESSES}"""
    )
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
    for table in ("SigninLogs", "AADNonInteractiveUserSignInLogs"):
        apart = f"""
            SELECT UserPrincipalName, CorrelationId FROM workspace.{table} ANTI
            JOIN defender.EntraIdSignInEvents USING (CorrelationId)"""
        yield from tables.complain("account", f"workspace/{table}", apart, "have no counterpart in EntraIdSignInEvents")


def _alerts(tables: BundleTables) -> Iterator[Finding]:
    lost = "SELECT AlertId FROM defender.AlertEvidence ANTI JOIN defender.AlertInfo USING (AlertId)"
    yield from tables.complain("alert", "defender/AlertEvidence", lost, "belong to no alert")
    lines = [json.loads(line) for line in (tables.folder / "alerts.jsonl").read_text(encoding="utf-8").splitlines()]
    listed = {alert for (alert,) in tables.con.execute("SELECT AlertId FROM defender.AlertInfo").fetchall()}
    for line in lines:
        where = f"alerts.jsonl {line['id']}"
        if line["id"] not in listed:
            yield Finding("alert", where, "is not in AlertInfo.")
        if not line["id"].startswith(PREFIXES):
            yield Finding("alert", where, "has no documented prefix (fact products-06).")
        if not line["first_activity"] <= line["last_activity"] <= line["created"]:
            yield Finding("alert", where, "was created before its activity, or its activity ends before it begins.")
        for item in line["evidence"]:
            yield from _evidence(tables, where, item)
    if [line["created"] for line in lines] != sorted(line["created"] for line in lines):
        yield Finding("alert", "alerts.jsonl", "is not in the order in which the alerts arise.")


def _evidence(tables: BundleTables, where: str, item: dict[str, object]) -> Iterator[Finding]:
    kind = str(item["@odata.type"]).rpartition(".")[2]
    account = item.get("userAccount")
    queries = {
        "processEvidence": (
            "SELECT 1 FROM defender.DeviceProcessEvents WHERE DeviceId = $1 AND ProcessId = $2",
            [item.get("mdeDeviceId"), item.get("processId")],
        ),
        "deviceEvidence": ("SELECT 1 FROM defender.DeviceInfo WHERE DeviceId = $1", [item.get("mdeDeviceId")]),
        "analyzedMessageEvidence": (
            "SELECT 1 FROM defender.EmailEvents WHERE NetworkMessageId = $1 AND RecipientEmailAddress = $2",
            [item.get("networkMessageId"), item.get("recipientEmailAddress")],
        ),
        "userEvidence": (
            "SELECT 1 FROM defender.IdentityInfo WHERE AccountUpn = $1",
            [account.get("userPrincipalName") if isinstance(account, dict) else None],
        ),
    }
    if kind in queries:
        query, values = queries[kind]
        if not tables.con.execute(f"{query} LIMIT 1", values).fetchall():
            yield Finding("evidence", where, f"{kind} {values} resolves to no row.")
