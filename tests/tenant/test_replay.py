"""The clock steps, pauses and jumps; a snapshot brings the tenant back; the timeline and the costs tell the story."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pivotlab.tenant import Tenant


def test_time_stands_still_until_it_is_told_to_pass(tenant: Tenant) -> None:
    before = tenant.now
    tenant.logs("SecurityAlert")
    assert tenant.now == before
    assert tenant.advance(hours=1, minutes=5) == before + timedelta(minutes=65)


def test_time_passes_the_same_in_one_jump_or_in_many_steps(bundle: Path) -> None:
    with Tenant.open(bundle) as jumping, Tenant.open(bundle) as stepping:
        jumping.advance(hours=2)
        for _ in range(120):
            stepping.advance(minutes=1)
        assert jumping.timeline().equals(stepping.timeline())


def test_the_clock_does_not_go_back_by_itself(tenant: Tenant) -> None:
    with pytest.raises(ValueError, match="restore"):
        tenant.advance(minutes=-1)


def test_a_restored_snapshot_undoes_everything_since(tenant: Tenant) -> None:
    record = tenant.sentinel.records[0]
    kept = tenant.snapshot()
    rows = len(tenant.logs("SecurityIncident"))
    tenant.advance(hours=2)
    tenant.sentinel.update(record.name, {"status": "Closed", "classification": "TruePositive"})
    tenant.connector.stop_streaming(["EmailEvents"])
    tenant.restore(kept)
    assert tenant.now == kept.at
    assert tenant.sentinel.records[0].status == "New"
    assert tenant.defender.records[0].status == "active"
    assert len(tenant.logs("SecurityIncident")) == rows
    assert "EmailEvents" in tenant.connector.streamed


def test_a_change_that_no_table_shows_yet_survives_a_restore_and_is_written_once(tenant: Tenant) -> None:
    record = tenant.sentinel.records[0]
    tenant.sentinel.update(record.name, {"severity": "Low"})
    kept = tenant.snapshot()
    for _ in range(2):
        tenant.advance(minutes=4)
        rows = tenant.logs('SecurityIncident | where Severity == "Low"')
        assert rows["IncidentNumber"].tolist() == [record.number]
        tenant.restore(kept)


def test_a_snapshot_can_be_restored_again_and_again(tenant: Tenant) -> None:
    kept = tenant.snapshot()
    for _ in range(3):
        tenant.advance(minutes=5)
        assert len(tenant.sentinel.records) == 2
        tenant.restore(kept)
        assert len(tenant.sentinel.records) == 1


def test_rooms_stay_the_same_objects_through_a_restore(tenant: Tenant) -> None:
    defender, rules = tenant.defender, tenant.sentinel.alert_rules
    tenant.restore(tenant.snapshot())
    assert tenant.defender is defender
    assert tenant.sentinel.alert_rules is rules
    tenant.advance(hours=2)
    assert defender.alert("da4").incident_id == tenant.defender.records[1].id


def test_a_restore_also_takes_back_what_is_kept_on_disk(bundle: Path, tmp_path: Path) -> None:
    with Tenant.open(bundle, folder=tmp_path / "kept") as first:
        first.advance(minutes=5)
        kept = first.snapshot()
        first.sentinel.comment(first.sentinel.records[0].name, "Gone")
        first.restore(kept)
        first.sentinel.comment(first.sentinel.records[0].name, "Stays")
    with Tenant.open(bundle, folder=tmp_path / "kept") as second:
        assert [c.text for c in second.sentinel.records[0].comments] == ["Stays"]


def test_the_timeline_tells_what_happened_where_and_when(tenant: Tenant) -> None:
    tenant.sentinel.update(tenant.sentinel.records[0].name, {"severity": "Low"}, by="ada@contoso.example")
    story = tenant.timeline()
    assert list(story.columns) == ["When", "Where", "What", "Subject", "By", "Detail"]
    assert story["When"].is_monotonic_increasing
    last = story.iloc[-2:]
    assert last["Where"].tolist() == ["Sentinel", "Defender XDR"]
    assert set(last["By"]) == {"ada@contoso.example"}
    assert set(last["Detail"]) == {"severity"}


def test_the_cost_ledger_charges_raw_tables_and_not_alerts_and_incidents(tenant: Tenant) -> None:
    row = {"Timestamp": tenant.now.replace(tzinfo=None), "DeviceName": "ws01", "ReportId": 1}
    tenant.store.append("defender", "DeviceInfo", [row] * 50, tenant.now)
    office = {"TimeGenerated": tenant.now.replace(tzinfo=None), "Operation": "Send"}
    tenant.store.append("workspace", "OfficeActivity", [office] * 20, tenant.now)
    ledger = tenant.costs().set_index("Table")
    assert ledger.loc["DeviceInfo", "Rows"] == 50
    assert ledger.loc["DeviceInfo", "Charged MB"] == ledger.loc["DeviceInfo", "MB"] > 0
    for table in ("SecurityAlert", "SecurityIncident", "OfficeActivity"):
        assert ledger.loc[table, "Charged MB"] == 0


def test_hunting_forgets_after_thirty_days_and_the_workspace_keeps_ninety(tenant: Tenant) -> None:
    row = {"Timestamp": tenant.now.replace(tzinfo=None), "DeviceName": "ws01", "ReportId": 1}
    tenant.store.append("defender", "DeviceInfo", [row], tenant.now)
    tenant.onboarding.offboard()
    tenant.advance(days=31)
    assert tenant.hunt("DeviceInfo").empty
    assert len(tenant.logs("DeviceInfo")) == 1
    tenant.advance(days=60)
    assert tenant.logs("DeviceInfo").empty


def test_both_queues_print_well(tenant: Tenant) -> None:
    assert list(tenant.defender.incidents().columns[:4]) == ["Id", "Name", "Severity", "Status"]
    assert list(tenant.sentinel.incidents().columns[:4]) == ["Number", "Title", "Severity", "Status"]
    assert tenant.defender.incidents()["Name"].tolist() == ["Attack b", "Attack a"]
    assert "Contoso Harbour at 2026-11-01 12:00 UTC" in repr(tenant)
