"""Evidence of Defender XDR as entities of Sentinel: in the `Entities` column, and as the API shows them.

Names follow Microsoft's entity reference: `Type`, `Name` and `UPNSuffix` in the column, `kind`, `accountName` and
`upnSuffix` in the API.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from pivotlab.model import Alert, Evidence, stable_guid


class Entity(NamedTuple):
    """One entity as the API shows it: `kind` and `properties`; `column` is the same in SecurityAlert.Entities."""

    kind: str
    column: dict[str, Any]
    properties: dict[str, Any]

    @property
    def name(self) -> str:
        """A stable GUID: the same user is the same entity in every incident."""
        return stable_guid("entity", self.kind, sorted(map(str, self.column.items())))


def columns_of(alert: Alert) -> list[dict[str, Any]]:
    """The entities of an alert for the column, in the order of its evidence; a kind that Sentinel lacks is left out."""
    return [_KINDS[piece.kind].read(piece.fields) for piece in alert.evidence if piece.kind in _KINDS]


def entities_of(alert: Alert) -> list[Entity]:
    """The entities of an alert, in the order of its evidence."""
    return [_entity(piece) for piece in alert.evidence if piece.kind in _KINDS]


def distinct(alerts: Iterable[Alert]) -> list[Entity]:
    """The entities of several alerts, each once, in order of first appearance."""
    seen: dict[str, Entity] = {}
    for alert in alerts:
        for entity in entities_of(alert):
            seen.setdefault(entity.name, entity)
    return list(seen.values())


def compromised_entity(alert: Alert) -> str:
    """SecurityAlert.CompromisedEntity, which differs by product under the XDR connector (fact schema-01)."""
    if alert.service_source == "microsoftDefenderForIdentity":
        return "CompromisedEntity"
    wanted = ("device",) if alert.service_source == "microsoftDefenderForEndpoint" else ("user", "mailbox")
    for piece in alert.evidence:
        if piece.kind in wanted:
            if piece.kind == "device":
                return str(piece.fields.get("deviceDnsName") or "").partition(".")[0]
            return str((piece.fields.get("userAccount") or {}).get("userPrincipalName") or "")
    return ""


def _account(fields: Any) -> dict[str, Any]:
    account = fields.get("userAccount") or {}
    name, _, suffix = (account.get("userPrincipalName") or "").partition("@")
    column = {"Type": "account", "Name": name or account.get("accountName") or "", "UPNSuffix": suffix}
    for graph, table in _ACCOUNT:
        if account.get(graph):
            column[table] = account[graph]
    return column


_ACCOUNT = (
    ("azureAdUserId", "AadUserId"),
    ("userSid", "Sid"),
    ("domainName", "NTDomain"),
    ("displayName", "DisplayName"),
)


def _host(fields: Any) -> dict[str, Any]:
    host, _, domain = (fields.get("deviceDnsName") or fields.get("hostName") or "").partition(".")
    column = {"Type": "host", "HostName": host, "DnsDomain": domain}
    if system := fields.get("osPlatform"):
        column["OSFamily"] = "Linux" if "linux" in system.lower() else "Windows"
    if device := fields.get("mdeDeviceId"):
        column["MdatpDeviceId"] = device
    return column


def _file(details: Any) -> dict[str, Any]:
    column = {"Type": "file", "Name": details.get("fileName") or "", "Directory": details.get("filePath") or ""}
    hashes = [
        {"Type": "filehash", "Algorithm": algorithm.upper(), "Value": details[algorithm]}
        for algorithm in ("sha1", "sha256")
        if details.get(algorithm)
    ]
    return {**column, "FileHashes": hashes} if hashes else column


def _process(fields: Any) -> dict[str, Any]:
    column = {
        "Type": "process",
        "ProcessId": str(fields.get("processId") or ""),
        "CommandLine": fields.get("processCommandLine") or "",
        "ImageFile": _file(fields.get("imageFile") or {}),
    }
    if created := fields.get("processCreationDateTime"):
        column["CreationTimeUtc"] = created
    return column


def _mail(fields: Any) -> dict[str, Any]:
    return {
        "Type": "mail-message",
        "Recipient": fields.get("recipientEmailAddress") or "",
        "Sender": (fields.get("p2Sender") or fields.get("p1Sender") or {}).get("emailAddress") or "",
        "Subject": fields.get("subject") or "",
        "NetworkMessageId": fields.get("networkMessageId") or "",
    }


def _mailbox(fields: Any) -> dict[str, Any]:
    address = fields.get("primaryAddress") or ""
    upn = (fields.get("userAccount") or {}).get("userPrincipalName") or address
    return {"Type": "mailbox", "MailboxPrimaryAddress": address, "Upn": upn}


def _plain(kind: str, **columns: str) -> Callable[[Any], dict[str, Any]]:
    """A reader for a kind whose columns are Graph's fields under other names: column=field."""

    def read(fields: Any) -> dict[str, Any]:
        return {"Type": kind, **{column: fields.get(field) or "" for column, field in columns.items()}}

    return read


class _Kind(NamedTuple):
    """How one kind of evidence is read. `names`: column -> property of the API; the first is the friendly name."""

    kind: str
    read: Callable[[Any], dict[str, Any]]
    names: dict[str, str]


_APPLICATION = _Kind(
    "CloudApplication",
    _plain("cloud-application", Name="displayName", AppId="appId"),
    {"Name": "appName", "AppId": "appId"},
)
_REGISTRY = _Kind(
    "RegistryKey",
    _plain("registry-key", Key="registryKey", Hive="registryHive"),
    {"Key": "key", "Hive": "hive"},
)
_KINDS: dict[str, _Kind] = {
    "user": _Kind(
        "Account",
        _account,
        {
            "Name": "accountName",
            "UPNSuffix": "upnSuffix",
            "AadUserId": "aadUserId",
            "Sid": "sid",
            "NTDomain": "ntDomain",
            "DisplayName": "displayName",
        },
    ),
    "device": _Kind("Host", _host, {"HostName": "hostName", "DnsDomain": "dnsDomain", "OSFamily": "osFamily"}),
    "ip": _Kind("Ip", _plain("ip", Address="ipAddress"), {"Address": "address"}),
    "url": _Kind("Url", _plain("url", Url="url"), {"Url": "url"}),
    "file": _Kind(
        "File",
        lambda fields: _file(fields.get("fileDetails") or {}),
        {"Name": "fileName", "Directory": "directory"},
    ),
    "process": _Kind("Process", _process, {"CommandLine": "commandLine", "ProcessId": "processId"}),
    "analyzedMessage": _Kind(
        "MailMessage",
        _mail,
        {
            "Subject": "subject",
            "Recipient": "recipient",
            "Sender": "p2Sender",
            "NetworkMessageId": "networkMessageId",
        },
    ),
    "mailbox": _Kind("Mailbox", _mailbox, {"MailboxPrimaryAddress": "mailboxPrimaryAddress", "Upn": "upn"}),
    "cloudApplication": _APPLICATION,
    "oauthApplication": _APPLICATION,
    "azureResource": _Kind(
        "AzureResource", _plain("azure-resource", ResourceId="resourceId"), {"ResourceId": "resourceId"}
    ),
    "registryKey": _REGISTRY,
    "registryValue": _REGISTRY,
    "securityGroup": _Kind(
        "SecurityGroup",
        _plain("security-group", DistinguishedName="displayName", ObjectGuid="securityGroupId"),
        {"DistinguishedName": "distinguishedName", "ObjectGuid": "objectGuid"},
    ),
}


def _entity(piece: Evidence) -> Entity:
    kind = _KINDS[piece.kind]
    column = kind.read(piece.fields)
    properties = {api: column[name] for name, api in kind.names.items() if column.get(name)}
    properties["friendlyName"] = str(column[next(iter(kind.names))])
    return Entity(kind.kind, column, properties)
