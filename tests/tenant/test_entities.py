"""Evidence of Defender XDR as Sentinel's entities."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pivotlab.model import Alert, Evidence, Severity
from pivotlab.tenant.entities import compromised_entity, distinct, entities_of

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def alert(*evidence: Evidence, source: str = "microsoftDefenderForEndpoint") -> Alert:
    """An alert with this evidence."""
    return Alert("da1", "t", Severity.LOW, source, source, "p", NOON, NOON, NOON, "k", evidence=evidence)


@pytest.mark.parametrize(
    ("kind", "fields", "entity", "column", "properties"),
    [
        (
            "user",
            {"userAccount": {"userPrincipalName": "ada@contoso.example", "userSid": "S-1-5-21-7"}},
            "Account",
            {"Type": "account", "Name": "ada", "UPNSuffix": "contoso.example", "Sid": "S-1-5-21-7"},
            {"accountName": "ada", "upnSuffix": "contoso.example", "sid": "S-1-5-21-7", "friendlyName": "ada"},
        ),
        (
            "device",
            {"deviceDnsName": "ws01.contoso.example", "osPlatform": "Windows11"},
            "Host",
            {"Type": "host", "HostName": "ws01", "DnsDomain": "contoso.example", "OSFamily": "Windows"},
            {"hostName": "ws01", "dnsDomain": "contoso.example", "osFamily": "Windows", "friendlyName": "ws01"},
        ),
        (
            "ip",
            {"ipAddress": "203.0.113.7"},
            "Ip",
            {"Type": "ip", "Address": "203.0.113.7"},
            {"address": "203.0.113.7", "friendlyName": "203.0.113.7"},
        ),
        (
            "url",
            {"url": "https://evil.example/"},
            "Url",
            {"Type": "url", "Url": "https://evil.example/"},
            {"url": "https://evil.example/", "friendlyName": "https://evil.example/"},
        ),
        (
            "file",
            {"fileDetails": {"fileName": "a.exe", "filePath": "C:\\x", "sha256": "ab"}},
            "File",
            {
                "Type": "file",
                "Name": "a.exe",
                "Directory": "C:\\x",
                "FileHashes": [{"Type": "filehash", "Algorithm": "SHA256", "Value": "ab"}],
            },
            {"fileName": "a.exe", "directory": "C:\\x", "friendlyName": "a.exe"},
        ),
        (
            "mailbox",
            {"primaryAddress": "ada@contoso.example"},
            "Mailbox",
            {"Type": "mailbox", "MailboxPrimaryAddress": "ada@contoso.example", "Upn": "ada@contoso.example"},
            {
                "mailboxPrimaryAddress": "ada@contoso.example",
                "upn": "ada@contoso.example",
                "friendlyName": "ada@contoso.example",
            },
        ),
    ],
)
def test_evidence_becomes_an_entity_in_both_spellings(
    kind: str, fields: dict[str, Any], entity: str, column: dict[str, Any], properties: dict[str, Any]
) -> None:
    (found,) = entities_of(alert(Evidence(kind, fields)))
    assert (found.kind, found.column, found.properties) == (entity, column, properties)


def test_evidence_of_a_kind_that_sentinel_lacks_is_left_out() -> None:
    assert entities_of(alert(Evidence("kubernetesPod", {"name": "p"}))) == []


def test_the_same_user_in_two_alerts_is_one_entity() -> None:
    user = Evidence("user", {"userAccount": {"userPrincipalName": "ada@contoso.example"}})
    assert len(distinct([alert(user), alert(user)])) == 1


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("microsoftDefenderForEndpoint", "ws01"),
        ("azureAdIdentityProtection", "ada@contoso.example"),
        ("microsoftDefenderForIdentity", "CompromisedEntity"),
    ],
)
def test_the_compromised_entity_differs_by_product(source: str, name: str) -> None:
    pieces = (
        Evidence("user", {"userAccount": {"userPrincipalName": "ada@contoso.example"}}),
        Evidence("device", {"deviceDnsName": "ws01.contoso.example"}),
    )
    assert compromised_entity(alert(*pieces, source=source)) == name
