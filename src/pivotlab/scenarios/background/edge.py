"""The firewall, Linux servers and Azure on an ordinary day: logs that only the workspace has."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

import numpy as np
import pandas as pd

from pivotlab.scenarios.azure import machine_id
from pivotlab.scenarios.background.activities import FAILED
from pivotlab.scenarios.background.dimensions import load
from pivotlab.scenarios.background.sources import Source, identifier, ingested, moment
from pivotlab.scenarios.background.templates import any_times, as_table, filled, none_missing, weighted
from pivotlab.scenarios.identifiers import SUBSCRIPTION_ID
from pivotlab.scenarios.perimeter import FIREWALL
from pivotlab.scenarios.vocabulary import vocabulary


class Edge(Source):
    """Feeds CommonSecurityLog, Syslog, AzureActivity and CloudAuditEvents, and DeviceLogonEvents with what sshd refused.

    Draw it after `Activities`.
    """

    share: ClassVar[float] = 0.08

    def draw(self, rows: int) -> None:
        """Draw log lines, and choose which outbound connections of the endpoints the firewall logged."""
        words = vocabulary("servers")
        load(self.con, "syslog_line", as_table(words["syslog"], "line"))
        load(self.con, "azure_operation", as_table(words["operations"], "operation_number"))
        company = self.world.company
        linux = np.array([device.index for device in company.with_role("linux")])
        lines = int(rows * 0.4)
        frame = pd.DataFrame(
            {
                "device": self.rng.choice(linux, lines),
                "line": weighted(self.rng, words["syslog"], lines),
                "t": any_times(self.world, self.rng, lines),
            }
        )
        self._numbered("draw_syslog", frame)
        load(self.con, "reachable", self._reachable())
        denied = int(rows * 0.12)
        self._numbered(
            "draw_denied",
            pd.DataFrame(
                {
                    "t": any_times(self.world, self.rng, denied),
                    "port": self.rng.choice([22, 23, 80, 443, 445, 3389, 8080], denied),
                }
            ),
        )
        operations = int(rows * 0.04)
        people = np.array(
            [
                person.index
                for title in ("Cloud Engineer", "Infrastructure Administrator")
                for person in company.titled(title)
            ]
        )
        frame = pd.DataFrame(
            {
                "person": self.rng.choice(people, operations),
                "operation_number": weighted(self.rng, words["operations"], operations),
                "t": any_times(self.world, self.rng, operations),
            }
        )
        frame["operation_number"] = none_missing(
            frame["operation_number"].to_numpy(copy=True),
            np.arange(len(words["operations"])),
            frame["t"].to_numpy() >= self.world.window.kept,
        )
        self._numbered("draw_azure", frame)
        load(
            self.con,
            "azure_machine",
            pd.DataFrame([{"machine": i, "resource": machine_id(d)} for i, d in enumerate(company.with_role("azure"))]),
        )
        (outbound,) = self.con.execute(
            "SELECT count(*) FROM draw_activity JOIN fx_net f USING (activity) WHERE f.remote_type = 'Public'"
        ).fetchall()[0]
        self.con.execute(f"SET VARIABLE firewall_every = {max(1, round(outbound / max(1, rows * 0.4)))}")

    def _reachable(self) -> pd.DataFrame:
        """Since when the internet tries passwords on a server. Before a story opens one, only the scanner does."""
        start, opened = self.world.window.start, self.world.opened
        since = {device.index: 0 for device in self.world.company.with_role("linux")} | {
            index: int((when - start) / timedelta(milliseconds=1)) for index, when in opened.items()
        }
        return pd.DataFrame({"device": list(since), "since": list(since.values())})

    def _numbered(self, name: str, frame: pd.DataFrame) -> None:
        frame = frame.sort_values("t", kind="stable", ignore_index=True)
        frame["i"] = frame.index
        frame["v"] = self.rng.integers(0, 1_000_000, len(frame))
        load(self.con, name, frame)

    def tables(self) -> dict[str, str]:
        """One SELECT per table."""
        seed = str(self.world.seed)
        fixed = ", ".join(f"'{value}' AS {column}" for column, value in FIREWALL.items())
        sites = {site.egress: f"ch-fw-{site.name.lower()}" for site in self.world.company.sites}
        first, second = sites
        firewall = f"CASE WHEN w.egress = '{second}' THEN '{sites[second]}' ELSE '{sites[first]}' END"
        when = "d.t + f.shift + 30"
        # What failed at the endpoint was let out, and nobody answered: three packets that ask, none back.
        sent, received = (
            f"CASE WHEN {FAILED} THEN {none} ELSE {some} END"
            for none, some in ((180, "800 + d.v % 7000"), (0, "2000 + d.v % 90000"))
        )
        outside = "'198.51.100.' || (1 + d.v % 254)"
        text = filled("l.text", "d.v", sam="'svc-portal'")
        scanner = self.world.company.with_role("scanner")[0]
        public = "coalesce(d.t >= r.since, FALSE)"
        tried = f"CASE WHEN {public} THEN {outside} ELSE '{scanner.address}' END"
        jump = self.world.company.with_role("jump")[0].address
        collector = self.world.company.with_role("collector")[0].short.lower()
        resource = f"""
            CASE WHEN a.operation LIKE 'Microsoft.Compute%' THEN m.resource
            ELSE '/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg-berth/providers/'
            || split_part(a.operation, '/', 1) || '/' || split_part(a.operation, '/', 2) || '/berth'
            || (d.v % 4) END"""
        azure = """
            FROM draw_azure d JOIN person p ON p.person = d.person JOIN azure_operation a USING (operation_number)
            JOIN azure_machine m ON m.machine = d.v % (SELECT count(*) FROM azure_machine)"""
        status = "CASE WHEN d.v % 23 = 0 THEN 'Failure' ELSE 'Success' END"
        return {
            "workspace/CommonSecurityLog": f"""
                SELECT {moment(when)} AS TimeGenerated, {ingested(when, "d.v", 5, 50)}, {fixed},
                {firewall} AS Computer, {firewall} AS DeviceName, 'TRAFFIC end' AS Activity,
                'TRAFFIC' AS DeviceEventClassID, 'allow' AS DeviceAction, 'Allow' AS SimplifiedDeviceAction,
                '1' AS LogSeverity, w.address AS SourceIP, 49152 + d.v % 16000 AS SourcePort,
                w.egress AS SourceTranslatedAddress, o.address AS DestinationIP, f.port AS DestinationPort,
                o.name AS DestinationHostName, 'TCP' AS Protocol, 'ssl' AS ApplicationProtocol,
                {sent} AS SentBytes, {received} AS ReceivedBytes,
                'Outbound' AS CommunicationDirection, {identifier("'session'", seed, "d.t", "d.v", "f.n")} AS ExtID
                FROM draw_activity d JOIN fx_net f USING (activity) JOIN session s USING (session) JOIN device w
                ON w.device = s.device
                JOIN destination o ON o.destination = f.pool_from + (d.v + f.n * 7) % f.pool_size
                WHERE f.remote_type = 'Public' AND w.egress IN {tuple(sites)} AND d.v % getvariable('firewall_every') = 0
                UNION ALL BY NAME
                SELECT {moment("d.t")} AS TimeGenerated, {ingested("d.t", "d.v", 5, 50)}, {fixed},
                '{sites[first]}' AS Computer, '{sites[first]}' AS DeviceName, 'TRAFFIC drop' AS Activity,
                'TRAFFIC' AS DeviceEventClassID, 'deny' AS DeviceAction, 'Deny' AS SimplifiedDeviceAction,
                '4' AS LogSeverity, {outside} AS SourceIP, 20000 + d.v % 40000 AS SourcePort,
                '{first}' AS DestinationIP, d.port AS DestinationPort, 'TCP' AS Protocol,
                'Inbound' AS CommunicationDirection, 0 AS SentBytes, 0 AS ReceivedBytes,
                {identifier("'denied'", seed, "d.i")} AS ExtID FROM draw_denied d""",
            "workspace/Syslog": f"""
                SELECT {moment("d.t")} AS TimeGenerated, {moment("d.t")} AS EventTime,
                {ingested("d.t", "d.v", 5, 50)}, lower(w.short) AS Computer, lower(w.short) AS HostName,
                w.address AS HostIP,
                l.facility AS Facility, l.severity AS SeverityLevel, l.process AS ProcessName,
                700 + d.v % 30000 AS ProcessID,
                replace(replace({text}, '{{from}}', {tried}), '{{jump}}', '{jump}') AS SyslogMessage,
                '{collector}' AS CollectorHostName FROM draw_syslog d JOIN device w ON w.device = d.device
                JOIN syslog_line l USING (line) LEFT JOIN reachable r ON r.device = d.device""",
            "defender/DeviceLogonEvents": f"""
                SELECT {moment("d.t")} AS Timestamp, {ingested("d.t", "d.v", 40, 260)}, w.device_id AS DeviceId,
                w.device_name AS DeviceName, 'LogonFailed' AS ActionType, 'Network' AS LogonType,
                CASE WHEN contains(l.text, 'invalid user') THEN 'admin' ELSE 'root' END AS AccountName,
                lower(w.short) AS AccountDomain, 'InvalidUserNameOrPassword' AS FailureReason, 'SSH' AS Protocol,
                CASE WHEN NOT {public} THEN '{scanner.name}' END AS RemoteDeviceName, {tried} AS RemoteIP,
                CASE WHEN {public} THEN 'Public' ELSE 'Private' END AS RemoteIPType, d.v % 59000 + 4 AS ReportId
                FROM draw_syslog d JOIN device w ON w.device = d.device JOIN syslog_line l USING (line)
                LEFT JOIN reachable r ON r.device = d.device
                WHERE starts_with(l.text, 'Failed password')""",
            "workspace/AzureActivity": f"""
                SELECT {moment("d.t")} AS TimeGenerated, {moment("d.t")} AS EventSubmissionTimestamp,
                {ingested("d.t", "d.v", 180, 700)}, upper(a.operation) AS OperationNameValue,
                a.operation AS OperationName,
                'Administrative' AS CategoryValue, 'Administrative' AS Category, 'Information' AS Level,
                {status} AS ActivityStatusValue, {status} AS ActivityStatus, p.upn AS Caller,
                p.egress AS CallerIpAddress, 'rg-berth' AS ResourceGroup, {resource} AS ResourceId,
                '{SUBSCRIPTION_ID}' AS SubscriptionId,
                upper(split_part(a.operation, '/', 1)) AS ResourceProviderValue,
                {identifier("'azure'", seed, "d.i")} AS CorrelationId,
                {identifier("'azure event'", seed, "d.i")} AS EventDataId {azure}""",
            "defender/CloudAuditEvents": f"""
                SELECT {moment("d.t")} AS Timestamp, {ingested("d.t", "d.v", 180, 700)},
                'Azure Logs' AS DataSource, 'Update' AS ActionType, a.operation AS OperationName,
                {resource} AS ResourceId,
                p.egress AS IPAddress, p.country AS CountryCode, p.city AS City,
                {identifier("'azure'", seed, "d.i")} AS ReportId {azure}""",
        }
