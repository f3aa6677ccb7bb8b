"""Verifying: a sound bundle passes, and each kind of damage is named with its place."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import pytest

from pivotlab.places import DATA, SECOND_SEED
from pivotlab.scenarios.checks.references import check_references
from pivotlab.scenarios.checks.reserved import check_reserved
from pivotlab.scenarios.checks.shape import check_shape
from pivotlab.scenarios.checks.stories import check_stories
from pivotlab.scenarios.verify import Check, verify


def rewrite(bundle: Path, table: str, query: str) -> None:
    """Replace a table by a query over it, as `old`."""
    path = bundle / "tables" / f"{table}.parquet"
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE old AS FROM '{path}'")
        con.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")


def replaced(table: str, column: str, value: str, condition: str) -> Callable[[Path], None]:
    """Damage: `column` becomes `value` in the first row that meets `condition`."""

    def damage(bundle: Path) -> None:
        rewrite(
            bundle,
            table,
            f"""SELECT * EXCLUDE (n, hit) REPLACE (CASE WHEN n = hit THEN {value} ELSE "{column}" END AS "{column}") FROM
            (SELECT *, min(n) FILTER ({condition}) OVER () AS hit FROM (SELECT *, row_number() OVER () AS n FROM old))""",
        )

    return damage


def dropped(table: str, condition: str) -> Callable[[Path], None]:
    """Damage: rows that meet `condition` are gone, and the manifest knows."""

    def damage(bundle: Path) -> None:
        rewrite(bundle, table, f"FROM old WHERE NOT coalesce({condition}, FALSE)")
        manifest = json.loads((bundle / "manifest.json").read_text())
        (count,) = duckdb.sql(f"SELECT count(*) FROM '{bundle}/tables/{table}.parquet'").fetchall()[0]
        manifest["rows"][table] = count
        (bundle / "manifest.json").write_text(json.dumps(manifest))

    return damage


def edited(file: str, old: str, new: str) -> Callable[[Path], None]:
    def damage(bundle: Path) -> None:
        path = bundle / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return damage


PROCESSES = "defender/DeviceProcessEvents"
LURE = "Subject LIKE 'Remittance advice%'"
DAMAGE = {
    "a missing row": (
        check_shape,
        edited("manifest.json", '"workspace/Syslog": ', '"workspace/Syslog": 1'),
        "manifest: workspace/Syslog: holds",
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
    "a row that arrives before it happens": (
        check_shape,
        replaced("workspace/SigninLogs", "_ingested", "_ingested - INTERVAL 1 DAY", "TRUE"),
        "time: workspace/SigninLogs: 1 rows: arrive before",
    ),
    "a row outside of the window": (
        check_shape,
        replaced("workspace/Syslog", "TimeGenerated", "TIMESTAMP '2026-09-01'", "TRUE"),
        "time: workspace/Syslog: 1 rows: lie outside",
    ),
    "a hash that is none": (
        check_shape,
        replaced("defender/DeviceFileEvents", "SHA256", "'abc'", "SHA256 IS NOT NULL"),
        "hash: defender/DeviceFileEvents.SHA256",
    ),
    "one path with two hashes": (
        check_shape,
        replaced(PROCESSES, "SHA256", "repeat('a', 64)", "FileName = 'whoami.exe'"),
        "paths have several hashes",
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
    "evidence of no alert": (
        check_references,
        replaced("defender/AlertEvidence", "AlertId", "'da1_1'", "TRUE"),
        "alert: defender/AlertEvidence",
    ),
    "an undocumented alert id": (
        check_references,
        edited("alerts.jsonl", '"id": "da', '"id": "zz'),
        "has no documented prefix",
    ),
    "evidence that resolves to nothing": (
        check_references,
        edited("alerts.jsonl", '"networkMessageId": "', '"networkMessageId": "0'),
        "analyzedMessageEvidence",
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
    "a decoy that is not innocent": (
        check_stories,
        dropped("workspace/OfficeActivity", "Operation = 'New-InboxRule' AND Parameters NOT LIKE '%RSS%'"),
        "nothing innocent matches: Operation = 'New-InboxRule'",
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
