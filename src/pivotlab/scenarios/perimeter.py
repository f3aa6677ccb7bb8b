"""The third-party firewall and the Linux servers, whose logs reach the workspace only: CommonSecurityLog and Syslog."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pivotlab.scenarios.company import Device, Site
from pivotlab.scenarios.identifiers import guid, number
from pivotlab.scenarios.telemetry import Row, Telemetry

FIREWALL = {"DeviceVendor": "Fabrikam", "DeviceProduct": "EdgeWall", "DeviceVersion": "11.2.4"}
"""An invented product of an invented vendor."""


def firewall_of(site: Site) -> str:
    """The name of a site's firewall."""
    return f"ch-fw-{site.name.lower()}"


class Perimeter:
    """Writes CommonSecurityLog and Syslog."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry

    def connection(
        self,
        when: datetime,
        source: Device,
        address: str,
        port: int,
        *,
        host: str = "",
        sent: int = 0,
        received: int = 0,
        action: str = "allow",
        activity: str = "TRAFFIC end",
        severity: str = "1",
        source_port: int = 0,
        **more: Any,
    ) -> Row:
        """A connection from inside to outside passes the firewall, or is dropped."""
        ident = self._telemetry.identifier()
        return self._telemetry.add(
            "workspace/CommonSecurityLog",
            when,
            {
                **FIREWALL,
                "Computer": firewall_of(source.site),
                "DeviceName": firewall_of(source.site),
                "Activity": activity,
                "DeviceEventClassID": "TRAFFIC" if activity.startswith("TRAFFIC") else "THREAT",
                "DeviceAction": action,
                "SimplifiedDeviceAction": action.capitalize(),
                "LogSeverity": severity,
                "SourceIP": source.address,
                "SourcePort": source_port or 49_152 + number(16_000, *ident, "port"),
                "SourceTranslatedAddress": source.egress,
                "DestinationIP": address,
                "DestinationPort": port,
                "DestinationHostName": host or None,
                "Protocol": "TCP",
                "ApplicationProtocol": "ssl" if port == 443 else None,
                "SentBytes": sent or 1200 + number(3000, *ident, "sent"),
                "ReceivedBytes": received or 3000 + number(9000, *ident, "received"),
                "CommunicationDirection": "Outbound",
                "ExtID": guid(*ident, "session"),
                **more,
            },
        )

    def syslog(
        self,
        when: datetime,
        device: Device,
        process: str,
        message: str,
        *,
        facility: str = "authpriv",
        severity: str = "info",
        process_id: int = 0,
    ) -> Row:
        """A line of a Linux server's log."""
        return self._telemetry.add(
            "workspace/Syslog",
            when,
            {
                "Computer": device.short.lower(),
                "HostName": device.short.lower(),
                "HostIP": device.address,
                "Facility": facility,
                "SeverityLevel": severity,
                "ProcessName": process,
                "ProcessID": process_id or 700 + number(30_000, *self._telemetry.identifier()),
                "SyslogMessage": message,
                "EventTime": when,
            },
        )
