"""Alert evidence in the shape of the Graph security API (alertEvidence), and the same as an AlertEvidence row."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from pivotlab.scenarios.company import Device, Person
from pivotlab.scenarios.endpoint import Process
from pivotlab.scenarios.identifiers import DOMAIN, NETBIOS
from pivotlab.scenarios.mail import Message
from pivotlab.scenarios.programs import Program

Evidence = dict[str, Any]


def iso(moment: datetime) -> str:
    """A moment as Graph writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _evidence(kind: str, roles: tuple[str, ...], verdict: str, remediation: str, **fields: Any) -> Evidence:
    return {
        "@odata.type": f"#microsoft.graph.security.{kind}Evidence",
        **fields,
        "roles": list(roles),
        "verdict": verdict,
        "remediationStatus": remediation,
        "tags": [],
    }


def _account(person: Person) -> dict[str, Any]:
    return {
        "accountName": person.name,
        "domainName": NETBIOS,
        "userSid": person.sid,
        "azureAdUserId": person.object_id,
        "userPrincipalName": person.upn,
        "displayName": person.display,
    }


def _file(program: Program) -> dict[str, Any]:
    return {
        "fileName": program.file,
        "filePath": program.folder,
        "sha1": program.sha1,
        "sha256": program.sha256,
        "md5": program.md5,
        "fileSize": program.size,
        "filePublisher": program.company or None,
        "signer": program.company or None,
    }


def user(person: Person, *roles: str, verdict: str = "suspicious", remediation: str = "none") -> Evidence:
    """A user account."""
    return _evidence("user", roles, verdict, remediation, userAccount=_account(person))


def device(computer: Device, *roles: str, verdict: str = "suspicious", remediation: str = "none") -> Evidence:
    """A device, with its risk as the endpoint product sees it."""
    return _evidence(
        "device",
        roles,
        verdict,
        remediation,
        deviceDnsName=computer.name,
        hostName=computer.short.lower(),
        mdeDeviceId=computer.device_id,
        azureAdDeviceId=computer.entra_id,
        dnsDomain=DOMAIN,
        ntDomain=NETBIOS.upper(),
        osPlatform=computer.platform,
        osBuild=computer.os_build,
        version=computer.os_version,
        healthStatus="active",
        riskScore="high" if verdict == "malicious" else "medium",
        onboardingStatus="onboarded",
        defenderAvStatus="updated",
        ipInterfaces=[computer.address],
        lastIpAddress=computer.address,
        lastExternalIpAddress=computer.egress,
        loggedOnUsers=[{"accountName": computer.owner.name, "domainName": NETBIOS}] if computer.owner else [],
    )


def process(
    ran: Process, *roles: str, verdict: str = "suspicious", remediation: str = "none", status: str = "detected"
) -> Evidence:
    """A process and its parent's image."""
    parent = ran.parent
    return _evidence(
        "process",
        roles,
        verdict,
        remediation,
        processId=ran.process_id,
        processCommandLine=ran.command,
        processCreationDateTime=iso(ran.created),
        imageFile=_file(ran.program),
        detectionStatus=status,
        parentProcessId=parent.process_id if parent else None,
        mdeDeviceId=ran.device.device_id,
        parentProcessCreationDateTime=iso(parent.created) if parent else None,
        parentProcessImageFile=_file(parent.program) if parent else None,
        userAccount=_account(ran.account)
        if ran.account
        else {
            "accountName": "root" if ran.device.linux else "system",
            "domainName": "nt authority",
            "userSid": "S-1-5-18",
        },
    )


def file(
    program: Program,
    computer: Device | None = None,
    *roles: str,
    verdict: str = "malicious",
    remediation: str = "none",
    status: str = "detected",
) -> Evidence:
    """A file, on a device when it was seen there."""
    return _evidence(
        "file",
        roles,
        verdict,
        remediation,
        fileDetails=_file(program),
        detectionStatus=status,
        mdeDeviceId=computer.device_id if computer else None,
    )


def address(
    ip: str, *roles: str, verdict: str = "suspicious", country: str = "", remediation: str = "none"
) -> Evidence:
    """An IP address."""
    return _evidence("ip", roles, verdict, remediation, ipAddress=ip, countryLetterCode=country or None)


def url(link: str, *roles: str, verdict: str = "malicious", remediation: str = "none") -> Evidence:
    """A URL."""
    return _evidence("url", roles, verdict, remediation, url=link)


def mailbox(person: Person, *roles: str, verdict: str = "suspicious", remediation: str = "none") -> Evidence:
    """A mailbox and whose it is."""
    return _evidence(
        "mailbox",
        roles,
        verdict,
        remediation,
        primaryAddress=person.upn,
        displayName=person.display,
        upn=person.upn,
        userAccount=_account(person),
    )


def message(
    mail: Message, *roles: str, verdict: str = "malicious", remediation: str = "none", copy: int = 0
) -> Evidence:
    """One recipient's copy of a message."""
    row = mail.rows[copy]
    sender = {
        "emailAddress": mail.sender,
        "displayName": row["SenderDisplayName"],
        "domainName": row["SenderFromDomain"],
    }
    return _evidence(
        "analyzedMessage",
        roles,
        verdict,
        remediation,
        networkMessageId=mail.message_id,
        subject=mail.subject,
        internetMessageId=row["InternetMessageId"],
        senderIp=row.values.get("SenderIPv4"),
        language="en",
        recipientEmailAddress=row["RecipientEmailAddress"],
        receivedDateTime=iso(mail.received),
        urls=list(mail.urls),
        urlCount=len(mail.urls),
        attachmentsCount=row["AttachmentCount"],
        antiSpamDirection=row["EmailDirection"].lower(),
        deliveryAction=row["DeliveryAction"].lower(),
        deliveryLocation="inbox" if "Inbox" in row["DeliveryLocation"] else "junkFolder",
        p1Sender={**sender, "emailAddress": row["SenderMailFromAddress"], "domainName": row["SenderMailFromDomain"]},
        p2Sender=sender,
    )


def cloud_app(name: str, app_id: int, *roles: str, verdict: str = "suspicious", remediation: str = "none") -> Evidence:
    """A connected cloud application."""
    return _evidence(
        "cloudApplication",
        roles,
        verdict,
        remediation,
        displayName=name,
        appId=app_id,
        saasAppId=app_id,
        instanceName=name,
        instanceId=0,
    )


def oauth_app(
    name: str, app_id: str, publisher: str, *roles: str, verdict: str = "malicious", remediation: str = "none"
) -> Evidence:
    """An app that somebody consented to."""
    return _evidence(
        "oauthApplication",
        roles,
        verdict,
        remediation,
        displayName=name,
        appId=app_id,
        objectId=app_id,
        publisher=publisher,
    )


def azure_resource(resource_id: str, *roles: str, verdict: str = "suspicious", remediation: str = "none") -> Evidence:
    """A resource in a subscription."""
    parts = resource_id.split("/")
    return _evidence(
        "azureResource",
        roles,
        verdict,
        remediation,
        resourceId=resource_id,
        resourceName=parts[-1],
        resourceType="/".join(parts[-3:-1]),
    )


ENTITY_TYPES = {
    "user": "User",
    "device": "Machine",
    "process": "Process",
    "file": "File",
    "ip": "Ip",
    "url": "Url",
    "mailbox": "Mailbox",
    "analyzedMessage": "MailMessage",
    "cloudApplication": "CloudApplication",
    "oauthApplication": "OAuthApplication",
    "azureResource": "CloudResource",
}
"""Graph's kind of evidence -> EntityType in AlertEvidence."""


def as_row(item: Evidence) -> dict[str, Any]:
    """The AlertEvidence columns of one piece of evidence."""
    kind = item["@odata.type"].removeprefix("#microsoft.graph.security.").removesuffix("Evidence")
    account = item.get("userAccount") or {}
    details = item.get("imageFile") or item.get("fileDetails") or {}
    impacted = {"user", "device", "mailbox", "azureResource"}
    row = {
        "EntityType": ENTITY_TYPES[kind],
        "EvidenceRole": "Impacted" if kind in impacted else "Related",
        "AccountName": account.get("accountName"),
        "AccountDomain": account.get("domainName"),
        "AccountSid": account.get("userSid"),
        "AccountObjectId": account.get("azureAdUserId"),
        "AccountUpn": account.get("userPrincipalName"),
        "FileName": details.get("fileName"),
        "FolderPath": details.get("filePath"),
        "SHA1": details.get("sha1"),
        "SHA256": details.get("sha256"),
        "FileSize": details.get("fileSize"),
        "ProcessCommandLine": item.get("processCommandLine"),
        "DeviceId": item.get("mdeDeviceId"),
        "DeviceName": item.get("deviceDnsName"),
        "RemoteIP": item.get("ipAddress"),
        "RemoteUrl": item.get("url"),
        "NetworkMessageId": item.get("networkMessageId"),
        "EmailSubject": item.get("subject"),
        "Application": item.get("displayName") if kind in ("cloudApplication", "oauthApplication") else None,
        "ApplicationId": item.get("saasAppId"),
        "OAuthApplicationId": item.get("appId") if kind == "oauthApplication" else None,
        "CloudResource": item.get("resourceName"),
        "ResourceID": item.get("resourceId"),
        "ResourceType": item.get("resourceType"),
        "CloudPlatform": "Azure" if kind == "azureResource" else None,
        "LocalIP": (item.get("ipInterfaces") or [None])[0],
        "AdditionalFields": json.dumps({"Type": kind, "Verdict": item["verdict"], "Roles": item["roles"]}),
    }
    return {column: value for column, value in row.items() if value is not None}
