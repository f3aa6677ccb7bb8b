"""A rehearsal: an alert that is raised on purpose goes the way of any other."""

from __future__ import annotations

import pytest

from pivotlab.tenant import Invalid, Tenant


def test_a_rehearsed_alert_arrives_in_sentinel_under_the_engines_title(tenant: Tenant) -> None:
    incident = tenant.rehearse("Rehearsal of an endpoint alert")
    tenant.advance(minutes=10)
    record = tenant.sentinel.records[-1]
    assert incident is not None and record.provider_incident_id == incident.id
    assert record.title == incident.display_name == "Multi-stage incident involving a rehearsal"
    assert [alert.title for alert in tenant.sentinel.alerts(record.name)] == ["Rehearsal of an endpoint alert"]


def test_each_rehearsal_is_an_alert_and_an_incident_of_its_own(tenant: Tenant) -> None:
    first, second = tenant.rehearse(), tenant.rehearse()
    assert first is not None and second is not None and first.id != second.id


def test_an_alert_of_a_rule_carries_the_rule_and_the_user(tenant: Tenant) -> None:
    tenant.rehearse(
        "Mailbox forwarding", service_source="microsoftSentinel", detector_id="mf", user="ada@contoso.example"
    )
    tenant.advance(minutes=10)
    assert tenant.sentinel.records[-1].rule_ids == ["mf"]
    assert [entity.kind for entity in tenant.sentinel.entities(tenant.sentinel.records[-1].name)] == ["Account"]


def test_what_tuning_hides_makes_no_incident(tenant: Tenant) -> None:
    tenant.defender.tuning.add("quiet", title_contains="Rehearsal")
    assert tenant.rehearse("Rehearsal") is None


def test_a_source_that_is_no_product_is_refused(tenant: Tenant) -> None:
    with pytest.raises(Invalid, match="microsoftDefenderForEndpoint"):
        tenant.rehearse(service_source="coffee")
