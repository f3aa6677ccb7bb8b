"""Verifying: a sound bundle passes, and each kind of damage is named with its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from pivotlab.places import DATA, SECOND_SEED
from pivotlab.scenarios.checks.alert_evidence import check_alerts
from pivotlab.scenarios.checks.decoys import check_decoys
from pivotlab.scenarios.checks.hashes import check_hashes
from pivotlab.scenarios.checks.moments import check_moments
from pivotlab.scenarios.checks.references import check_references
from pivotlab.scenarios.checks.reserved import check_reserved
from pivotlab.scenarios.checks.shape import check_shape
from pivotlab.scenarios.checks.stories import check_stories
from pivotlab.scenarios.verify import Check, verify
from tests.scenarios.damage import dropped, edited, misled, replaced, rewrite

PROCESSES = "defender/DeviceProcessEvents"
LURE = "Subject LIKE 'Remittance advice%'"
DAMAGE = {
    "a missing row": (
        check_shape,
        edited("manifest.json", '"workspace/Syslog": ', '"workspace/Syslog": 1'),
        "manifest: workspace/Syslog: holds",
    ),
    "a file that the manifest does not know": (
        check_shape,
        lambda bundle: shutil.copy(
            bundle / "tables/workspace/Syslog.parquet", bundle / "tables/workspace/SyslogAgain.parquet"
        ),
        "manifest: workspace/SyslogAgain: is in the manifest or in tables/, but not in both",
    ),
    "an undocumented table": (
        check_shape,
        lambda bundle: shutil.copy(
            bundle / "tables/workspace/Syslog.parquet", bundle / "tables/workspace/SyslogElsewhere.parquet"
        ),
        "schema: workspace/SyslogElsewhere: is no documented table",
    ),
    "an undocumented column": (
        check_shape,
        lambda bundle: rewrite(bundle, "defender/EmailEvents", "SELECT *, 1 AS Mood FROM old"),
        "schema: defender/EmailEvents.Mood",
    ),
    "a wrong type": (
        check_shape,
        lambda bundle: rewrite(
            bundle, "defender/DeviceNetworkEvents", "SELECT * REPLACE (RemotePort::VARCHAR AS RemotePort) FROM old"
        ),
        "schema: defender/DeviceNetworkEvents.RemotePort: is VARCHAR",
    ),
    "an empty watchlist": (
        check_shape,
        dropped("workspace/Watchlist", "TRUE"),
        "manifest: workspace/Watchlist: holds no rows",
    ),
    "a row that arrives before it happens": (
        check_moments,
        replaced("workspace/SigninLogs", "_ingested", "_ingested - INTERVAL 1 DAY", "TRUE"),
        "time: workspace/SigninLogs: 1 rows: arrive before",
    ),
    "a row outside of the window": (
        check_moments,
        replaced("workspace/AzureActivity", "TimeGenerated", "TIMESTAMP '2026-09-01'", "TRUE"),
        "time: workspace/AzureActivity: 1 rows: lie outside",
    ),
    "an event of a process that has not started": (
        check_moments,
        replaced("defender/DeviceFileEvents", "InitiatingProcessCreationTime", "Timestamp + INTERVAL 1 SECOND", "TRUE"),
        "time: defender/DeviceFileEvents: 1 rows: come from a process that had not started",
    ),
    "a clock in another zone": (
        check_moments,
        replaced("workspace/Syslog", "EventTime", "EventTime + INTERVAL 1 HOUR", "TRUE"),
        "time: workspace/Syslog.EventTime: 1 rows: disagree",
    ),
    "one sign-in at two moments": (
        check_moments,
        replaced("defender/EntraIdSignInEvents", "Timestamp", "Timestamp + INTERVAL 1 MINUTE", "ErrorCode = 50126"),
        "time: workspace/SigninLogs: 1 rows: have another moment in defender/EntraIdSignInEvents",
    ),
    "one audit record at two moments": (
        check_moments,
        replaced(
            "defender/CloudAppEvents", "Timestamp", "Timestamp + INTERVAL 1 MINUTE", "ActionType = 'FileDownloaded'"
        ),
        "time: workspace/OfficeActivity: 1 rows: have another moment in defender/CloudAppEvents",
    ),
    "a site that lives in another zone": (
        check_moments,
        lambda bundle: rewrite(
            bundle,
            "defender/DeviceLogonEvents",
            "SELECT * REPLACE (Timestamp - INTERVAL 4 HOUR AS Timestamp) FROM old WHERE hour(Timestamp) > 4",
        ),
        "time: defender/DeviceLogonEvents Eastquay: ",
    ),
    "a hash that is none": (
        check_hashes,
        replaced("defender/DeviceFileEvents", "SHA256", "'abc'", "SHA256 IS NOT NULL"),
        "hash: defender/DeviceFileEvents.SHA256",
    ),
    "an initiating process with a hash that is none": (
        check_hashes,
        replaced("defender/DeviceNetworkEvents", "InitiatingProcessMD5", "'abc'", "TRUE"),
        "hash: defender/DeviceNetworkEvents.InitiatingProcessMD5",
    ),
    "a hash that is a piece of another": (
        check_hashes,
        replaced("defender/DeviceFileEvents", "SHA1", "left(SHA256, 40)", "FileName LIKE '%.docx'"),
        "hash: defender/Device*: 1 rows: have a SHA1 that is a piece of the SHA256",
    ),
    "one path with two hashes": (
        check_hashes,
        replaced(PROCESSES, "SHA256", "repeat('a', 64)", "FileName = 'whoami.exe'"),
        "are paths of installed files with several hashes",
    ),
    "one file with two hashes of a kind": (
        check_hashes,
        replaced(PROCESSES, "SHA1", "repeat('b', 40)", "FileName = 'cmd.exe'"),
        "are SHA256 values that go with several SHA1 values",
    ),
    "two files with one hash": (
        check_hashes,
        replaced("defender/DeviceImageLoadEvents", "SHA256", "repeat('c', 64)", "MD5 IS NOT NULL"),
        "are MD5 values that go with several SHA256 values",
    ),
    "a process without its parent": (
        check_references,
        dropped(PROCESSES, "FileName = 'mshta.exe' AND InitiatingProcessFileName = 'cmd.exe'"),
        "name an initiating process that never started",
    ),
    "another grandparent": (
        check_references,
        replaced(PROCESSES, "InitiatingProcessParentId", "3", "InitiatingProcessFileName = 'wermgr.exe'"),
        "name another parent",
    ),
    "a child older than its parent": (
        check_references,
        replaced(
            PROCESSES,
            "ProcessCreationTime",
            "ProcessCreationTime - INTERVAL 30 DAY",
            "InitiatingProcessFileName = 'explorer.exe'",
        ),
        "start before their parent",
    ),
    "a process that starts twice": (
        check_references,
        lambda bundle: rewrite(bundle, PROCESSES, "FROM old UNION ALL (FROM old WHERE FileName = 'smss.exe' LIMIT 1)"),
        "are started twice at the same moment",
    ),
    "a connection of no process": (
        check_references,
        replaced("defender/DeviceNetworkEvents", "InitiatingProcessId", "NULL", "TRUE"),
        "process: defender/DeviceNetworkEvents: 1 rows: name no initiating process",
    ),
    "an unknown device": (
        check_references,
        dropped("defender/DeviceInfo", "DeviceName = (SELECT min(DeviceName) FROM old WHERE DeviceName LIKE 'ch-lt%')"),
        "name a device that DeviceInfo does not know",
    ),
    "a click without its message": (
        check_references,
        dropped("defender/EmailEvents", LURE),
        "mail: defender/UrlClickEvents",
    ),
    "a click on another link": (
        check_references,
        replaced("defender/UrlClickEvents", "Url", "'https://www.portreview.example/other'", "TRUE"),
        "click a link that is not in the message",
    ),
    "a click before its message": (
        check_references,
        replaced("defender/UrlClickEvents", "Timestamp", "Timestamp - INTERVAL 40 DAY", "ActionType = 'ClickBlocked'"),
        "click before the message arrived",
    ),
    "a stranger": (
        check_references,
        replaced("workspace/SigninLogs", "UserPrincipalName", "'no.body@contoso.example'", "TRUE"),
        "account: workspace/SigninLogs.UserPrincipalName",
    ),
    "a sign-in known to one product only": (
        check_references,
        replaced("workspace/SigninLogs", "CorrelationId", "'x'", "TRUE"),
        "have no counterpart in EntraIdSignInEvents",
    ),
    "a logon with an unknown SID": (
        check_references,
        replaced("defender/DeviceLogonEvents", "AccountSid", "'S-1-5-21-1'", "AccountSid IS NOT NULL"),
        "account: defender/DeviceLogonEvents: 1 rows: have a SID",
    ),
    "a local account of another device": (
        check_references,
        replaced("defender/DeviceLogonEvents", "AccountDomain", "'elsewhere'", "AccountSid IS NULL"),
        "belong to no domain and no device",
    ),
    "a security event with an unknown SID": (
        check_references,
        replaced("workspace/SecurityEvent", "TargetUserSid", "'S-1-5-21-1'", "TargetUserSid IS NOT NULL"),
        "account: workspace/SecurityEvent: 1 rows: have a SID",
    ),
    "a mailbox of nobody": (
        check_references,
        replaced(
            "defender/EmailEvents",
            "RecipientEmailAddress",
            "'no.body@contoso.example'",
            f"NOT {LURE} AND RecipientEmailAddress LIKE '%@contoso.example'",
        ),
        "account: defender/EmailEvents.RecipientEmailAddress",
    ),
    "evidence of no alert": (
        check_alerts,
        replaced("defender/AlertEvidence", "AlertId", "'da1_1'", "TRUE"),
        "rows: belong to no alert",
    ),
    "evidence that one product lacks": (
        check_alerts,
        dropped("defender/AlertEvidence", "EntityType = 'OAuthApplication'"),
        "pieces of evidence, AlertEvidence has",
    ),
    "an alert that one product lacks": (
        check_alerts,
        replaced("defender/AlertInfo", "AlertId", "'da2_2'", "TRUE"),
        "alert: defender/AlertInfo da2_2: is not in alerts.jsonl",
    ),
    "an undocumented alert id": (
        check_alerts,
        edited("alerts.jsonl", '"id": "da', '"id": "zz'),
        "has no documented prefix",
    ),
    "an alert before its activity": (
        check_alerts,
        edited("alerts.jsonl", '"first_activity": "2026-10', '"first_activity": "2026-12'),
        "was created before its activity",
    ),
    "a merge with nothing": (
        check_alerts,
        edited("alerts.jsonl", '"merges": "forwarding-to-outside"', '"merges": "nothing"'),
        "merges nothing, which no alert belongs to",
    ),
    "alerts out of order": (
        check_alerts,
        edited("alerts.jsonl", '"created": "2026-11-03', '"created": "2026-11-01'),
        "is not in the order in which the alerts arise",
    ),
    "evidence from another country than its sign-ins": (
        check_alerts,
        edited("alerts.jsonl", '"countryLetterCode": "CH"', '"countryLetterCode": "LI"'),
        "its sign-ins come from CH",
    ),
    **{
        f"{kind} evidence that nothing shows": (check_alerts, misled(kind, *path), f"{kind}Evidence [")
        for kind, *path in (
            ("user", "userAccount", "userPrincipalName"),
            ("device", "mdeDeviceId"),
            ("process", "processCreationDateTime"),
            ("analyzedMessage", "networkMessageId"),
            ("mailbox", "primaryAddress"),
            ("file", "fileDetails", "sha256"),
            ("ip", "ipAddress"),
            ("url", "url"),
            ("azureResource", "resourceId"),
            ("cloudApplication", "saasAppId"),
            ("oauthApplication", "appId"),
        )
    },
    "evidence of an unknown kind": (
        check_alerts,
        edited("alerts.jsonl", "security.userEvidence", "security.moodEvidence"),
        "moodEvidence is a kind that nobody looks up",
    ),
    "a public address": (
        check_reserved,
        replaced("workspace/CommonSecurityLog", "DestinationIP", "'8.8.8.8'", "TRUE"),
        "8.8.8.8 is a public address",
    ),
    "a real site": (
        check_reserved,
        replaced("defender/EmailUrlInfo", "Url", "'https://www.bing.com/x'", "TRUE"),
        "www.bing.com is no reserved name",
    ),
    "a public address in an alert": (
        check_reserved,
        edited("alerts.jsonl", '"ipAddress": "203.0.113', '"ipAddress": "8.8.4'),
        "reserved: alerts.jsonl: 8.8.4",
    ),
    "a person off the list": (
        check_reserved,
        replaced("defender/IdentityInfo", "Surname", "'Smith'", "GivenName IS NOT NULL"),
        "Smith is not made of invented names",
    ),
    "a truth that names a row that is not there": (
        check_stories,
        dropped("workspace/OfficeActivity", "Operation = 'New-InboxRule' AND Parameters LIKE '%RSS%'"),
        "truth: 01-phishing-to-payment-fraud workspace/OfficeActivity",
    ),
    "a click that nobody follows": (
        check_stories,
        dropped("defender/UrlClickEvents", "Url LIKE 'https://login.%/s/%'"),
        "truth: 01-phishing-to-payment-fraud: nobody signs in after the click",
    ),
    "an invented determination": (
        check_stories,
        edited("incidents/06-insider-leaves-with-customers.yaml", "determination: ", "determination: not"),
        "is no determination of Defender XDR",
    ),
    "noise that is not there": (
        check_decoys,
        dropped("workspace/OfficeActivity", "Operation = 'New-InboxRule' AND Parameters NOT LIKE '%RSS%'"),
        "nothing innocent matches: Operation = 'New-InboxRule'",
    ),
    "a filter that misses its attack": (
        check_decoys,
        edited("incidents/02-human-operated-ransomware.yaml", "contains '-enc'", "has 'EncodedCommand'"),
        "no row of the incident is found: where ProcessCommandLine has 'EncodedCommand'",
    ),
    "a filter that misses its noise": (
        check_decoys,
        edited("incidents/02-human-operated-ransomware.yaml", "endswith '.dmp'", "has 'lsass'"),
        "finds nothing of what is said to be innocent: FileName = 'w3wp.dmp'",
    ),
    "noise in a table that is not there": (
        check_decoys,
        edited("incidents/01-phishing-to-payment-fraud.yaml", "- table: EmailUrlInfo", "- table: MoodEvents"),
        "decoy: 01-phishing-to-payment-fraud MoodEvents: is not in the bundle",
    ),
    "a filter that is no KQL": (
        check_decoys,
        edited(
            "incidents/02-human-operated-ransomware.yaml", "where FileName =~ 'wevtutil.exe'", "where FileNam =~ 'x'"
        ),
        "where FileNam =~ 'x': Line 1",
    ),
    "an incident that nobody tells": (
        check_stories,
        lambda bundle: [path.unlink() for path in sorted((bundle / "incidents").iterdir())[-2:]],
        "there are 9 incidents; ten are told",
    ),
    "a wrong count": (
        check_stories,
        edited("incidents/03-kerberoasting-to-dcsync.yaml", "    count: ", "    count: 9"),
        "count says 9",
    ),
    "a step at the wrong time": (
        check_stories,
        edited("incidents/03-kerberoasting-to-dcsync.yaml", "- time: '2026-10", "- time: '2026-09"),
        "'An LDAP query asks for every account with a service name' lies outside of the incident",
    ),
    "a step without a row": (
        check_stories,
        edited("incidents/03-kerberoasting-to-dcsync.yaml", "    Timestamp: '2026-10", "    Timestamp: '2026-09"),
        "'An LDAP query asks for every account with a service name' is not in defender/IdentityQueryEvents",
    ),
    "two attacks with one indicator": (
        check_stories,
        edited(
            "incidents/03-kerberoasting-to-dcsync.yaml",
            "indicators:\n",
            "indicators:\n  mail: [accounts@fabrikam.example]\n",
        ),
        "truth: 03-kerberoasting-to-dcsync: shares accounts@fabrikam.example with phishing-to-payment-fraud",
    ),
    "an invented technique": (
        check_stories,
        edited("incidents/03-kerberoasting-to-dcsync.yaml", "[T1087.002", "[TX087.002"),
        "TX087.002 is no MITRE technique id",
    ),
    "an incident without alerts": (
        check_stories,
        edited("incidents/04-consent-phishing.yaml", "correlation_keys: [consent-phishing]", "correlation_keys: [x]"),
        "no alert has the correlation key x",
    ),
    "a malformed truth": (
        check_stories,
        edited("incidents/05-cryptominer-on-linux.yaml", "verdict: attack", "verdict: bad"),
        "05-cryptominer-on-linux.yaml",
    ),
}


ALONE = {"a malformed truth"}
"""Damage that hides other damage."""


@pytest.fixture(scope="module")
def complaints(small_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[str]]:
    """What `verify` says about a bundle with a kind of damage. Kinds that one check looks for share a bundle."""

    @cache
    def found(check: Check, alone: str) -> list[str]:
        bundle = tmp_path_factory.mktemp("damaged") / "bundle"
        shutil.copytree(small_bundle, bundle)
        if check is check_decoys:  # the filters of the damaged incidents are enough
            for path in sorted((bundle / "incidents").iterdir())[2:]:
                path.unlink()
        for name, (looked_for_by, damage, _) in DAMAGE.items():
            if looked_for_by is check and (name if name in ALONE else "") == alone:
                damage(bundle)
        return [str(finding) for finding in verify(bundle, [check])]

    return lambda name: found(DAMAGE[name][0], name if name in ALONE else "")


@pytest.mark.parametrize("name", DAMAGE)
def test_each_kind_of_damage_is_named_with_its_place(name: str, complaints: Callable[[str], list[str]]) -> None:
    expected = DAMAGE[name][2]
    assert any(expected in complaint for complaint in complaints(name)), complaints(name)


@pytest.mark.parametrize("bundle", [DATA, SECOND_SEED], ids=["bundled", "second seed"])
def test_the_bundles_of_the_course_hold_together(bundle: Path) -> None:
    assert verify(bundle) == []


def test_a_folder_without_a_bundle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no manifest\.json"):
        verify(tmp_path)
