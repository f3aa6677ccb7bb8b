"""Azure: the activity log in the workspace, and Defender for Cloud's own tables in hunting."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from pivotlab.scenarios.company import Device, Person
from pivotlab.scenarios.identifiers import SUBSCRIPTION_ID, TENANT_ID, guid
from pivotlab.scenarios.telemetry import Row, Telemetry


def machine_id(device: Device, group: str = "rg-berth") -> str:
    """The Azure resource id of a virtual machine."""
    scope = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{group}"
    return f"{scope}/providers/Microsoft.Compute/virtualMachines/{device.short.lower()}"


class Azure:
    """Writes AzureActivity, CloudAuditEvents and CloudProcessEvents."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry

    def operation(
        self,
        when: datetime,
        caller: Person,
        address: str,
        operation: str,
        resource: str,
        *,
        status: str = "Success",
        properties: dict[str, Any] | None = None,
    ) -> Row:
        """Somebody changes a resource. The same operation is in AzureActivity and in CloudAuditEvents."""
        ident = guid(*self._telemetry.identifier(), "azure")
        parts = resource.split("/")
        self._telemetry.add(
            "defender/CloudAuditEvents",
            when,
            {
                "DataSource": "Azure Logs",
                "ActionType": "Update",
                "OperationName": operation,
                "ResourceId": resource,
                "IPAddress": address,
                "CountryCode": caller.site.country,
                "City": caller.site.city,
                "RawEventData": {"caller": caller.upn, "status": status, **(properties or {})},
                "ReportId": ident,
            },
        )
        return self._telemetry.add(
            "workspace/AzureActivity",
            when,
            {
                "OperationNameValue": operation.upper(),
                "OperationName": operation,
                "CategoryValue": "Administrative",
                "Category": "Administrative",
                "Level": "Information",
                "ActivityStatusValue": status,
                "ActivityStatus": status,
                "Caller": caller.upn,
                "CallerIpAddress": address,
                "ResourceGroup": parts[4] if len(parts) > 4 else None,
                "ResourceId": resource,
                "SubscriptionId": SUBSCRIPTION_ID,
                "ResourceProviderValue": parts[6].upper() if len(parts) > 6 else None,
                "CorrelationId": ident,
                "EventDataId": guid(ident, "event"),
                "EventSubmissionTimestamp": when,
                "Hierarchy": TENANT_ID,
                "Properties": json.dumps(properties or {}),
                "Properties_d": properties or {},
            },
        )

    def process(
        self,
        when: datetime,
        device: Device,
        file: str,
        folder: str,
        command: str,
        *,
        process_id: int,
        parent: str,
        parent_id: int,
        account: str = "root",
    ) -> Row:
        """A process on a cloud machine, as Defender for Cloud's own sensor sees it."""
        return self._telemetry.add(
            "defender/CloudProcessEvents",
            when,
            {
                "AzureResourceId": machine_id(device),
                "ActionType": "ProcessCreated",
                "FileName": file,
                "FolderPath": folder,
                "ProcessId": process_id,
                "ProcessName": file,
                "ParentProcessName": parent,
                "ParentProcessId": str(parent_id),
                "ProcessCommandLine": command,
                "ProcessCreationTime": when,
                "AccountName": account,
                "InitiatingProcessId": str(parent_id),
            },
        )
