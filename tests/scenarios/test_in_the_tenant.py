"""The stories in the practice tenant: they are there when it opens, and go on while its clock runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pivotlab.model import Incident, WorkspaceIncident
from pivotlab.places import DATA, SECOND_SEED
from pivotlab.scenarios.truth import read_truth
from pivotlab.tenant import Tenant
from pivotlab.tenant.bundle import read_alerts

MALWARE, FORWARDING = "two-incidents-merge", "forwarding-to-outside"


@pytest.fixture(scope="module", params=[DATA, SECOND_SEED], ids=["bundled", "second seed"])
def bundle(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.param
    return folder


@pytest.fixture(scope="module")
def tenant(bundle: Path) -> Iterator[Tenant]:
    with Tenant.open(bundle) as opened:
        yield opened


@pytest.fixture
def morning(tenant: Tenant) -> Iterator[Tenant]:
    """The tenant at the moment at which it opens; what a test does to it is undone."""
    kept = tenant.snapshot()
    yield tenant
    tenant.restore(kept)


def incident_of(tenant: Tenant, bundle: Path, key: str) -> Incident:
    """The incident that the first alert of a correlation key opened."""
    first = next(alert for alert in read_alerts(bundle) if alert.correlation == key)
    return tenant.defender.incident(tenant.defender.alert(first.id).incident_id)


def in_sentinel(tenant: Tenant, incident: Incident) -> WorkspaceIncident:
    return next(record for record in tenant.sentinel.records if record.provider_incident_id == incident.id)


def test_every_story_has_an_open_incident_when_the_tenant_opens(tenant: Tenant, bundle: Path) -> None:
    for truth in read_truth(bundle)[:10]:  # the eleventh happens this morning
        assert incident_of(tenant, bundle, truth.correlation_keys[0]).status == "active", truth.title


@pytest.mark.parametrize(
    "table", ["SecurityAlert", "SecurityIncident", "SigninLogs", "Watchlist", "DeviceProcessEvents"]
)
def test_the_workspace_has_rows_of_its_own_and_of_both_products(table: str, tenant: Tenant) -> None:
    assert tenant.logs(f"{table} | count")["Count"].item() > 0


def test_two_incidents_are_open_before_the_alert_that_links_them(morning: Tenant, bundle: Path) -> None:
    malware, forwarding = (incident_of(morning, bundle, key) for key in (MALWARE, FORWARDING))
    assert (malware.status, forwarding.status) == ("active", "active")
    assert in_sentinel(morning, forwarding).status == "New"


def test_defender_xdr_merges_them_while_people_work_on_both(morning: Tenant, bundle: Path) -> None:
    malware, forwarding = (incident_of(morning, bundle, key) for key in (MALWARE, FORWARDING))
    morning.defender.comment(malware.id, "Device isolated.", "ada@contoso.example")
    morning.sentinel.comment(in_sentinel(morning, forwarding).name, "The user knows of no such rule.")
    morning.advance(hours=16)
    assert (forwarding.status, forwarding.redirect_incident_id) == ("redirected", malware.id)
    titles = [alert.title for alert in morning.defender.alert_records(malware.id)]
    assert "Suspicious email forwarding activity" in titles
    assert "User compromised: sign-in with credentials stolen from a device" in titles


def test_sentinel_closes_and_tags_the_one_that_is_merged_away(morning: Tenant, bundle: Path) -> None:
    malware, forwarding = (incident_of(morning, bundle, key) for key in (MALWARE, FORWARDING))
    morning.advance(hours=16)
    closed, stays = in_sentinel(morning, forwarding), in_sentinel(morning, malware)
    assert (closed.status, closed.labels, closed.alert_ids) == ("Closed", ["Redirected"], [])
    assert (stays.status, len(stays.alert_ids)) == ("New", 4)


def test_two_owners_keep_them_apart(morning: Tenant, bundle: Path) -> None:
    malware, forwarding = (incident_of(morning, bundle, key) for key in (MALWARE, FORWARDING))
    morning.defender.update(malware.id, assigned_to="ada@contoso.example")
    morning.defender.update(forwarding.id, assigned_to="sam.lead@contoso.example")
    morning.advance(hours=16)
    assert forwarding.status == "active"
    assert "Merge blocked" in morning.timeline()["What"].tolist()


def test_the_clock_runs_to_the_end_of_the_data(morning: Tenant) -> None:
    assert morning.advance(hours=16) == datetime(2026, 11, 4, tzinfo=UTC)


def answer(bundle: Path, incident: int, ask: str) -> object:
    questions = read_truth(bundle)[incident - 1].questions
    return next(question.answer for question in questions if ask in question.ask)


def test_the_spray_has_more_alerts_than_sentinel_keeps(tenant: Tenant, bundle: Path) -> None:
    spray = incident_of(tenant, bundle, "password-spray")
    assert len(tenant.defender.alert_records(spray.id)) == answer(bundle, 7, "the Defender incident") == 187
    assert len(in_sentinel(tenant, spray).alert_ids) == answer(bundle, 7, "the Sentinel incident") == 150


def test_this_mornings_phish_arises_at_the_minute_that_the_ground_truth_says(morning: Tenant, bundle: Path) -> None:
    said = answer(bundle, 11, "At what time")
    minute = datetime.fromisoformat(f"2026-11-03T{said}:00+00:00")
    before = len(morning.defender.records)
    morning.advance_to(minute)
    assert len(morning.defender.records) == before
    morning.advance(minutes=1)
    assert morning.defender.records[-1].display_name == "Email reported by user as malware or phish"
