"""What domain controllers see: Defender for Identity's tables, and the Windows security log in the workspace."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from pivotlab.scenarios.company import Device, Person
from pivotlab.scenarios.identifiers import NETBIOS, guid
from pivotlab.scenarios.telemetry import Row, Telemetry

ACTIVITIES = {
    1102: "1102 - The audit log was cleared.",
    4624: "4624 - An account was successfully logged on.",
    4625: "4625 - An account failed to log on.",
    4648: "4648 - A logon was attempted using explicit credentials.",
    4662: "4662 - An operation was performed on an object.",
    4672: "4672 - Special privileges assigned to new logon.",
    4688: "4688 - A new process has been created.",
    4697: "4697 - A service was installed in the system.",
    4720: "4720 - A user account was created.",
    4728: "4728 - A member was added to a security-enabled global group.",
    4740: "4740 - A user account was locked out.",
    4768: "4768 - A Kerberos authentication ticket (TGT) was requested.",
    4769: "4769 - A Kerberos service ticket was requested.",
    4776: "4776 - The domain controller attempted to validate the credentials for an account.",
}
"""Windows event id -> Activity, as the SecurityEvent table writes it."""


class Directory:
    """Writes IdentityLogonEvents, IdentityQueryEvents, IdentityDirectoryEvents and SecurityEvent."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry

    def logon(
        self,
        when: datetime,
        account: Person,
        source: Device,
        controller: Device,
        *,
        protocol: str = "Kerberos",
        succeeded: bool = True,
        target: Device | None = None,
        reason: str = "WrongPassword",
    ) -> Row:
        """A domain account authenticates from `source` at `controller`, or fails to."""
        return self._identity(
            "IdentityLogonEvents",
            when,
            account,
            source,
            controller,
            {
                "ActionType": "LogonSuccess" if succeeded else "LogonFailed",
                "LogonType": "Credentials validation"
                if protocol == "Ntlm"
                else "Resource access"
                if target
                else "Interactive",
                "Protocol": protocol,
                "FailureReason": None if succeeded else reason,
                "DestinationPort": 88 if protocol == "Kerberos" else 445,
                "TargetDeviceName": target.name if target else None,
                "OSPlatform": source.platform,
                "DeviceType": source.category,
            },
        )

    def query(
        self,
        when: datetime,
        account: Person,
        source: Device,
        controller: Device,
        search: str,
        *,
        base: str = "DC=contoso,DC=example",
    ) -> Row:
        """An LDAP query. `search` is its filter."""
        return self._identity(
            "IdentityQueryEvents",
            when,
            account,
            source,
            controller,
            {
                "ActionType": "LDAP query",
                "QueryType": "AllUsers" if "person" in search else "LdapSearch",
                "Protocol": "Ldap",
                "DestinationPort": 389,
                "Query": f"Search Scope: WholeSubtree, Base Object:{base}, Search Filter: {search}",
                "QueryTarget": base,
            },
        )

    def change(
        self,
        when: datetime,
        account: Person,
        source: Device,
        controller: Device,
        action: str,
        *,
        target: Person | None = None,
        protocol: str = "",
        fields: dict[str, Any] | None = None,
    ) -> Row:
        """A change in the directory, or a replication of it."""
        return self._identity(
            "IdentityDirectoryEvents",
            when,
            account,
            source,
            controller,
            {
                "ActionType": action,
                "TargetAccountUpn": target.upn if target else None,
                "TargetAccountDisplayName": (target.display or target.name) if target else None,
                "TargetDeviceName": controller.name,
                "Protocol": protocol or None,
                "AdditionalFields": fields,
            },
        )

    def security(self, when: datetime, device: Device, event: int, account: Person | str, **columns: Any) -> Row:
        """A record of the Windows security log of `device`. `columns` are SecurityEvent's own."""
        name = account.name if isinstance(account, Person) else account
        data = {
            "TargetUserName": name,
            "IpAddress": columns.get("IpAddress"),
            "ServiceName": columns.get("ServiceName"),
            "Record": guid(*self._telemetry.identifier(), event),
        }
        body = "".join(f'<Data Name="{key}">{escape(str(value))}</Data>' for key, value in data.items() if value)
        target = (
            {}
            if event in (4662, 4688)
            else {
                "TargetAccount": f"{NETBIOS.upper()}\\{name}",
                "TargetUserName": name,
                "TargetDomainName": NETBIOS.upper(),
                "TargetUserSid": account.sid if isinstance(account, Person) else None,
            }
        )
        subject = (
            {
                "SubjectUserName": name,
                "SubjectDomainName": NETBIOS.upper(),
                "SubjectAccount": f"{NETBIOS.upper()}\\{name}",
            }
            if event in (4662, 4672, 4688, 4697, 4648)
            else {}
        )
        return self._telemetry.add(
            "workspace/SecurityEvent",
            when,
            {
                "EventID": event,
                "Activity": ACTIVITIES[event],
                "Computer": device.name,
                "Account": f"{NETBIOS.upper()}\\{name}",
                "AccountType": "Machine" if name.endswith("$") else "User",
                "Channel": "Security",
                "EventSourceName": "Microsoft-Windows-Security-Auditing",
                "EventData": f'<EventData xmlns="urn:windows-event">{body}</EventData>',
                **target,
                **subject,
                **columns,
            },
        )

    def _identity(
        self, table: str, when: datetime, account: Person, source: Device, controller: Device, values: dict[str, Any]
    ) -> Row:
        shared = {
            "Application": "Active Directory",
            "AccountName": account.name,
            "AccountDomain": NETBIOS,
            "AccountUpn": account.upn,
            "AccountSid": account.sid,
            "AccountObjectId": account.object_id,
            "AccountDisplayName": account.display or account.name,
            "DeviceName": source.name,
            "IPAddress": source.address,
            "DestinationDeviceName": controller.name,
            "DestinationIPAddress": controller.address,
            "ReportId": guid(*self._telemetry.identifier(), table),
        }
        return self._telemetry.add(f"defender/{table}", when, shared | values)
