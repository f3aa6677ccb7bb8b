"""Two sensors, one thing: each way to disagree is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pivotlab.scenarios.checks.twins import check_twins
from pivotlab.scenarios.verify import verify
from tests.scenarios.damage import complaints, dropped, replaced, rewrite, rewritten

DAMAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "an archive that shrinks on its way to the stick": (
        replaced("defender/DeviceFileEvents", "FileSize", "1247013", "FolderPath LIKE 'E:%.7z'"),
        "file: defender/DeviceFileEvents: 1 rows: are hashes of files of several sizes",
    ),
    "two people's mailboxes with one hash": (
        rewritten(
            "defender/DeviceFileEvents", "repeat('d', 64) AS SHA256, 1::BIGINT AS FileSize", "FileName LIKE '%.ost'"
        ),
        "file: defender/DeviceFileEvents: 1 rows: are hashes of files of several names",
    ),
    "two attachments with one hash": (
        rewritten("defender/EmailAttachmentInfo", "repeat('d', 64) AS SHA256", "FileName LIKE '%.xlsx'"),
        "file: defender/EmailAttachmentInfo: 1 rows: are hashes of files of several names",
    ),
    "an alert that knows another size": (
        replaced("defender/AlertEvidence", "FileSize", "1247013", "FileName LIKE '%.7z'"),
        "file: defender/AlertEvidence: 1 rows: are hashes with another size in another table",
    ),
    "a wrong password that one sensor misses": (
        replaced(
            "workspace/Syslog",
            "SyslogMessage",
            "'Failed password for root from 192.0.2.1 port 7 ssh2'",
            "ProcessName = 'sshd'",
        ),
        "guess: workspace/Syslog: ",
    ),
    "a guess before the port is open": (
        rewritten(
            "defender/DeviceLogonEvents", "Timestamp - INTERVAL 5 DAY AS Timestamp", "DeviceName LIKE 'ch-azberth%'"
        ),
        "rows: come from the internet before the port is opened",
    ),
    "a policy that sees another size": (
        replaced("defender/DataSecurityEvents", "ObjectSize", "412000000", "ObjectName LIKE '%.7z'"),
        "file: defender/DataSecurityEvents: 1 rows: have another size than at the endpoint",
    ),
    "a policy that sees a copy before it is made": (
        replaced(
            "defender/DataSecurityEvents", "Timestamp", "Timestamp - INTERVAL 5 MINUTE", "TargetFilePath LIKE 'E:%.7z'"
        ),
        "file: defender/DataSecurityEvents: 1 rows: tell of a file that the endpoint had not seen by then",
    ),
    "a firewall that counts another amount": (
        replaced("workspace/CommonSecurityLog", "SentBytes", "1247013", "SentBytes > 400000000"),
        "file: workspace/CommonSecurityLog: 1 rows: sent another amount than the file's size",
    ),
    "a failed connection that is answered": (
        rewritten("workspace/CommonSecurityLog", "ReceivedBytes + 1 AS ReceivedBytes", "DeviceAction = 'allow'"),
        "firewall: workspace/CommonSecurityLog: ",
    ),
    "a firewall with an address of somebody else": (
        replaced("workspace/CommonSecurityLog", "SourceTranslatedAddress", "'192.0.2.207'", "DeviceAction = 'allow'"),
        "firewall: workspace/CommonSecurityLog: 1 rows: are firewalls with several addresses",
    ),
    "a consent that one product lacks": (
        dropped("defender/CloudAppEvents", "ActionType = 'Consent to application.'"),
        "consent: workspace/AuditLogs: ",
    ),
    "a person who writes to nobody else": (
        replaced("defender/EmailEvents", "RecipientEmailAddress", "SenderFromAddress", "EmailDirection = 'Intra-org'"),
        "mail: defender/EmailEvents: 1 rows: go from a person to the same person",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_each_kind_of_damage_is_named_with_its_place(name: str, small_bundle: Path, tmp_path: Path) -> None:
    damage, expected = DAMAGE[name]
    told = complaints(damage, small_bundle, tmp_path, check_twins)
    assert any(expected in complaint for complaint in told), told


def test_a_sound_bundle_has_none_of_it(small_bundle: Path) -> None:
    assert verify(small_bundle, [check_twins]) == []


def test_another_connection_to_the_same_place_is_not_taken_for_the_upload(small_bundle: Path, tmp_path: Path) -> None:
    def keep_the_other_alone(bundle: Path) -> None:
        """The firewall logs no row of the upload, but one of a small connection a minute later."""
        later = "Timestamp + INTERVAL 60 SECOND AS Timestamp, LocalPort + 1 AS LocalPort"
        rewrite(
            bundle, "defender/DeviceNetworkEvents", f"FROM old UNION ALL BY NAME SELECT * REPLACE ({later}) FROM old"
        )
        rewritten(
            "workspace/CommonSecurityLog", "SourcePort + 1 AS SourcePort, 500 AS SentBytes", "SentBytes > 400000000"
        )(bundle)

    assert complaints(keep_the_other_alone, small_bundle, tmp_path, check_twins) == []
