"""Ordinary authentication on the premises: morning logons, tickets, typing errors, services, and directory queries."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd

from pivotlab.scenarios.background.dimensions import load
from pivotlab.scenarios.background.sources import Source, identifier, ingested, moment
from pivotlab.scenarios.background.templates import any_times
from pivotlab.scenarios.company import SERVICE_HOMES
from pivotlab.scenarios.directory import ACTIVITIES
from pivotlab.scenarios.identifiers import number
from pivotlab.scenarios.window import MINUTE

QUERIES = (
    "(&(objectCategory=person)(sAMAccountName=*))",
    "(objectCategory=computer)",
    "(&(objectCategory=computer)(operatingSystem=Windows Server*))",
    "(&(objectCategory=group)(cn=GG-*))",
    "(&(objectCategory=person)(serviceprincipalname=*))",
    "(objectClass=printQueue)",
)
"""LDAP filters of inventory, printing and sign-in. The fifth is what a Kerberoaster asks as well."""

QUERY, DIRECTORY = 1, 2
"""Kinds of what a service does, beside signing in."""

INNOCENT = (
    ("svc-inventory", QUERY, 4, len(QUERIES)),
    ("svc-adsync", DIRECTORY, 0, 3),
)
"""Service, kind, and the draws that show it (this remainder of so many): the Kerberoaster's query, and replication."""


class Authentication(Source):
    """Feeds DeviceLogonEvents, IdentityLogonEvents, IdentityQueryEvents, IdentityDirectoryEvents and SecurityEvent."""

    share: ClassVar[float] = 0.09

    def draw(self, rows: int) -> None:
        """Choose the sessions whose logon is reported, and draw what services do around the clock."""
        sessions = self.world.sessions.frame
        people = sessions[sessions["account"] >= 0]
        chosen = people.iloc[
            np.sort(self.rng.choice(len(people), min(len(people), int(rows * 0.55 / 3.6)), replace=False))
        ]
        frame = chosen[["session", "device", "account", "logon", "logon_id"]].rename(columns={"logon": "t"})
        self._numbered("draw_logon", frame, self._told(frame))
        company = self.world.company
        count = int(rows * 0.45 / 1.6)
        services = np.array([account.index for account in company.services])
        servers = np.array([device.index for device in company.with_role("server")])
        frame = pd.DataFrame(
            {
                "account": self.rng.choice(services, count),
                "device": self.rng.choice(servers, count),
                "target": self.rng.choice(servers, count),
            }
        )
        frame["t"] = any_times(self.world, self.rng, count)
        frame["failed"] = self.rng.random(count) < 0.03
        frame["kind"] = self.rng.choice(3, count, p=[0.55, 0.33, 0.12])
        self._numbered("draw_service", frame.sort_values("t", kind="stable"))
        load(self.con, "draw_remote", self._remote(sessions))

    def _remote(self, sessions: pd.DataFrame) -> pd.DataFrame:
        """Now and then an administrator works on a jump server. These draws have a number generator of their own."""
        company = self.world.company
        rng = np.random.default_rng([self.world.seed, 10, *b"remote desktops"])
        desks = [device.index for device in company.with_role("it") + company.with_role("helpdesk")]
        mine = sessions[sessions["device"].isin(desks) & (sessions["logon"] >= self.world.window.kept)]
        frame = mine.iloc[:: max(1, len(mine) // 40)][["device", "account", "logon"]].rename(columns={"logon": "t"})
        frame["t"] += rng.integers(20 * MINUTE, 360 * MINUTE, len(frame))
        frame["target"] = rng.choice([device.index for device in company.with_role("jump")], len(frame))
        frame["logon_id"] = rng.integers(0x20000, 0x7FFFFFF, len(frame))
        frame["v"] = rng.integers(0, 1_000_000, len(frame))
        return frame

    def _told(self, chosen: pd.DataFrame) -> pd.DataFrame:
        """Sessions in which a story happens: their logon is reported as well, numbered by the session."""
        sessions = self.world.sessions
        mine = sessions.frame[sessions.frame["session"].isin(sessions.asked) & (sessions.frame["account"] >= 0)]
        mine = mine[~mine["session"].isin(chosen["session"])][["session", "device", "account", "logon", "logon_id"]]
        v = [number(1_000_000, self.world.seed, "told logon", session) for session in mine["session"]]
        return mine.rename(columns={"logon": "t"}).assign(v=np.array(v, dtype=np.int64))

    def _numbered(self, name: str, frame: pd.DataFrame, more: pd.DataFrame | None = None) -> None:
        frame = frame.reset_index(drop=True)
        frame["i"] = frame.index
        frame["v"] = self.rng.integers(0, 1_000_000, len(frame))
        if "kind" in frame:
            self._none_missing(frame)
            self._at_home(frame)
        if more is not None:
            frame = pd.concat([frame, more.assign(i=np.arange(len(frame), len(frame) + len(more)))], ignore_index=True)
        load(self.con, name, frame)
        controllers = [(i, d.name, d.address) for i, d in enumerate(self.world.company.with_role("dc"))]
        load(self.con, "controller", pd.DataFrame(controllers, columns=["controller", "dc_name", "dc_address"]))
        load(self.con, "ldap_query", pd.DataFrame({"query": range(len(QUERIES)), "search": QUERIES}))

    def _none_missing(self, frame: pd.DataFrame) -> None:
        """The queries and replications that look like an attack are there in a small bundle as well."""
        kept = np.flatnonzero(frame["t"] >= self.world.window.kept)
        for turn, (name, kind, among, of) in enumerate(INNOCENT, start=1):
            account = self.world.company.service(name).index
            there = (frame["account"] == account) & (frame["kind"] == kind) & (frame["v"] % of == among)
            if len(kept) and not there.iloc[kept].any():
                place = kept[len(kept) * turn // (len(INNOCENT) + 1)]
                number = int(frame["v"].to_numpy()[place]) // of * of + among
                frame.loc[place, ["account", "kind", "v"]] = [account, kind, number]

    def _at_home(self, frame: pd.DataFrame) -> None:
        """A service runs on its own servers. What the forgotten account would have done, the backup does."""
        company = self.world.company
        backup = company.service("svc-backup").index
        frame["account"] = frame["account"].replace(company.forgotten.index, backup)
        for name, role in SERVICE_HOMES.items():
            mine = frame["account"] == company.service(name).index
            homes = np.array([device.index for device in company.with_role(role)])
            frame.loc[mine, "device"] = homes[frame.loc[mine, "v"].to_numpy() % len(homes)]

    def tables(self) -> dict[str, str]:
        """One SELECT per table."""
        seed = str(self.world.seed)
        dc = "JOIN controller c ON c.controller = d.v % (SELECT count(*) FROM controller)"
        person = "JOIN device w ON w.device = d.device JOIN person p ON p.person = d.account"
        who = """
            p.sam AS AccountName, p.domain AS AccountDomain, p.upn AS AccountUpn, p.sid AS AccountSid,
            p.oid AS AccountObjectId, coalesce(nullif(p.display, ''), p.sam) AS AccountDisplayName,
            w.device_name AS DeviceName, w.address AS IPAddress, c.dc_name AS DestinationDeviceName,
            c.dc_address AS DestinationIPAddress, 'Active Directory' AS Application"""
        wrong = "(d.v % 17 = 0)"
        arrived = {
            name: ingested(t, "d.v", 120, 480)
            for name, t in (("t", "d.t"), ("early", "d.t - 9000"), ("before", "d.t - 700"))
        }
        account = "upper(p.domain) || '\\' || p.sam"
        logs = f"""
            'Security' AS Channel, 'Microsoft-Windows-Security-Auditing' AS EventSourceName,
            upper(p.domain) AS TargetDomainName, p.sam AS TargetUserName, {account} AS TargetAccount,
            {account} AS Account, 'User' AS AccountType, p.sid AS TargetUserSid"""

        def event(number: str) -> str:
            names = "MAP {" + ", ".join(f"{code}: '{name}'" for code, name in ACTIVITIES.items()) + "}"
            return f"{number} AS EventID, {names}[{number}] AS Activity"

        def data(kind: str, more: str = "''") -> str:
            record = identifier(f"'{kind}'", seed, "d.i")
            user = """'<Data Name="TargetUserName">' || p.sam || '</Data>'"""
            last = f"""'<Data Name="Record">' || {record} || '</Data>'"""
            opening = """'<EventData xmlns="urn:windows-event">'"""
            return f"{opening} || {user} || {more} || {last} || '</EventData>' AS EventData"

        kind = "CASE WHEN d.v % 31 = 0 THEN '0x17' ELSE '0x12' END"
        encryption = f"""'<Data Name="TicketEncryptionType">' || {kind} || '</Data>'"""
        return {
            "defender/DeviceLogonEvents": f"""
                SELECT {moment("d.t")} AS Timestamp, {arrived["t"]}, w.device_id AS DeviceId,
                w.device_name AS DeviceName, 'LogonSuccess' AS ActionType, 'Interactive' AS LogonType,
                p.sam AS AccountName, p.domain AS AccountDomain, p.sid AS AccountSid, d.logon_id AS LogonId,
                'Kerberos' AS Protocol, FALSE AS IsLocalAdmin,
                d.v % 59000 + 1 AS ReportId, NULL AS FailureReason, NULL AS RemoteDeviceName, NULL AS RemoteIP,
                NULL AS RemoteIPType FROM draw_logon d {person}
                UNION ALL BY NAME
                SELECT {moment("d.t - 9000")} AS Timestamp, {arrived["early"]}, w.device_id AS DeviceId,
                w.device_name AS DeviceName, 'LogonFailed' AS ActionType, 'Interactive' AS LogonType,
                p.sam AS AccountName, p.domain AS AccountDomain, p.sid AS AccountSid,
                'InvalidUserNameOrPassword' AS FailureReason, d.v % 59000 + 2 AS ReportId
                FROM draw_logon d {person} WHERE {wrong}
                UNION ALL BY NAME
                SELECT {moment("d.t")} AS Timestamp, {arrived["t"]}, y.device_id AS DeviceId,
                y.device_name AS DeviceName, CASE WHEN d.failed THEN 'LogonFailed'
                ELSE 'LogonSuccess' END AS ActionType,
                'Network' AS LogonType, p.sam AS AccountName, p.domain AS AccountDomain, p.sid AS AccountSid, CASE
                WHEN d.failed THEN 'InvalidUserNameOrPassword' END AS FailureReason,
                CASE WHEN p.sam = 'svc-vulnscan' THEN 'NTLM' ELSE 'Kerberos' END AS Protocol,
                w.device_name AS RemoteDeviceName, w.address AS RemoteIP, 'Private' AS RemoteIPType,
                d.v % 59000 + 3 AS ReportId FROM draw_service d {person} JOIN device y ON y.device = d.target
                WHERE d.kind = 0
                UNION ALL BY NAME
                SELECT {moment("d.t")} AS Timestamp, {arrived["t"]}, y.device_id AS DeviceId,
                y.device_name AS DeviceName, 'LogonSuccess' AS ActionType, 'RemoteInteractive' AS LogonType,
                p.sam AS AccountName, p.domain AS AccountDomain, p.sid AS AccountSid, d.logon_id AS LogonId,
                'Kerberos' AS Protocol, FALSE AS IsLocalAdmin, w.device_name AS RemoteDeviceName, w.address AS RemoteIP,
                'Private' AS RemoteIPType, d.v % 59000 + 5 AS ReportId
                FROM draw_remote d {person} JOIN device y ON y.device = d.target""",
            "defender/IdentityLogonEvents": f"""
                SELECT {moment("d.t - 700")} AS Timestamp, {arrived["before"]}, {who},
                'LogonSuccess' AS ActionType, 'Interactive' AS LogonType, 'Kerberos' AS Protocol,
                88 AS DestinationPort,
                {identifier("'logon'", seed, "d.i")} AS ReportId FROM draw_logon d {person} {dc}
                UNION ALL BY NAME
                SELECT {moment("d.t - 9000")} AS Timestamp, {arrived["early"]}, {who}, 'LogonFailed' AS ActionType,
                'Interactive' AS LogonType, 'Kerberos' AS Protocol, 88 AS DestinationPort,
                'WrongPassword' AS FailureReason, {identifier("'wrong'", seed, "d.i")} AS ReportId
                FROM draw_logon d {person} {dc} WHERE {wrong}""",
            "defender/IdentityQueryEvents": f"""
                SELECT {moment("d.t")} AS Timestamp, {arrived["t"]}, {who}, 'LDAP query' AS ActionType,
                'LdapSearch' AS QueryType, 'Ldap' AS Protocol, 389 AS DestinationPort,
                'Search Scope: WholeSubtree, Base Object:DC=contoso,DC=example, Search Filter: '
                || q.search AS Query, 'DC=contoso,DC=example' AS QueryTarget,
                {identifier("'ldap'", seed, "d.i")} AS ReportId FROM draw_service d {person} {dc} JOIN ldap_query q
                ON q.query = d.v % {len(QUERIES)} WHERE d.kind = {QUERY}
                AND p.sam IN ('svc-inventory', 'svc-adsync', 'svc-portal', 'svc-vulnscan')""",
            "defender/IdentityDirectoryEvents": f"""
                SELECT {moment("d.t")} AS Timestamp, {arrived["t"]}, {who}, CASE
                WHEN p.sam = 'svc-adsync' THEN 'Directory Services replication'
                ELSE 'Account Password changed' END AS ActionType,
                c.dc_name AS TargetDeviceName, {identifier("'directory'", seed, "d.i")} AS ReportId
                FROM draw_service d {person} {dc} WHERE d.kind = {DIRECTORY} AND p.sam IN ('svc-adsync', 'svc-sql')
                AND d.v % 3 = 0""",
            "workspace/SecurityEvent": f"""
                SELECT {moment("d.t - 500")} AS TimeGenerated, {arrived["before"]}, {event("4768")}, {logs},
                {data("tgt")}, c.dc_name AS Computer, w.address AS IpAddress, '0x0' AS Status, NULL AS LogonType,
                NULL AS LogonTypeName, NULL AS WorkstationName, NULL AS SubStatus FROM draw_logon d {person} {dc}
                WHERE d.v % 2 = 0
                UNION ALL BY NAME
                SELECT {moment("d.t - 9000")} AS TimeGenerated, {arrived["early"]}, {event("4625")}, {logs},
                {data("bad")}, w.device_name AS Computer, w.address AS IpAddress, '0xc000006d' AS Status,
                '0xc000006a' AS SubStatus, 2 AS LogonType, '2 - Interactive' AS LogonTypeName,
                w.short AS WorkstationName FROM draw_logon d {person} WHERE {wrong}
                UNION ALL BY NAME
                SELECT {moment("d.t")} AS TimeGenerated, {arrived["t"]}, {event("4769")}, {logs},
                {data("tgs", encryption)}, c.dc_name AS Computer, w.address AS IpAddress, '0x0' AS Status, y.short
                || '$' AS ServiceName FROM draw_service d {person} {dc} JOIN device y ON y.device = d.target
                WHERE d.kind = 0
                UNION ALL BY NAME
                SELECT {moment("d.t")} AS TimeGenerated, {arrived["t"]}, {event("4624")}, {logs}, {data("net")},
                y.device_name AS Computer, w.address AS IpAddress, 3 AS LogonType, '3 - Network' AS LogonTypeName,
                w.short AS WorkstationName FROM draw_service d {person} JOIN device y ON y.device = d.target
                WHERE d.kind = 1 AND d.v % 2 = 0
                UNION ALL BY NAME
                SELECT {moment("d.t")} AS TimeGenerated, {arrived["t"]}, {event("4662")}, {logs}, {data("sync")},
                c.dc_name AS Computer, p.sam AS SubjectUserName, upper(p.domain) AS SubjectDomainName,
                'DS' AS ObjectServer, '%{{1131f6aa-9c07-11d1-f79f-00c04fc2dcd2}}' AS Properties,
                '0x100' AS AccessMask FROM draw_service d {person} {dc} WHERE d.kind = {DIRECTORY} AND p.sam = 'svc-adsync'
                AND d.v % 3 = 0""",
        }
