"""Ordinary work in Microsoft 365: files, mail items, sharing, rules. One audit record in two products."""

from __future__ import annotations

from typing import ClassVar

import pandas as pd

from pivotlab.scenarios.background.dimensions import load
from pivotlab.scenarios.background.sources import Source, identifier, ingested, moment
from pivotlab.scenarios.background.templates import as_table, filled, weighted, working_times
from pivotlab.scenarios.cloudapps import CLOUD_APP_IDS, RECORD
from pivotlab.scenarios.identifiers import TENANT_ID
from pivotlab.scenarios.signin import EDGE
from pivotlab.scenarios.vocabulary import vocabulary


class OfficeWork(Source):
    """Feeds OfficeActivity and CloudAppEvents."""

    share: ClassVar[float] = 0.07

    def draw(self, rows: int) -> None:
        """Draw audit records: person, action, moment."""
        actions = [
            {
                "parameters": None,
                **entry,
                "workload": RECORD[entry["app"]][0],
                "record": "ExchangeAdmin" if entry["type"] in ("Rule", "Mailbox") else RECORD[entry["app"]][1],
                "app_number": CLOUD_APP_IDS[entry["app"]],
            }
            for entry in vocabulary("cloud")["actions"]
        ]
        load(self.con, "office_action", as_table(actions, "deed"))
        count = int(rows / 2)
        people = self.rng.integers(0, len(self.world.company.people), count)
        frame = pd.DataFrame({"person": people, "t": working_times(self.world, self.rng, people)})
        frame["deed"] = weighted(self.rng, actions, count, frame["t"].to_numpy() >= self.world.window.kept)
        frame["v"] = self.rng.integers(0, 1_000_000, count)
        frame = frame.sort_values("t", kind="stable", ignore_index=True)
        frame["i"] = frame.index
        load(self.con, "draw_office", frame)

    def tables(self) -> dict[str, str]:
        """The workspace's table and the hunting table."""
        audit = identifier("'audit'", str(self.world.seed), "d.i")
        address = "CASE WHEN d.v % 4 = 0 THEN p.home ELSE p.egress END"
        target = filled("a.object", "d.v", sam="p.sam")
        joined = "FROM draw_office d JOIN office_action a USING (deed) JOIN person p ON p.person = d.person"
        return {
            "workspace/OfficeActivity": f"""
                SELECT {moment("d.t")} AS TimeGenerated, {moment("d.t")} AS Start_Time,
                {ingested("d.t", "d.v", 600, 1200)}, a.action AS Operation,
                a.workload AS OfficeWorkload, a.record AS RecordType, p.upn AS UserId, p.oid AS UserKey,
                'Regular' AS UserType,
                {address} AS ClientIP, '{EDGE}' AS UserAgent, 'Succeeded' AS ResultStatus,
                {target} AS OfficeObjectId, {audit} AS OfficeId,
                '{TENANT_ID}' AS OrganizationId, a.parameters AS Parameters, CASE
                WHEN a.workload = 'Exchange' THEN p.upn END AS MailboxOwnerUPN {joined}""",
            "defender/CloudAppEvents": f"""
                SELECT {moment("d.t")} AS Timestamp, {ingested("d.t", "d.v", 180, 700)}, a.action AS ActionType,
                a.app AS Application, a.app_number AS ApplicationId,
                p.oid AS AccountObjectId, p.oid AS AccountId, p.display AS AccountDisplayName,
                'Regular' AS AccountType, FALSE AS IsAdminOperation,
                {address} AS IPAddress, p.country AS CountryCode, p.city AS City, '{EDGE}' AS UserAgent,
                'Basic' AS ActivityType, {target} AS ObjectName,
                a.type AS ObjectType, FALSE AS IsExternalUser, 'Windows 10' AS OSPlatform, {audit} AS ReportId,
                json_object('Id', {audit}, 'Operation', a.action, 'Workload', a.workload, 'UserId', p.upn,
                    'ClientIPAddress', {address}, 'ResultStatus', 'Succeeded',
                    'ObjectId', {target}, 'MailboxOwnerUPN', CASE WHEN a.workload = 'Exchange' THEN p.upn END,
                    'Parameters', a.parameters::JSON) AS RawEventData {joined}""",
        }
