"""Mail: messages, their links and attachments, clicks on them, and what happened to them after delivery."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from pivotlab.scenarios.company import Person
from pivotlab.scenarios.identifiers import DOMAIN, digest, guid
from pivotlab.scenarios.programs import Program
from pivotlab.scenarios.telemetry import Row, Telemetry


@dataclass(frozen=True)
class Message:
    """A delivered message: one row per recipient."""

    message_id: str
    sender: str
    subject: str
    urls: tuple[str, ...]
    received: datetime
    recipients: tuple[Person, ...]
    rows: tuple[Row, ...]


class Mail:
    """Writes the Email tables and UrlClickEvents."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry

    def inbound(
        self,
        when: datetime,
        sender: str,
        display: str,
        recipients: Sequence[Person],
        subject: str,
        *,
        urls: Sequence[str] = (),
        attachments: Sequence[Program] = (),
        address: str,
        authentic: bool = True,
        threat: str = "",
        delivered: str = "Inbox/folder",
        envelope: str = "",
    ) -> Message:
        """A message from outside. `threat` is Phish, Malware, Spam or nothing; `envelope` another return path."""
        passed = "pass" if authentic else "fail"
        values = {
            "SenderFromAddress": sender,
            "SenderDisplayName": display,
            "SenderFromDomain": sender.partition("@")[2],
            "SenderMailFromAddress": envelope or sender,
            "SenderMailFromDomain": (envelope or sender).partition("@")[2],
            "SenderIPv4": address,
            "EmailDirection": "Inbound",
            "ThreatTypes": threat or None,
            "ConfidenceLevel": json.dumps({threat: "High"}) if threat else None,
            "DetectionMethods": json.dumps({threat: ["URL detonation" if urls else "File detonation"]})
            if threat
            else None,
            "DeliveryAction": "Delivered"
            if delivered == "Inbox/folder"
            else "Junked"
            if "Junk" in delivered
            else "Blocked",
            "AuthenticationDetails": json.dumps({"SPF": passed, "DKIM": passed, "DMARC": passed}),
        }
        return self._send(when, values, sender, recipients, subject, urls, attachments, delivered)

    def outbound(
        self,
        when: datetime,
        sender: Person,
        recipient: str,
        subject: str,
        *,
        attachments: Sequence[Program] = (),
        address: str = "",
        urls: Sequence[str] = (),
    ) -> Message:
        """A message from an employee to an outside address."""
        values = {
            "SenderFromAddress": sender.upn,
            "SenderDisplayName": sender.display,
            "SenderFromDomain": DOMAIN,
            "SenderMailFromAddress": sender.upn,
            "SenderMailFromDomain": DOMAIN,
            "SenderObjectId": sender.object_id,
            "SenderIPv4": address or None,
            "EmailDirection": "Outbound",
            "DeliveryAction": "Delivered",
        }
        return self._send(when, values, sender.upn, [recipient], subject, urls, attachments, "On-premises/external")

    def internal(
        self,
        when: datetime,
        sender: Person,
        recipients: Sequence[Person],
        subject: str,
        *,
        urls: Sequence[str] = (),
        address: str = "",
        attachments: Sequence[Program] = (),
    ) -> Message:
        """A message between employees."""
        values = {
            "SenderFromAddress": sender.upn,
            "SenderDisplayName": sender.display,
            "SenderFromDomain": DOMAIN,
            "SenderMailFromAddress": sender.upn,
            "SenderMailFromDomain": DOMAIN,
            "SenderObjectId": sender.object_id,
            "SenderIPv4": address or None,
            "EmailDirection": "Intra-org",
            "DeliveryAction": "Delivered",
        }
        return self._send(when, values, sender.upn, recipients, subject, urls, attachments, "Inbox/folder")

    def click(
        self,
        when: datetime,
        message: Message,
        person: Person,
        address: str,
        *,
        url: str = "",
        action: str = "ClickAllowed",
        through: bool = False,
    ) -> Row:
        """Somebody follows a link of a message. Safe Links allows it, blocks it, or is clicked through."""
        url = url or message.urls[0]
        values = {
            "Url": url,
            "ActionType": action,
            "AccountUpn": person.upn,
            "Workload": "Email",
            "NetworkMessageId": message.message_id,
            "IPAddress": address,
            "IsClickedThrough": through,
            "ThreatTypes": "Phish" if action == "ClickBlocked" else None,
            "UrlChain": json.dumps([url]),
            "ReportId": guid(*self._telemetry.identifier(), "click"),
        }
        return self._telemetry.add("defender/UrlClickEvents", when, values)

    def purge(
        self,
        when: datetime,
        message: Message,
        *,
        trigger: str = "ZAP",
        kind: str = "Phish ZAP",
        result: str = "Success",
    ) -> list[Row]:
        """Delivered copies are removed afterwards, automatically or by an administrator."""
        return [
            self._telemetry.add(
                "defender/EmailPostDeliveryEvents",
                when,
                {
                    "NetworkMessageId": message.message_id,
                    "InternetMessageId": row["InternetMessageId"],
                    "Action": "Moved to quarantine",
                    "ActionType": kind,
                    "ActionTrigger": trigger,
                    "ActionResult": result,
                    "RecipientEmailAddress": row["RecipientEmailAddress"],
                    "DeliveryLocation": "Quarantine",
                    "ThreatTypes": "Phish",
                    "ReportId": guid(*self._telemetry.identifier(), "purge"),
                },
            )
            for row in message.rows
        ]

    def _send(
        self,
        when: datetime,
        values: dict[str, Any],
        sender: str,
        recipients: Sequence[Person | str],
        subject: str,
        urls: Sequence[str],
        attachments: Sequence[Program],
        location: str,
    ) -> Message:
        message_id = guid(*self._telemetry.identifier(), "message", sender, subject)
        shared = {
            "NetworkMessageId": message_id,
            "Subject": subject,
            "UrlCount": len(urls),
            "DeliveryLocation": location,
            "InternetMessageId": f"<{message_id[:18]}@{sender.partition('@')[2]}>",
            "EmailLanguage": "en",
            "EmailClusterId": int.from_bytes(digest("cluster", sender, subject)[:4], "big"),
            "AttachmentCount": len(attachments),
            "LatestDeliveryLocation": location,
            "LatestDeliveryAction": values["DeliveryAction"],
        }
        rows = []
        for to in recipients:
            mailbox = to.upn if isinstance(to, Person) else to
            recipient = {
                "RecipientEmailAddress": mailbox,
                "RecipientObjectId": to.object_id if isinstance(to, Person) else None,
                "ReportId": guid(*self._telemetry.identifier(), mailbox),
            }
            rows.append(self._telemetry.add("defender/EmailEvents", when, shared | values | recipient))
            for file in attachments:
                attached = {
                    "NetworkMessageId": message_id,
                    "FileName": file.file,
                    "SHA256": file.sha256,
                    "FileSize": file.size,
                    "FileType": file.file.rpartition(".")[2],
                    "SenderFromAddress": sender,
                    **recipient,
                    "SenderDisplayName": values["SenderDisplayName"],
                    "ThreatTypes": values.get("ThreatTypes"),
                }
                self._telemetry.add("defender/EmailAttachmentInfo", when, attached)
        for url in urls:
            link = {
                "NetworkMessageId": message_id,
                "Url": url,
                "UrlDomain": urlsplit(url).hostname,
                "UrlLocation": "Body",
                "ReportId": guid(*self._telemetry.identifier(), url),
            }
            self._telemetry.add("defender/EmailUrlInfo", when, link)
        people = tuple(to for to in recipients if isinstance(to, Person))
        return Message(message_id, sender, subject, tuple(urls), when, people, tuple(rows))
