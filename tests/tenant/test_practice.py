"""The tenant as a whole: one clock, two products, one way between them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pivotlab.store.manifest import BundleError
from pivotlab.tenant import Tenant


def test_a_tenant_opens_at_the_moment_that_its_bundle_names(tenant: Tenant) -> None:
    noon = datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert tenant.now == noon
    assert tenant.last(days=2) == (noon - timedelta(days=2), noon)


def test_a_tenant_says_when_it_is_and_how_many_incidents_there_are(tenant: Tenant) -> None:
    assert repr(tenant) == (
        "<Tenant of Contoso Harbour at 2026-11-01 12:00 UTC: 2 incidents in Defender XDR, 1 in Sentinel>"
    )
    tenant.defender.merge([incident.id for incident in tenant.defender.records])
    assert "1 incident in Defender XDR, 1 in Sentinel" in repr(tenant)


def test_an_incident_is_in_defender_at_once_and_in_sentinel_five_minutes_later(tenant: Tenant) -> None:
    assert [i.display_name for i in tenant.defender.records] == ["Attack a", "Attack b"]
    assert [r.title for r in tenant.sentinel.records] == ["Attack a"]
    tenant.advance(minutes=3, seconds=59)
    assert len(tenant.sentinel.records) == 1
    tenant.advance(seconds=1)
    assert [r.title for r in tenant.sentinel.records] == ["Attack a", "Attack b"]


def test_the_row_in_securityincident_comes_a_few_minutes_after_the_incident(tenant: Tenant) -> None:
    tenant.advance(minutes=4)
    assert "Attack b" not in set(tenant.logs("SecurityIncident")["Title"])
    tenant.advance(minutes=3)
    assert "Attack b" in set(tenant.logs("SecurityIncident")["Title"])


def test_closing_in_sentinel_shows_in_defender_and_in_securityincident(tenant: Tenant) -> None:
    record = tenant.sentinel.records[0]
    tenant.sentinel.update(
        record.name,
        {"status": "Closed", "classification": "TruePositive", "classification_reason": "SuspiciousActivity"},
    )
    twin = tenant.defender.incident(record.provider_incident_id or "")
    assert (twin.status, twin.classification) == ("resolved", "truePositive")
    tenant.advance(minutes=3)
    rows = tenant.logs(
        "SecurityIncident | summarize arg_max(TimeGenerated, *) by IncidentNumber | where IncidentNumber == 1"
    )
    assert rows["Status"].tolist() == ["Closed"]
    assert rows["ClassificationReason"].tolist() == ["SuspiciousActivity"]


def test_securityalert_has_a_row_per_alert_that_arrived(tenant: Tenant) -> None:
    rows = tenant.logs("SecurityAlert | sort by VendorOriginalId asc")
    assert rows["VendorOriginalId"].tolist() == ["p1", "p2"]
    assert rows["AlertSeverity"].tolist() == ["Medium", "High"]
    assert rows["TimeGenerated"].tolist() == [datetime(2026, 11, 1, hour, 5, tzinfo=UTC) for hour in (8, 9)]


def test_advanced_hunting_sees_the_workspace_once_it_is_onboarded(tenant: Tenant) -> None:
    assert len(tenant.hunt("SecurityAlert")) == 2


def test_two_tenants_over_the_same_bundle_have_the_same_history(bundle: Path) -> None:
    with Tenant.open(bundle) as one, Tenant.open(bundle) as other:
        assert one.timeline().equals(other.timeline())
        assert [r.name for r in one.sentinel.records] == [r.name for r in other.sentinel.records]


def test_a_folder_without_a_manifest_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="has no manifest"):
        Tenant.open(tmp_path)


def test_a_tenant_opened_again_on_its_folder_stands_where_it_stood(bundle: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with Tenant.open(bundle, folder=folder) as first:
        first.advance(minutes=10)
        first.sentinel.comment(first.sentinel.records[1].name, "Seen", author="ada@contoso.example")
        first.defender.update(first.defender.records[0].id, status="inProgress")
        before = first.timeline()
    with Tenant.open(bundle, folder=folder) as second:
        assert second.now == second.manifest.now + timedelta(minutes=10)
        assert second.timeline().equals(before)
        assert second.sentinel.records[0].status == "Active"


def test_a_torn_last_line_of_the_journal_is_dropped(bundle: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    with Tenant.open(bundle, folder=folder) as first:
        first.advance(minutes=1)
    with (folder / "journal.jsonl").open("a") as journal:
        journal.write('{"at": "2026-11-01T12:')
    with Tenant.open(bundle, folder=folder) as second:
        assert second.now == second.manifest.now + timedelta(minutes=1)
        second.advance(minutes=1)
    with Tenant.open(bundle, folder=folder) as third:
        assert third.now == third.manifest.now + timedelta(minutes=2)


def test_the_last_of_several_changes_in_one_moment_is_the_newest_row(tenant: Tenant) -> None:
    name = tenant.sentinel.records[0].name
    for status in ("Active", "Closed"):
        tenant.sentinel.update(name, {"status": status})
    tenant.advance(minutes=15)
    newest = tenant.logs(
        f"SecurityIncident | where IncidentName == '{name}' | summarize arg_max(TimeGenerated, Status)"
    )
    assert newest["Status"].tolist() == ["Closed"]
