"""What the endpoint sensor reports: processes with their ancestry, and what each of them touches."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from pivotlab.scenarios.company import Device, Person
from pivotlab.scenarios.identifiers import NETBIOS, number
from pivotlab.scenarios.programs import Program
from pivotlab.scenarios.telemetry import Row, Telemetry

SYSTEM = {"name": "system", "domain": "nt authority", "sid": "S-1-5-18"}
ROOT = {"name": "root", "domain": "", "sid": ""}


@dataclass(frozen=True)
class Process:
    """A process that ran. `row` is null for one that started before anybody looked."""

    device: Device
    account: Person | None
    program: Program
    process_id: int
    created: datetime
    command: str
    parent: Process | None
    logon_id: int = 0
    integrity: str = "Medium"
    row: Row | None = None

    @property
    def account_columns(self) -> dict[str, Any]:
        """Who it ran as; without a person, the operating system."""
        if self.account is None:
            who = ROOT if self.device.linux else SYSTEM
            return {
                "AccountName": who["name"],
                "AccountDomain": who["domain"] or self.device.short.lower(),
                "AccountSid": who["sid"] or None,
            }
        return {
            "AccountName": self.account.name,
            "AccountDomain": NETBIOS,
            "AccountSid": self.account.sid,
            "AccountUpn": self.account.upn,
            "AccountObjectId": self.account.object_id,
        }


class Endpoint:
    """Writes the Device tables of the advanced hunting schema."""

    def __init__(self, telemetry: Telemetry, seed: int) -> None:
        self._telemetry = telemetry
        self._seed = seed

    def start(
        self,
        when: datetime,
        parent: Process,
        program: Program,
        command: str,
        *,
        account: Person | None = None,
        integrity: str = "",
        device: Device | None = None,
    ) -> Process:
        """A process starts under `parent`. It runs as `account`, by default as its parent does.

        Another account's process has a logon session of its own.
        """
        device = device or parent.device
        process_id = 4 * (300 + number(6000, self._seed, device.index, when, program.file, command))
        integrity = integrity or parent.integrity
        other = account is not None and account is not parent.account
        logon_id = (
            number(2**27, self._seed, "logon", device.index, account.sid) if other and account else parent.logon_id
        )
        process = Process(
            device, account or parent.account, program, process_id, when, command, parent, logon_id, integrity
        )
        values = {
            "ActionType": "ProcessCreated",
            "FileName": program.file,
            "FolderPath": program.path,
            "SHA1": program.sha1,
            "SHA256": program.sha256,
            "MD5": program.md5,
            "FileSize": program.size,
            "ProcessVersionInfoCompanyName": program.company or None,
            "ProcessVersionInfoProductName": program.product or None,
            "ProcessVersionInfoProductVersion": program.version or None,
            "ProcessVersionInfoOriginalFileName": program.original or None,
            "ProcessVersionInfoFileDescription": program.description or None,
            "ProcessId": process_id,
            "ProcessCommandLine": command,
            "ProcessIntegrityLevel": integrity,
            "ProcessTokenElevation": "TokenElevationTypeFull"
            if integrity in ("High", "System")
            else "TokenElevationTypeLimited",
            "ProcessCreationTime": when,
            "LogonId": process.logon_id,
            **process.account_columns,
        }
        row = self._write("DeviceProcessEvents", when, parent, values, device)
        return Process(
            device, process.account, program, process_id, when, command, parent, process.logon_id, integrity, row
        )

    def connect(
        self,
        when: datetime,
        process: Process,
        address: str,
        port: int,
        url: str = "",
        *,
        action: str = "ConnectionSuccess",
        protocol: str = "Tcp",
        local_port: int | None = None,
        **more: Any,
    ) -> Row:
        """A process connects to `address`:`port`, or is refused. `local_port` marks an accepted connection."""
        local = local_port or 49_152 + number(16_000, self._seed, when, address, port)
        private = ip_address(address).is_private and not address.startswith(("192.0.2.", "198.51.100.", "203.0.113."))
        values = {
            "ActionType": action,
            "RemoteIP": address,
            "RemotePort": port,
            "RemoteUrl": url or None,
            "LocalIP": process.device.address,
            "LocalPort": local,
            "Protocol": protocol,
            "LocalIPType": "Private",
            "RemoteIPType": "Private" if private else "Public",
            **more,
        }
        return self._write("DeviceNetworkEvents", when, process, values)

    def file(self, when: datetime, process: Process, file: Program, action: str = "FileCreated", **more: Any) -> Row:
        """A process creates, changes, renames or deletes a file. `more` holds further documented columns."""
        values = {
            "ActionType": action,
            "FileName": file.file,
            "FolderPath": file.path,
            "SHA1": file.sha1,
            "SHA256": file.sha256,
            "MD5": file.md5,
            "FileSize": file.size,
            **more,
        }
        return self._write("DeviceFileEvents", when, process, values)

    def registry(
        self,
        when: datetime,
        process: Process,
        key: str,
        name: str,
        data: str,
        *,
        kind: str = "String",
        action: str = "RegistryValueSet",
    ) -> Row:
        """A process sets a registry value."""
        values = {
            "ActionType": action,
            "RegistryKey": key,
            "RegistryValueName": name,
            "RegistryValueData": data,
            "RegistryValueType": kind,
        }
        return self._write("DeviceRegistryEvents", when, process, values)

    def image(self, when: datetime, process: Process, library: Program) -> Row:
        """A process loads a library."""
        values = {
            "ActionType": "ImageLoaded",
            "FileName": library.file,
            "FolderPath": library.path,
            "SHA1": library.sha1,
            "SHA256": library.sha256,
            "MD5": library.md5,
        }
        return self._write("DeviceImageLoadEvents", when, process, values)

    def event(
        self,
        when: datetime,
        process: Process,
        action: str,
        *,
        file: Program | None = None,
        fields: dict[str, Any] | None = None,
        **more: Any,
    ) -> Row:
        """Anything that has its own ActionType in DeviceEvents. `fields` becomes AdditionalFields."""
        named = (
            {}
            if file is None
            else {"FileName": file.file, "FolderPath": file.path, "SHA1": file.sha1, "SHA256": file.sha256}
        )
        values = {"ActionType": action, **named, "AdditionalFields": json.dumps(fields) if fields else None, **more}
        return self._write("DeviceEvents", when, process, values)

    def logon(
        self,
        when: datetime,
        device: Device,
        account: Person | None,
        logon_type: str,
        *,
        source: Device | str = "",
        succeeded: bool = True,
        name: str = "",
        reason: str = "InvalidUserNameOrPassword",
        protocol: str = "",
    ) -> Row:
        """An account signs in, or fails to. `source` is the remote device or address; `name` an unknown account."""
        address = source.address if isinstance(source, Device) else source
        reserved = address.startswith(("192.0.2.", "198.51.100.", "203.0.113."))
        who = account.name if account else name or "root"
        values = {
            "DeviceId": device.device_id,
            "DeviceName": device.name,
            "ActionType": "LogonSuccess" if succeeded else "LogonFailed",
            "LogonType": logon_type,
            "AccountName": who,
            "AccountDomain": NETBIOS if account else device.short.lower(),
            "AccountSid": account.sid if account else None,
            "LogonId": number(2**31, self._seed, when, who) if succeeded else None,
            "FailureReason": None if succeeded else reason,
            "IsLocalAdmin": None if not succeeded else account is None,
            "Protocol": protocol or ("NTLM" if account is None else "Kerberos"),
            "RemoteDeviceName": source.name if isinstance(source, Device) else None,
            "RemoteIP": address or None,
            "RemoteIPType": None if not address else "Public" if reserved else "Private",
            "ReportId": self._telemetry.report_id(),
        }
        return self._telemetry.add("defender/DeviceLogonEvents", when, values)

    def _write(
        self, table: str, when: datetime, process: Process, values: dict[str, Any], device: Device | None = None
    ) -> Row:
        device = device or process.device
        program = process.program
        parent = process.parent
        initiating = {
            "DeviceId": device.device_id,
            "DeviceName": device.name,
            "ReportId": self._telemetry.report_id(),
            "InitiatingProcessFileName": program.file,
            "InitiatingProcessFolderPath": program.path.lower(),
            "InitiatingProcessSHA1": program.sha1,
            "InitiatingProcessSHA256": program.sha256,
            "InitiatingProcessMD5": program.md5,
            "InitiatingProcessId": process.process_id,
            "InitiatingProcessCommandLine": process.command,
            "InitiatingProcessCreationTime": process.created,
            "InitiatingProcessParentId": parent.process_id if parent else None,
            "InitiatingProcessParentFileName": parent.program.file if parent else None,
            "InitiatingProcessParentCreationTime": parent.created if parent else None,
            "InitiatingProcessVersionInfoOriginalFileName": program.original or None,
            "InitiatingProcessVersionInfoCompanyName": program.company or None,
            **{f"InitiatingProcess{column}": value for column, value in process.account_columns.items()},
        }
        if table == "DeviceProcessEvents":
            initiating |= {
                "InitiatingProcessLogonId": process.logon_id,
                "InitiatingProcessIntegrityLevel": process.integrity,
            }
        return self._telemetry.add(f"defender/{table}", when, initiating | values)


def resident(
    device: Device,
    account: Person | None,
    program: Program,
    command: str,
    process_id: int,
    created: datetime,
    parent: Process | None = None,
    logon_id: int = 0,
    integrity: str = "",
) -> Process:
    """A process that has been there since boot or logon."""
    integrity = integrity or ("Medium" if account else "System")
    return Process(device, account, program, process_id, created, command, parent, logon_id, integrity)


def moments(start: datetime, count: int, gap: timedelta, *seed: object) -> list[datetime]:
    """`count` moments from `start` on, each about `gap` after the one before (half to one and a half times)."""
    times = [start]
    for i in range(1, count):
        times.append(times[-1] + gap * (0.5 + number(1000, "moment", i, *seed) / 1000))
    return times
