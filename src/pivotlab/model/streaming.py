"""The tables of Defender XDR that the connector can copy into the workspace."""

from __future__ import annotations

STREAMABLE = {
    "Microsoft Defender for Endpoint": (
        "DeviceInfo",
        "DeviceNetworkInfo",
        "DeviceProcessEvents",
        "DeviceNetworkEvents",
        "DeviceFileEvents",
        "DeviceRegistryEvents",
        "DeviceLogonEvents",
        "DeviceImageLoadEvents",
        "DeviceEvents",
        "DeviceFileCertificateInfo",
    ),
    "Microsoft Defender for Office 365": (
        "EmailEvents",
        "EmailAttachmentInfo",
        "EmailUrlInfo",
        "EmailPostDeliveryEvents",
        "UrlClickEvents",
    ),
    "Microsoft Defender for Identity": ("IdentityDirectoryEvents", "IdentityLogonEvents", "IdentityQueryEvents"),
    "Microsoft Defender for Cloud Apps": ("CloudAppEvents",),
    "Microsoft Defender alerts": ("AlertInfo", "AlertEvidence"),
}
"""The tables on the connector page, and no others (facts tables-01 to tables-06)."""
