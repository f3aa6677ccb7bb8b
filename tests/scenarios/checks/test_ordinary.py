"""Ordinary life: each way to contradict it is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pivotlab.scenarios.checks.ordinary import check_ordinary
from pivotlab.scenarios.verify import verify
from tests.scenarios.damage import complaints, dropped, replaced, rewritten

PROCESSES = "defender/DeviceProcessEvents"
DAMAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "heartbeats that stop early": (
        dropped("workspace/Heartbeat", "TimeGenerated > TIMESTAMP '2026-10-30'"),
        "life: workspace/Heartbeat: 50 rows: are the last for more than 26 hours",
    ),
    "a server that is silent for a day": (
        dropped("workspace/Heartbeat", "Computer LIKE 'ch-sync%' AND TimeGenerated::DATE = '2026-10-20'"),
        "life: workspace/Heartbeat: 1 rows: are the last for more than 26 hours",
    ),
    "devices that nobody hears of any more": (
        dropped("defender/DeviceInfo", "DeviceName LIKE 'ch-dc%' AND Timestamp > TIMESTAMP '2026-11-01'"),
        "life: defender/DeviceInfo: 3 rows: are devices that stop reporting",
    ),
    "networks that nobody hears of any more": (
        dropped("defender/DeviceNetworkInfo", "Timestamp > TIMESTAMP '2026-11-01'"),
        "life: defender/DeviceNetworkInfo: 583 rows: are devices that stop reporting",
    ),
    "a directory that is copied from two servers": (
        replaced(
            "defender/IdentityDirectoryEvents", "DeviceName", "'ch-web99.contoso.example'", "AccountName = 'svc-adsync'"
        ),
        "service: defender/IdentityDirectoryEvents: 1 rows: replicate the directory from several devices",
    ),
    "a service that signs in from anywhere": (
        rewritten("defender/DeviceLogonEvents", "DeviceName AS RemoteDeviceName", "AccountName = 'svc-vulnscan'"),
        "service: defender/DeviceLogonEvents: 1 rows: are services at work on more than 4 devices",
    ),
    "a service that asks from anywhere": (
        rewritten("defender/IdentityQueryEvents", "ReportId AS DeviceName", "AccountName = 'svc-inventory'"),
        "service: defender/IdentityQueryEvents: 1 rows: are services at work on more than 4 devices",
    ),
    "a forgotten account at work": (
        replaced("defender/DeviceLogonEvents", "AccountName", "'svc-tidedata'", "AccountName = 'svc-backup'"),
        "service: defender/DeviceLogonEvents: 1 rows: are at work outside of incidents",
    ),
    "a forgotten account in the security log": (
        replaced("workspace/SecurityEvent", "TargetUserName", "'svc-tidedata'", "TargetUserName = 'svc-backup'"),
        "service: workspace/SecurityEvent: 1 rows: are at work outside of incidents",
    ),
    "a process in a stranger's session": (
        rewritten(
            PROCESSES,
            "(SELECT min(LogonId) FROM (FROM old) o WHERE o.DeviceName = old.DeviceName AND o.AccountName NOT IN ('system', 'root')) AS LogonId",
            "AccountName = 'system'",
        ),
        "logon: defender/DeviceProcessEvents: ",
    ),
    "a victim who never signed in": (
        dropped("defender/DeviceLogonEvents", "LogonType = 'Interactive'"),
        "belong to an incident, and to a logon that nobody saw",
    ),
    "a person in two countries": (
        rewritten(
            "workspace/SigninLogs",
            "CASE WHEN hash(Id) % 2 = 0 THEN 'NL' ELSE Location END AS Location",
            "RiskLevelDuringSignIn = 'none'",
        ),
        "place: workspace/SigninLogs: ",
    ),
    "a system that is another one": (
        replaced("defender/DeviceTvmSoftwareInventory", "OSPlatform", "'Windows10'", "SoftwareName = 'windows_11'"),
        "software: defender/DeviceTvmSoftwareInventory: 1 rows: run another operating system",
    ),
    "a gap in a system that is another one": (
        replaced(
            "defender/DeviceTvmSoftwareVulnerabilities",
            "OSPlatform",
            "'Windows11'",
            "SoftwareName = 'windows_server_2022'",
        ),
        "software: defender/DeviceTvmSoftwareVulnerabilities: 1 rows: run another operating system",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_each_kind_of_damage_is_named_with_its_place(name: str, small_bundle: Path, tmp_path: Path) -> None:
    damage, expected = DAMAGE[name]
    told = complaints(damage, small_bundle, tmp_path, check_ordinary)
    assert any(expected in complaint for complaint in told), told


def test_a_sound_bundle_has_none_of_it(small_bundle: Path) -> None:
    assert verify(small_bundle, [check_ordinary]) == []
