"""Alerts: the two hunting tables and alerts.jsonl say the same, and each piece of evidence is seen in a row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from pivotlab.scenarios.checks.bundle_tables import BundleTables, Finding, view

PREFIXES = ("da", "fa", "aa", "ca", "ad", "dl", "dc", "sn", "ir", "ra")
"""Alert id prefixes (fact products-06)."""

Item = dict[str, Any]

LOOKUPS: dict[str, tuple[str, Callable[[Item], list[Any]]]] = {
    "process": (
        "FROM defender.DeviceProcessEvents WHERE DeviceId = $1 AND ProcessId = $2 AND FileName = $3 "
        "AND ProcessCreationTime = $4::TIMESTAMP",
        lambda item: [
            item["mdeDeviceId"],
            item["processId"],
            item["imageFile"]["fileName"],
            item["processCreationDateTime"].removesuffix("Z"),
        ],
    ),
    "device": ("FROM defender.DeviceInfo WHERE DeviceId = $1", lambda item: [item["mdeDeviceId"]]),
    "analyzedMessage": (
        "FROM defender.EmailEvents WHERE NetworkMessageId = $1 AND RecipientEmailAddress = $2",
        lambda item: [item["networkMessageId"], item["recipientEmailAddress"]],
    ),
    "user": (
        "FROM defender.IdentityInfo WHERE AccountUpn = $1",
        lambda item: [item["userAccount"]["userPrincipalName"]],
    ),
    "mailbox": ("FROM defender.IdentityInfo WHERE EmailAddress = $1", lambda item: [item["primaryAddress"]]),
    "oauthApplication": ("FROM defender.OAuthAppInfo WHERE OAuthAppId = $1", lambda item: [item["appId"]]),
    "cloudApplication": ("FROM defender.CloudAppEvents WHERE ApplicationId = $1", lambda item: [item["saasAppId"]]),
    "registryValue": (
        "FROM defender.DeviceRegistryEvents WHERE RegistryValueName = $1 AND RegistryKey ILIKE '%' || $2",
        lambda item: [item["registryValueName"], item["registryKey"]],
    ),
}
"""Kind of evidence -> the rows that show it, and the values to look for."""

SEEN_IN = {
    "ip": ("ipAddress", ("RemoteIP", "IPAddress", "SenderIPv4", "ClientIP", "SourceIP", "DestinationIP", "LocalIP")),
    "url": ("url", ("Url", "RemoteUrl", "FileOriginUrl")),
    "file": ("sha256", ("SHA256", "InitiatingProcessSHA256")),
    "azureResource": ("resourceId", ("ResourceId", "AzureResourceId")),
}
"""Kind of evidence -> its field, and the columns of any table of which one shows it."""


def check_alerts(tables: BundleTables) -> Iterator[Finding]:
    """Everything that concerns an alert."""
    lines = [json.loads(line) for line in (tables.folder / "alerts.jsonl").read_text(encoding="utf-8").splitlines()]
    yield from _tables(tables, lines)
    if [line["created"] for line in lines] != sorted(line["created"] for line in lines):
        yield Finding("alert", "alerts.jsonl", "is not in the order in which the alerts arise.")
    keys = {line["incident"] for line in lines}
    for line in lines:
        where = f"alerts.jsonl {line['id']}"
        if not line["id"].startswith(PREFIXES):
            yield Finding("alert", where, "has no documented prefix (fact products-06).")
        if not line["first_activity"] <= line["last_activity"] <= line["created"]:
            yield Finding("alert", where, "was created before its activity, or its activity ends before it begins.")
        if line.get("merges", line["incident"]) not in keys:
            yield Finding("alert", where, f"merges {line['merges']}, which no alert belongs to.")
    yield from _evidence(tables, lines)


def _tables(tables: BundleTables, lines: list[Item]) -> Iterator[Finding]:
    lost = "SELECT AlertId FROM defender.AlertEvidence ANTI JOIN defender.AlertInfo USING (AlertId)"
    yield from tables.complain("alert", "defender/AlertEvidence", lost, "belong to no alert")
    counted = """
        SELECT AlertId, count(e.AlertId) FROM defender.AlertInfo LEFT JOIN defender.AlertEvidence e USING (AlertId)
        GROUP BY AlertId"""
    listed = dict(tables.con.execute(counted).fetchall())
    told = {line["id"]: len(line["evidence"]) for line in lines}
    for alert in sorted(set(listed) | set(told)):
        if alert not in listed:
            yield Finding("alert", f"alerts.jsonl {alert}", "is not in AlertInfo.")
        elif alert not in told:
            yield Finding("alert", f"defender/AlertInfo {alert}", "is not in alerts.jsonl.")
        elif listed[alert] != told[alert]:
            what = f"has {told[alert]} pieces of evidence, AlertEvidence has {listed[alert]}."
            yield Finding("alert", f"alerts.jsonl {alert}", what)


def _evidence(tables: BundleTables, lines: list[Item]) -> Iterator[Finding]:
    countries = _countries(tables)
    sought: dict[str, set[str]] = {kind: set() for kind in SEEN_IN}
    for line in lines:
        for item in line["evidence"]:
            if _kind(item) in SEEN_IN:
                sought[_kind(item)].update(_names(item))
    seen = {kind: _seen(tables, SEEN_IN[kind][1], values) for kind, values in sought.items()}
    for line in lines:
        where = f"alerts.jsonl {line['id']}"
        for item in line["evidence"]:
            kind = _kind(item)
            if kind in SEEN_IN:
                values, found = list(_names(item)), bool(_names(item) & seen[kind])
            elif kind in LOOKUPS:
                query, pick = LOOKUPS[kind]
                values = pick(item)
                found = bool(tables.con.execute(f"SELECT 1 {query} LIMIT 1", values).fetchall())
            else:
                yield Finding("evidence", where, f"{kind}Evidence is a kind that nobody looks up.")
                continue
            if not found:
                yield Finding("evidence", where, f"{kind}Evidence {values} resolves to no row.")
            country, known = item.get("countryLetterCode"), countries.get(item.get("ipAddress", ""))
            if country and known and country not in known:
                what = f"{item['ipAddress']} is in {country}; its sign-ins come from {', '.join(sorted(known))}."
                yield Finding("evidence", where, what)


def _kind(item: Item) -> str:
    return str(item["@odata.type"]).removeprefix("#microsoft.graph.security.").removesuffix("Evidence")


def _names(item: Item) -> set[str]:
    """What to look for, in lower case. A network event names the host where the evidence has the whole address."""
    value = str(item.get(SEEN_IN[_kind(item)][0]) or item["fileDetails"]["sha256"]).lower()
    host = urlsplit(value).hostname if _kind(item) == "url" else None
    return {value, host} if host else {value}


def _seen(tables: BundleTables, columns: tuple[str, ...], values: set[str]) -> set[str]:
    """Those of `values` that any event has in one of `columns`."""
    queries = [
        f'SELECT lower("{column}") FROM {view(table)} SEMI JOIN sought s ON s.value = lower("{column}")'
        for table, there in tables.columns.items()
        for column in columns
        if column in there and table != "defender/AlertEvidence"
    ]
    if not queries or not values:
        return set()
    tables.con.execute("CREATE OR REPLACE TEMP TABLE sought AS SELECT unnest($1) AS value", [sorted(values)])
    return {value for (value,) in tables.con.execute(" UNION ".join(queries)).fetchall()}


def _countries(tables: BundleTables) -> dict[str, set[str]]:
    """The countries from which sign-ins came, by address."""
    found: dict[str, set[str]] = {}
    for address, country in tables.con.execute(
        "SELECT DISTINCT IPAddress, Location FROM workspace.SigninLogs"
    ).fetchall():
        found.setdefault(address, set()).add(country)
    return found
