"""The Defender portal's route: onboarding, the primary workspace, offboarding."""

from __future__ import annotations

from typing import Literal

import pytest

from pivotlab.model import Alert, Severity
from pivotlab.tenant import Forbidden, Invalid, Refused, Tenant
from pivotlab.tenant.connector_page import HIDDEN_IN_DEFENDER

LEAD = "sam.lead@contoso.example"
OURS = "law-contoso-soc"


def test_onboarding_connects_the_connector_and_installs_the_solution(unconnected: Tenant) -> None:
    unconnected.onboarding.onboard()
    assert unconnected.connector.connected
    assert unconnected.connector.installed
    assert unconnected.onboarding.primary == OURS


def test_onboarding_disconnects_the_five_standalone_connectors(unconnected: Tenant) -> None:
    components = unconnected.connector.components
    for component in components.all:
        components.connect(component.kind)
    unconnected.onboarding.onboard()
    assert len(components.all) == 5
    assert not any(component.connected for component in components.all)
    with pytest.raises(Refused, match="setup-defender-03"):
        components.connect("OfficeATP")


def test_onboarding_needs_security_administrator_and_owner(unconnected: Tenant) -> None:
    unconnected.people.revoke(LEAD, "Owner")
    with pytest.raises(Forbidden, match="prereq-07"):
        unconnected.onboarding.onboard()
    unconnected.people.grant(LEAD, "User Access Administrator")
    unconnected.onboarding.onboard()


def test_user_access_administrator_needs_sentinel_contributor_beside_it(unconnected: Tenant) -> None:
    unconnected.people.revoke(LEAD, "Owner")
    unconnected.people.revoke(LEAD, "Microsoft Sentinel Contributor")
    unconnected.people.grant(LEAD, "User Access Administrator")
    with pytest.raises(Forbidden, match="prereq-07"):
        unconnected.onboarding.onboard()


def test_without_a_licence_sentinel_is_in_the_portal_and_the_connector_is_not_connected(unconnected: Tenant) -> None:
    unconnected.connector.set_licence(False)
    unconnected.onboarding.onboard()
    assert unconnected.connector.onboarded
    assert not unconnected.connector.connected


def test_a_secondary_workspace_gets_no_xdr_incidents_and_can_stream_tables(unconnected: Tenant) -> None:
    unconnected.onboarding.onboard([OURS, "law-contoso-eu"], primary="law-contoso-eu")
    unconnected.advance(hours=2)
    assert unconnected.sentinel.records == []
    unconnected.connector.stream(["EmailEvents"])
    assert unconnected.connector.streamed == ("EmailEvents",)


def test_the_connector_moves_with_the_primary_workspace(unconnected: Tenant) -> None:
    unconnected.onboarding.onboard([OURS, "law-contoso-eu"], primary="law-contoso-eu")
    unconnected.onboarding.set_primary(OURS)
    assert unconnected.connector.connected
    assert [(w.workspace, w.role) for w in unconnected.onboarding.workspaces] == [
        (OURS, "primary"),
        ("law-contoso-eu", "secondary"),
    ]
    unconnected.onboarding.set_primary("law-contoso-eu")
    assert not unconnected.connector.connected


def test_the_primary_is_one_of_the_onboarded_workspaces(unconnected: Tenant) -> None:
    with pytest.raises(Invalid, match="not among"):
        unconnected.onboarding.onboard([OURS], primary="law-other")


def test_offboarding_disconnects_the_connector(tenant: Tenant) -> None:
    tenant.onboarding.offboard()
    assert not tenant.connector.connected
    assert not tenant.connector.onboarded


def test_offboarding_hides_the_workspace_from_advanced_hunting(tenant: Tenant) -> None:
    assert len(tenant.hunt("SecurityIncident")) > 0
    tenant.onboarding.offboard()
    with pytest.raises(Exception, match="SecurityIncident"):
        tenant.hunt("SecurityIncident")


def test_incidents_cannot_be_connected_in_a_secondary_workspace(unconnected: Tenant) -> None:
    unconnected.onboarding.onboard([OURS, "law-contoso-eu"], primary="law-contoso-eu")
    with pytest.raises(Refused, match="workspaces-03"):
        unconnected.connector.connect()


def test_seven_connectors_vanish_from_the_defender_portals_page() -> None:
    assert len(HIDDEN_IN_DEFENDER) == 7
    assert "Microsoft Defender XDR" in HIDDEN_IN_DEFENDER
    assert "Microsoft Entra ID Protection" not in HIDDEN_IN_DEFENDER


def test_the_defender_portal_lists_none_of_the_seven_and_the_azure_portal_all(tenant: Tenant) -> None:
    def names(portal: Literal["azure", "defender"] | None) -> set[str]:
        return {name for _, name in tenant.connector.listed(portal).sections[0].lines}

    assert names("azure") == {*HIDDEN_IN_DEFENDER, "Microsoft Entra ID Protection"}
    assert names("defender") == names(None) == {"Microsoft Entra ID Protection"}
    assert ("connected", "Microsoft Defender XDR") in tenant.connector.listed("defender").sections[1].lines
    assert "not listed" in str(tenant.connector.page())


def test_a_workspace_that_is_not_onboarded_is_on_no_page_of_the_defender_portal(unconnected: Tenant) -> None:
    assert "Azure portal" in unconnected.connector.listed().title
    assert "not listed" not in str(unconnected.connector.page())
    with pytest.raises(Refused, match="not in the Defender portal"):
        unconnected.connector.listed("defender")


def test_the_page_says_what_a_secondary_workspace_gets(unconnected: Tenant) -> None:
    unconnected.onboarding.onboard([OURS, "law-contoso-eu"], primary="law-contoso-eu")
    first, second = unconnected.connector.page().sections[-1].lines
    assert first == (
        "primary",
        "law-contoso-eu: incidents and alerts of Defender XDR; its alerts are correlated with them",
    )
    assert second[0] == "secondary"
    assert "law-contoso-soc: its own incidents" in second[1]


def test_there_is_one_primary_after_a_second_onboarding_too(tenant: Tenant) -> None:
    tenant.onboarding.onboard(["law-contoso-eu"], primary="law-contoso-eu")
    assert [(w.workspace, w.role) for w in tenant.onboarding.workspaces] == [
        ("law-contoso-eu", "primary"),
        (OURS, "secondary"),
    ]
    assert not tenant.connector.connected


def test_a_secondary_workspaces_incidents_are_the_same_in_both_portals(tenant: Tenant) -> None:
    tenant.onboarding.onboard([OURS, "law-contoso-eu"], primary="law-contoso-eu")
    known = len(tenant.sentinel.records)
    own = rule_alert(tenant, "own")
    incident = tenant.defender.receive(own)
    assert incident is not None
    tenant.advance(minutes=5)
    assert len(tenant.sentinel.records) == known + 1
    record = tenant.sentinel.records[-1]
    assert record.provider_incident_id == incident.id
    tenant.sentinel.update(record.name, {"status": "Active"})
    assert incident.status == "inProgress"


def rule_alert(tenant: Tenant, key: str) -> Alert:
    """An alert of an analytics rule of the workspace."""
    return Alert(
        id=f"sn-{key}",
        title="Failed sign-ins",
        severity=Severity.LOW,
        service_source="microsoftSentinel",
        detection_source="scheduledAlerts",
        product_name="Microsoft Sentinel",
        created=tenant.now,
        first_activity=tenant.now,
        last_activity=tenant.now,
        correlation=key,
    )


def test_two_apps_get_sentinel_contributor(unconnected: Tenant) -> None:
    unconnected.onboarding.onboard()
    assert [role.partition(":")[0] for role in unconnected.onboarding.app_roles] == [
        "Microsoft Threat Protection",
        "WindowsDefenderATP",
    ]


def test_onboarding_turns_fusion_off_for_good(unconnected: Tenant) -> None:
    rules = unconnected.sentinel.alert_rules
    rules.put("f1", {"alertRuleTemplateName": "t", "enabled": True}, "Fusion")
    unconnected.onboarding.onboard()
    assert not rules.get("f1").properties["enabled"]
    with pytest.raises(Refused, match="fusion-01"):
        rules.put("f1", {"alertRuleTemplateName": "t", "enabled": True}, "Fusion")


def test_onboarding_deactivates_creation_rules_and_none_can_be_turned_on_again(unconnected: Tenant) -> None:
    rules = unconnected.sentinel.alert_rules
    rule = {"displayName": "x", "enabled": True, "productFilter": "Azure Security Center"}
    rules.put("c1", rule, "MicrosoftSecurityIncidentCreation")
    unconnected.onboarding.onboard()
    assert not rules.get("c1").properties["enabled"]
    with pytest.raises(Refused, match="icr-02"):
        rules.put("c1", rule, "MicrosoftSecurityIncidentCreation")
