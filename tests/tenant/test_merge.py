"""Merging incidents in Defender XDR, and what Sentinel makes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from pivotlab.model import Alert
from pivotlab.tenant import Invalid, Refused, Tenant

RaiseAlerts = Callable[..., list[str]]


@pytest.fixture
def arrived(tenant: Tenant) -> Tenant:
    """Both incidents of the bundle are in Sentinel."""
    tenant.advance(minutes=4)
    return tenant


def test_the_oldest_incident_keeps_all_alerts_and_the_other_is_redirected(arrived: Tenant) -> None:
    first, second = arrived.defender.records
    target = arrived.defender.merge([second.id, first.id])
    assert target is first
    assert first.alert_ids == ["da1", "da2", "da3"]
    assert (second.status, second.redirect_incident_id, second.alert_ids) == ("redirected", first.id, [])


def test_the_source_leaves_the_defender_queue_and_stays_closed_and_tagged_in_sentinel(arrived: Tenant) -> None:
    first, second = arrived.defender.records
    arrived.defender.merge([first.id, second.id])
    assert second.id not in set(arrived.defender.incidents()["Id"])
    source = arrived.sentinel.records[1]
    assert (source.status, source.labels, source.classification) == ("Closed", ["Redirected"], "Undetermined")


def test_alerts_and_tags_move_and_comments_stay_behind(arrived: Tenant) -> None:
    first, second = arrived.defender.records
    arrived.defender.update(second.id, custom_tags=["mail"])
    arrived.defender.comment(second.id, "Noted here")
    arrived.defender.merge([first.id, second.id])
    arrived.advance(minutes=5)
    target, source = arrived.sentinel.records
    assert (target.labels, [a.id for a in arrived.sentinel.alerts(target.name)]) == (["mail"], ["da1", "da2", "da3"])
    assert (target.comments, [c.text for c in source.comments]) == ([], ["Noted here"])
    assert arrived.sentinel.alerts(source.name) == []


def test_an_alert_that_moved_is_not_written_twice(arrived: Tenant) -> None:
    first, second = arrived.defender.records
    arrived.defender.merge([first.id, second.id])
    arrived.advance(minutes=10)
    assert arrived.logs("SecurityAlert | summarize Rows = count() by VendorOriginalId")["Rows"].tolist() == [1, 1, 1]


def test_new_alerts_of_the_source_go_to_the_target(arrived: Tenant) -> None:
    first, second = arrived.defender.records
    arrived.defender.merge([first.id, second.id])
    arrived.advance(hours=1, minutes=1)
    assert arrived.defender.alert("da4").incident_id == first.id


def test_the_merge_is_logged_under_alert_correlation(arrived: Tenant) -> None:
    first, second = arrived.defender.records
    arrived.defender.merge([first.id, second.id])
    story = arrived.timeline()
    assert story[story["What"] == "Incident merged"]["By"].tolist() == ["Microsoft Defender XDR - alert correlation"]


def test_an_alert_that_links_two_attacks_makes_the_engine_merge_their_incidents(
    arrived: Tenant, write_line: Callable[..., Alert]
) -> None:
    first, second = arrived.defender.records
    link = write_line("b", arrived.now + timedelta(minutes=5), merges="a")
    arrived.schedule_alerts([(link.created, link)])
    arrived.advance(minutes=6)
    assert (second.status, second.redirect_incident_id) == ("redirected", first.id)
    assert arrived.defender.alert(link.id).incident_id == first.id


def test_people_who_disagree_keep_the_engine_from_merging(arrived: Tenant, write_line: Callable[..., Alert]) -> None:
    first, second = arrived.defender.records
    arrived.defender.update(first.id, assigned_to="ada@contoso.example")
    link = write_line("b", arrived.now + timedelta(minutes=5), merges="a")
    arrived.schedule_alerts([(link.created, link)])
    arrived.advance(minutes=6)
    assert second.status == "active"
    assert "Merge blocked" in arrived.timeline()["What"].tolist()


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"status": "resolved"}, "is closed"),
        ({"assigned_to": "ada@contoso.example"}, "different owners"),
        ({"classification": "truePositive"}, "different classifications"),
    ],
)
def test_a_merge_is_blocked_by_a_difference(arrived: Tenant, fields: dict[str, str], why: str) -> None:
    first, second = arrived.defender.records
    arrived.defender.update(second.id, **fields)
    with pytest.raises(Refused, match=why):
        arrived.defender.merge([first.id, second.id])


def test_different_determinations_block_a_merge(arrived: Tenant) -> None:
    for incident, determination in zip(arrived.defender.records, ("malware", "phishing"), strict=True):
        arrived.defender.update(incident.id, classification="truePositive", determination=determination)
    with pytest.raises(Refused, match="different determinations"):
        arrived.defender.merge([incident.id for incident in arrived.defender.records])


def test_five_incidents_merge_at_once_and_six_do_not(tenant: Tenant, raise_alerts: RaiseAlerts) -> None:
    for number in range(4):
        raise_alerts(1, f"more{number}")
    ids = [incident.id for incident in tenant.defender.records]
    assert len(ids) == 6
    with pytest.raises(Refused, match="sync-17"):
        tenant.defender.merge(ids)
    assert tenant.defender.merge(ids[:5]).id == ids[0]


def test_an_incident_does_not_merge_with_itself(arrived: Tenant) -> None:
    only = arrived.defender.records[0].id
    with pytest.raises(Invalid, match="two different"):
        arrived.defender.merge([only, only])


def test_a_redirected_incident_cannot_be_changed_and_says_where_its_alerts_are(arrived: Tenant) -> None:
    first, second = arrived.defender.records
    arrived.defender.merge([first.id, second.id])
    with pytest.raises(Refused, match=f"merged into {first.id}"):
        arrived.defender.update(second.id, status="active")


def test_moving_an_alert_takes_it_out_of_one_incident_and_into_another(arrived: Tenant) -> None:
    first, second = arrived.defender.records
    arrived.defender.move_alerts(["da2"], second.id)
    assert (first.alert_ids, second.alert_ids) == (["da1"], ["da3", "da2"])
    arrived.advance(minutes=5)
    assert [len(arrived.sentinel.alerts(r.name)) for r in arrived.sentinel.records] == [1, 2]


def test_moving_an_alert_to_no_incident_starts_a_fresh_one(arrived: Tenant) -> None:
    fresh = arrived.defender.move_alerts(["da2"])
    assert fresh.alert_ids == ["da2"]
    arrived.advance(minutes=5)
    assert arrived.sentinel.records[-1].provider_incident_id == fresh.id


def test_moving_the_last_alert_redirects_the_incident_that_it_leaves(arrived: Tenant) -> None:
    first, second = arrived.defender.records
    arrived.defender.move_alerts(["da3"], first.id)
    assert (second.status, second.redirect_incident_id) == ("redirected", first.id)


def test_more_entities_than_an_incident_may_have_block_a_merge(arrived: Tenant, raise_alerts: RaiseAlerts) -> None:
    def addresses(first: int) -> list[dict[str, object]]:
        kind = {"@odata.type": "#microsoft.graph.security.ipEvidence"}
        return [{**kind, "ipAddress": f"198.51.{n // 256}.{n % 256}"} for n in range(first, first + 250)]

    for key, start in (("full", 0), ("overlap", 0), ("more", 250)):
        raise_alerts(1, key, evidence=addresses(start))
    raise_alerts(1, "one more", evidence=addresses(500)[:1])
    full, overlap, more, one_more = (i.id for i in arrived.defender.records[-4:])
    arrived.defender.merge([full, overlap])
    arrived.defender.merge([full, more])
    with pytest.raises(Refused, match="more than 500 entities"):
        arrived.defender.merge([full, one_more])


def test_device_groups_block_a_merge_only_where_they_are_kept_apart(arrived: Tenant, raise_alerts: RaiseAlerts) -> None:
    kind = {"@odata.type": "#microsoft.graph.security.deviceEvidence"}
    for group in ("Servers", "Laptops", "Laptops"):
        evidence = [{**kind, "deviceDnsName": f"{group}.contoso.example", "rbacGroupName": group}]
        raise_alerts(1, f"{group}{len(arrived.defender.records)}", evidence=evidence)
    no_group = arrived.defender.records[0].id
    servers, laptops, others = (incident.id for incident in arrived.defender.records[-3:])
    arrived.defender.keep_device_groups_apart(True)
    with pytest.raises(Refused, match="different device groups"):
        arrived.defender.merge([servers, laptops])
    arrived.defender.merge([laptops, others])
    arrived.defender.merge([no_group, laptops])
    arrived.defender.keep_device_groups_apart(False)
    assert arrived.defender.merge([no_group, servers]).id == no_group
