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

NAMED_BY: dict[str, tuple[str, tuple[str, ...], Callable[[Item], tuple[Any, ...]]]] = {
    "process": (
        "defender/DeviceProcessEvents",
        ("DeviceId", "ProcessId", "FileName", "strftime(ProcessCreationTime, '%Y-%m-%dT%H:%M:%S.%gZ')"),
        lambda item: (
            item["mdeDeviceId"],
            item["processId"],
            item["imageFile"]["fileName"],
            item["processCreationDateTime"],
        ),
    ),
    "device": ("defender/DeviceInfo", ("DeviceId",), lambda item: (item["mdeDeviceId"],)),
    "analyzedMessage": (
        "defender/EmailEvents",
        ("NetworkMessageId", "RecipientEmailAddress"),
        lambda item: (item["networkMessageId"], item["recipientEmailAddress"]),
    ),
    "user": ("defender/IdentityInfo", ("AccountUpn",), lambda item: (item["userAccount"]["userPrincipalName"],)),
    "mailbox": ("defender/IdentityInfo", ("EmailAddress",), lambda item: (item["primaryAddress"],)),
    "oauthApplication": ("defender/OAuthAppInfo", ("OAuthAppId",), lambda item: (item["appId"],)),
    "cloudApplication": ("defender/CloudAppEvents", ("ApplicationId",), lambda item: (item["saasAppId"],)),
}
"""Kind of evidence -> the table and columns that show it, and its values of them."""

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
    sought: dict[str, set[tuple[str, ...]]] = {kind: set() for kind in (*NAMED_BY, *SEEN_IN)}
    for line in lines:
        for item in line["evidence"]:
            sought.get(_kind(item), set()).update(_names(item))
    seen = {kind: _shown(tables, kind, names) if names else set() for kind, names in sought.items()}
    for line in lines:
        where = f"alerts.jsonl {line['id']}"
        for item in line["evidence"]:
            kind, names = _kind(item), _names(item)
            if kind not in seen:
                yield Finding("evidence", where, f"{kind}Evidence is a kind that nobody looks up.")
            elif not names & seen[kind]:
                yield Finding("evidence", where, f"{kind}Evidence {sorted(names)} resolves to no row.")
            country, known = item.get("countryLetterCode"), countries.get(item.get("ipAddress", ""))
            if country and known and country not in known:
                what = f"{item['ipAddress']} is in {country}; its sign-ins come from {', '.join(sorted(known))}."
                yield Finding("evidence", where, what)


def _kind(item: Item) -> str:
    return str(item["@odata.type"]).removeprefix("#microsoft.graph.security.").removesuffix("Evidence")


def _names(item: Item) -> set[tuple[str, ...]]:
    """What to look for, in lower case. A network event names the host where the evidence has the whole address."""
    kind = _kind(item)
    if kind in NAMED_BY:
        return {tuple(str(value).lower() for value in NAMED_BY[kind][2](item))}
    if kind not in SEEN_IN:
        return set()
    value = str(item.get(SEEN_IN[kind][0]) or item["fileDetails"]["sha256"]).lower()
    host = urlsplit(value).hostname if kind == "url" else None
    return {(value,), (host,)} if host else {(value,)}


def _shown(tables: BundleTables, kind: str, names: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Those of `names` that any row shows."""
    if kind in NAMED_BY:
        table, columns, _ = NAMED_BY[kind]
        places = [(table, columns)] if tables.has(table) else []
    else:
        places = [
            (table, (f'"{column}"',))
            for table, there in tables.columns.items()
            for column in SEEN_IN[kind][1]
            if column in there and table != "defender/AlertEvidence"
        ]
    found: set[tuple[str, ...]] = set()
    tables.con.execute("CREATE OR REPLACE TEMP TABLE sought AS SELECT unnest($1) AS name", [sorted(map(list, names))])
    for table, columns in places:
        name = ", ".join(f"lower({column}::VARCHAR)" for column in columns)
        query = f"SELECT DISTINCT {name} FROM {view(table)} SEMI JOIN sought ON sought.name = [{name}]"
        found.update(tables.con.execute(query).fetchall())
    return found


def _countries(tables: BundleTables) -> dict[str, set[str]]:
    """The countries from which sign-ins came, by address."""
    found: dict[str, set[str]] = {}
    places = tables.con.execute("SELECT DISTINCT IPAddress, Location FROM workspace.SigninLogs").fetchall()
    for address, country in places:
        found.setdefault(address, set()).add(country)
    return found
