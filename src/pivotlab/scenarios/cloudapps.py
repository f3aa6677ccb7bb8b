"""What people and apps do in Microsoft 365: one audit record, in OfficeActivity and in CloudAppEvents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pivotlab.scenarios.company import Person
from pivotlab.scenarios.geography import Place
from pivotlab.scenarios.identifiers import TENANT_ID, guid
from pivotlab.scenarios.signin import SignIn
from pivotlab.scenarios.telemetry import Row, Telemetry

CLOUD_APP_IDS = {
    "Microsoft Exchange Online": 20893,
    "Microsoft SharePoint Online": 20892,
    "Microsoft OneDrive for Business": 15600,
    "Microsoft Teams": 28375,
    "Office 365": 11161,
    "Microsoft Azure": 12260,
    "Microsoft Entra ID": 11161,
}
"""Defender for Cloud Apps' numbers for its connected apps."""

RECORD = {
    "Microsoft Exchange Online": ("Exchange", "ExchangeItem"),
    "Microsoft SharePoint Online": ("SharePoint", "SharePointFileOperation"),
    "Microsoft OneDrive for Business": ("OneDrive", "SharePointFileOperation"),
}
"""App -> its workload and its type of record in the audit log."""


class CloudApps:
    """Writes OfficeActivity, CloudAppEvents and AuditLogs."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry

    def act(
        self,
        when: datetime,
        actor: SignIn,
        action: str,
        app: str,
        *,
        target: str = "",
        office: dict[str, Any] | None = None,
        raw: dict[str, Any] | None = None,
        category: str = "Basic",
        app_id: str = "",
        target_type: str = "",
    ) -> tuple[Row, Row]:
        """`actor` does `action` in `app`. Returns the OfficeActivity row and the CloudAppEvents row.

        `office` adds OfficeActivity columns, `raw` fields of the audit record; `app_id` is the OAuth app that acted.
        """
        person = actor.person
        workload, record = RECORD[app]
        audit_id = guid(*self._telemetry.identifier(), "audit", action)
        record = "ExchangeAdmin" if action.endswith(("InboxRule", "Mailbox", "MailboxPermission")) else record
        office_row = self._telemetry.add(
            "workspace/OfficeActivity",
            when,
            {
                "Operation": action,
                "OfficeWorkload": workload,
                "RecordType": record,
                "UserId": person.upn,
                "UserKey": person.object_id,
                "UserType": "Regular",
                "ClientIP": actor.address,
                "UserAgent": actor.agent,
                "ResultStatus": "Succeeded",
                "OfficeObjectId": target or None,
                "OfficeId": audit_id,
                "OrganizationId": TENANT_ID,
                "Start_Time": when,
                "AppId": app_id or None,
                **(office or {}),
            },
        )
        record_body = {
            "Id": audit_id,
            "Operation": action,
            "Workload": workload,
            "UserId": person.upn,
            "ClientIPAddress": actor.address,
            "ResultStatus": "Succeeded",
            "ObjectId": target,
            "SessionId": actor.session_id,
            **(raw or {}),
        }
        return office_row, self._cloud(
            when,
            person,
            action,
            app,
            actor.address,
            actor.place,
            actor.agent,
            target,
            record_body,
            category,
            app_id,
            target_type,
        )

    def directory(
        self,
        when: datetime,
        actor: SignIn,
        operation: str,
        category: str,
        targets: list[dict[str, Any]],
        *,
        details: dict[str, str] | None = None,
        raw: dict[str, Any] | None = None,
    ) -> tuple[Row, Row]:
        """A change in Entra ID. Returns the AuditLogs row and the CloudAppEvents row."""
        person = actor.person
        audit_id = guid(*self._telemetry.identifier(), "directory", operation)
        user = {"id": person.object_id, "userPrincipalName": person.upn, "ipAddress": actor.address}
        audit = self._telemetry.add(
            "workspace/AuditLogs",
            when,
            {
                "OperationName": operation,
                "ActivityDisplayName": operation,
                "Category": category,
                "Result": "success",
                "InitiatedBy": {"user": user},
                "TargetResources": targets,
                "CorrelationId": audit_id,
                "Id": f"Directory_{audit_id}",
                "AADTenantId": TENANT_ID,
                "LoggedByService": "Core Directory",
                "ActivityDateTime": when,
                "Identity": person.display,
                "AdditionalDetails": [{"key": key, "value": value} for key, value in (details or {}).items()] or None,
                "AADOperationType": "Add" if operation.startswith(("Add", "Consent")) else "Update",
            },
        )
        record = {
            "Id": audit_id,
            "Operation": operation,
            "Workload": "AzureActiveDirectory",
            "UserId": person.upn,
            "ActorIpAddress": actor.address,
            "Target": targets,
            **(raw or {}),
        }
        target = str(targets[0].get("displayName") or targets[0].get("userPrincipalName") or "")
        cloud = self._cloud(
            when,
            person,
            operation + ".",
            "Office 365",
            actor.address,
            actor.place,
            actor.agent,
            target,
            record,
            "Admin",
            "",
            "",
        )
        return audit, cloud

    def _cloud(
        self,
        when: datetime,
        person: Person,
        action: str,
        app: str,
        address: str,
        place: Place,
        agent: str,
        target: str,
        raw: dict[str, Any],
        category: str,
        app_id: str,
        target_type: str,
    ) -> Row:
        return self._telemetry.add(
            "defender/CloudAppEvents",
            when,
            {
                "ActionType": action,
                "Application": app,
                "ApplicationId": CLOUD_APP_IDS[app],
                "AccountObjectId": person.object_id,
                "AccountId": person.object_id,
                "AccountDisplayName": person.display,
                "AccountType": "Regular",
                "IsAdminOperation": category == "Admin",
                "IPAddress": address,
                "CountryCode": place.country,
                "City": place.city,
                "UserAgent": agent,
                "ActivityType": category,
                "ObjectName": target or None,
                "ObjectType": target_type or None,
                "IsExternalUser": False,
                "OAuthAppId": app_id or None,
                "RawEventData": raw,
                "ReportId": guid(raw["Id"], "report"),
                "OSPlatform": "Linux" if "Linux" in agent else "Windows 10",
            },
        )
