"""Custom detections on the Defender side, with their limits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pivotlab.kql import Engine
from pivotlab.tenant import Invalid, NotFound, Refused, Tenant

DEVICES = "DeviceLogonEvents | where ActionType == 'LogonFailed' | project Timestamp, DeviceId, DeviceName, ReportId"
SIGN_INS = "SigninLogs | where ResultType != '0' | project TimeGenerated, UserPrincipalName"


def logon(tenant: Tenant, report: int, hours_ago: float = 0) -> None:
    """A logon fails on a device."""
    happened = (tenant.now - timedelta(hours=hours_ago)).replace(tzinfo=None)
    row = {"Timestamp": happened, "DeviceId": "d1", "DeviceName": "ws01.contoso.example", "ReportId": report}
    tenant.store.append("defender", "DeviceLogonEvents", [{**row, "ActionType": "LogonFailed"}], tenant.now)


def create(tenant: Tenant, query: str = DEVICES, **said: Any) -> None:
    tenant.detections.create("Failed logons", query, **said)


def detected(tenant: Tenant) -> int:
    return sum(alert.detection_source == "customDetection" for alert in tenant.defender.alert_records())


def test_a_detection_raises_an_alert_that_travels_to_sentinel(tenant: Tenant) -> None:
    logon(tenant, 1)
    create(tenant, severity="high", category="CredentialAccess")
    tenant.advance(minutes=6)
    incident = tenant.defender.records[-1]
    alert = tenant.defender.alert_records(incident.id)[0]
    assert (alert.id[:2], alert.severity, alert.service_source) == ("ed", "high", "microsoft365Defender")
    assert tenant.sentinel.records[-1].provider_incident_id == incident.id
    assert tenant.hunt('AlertInfo | where DetectionSource == "Custom detection"').shape[0] == 1
    assert tenant.hunt('AlertEvidence | where DeviceName == "ws01.contoso.example"').shape[0] == 1


def test_a_detection_reads_tables_that_are_not_ingested(tenant: Tenant) -> None:
    tenant.connector.stop_streaming(["DeviceLogonEvents"])
    logon(tenant, 1)
    create(tenant)
    tenant.advance(minutes=1)
    assert detected(tenant) == 1
    assert tenant.logs("DeviceLogonEvents").empty


def test_an_event_makes_one_alert_however_often_the_rule_sees_it(tenant: Tenant) -> None:
    logon(tenant, 1)
    create(tenant)
    tenant.advance(hours=3, minutes=1)
    logon(tenant, 2)
    tenant.advance(hours=1)
    assert detected(tenant) == 2


@pytest.mark.parametrize(
    ("frequency", "hours_ago", "seen"),
    [
        ("PT1H", 3.9, True),
        ("PT1H", 4.1, False),
        ("PT3H", 11.9, True),
        ("PT3H", 12.1, False),
        ("PT12H", 47.9, True),
        ("PT12H", 48.1, False),
        ("PT24H", 29 * 24, True),
    ],
)
def test_the_lookback_follows_from_the_frequency_after_the_first_run(
    tenant: Tenant, frequency: str, hours_ago: float, seen: bool
) -> None:
    create(tenant, frequency=frequency)
    tenant.advance(minutes=1)
    interval = int(frequency[2:-1])
    tenant.advance(hours=interval, minutes=-2)
    logon(tenant, 1, hours_ago - 1 / 60)
    tenant.advance(minutes=1)
    assert (detected(tenant) == 1) is seen


@pytest.mark.parametrize("frequency", ["PT1H", "PT3H", "PT12H", "PT24H", "PT0S"])
def test_the_first_run_checks_thirty_days_whatever_the_frequency(tenant: Tenant, frequency: str) -> None:
    logon(tenant, 1, 29.9 * 24)
    logon(tenant, 2, 30.1 * 24)
    create(tenant, frequency=frequency)
    tenant.advance(minutes=1)
    assert detected(tenant) == 1


def test_the_first_run_of_a_rule_on_sentinel_tables_checks_thirty_days_too(tenant: Tenant) -> None:
    for person, days in ("seen@contoso.example", 29.9), ("late@contoso.example", 30.1):
        happened = (tenant.now - timedelta(days=days)).replace(tzinfo=None)
        row = {"TimeGenerated": happened, "UserPrincipalName": person, "ResultType": "50126"}
        tenant.store.append("workspace", "SigninLogs", [row], tenant.now)
    create(tenant, SIGN_INS, frequency="PT5M", lookback="PT1H")
    tenant.advance(minutes=1)
    assert detected(tenant) == 1


def test_a_rule_that_is_replaced_begins_with_a_first_run(tenant: Tenant) -> None:
    create(tenant)
    tenant.advance(minutes=5)
    logon(tenant, 1, 20 * 24)
    create(tenant)
    tenant.advance(minutes=1)
    assert detected(tenant) == 1


def test_a_run_makes_150_alerts_at_most(tenant: Tenant) -> None:
    for report in range(151):
        logon(tenant, report)
    create(tenant)
    tenant.advance(minutes=1)
    assert detected(tenant) == 150


def test_a_continuous_rule_sees_an_event_within_a_minute(tenant: Tenant) -> None:
    create(tenant, frequency="PT0S")
    tenant.advance(minutes=10)
    logon(tenant, 1)
    tenant.advance(minutes=1)
    assert detected(tenant) == 1


@pytest.mark.parametrize(
    ("query", "said", "why"),
    [
        (DEVICES, {"frequency": "PT2H"}, "customdet-05"),
        (DEVICES, {"frequency": "PT5M"}, "customdet-05"),
        (DEVICES, {"lookback": "P1D"}, "customdet-06"),
        (SIGN_INS, {"frequency": "PT5M", "lookback": "P3D"}, "customdet-07"),
        (SIGN_INS, {"frequency": "P15D"}, "customdet-05"),
        (f"{DEVICES} | join kind=inner DeviceInfo on DeviceId", {"frequency": "PT0S"}, "customdet-09"),
        (f"{DEVICES} // all", {"frequency": "PT0S"}, "customdet-09"),
        ("DeviceLogonEvents | project DeviceId, ReportId", {}, "Timestamp or TimeGenerated"),
        ("DeviceLogonEvents | project Timestamp, DeviceId", {}, "ReportId"),
        ("DeviceLogonEvents | project Timestamp, ReportId", {}, "asset"),
        ("DeviceLogonEvents | where Nope == 1", {}, "does not run"),
    ],
)
def test_a_query_or_schedule_that_cannot_be_a_detection_is_refused(
    tenant: Tenant, query: str, said: dict[str, str], why: str
) -> None:
    with pytest.raises(Invalid, match=why):
        create(tenant, query, **said)


def test_a_rule_on_sentinel_tables_may_run_every_five_minutes_with_a_lookback_of_its_own(tenant: Tenant) -> None:
    create(tenant, SIGN_INS, frequency="PT5M", lookback="PT47H")
    assert [rule.name for rule in tenant.detections.rules] == ["Failed logons"]


@pytest.mark.parametrize(
    "condition",
    ['DeviceName startswith "https://"', 'ActionType has "search"', "ActionType !has 'a join, a union'"],
)
def test_words_in_a_text_do_not_keep_a_rule_from_running_continuously(tenant: Tenant, condition: str) -> None:
    create(tenant, DEVICES.replace("ActionType == 'LogonFailed'", condition), frequency="PT0S")
    assert len(tenant.detections.rules) == 1


@pytest.mark.parametrize(
    "query",
    [
        f"let Others = DeviceInfo; {DEVICES} | where DeviceId in (Others | project DeviceId)",
        f"union ({DEVICES})",
        f"{DEVICES} | lookup (DeviceLogonEvents | take 1) on DeviceId",
        f"// all\n{DEVICES}",
    ],
)
def test_a_second_table_or_a_comment_keeps_a_rule_from_running_continuously(tenant: Tenant, query: str) -> None:
    with pytest.raises(Invalid, match="customdet-09"):
        create(tenant, query, frequency="PT0S")


def test_without_a_licence_there_are_no_custom_detections(tenant: Tenant) -> None:
    tenant.connector.set_licence(False)
    with pytest.raises(Refused, match="customdet-13"):
        create(tenant)


def test_a_native_action_is_taken_on_the_asset(tenant: Tenant) -> None:
    logon(tenant, 1)
    create(tenant, actions=["isolateDevice"])
    tenant.advance(minutes=1)
    story = tenant.timeline()
    taken = story[story["What"] == "Action taken"].iloc[0]
    assert (taken["Subject"], taken["Detail"]) == ("d1", "isolateDevice")


def test_a_detection_that_is_deleted_and_created_again_runs_once_each_time(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(tenant)
    tenant.advance(minutes=30)
    tenant.detections.delete("Failed logons")
    create(tenant)
    runs, run = [], Engine.run

    def counted(engine: Engine, kql: str, **said: Any) -> Any:
        runs.append(tenant.now)
        return run(engine, kql, **said)

    monkeypatch.setattr(Engine, "run", counted)
    tenant.advance(hours=3)
    assert len(runs) == 1 + 3


def test_a_deleted_detection_runs_no_more(tenant: Tenant) -> None:
    create(tenant)
    tenant.detections.delete("Failed logons")
    logon(tenant, 1)
    tenant.advance(hours=2)
    assert detected(tenant) == 0
    with pytest.raises(NotFound):
        tenant.detections.delete("Failed logons")
