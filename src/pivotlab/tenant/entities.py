"""Evidence of Defender XDR as entities of Sentinel: in the `Entities` column, and as the API shows them.

Names follow Microsoft's entity reference: `Type`, `Name` and `UPNSuffix` in the column, `kind`, `accountName` and
`upnSuffix` in the API.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from pivotlab.model import Alert, Evidence, stable_guid


class Entity(NamedTuple):
    """One entity in both spellings. `column` goes into SecurityAlert.Entities, `properties` into the API."""

    kind: str
    column: dict[str, Any]
    properties: dict[str, Any]

    @property
    def name(self) -> str:
        """A stable GUID: the same user is the same entity in every incident."""
        return stable_guid("entity", self.kind, sorted(map(str, self.properties.items())))


def entities_of(alert: Alert) -> list[Entity]:
    """The entities of an alert, in the order of its evidence. Evidence of a kind that Sentinel lacks is left out."""
    found = []
    for piece in alert.evidence:
        read = _READERS.get(piece.kind)
        if read is not None:
            found.append(read(piece))
    return found


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
    if alert.service_source == "microsoftDefenderForEndpoint":
        return next((_host(p).column["HostName"] for p in alert.evidence if p.kind == "device"), "")
    for piece in alert.evidence:
        if piece.kind in ("user", "mailbox"):
            upn: str = _user(piece).get("userPrincipalName") or ""
            return upn
    return ""


def _user(piece: Evidence) -> dict[str, Any]:
    return dict(piece.fields.get("userAccount") or {})


def _account(piece: Evidence) -> Entity:
    account = _user(piece)
    upn = account.get("userPrincipalName") or ""
    name, _, suffix = upn.partition("@")
    name = name or account.get("accountName") or ""
    column = {"Type": "account", "Name": name, "UPNSuffix": suffix}
    properties = {"accountName": name, "upnSuffix": suffix, "friendlyName": name}
    for graph, table, api in (
        ("azureAdUserId", "AadUserId", "aadUserId"),
        ("userSid", "Sid", "sid"),
        ("domainName", "NTDomain", "ntDomain"),
        ("displayName", "DisplayName", "displayName"),
    ):
        if account.get(graph):
            column[table] = properties[api] = account[graph]
    return Entity("Account", column, properties)


def _host(piece: Evidence) -> Entity:
    full = piece.fields.get("deviceDnsName") or piece.fields.get("hostName") or ""
    host, _, domain = full.partition(".")
    column: dict[str, Any] = {"Type": "host", "HostName": host, "DnsDomain": domain}
    properties = {"hostName": host, "dnsDomain": domain, "friendlyName": host}
    if system := piece.fields.get("osPlatform"):
        properties["osFamily"] = column["OSFamily"] = "Linux" if "linux" in str(system).lower() else "Windows"
    if device := piece.fields.get("mdeDeviceId"):
        column["MdatpDeviceId"] = device
        properties["additionalData"] = {"MdatpDeviceId": device}
    return Entity("Host", column, properties)


def _ip(piece: Evidence) -> Entity:
    address = piece.fields.get("ipAddress") or ""
    return Entity("Ip", {"Type": "ip", "Address": address}, {"address": address, "friendlyName": address})


def _url(piece: Evidence) -> Entity:
    url = piece.fields.get("url") or ""
    return Entity("Url", {"Type": "url", "Url": url}, {"url": url, "friendlyName": url})


def _file_parts(details: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    name, folder = details.get("fileName") or "", details.get("filePath") or ""
    column: dict[str, Any] = {"Type": "file", "Name": name, "Directory": folder}
    hashes = [
        {"Type": "filehash", "Algorithm": algorithm.upper(), "Value": details[algorithm]}
        for algorithm in ("sha1", "sha256")
        if details.get(algorithm)
    ]
    if hashes:
        column["FileHashes"] = hashes
    return column, {"fileName": name, "directory": folder, "friendlyName": name}


def _file(piece: Evidence) -> Entity:
    return Entity("File", *_file_parts(dict(piece.fields.get("fileDetails") or {})))


def _process(piece: Evidence) -> Entity:
    image, _ = _file_parts(dict(piece.fields.get("imageFile") or {}))
    number, line = str(piece.fields.get("processId") or ""), piece.fields.get("processCommandLine") or ""
    column = {"Type": "process", "ProcessId": number, "CommandLine": line, "ImageFile": image}
    if created := piece.fields.get("processCreationDateTime"):
        column["CreationTimeUtc"] = created
    return Entity("Process", column, {"processId": number, "commandLine": line, "friendlyName": image["Name"]})


def _mail(piece: Evidence) -> Entity:
    fields = piece.fields
    sender = dict(fields.get("p2Sender") or fields.get("p1Sender") or {}).get("emailAddress") or ""
    column = {
        "Type": "mail-message",
        "Recipient": fields.get("recipientEmailAddress") or "",
        "Sender": sender,
        "Subject": fields.get("subject") or "",
        "NetworkMessageId": fields.get("networkMessageId") or "",
    }
    properties = {
        "recipient": column["Recipient"],
        "p2Sender": sender,
        "subject": column["Subject"],
        "networkMessageId": column["NetworkMessageId"],
        "friendlyName": column["Subject"],
    }
    return Entity("MailMessage", column, properties)


def _mailbox(piece: Evidence) -> Entity:
    address = piece.fields.get("primaryAddress") or ""
    upn = _user(piece).get("userPrincipalName") or address
    column = {"Type": "mailbox", "MailboxPrimaryAddress": address, "Upn": upn}
    return Entity("Mailbox", column, {"mailboxPrimaryAddress": address, "upn": upn, "friendlyName": address})


def _application(piece: Evidence) -> Entity:
    name = piece.fields.get("displayName") or ""
    number = piece.fields.get("appId") or ""
    column = {"Type": "cloud-application", "AppId": number, "Name": name}
    return Entity("CloudApplication", column, {"appId": number, "appName": name, "friendlyName": name})


def _resource(piece: Evidence) -> Entity:
    resource = piece.fields.get("resourceId") or piece.fields.get("resourceName") or ""
    name = str(resource).rpartition("/")[2]
    return Entity(
        "AzureResource",
        {"Type": "azure-resource", "ResourceId": resource},
        {"resourceId": resource, "friendlyName": name},
    )


def _registry(piece: Evidence) -> Entity:
    hive, key = piece.fields.get("registryHive") or "", piece.fields.get("registryKey") or ""
    column = {"Type": "registry-key", "Hive": hive, "Key": key}
    return Entity("RegistryKey", column, {"hive": hive, "key": key, "friendlyName": key})


def _group(piece: Evidence) -> Entity:
    name = piece.fields.get("displayName") or ""
    group = piece.fields.get("securityGroupId") or ""
    column = {"Type": "security-group", "DistinguishedName": name, "ObjectGuid": group}
    return Entity("SecurityGroup", column, {"distinguishedName": name, "objectGuid": group, "friendlyName": name})


_READERS: dict[str, Callable[[Evidence], Entity]] = {
    "user": _account,
    "device": _host,
    "ip": _ip,
    "url": _url,
    "file": _file,
    "process": _process,
    "analyzedMessage": _mail,
    "mailbox": _mailbox,
    "cloudApplication": _application,
    "oauthApplication": _application,
    "azureResource": _resource,
    "registryKey": _registry,
    "registryValue": _registry,
    "securityGroup": _group,
}
