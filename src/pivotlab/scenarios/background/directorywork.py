"""Ordinary changes in Entra ID, and the apps that are registered there."""

from __future__ import annotations

import json
from typing import ClassVar

import numpy as np
import pandas as pd

from pivotlab.scenarios.background.dimensions import load
from pivotlab.scenarios.background.sources import Source, identifier, ingested, moment
from pivotlab.scenarios.background.templates import as_table, weighted, working_times
from pivotlab.scenarios.cloudapps import CLOUD_APP_IDS
from pivotlab.scenarios.identifiers import TENANT_ID, guid
from pivotlab.scenarios.signin import EDGE
from pivotlab.scenarios.vocabulary import vocabulary

APPS = (
    ("HarbourDesk", "Internal", "Medium", "Contoso Harbour"),
    ("Harbour Portal", "Internal", "High", "Contoso Harbour"),
    ("Fabrikam Backup for mailboxes", "Internal", "High", "Fabrikam, Inc."),
    ("Litware Meeting Notes", "External", "Low", "Litware, Inc."),
)
"""App, origin, privilege level, verified publisher."""


class DirectoryWork(Source):
    """Feeds AuditLogs and OAuthAppInfo, and CloudAppEvents with what people consent to."""

    share: ClassVar[float] = 0.01

    def draw(self, rows: int) -> None:
        """Draw changes: who, to whom, what, when."""
        operations = vocabulary("cloud")["directory"]
        load(self.con, "directory_operation", as_table(operations, "deed"))
        company = self.world.company
        staff = [p.index for t in ("Help Desk Analyst", "Identity Administrator") for p in company.titled(t)]
        people = self.rng.choice(np.array(staff), rows)
        frame = pd.DataFrame({"person": people, "t": working_times(self.world, self.rng, people)})
        frame["deed"] = weighted(self.rng, operations, rows, frame["t"].to_numpy() >= self.world.window.kept)
        frame["target"] = self.rng.integers(0, len(company.people), rows)
        frame["v"] = self.rng.integers(0, 1_000_000, rows)
        frame = frame.sort_values("t", kind="stable", ignore_index=True)
        frame["i"] = frame.index
        load(self.con, "draw_directory", frame)
        apps = [
            {
                "app_name": name,
                "app_id": guid("app", name),
                "origin": origin,
                "level": level,
                "publisher": json.dumps({"displayName": publisher}),
            }
            for name, origin, level, publisher in APPS
        ]
        load(self.con, "registered_app", pd.DataFrame(apps).rename_axis("app").reset_index())

    def tables(self) -> dict[str, str]:
        """One SELECT per table."""
        audit = identifier("'directory'", str(self.world.seed), "d.i")
        actor = "CASE WHEN o.operation = 'Consent to application' THEN q ELSE p END"
        target = """
            json_array(CASE WHEN o.category = 'ApplicationManagement'
            THEN json_object('displayName', a.app_name, 'type', 'ServicePrincipal', 'id', a.app_id)
            ELSE json_object('displayName', q.display, 'type', 'User', 'id', q.oid, 'userPrincipalName', q.upn) END)"""
        joined = f"""
            FROM draw_directory d JOIN directory_operation o USING (deed) JOIN person p ON p.person = d.person
            JOIN person q ON q.person = d.target
            JOIN registered_app a ON a.app = d.v % {len(APPS)}"""
        return {
            "workspace/AuditLogs": f"""
                SELECT {moment("d.t")} AS TimeGenerated, {moment("d.t")} AS ActivityDateTime,
                {ingested("d.t", "d.v", 180, 700)}, o.operation AS OperationName,
                o.operation AS ActivityDisplayName,
                o.category AS Category, 'success' AS Result,
                json_object('user', json_object('id', ({actor}).oid, 'userPrincipalName', ({actor}).upn,
                    'ipAddress', ({actor}).egress)) AS InitiatedBy,
                {target} AS TargetResources, {audit} AS CorrelationId, concat('Directory_', {audit}) AS Id,
                '{TENANT_ID}' AS AADTenantId, 'Core Directory' AS LoggedByService, ({actor}).display AS Identity,
                CASE WHEN o.operation LIKE 'Add%' THEN 'Add' ELSE 'Update' END AS AADOperationType
                {joined}""",
            "defender/CloudAppEvents": f"""
                SELECT {moment("d.t")} AS Timestamp, {ingested("d.t", "d.v", 180, 700)},
                o.operation || '.' AS ActionType, 'Office 365' AS Application, {CLOUD_APP_IDS["Office 365"]} AS ApplicationId,
                q.oid AS AccountObjectId, q.oid AS AccountId, q.display AS AccountDisplayName,
                'Regular' AS AccountType, TRUE AS IsAdminOperation, q.egress AS IPAddress, q.country AS CountryCode,
                q.city AS City, '{EDGE}' AS UserAgent, 'Admin' AS ActivityType, a.app_name AS ObjectName,
                FALSE AS IsExternalUser, 'Windows 10' AS OSPlatform,
                {identifier("'directory report'", str(self.world.seed), "d.i")} AS ReportId,
                json_object('Id', {audit}, 'Operation', o.operation, 'Workload', 'AzureActiveDirectory',
                    'UserId', q.upn, 'ActorIpAddress', q.egress, 'Target', {target}) AS RawEventData
                {joined} WHERE o.operation = 'Consent to application'""",
            "defender/OAuthAppInfo": f"""
                SELECT {moment(str(self.described))} AS Timestamp, {moment(str(self.described + 100_000))} AS _ingested, app_id AS OAuthAppId,
                app_name AS AppName, 'Enabled' AS AppStatus, publisher::JSON AS VerifiedPublisher,
                level AS PrivilegeLevel,
                '[{{"PermissionName":"User.Read","PermissionType":"Delegated"}}]'::JSON AS Permissions,
                40 + app * 61 AS ConsentedUsersCount, origin = 'Internal' AS IsAdminConsented, origin AS AppOrigin,
                10 AS RiskScore, '{TENANT_ID}' AS AppOwnerTenantId, {identifier("'app'", "app_id")} AS ReportId
                FROM registered_app""",
        }
