"""A rehearsal: an alert that is raised on purpose goes the way of any other."""

from __future__ import annotations

import pytest

from pivotlab.tenant import Invalid, Tenant


def test_a_rehearsed_alert_arrives_in_sentinel_under_the_engines_title(tenant: Tenant) -> None:
    incident = tenant.rehearse("Rehearsal of an endpoint alert", incident_title="Execution incident")
    tenant.advance(minutes=10)
    record = tenant.sentinel.records[-1]
    assert incident is not None and record.provider_incident_id == incident.id
    assert record.title == incident.display_name == "Execution incident"
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


def test_a_rehearsal_can_be_arranged_for_later(tenant: Tenant) -> None:
    assert tenant.rehearse("Later", minutes=30, severity="high") is None
    before = len(tenant.defender.records)
    tenant.advance(minutes=29)
    assert len(tenant.defender.records) == before
    tenant.advance(minutes=1)
    [alert] = tenant.defender.alert_records(tenant.defender.records[-1].id)
    assert (alert.title, alert.severity, alert.created) == ("Later", "high", tenant.now)


def test_going_back_forgets_what_was_arranged(tenant: Tenant) -> None:
    start = tenant.snapshot()
    tenant.rehearse("Later", minutes=30)
    tenant.restore(start)
    before = len(tenant.defender.records)
    tenant.advance(hours=1)
    assert len(tenant.defender.records) == before


def test_a_product_outside_defender_writes_to_the_workspace_alone(tenant: Tenant) -> None:
    tenant.rehearse("Firmware changed", service_source="microsoftDefenderForIoT")
    tenant.advance(minutes=10)
    [row] = tenant.logs("SecurityAlert | where AlertName == 'Firmware changed'").to_dict("records")
    assert (row["ProductName"], row["VendorOriginalId"]) == ("Azure Security Center for IoT", "iorehearsal1")
    assert "iorehearsal1" not in {alert.id for alert in tenant.defender.alert_records()}
    assert not any("iorehearsal1" in record.alert_ids for record in tenant.sentinel.records)


def test_the_box_spares_the_creation_rule_of_a_product_outside_and_onboarding_does_not(unconnected: Tenant) -> None:
    rule = {"displayName": "Machines", "enabled": True, "productFilter": "Azure Security Center for IoT"}
    azure = unconnected
    azure.connector.install_solution()
    azure.sentinel.alert_rules.put("machines", rule, "MicrosoftSecurityIncidentCreation")
    azure.connector.connect(turn_off_creation_rules=True)
    azure.rehearse("Firmware changed", service_source="microsoftDefenderForIoT")
    assert azure.connector.creation_rules == ["Machines"]
    assert [record.title for record in azure.sentinel.records] == ["Firmware changed"]
    azure.onboarding.onboard()
    assert azure.connector.creation_rules == []
