"""The Azure portal's route to the connector, and what it does to everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pivotlab.model.streaming import STREAMABLE
from pivotlab.tenant import Forbidden, Invalid, Refused, Tenant
from pivotlab.tenant.connector import SOLUTION

LEAD = "sam.lead@contoso.example"
CREATION_RULE = {
    "displayName": "Incidents from Defender for Endpoint",
    "enabled": True,
    "productFilter": "Microsoft Defender Advanced Threat Protection",
}


@pytest.fixture
def azure(unconnected: Tenant) -> Tenant:
    """A tenant with the solution installed and nothing connected."""
    unconnected.connector.install_solution()
    return unconnected


def test_an_unconnected_workspace_has_no_incidents(unconnected: Tenant) -> None:
    unconnected.advance(days=1)
    assert (len(unconnected.defender.records), unconnected.sentinel.records) == (2, [])
    assert not unconnected.connector.connected


def test_the_content_hub_solution_comes_before_the_connector_page(unconnected: Tenant) -> None:
    with pytest.raises(Refused, match="prereq-05"):
        unconnected.connector.connect()
    unconnected.connector.install_solution()
    unconnected.connector.connect()
    assert unconnected.connector.connected
    assert SOLUTION in unconnected.sentinel.content_packages


def test_the_connector_needs_a_licence(azure: Tenant) -> None:
    azure.connector.set_licence(False)
    with pytest.raises(Refused, match="prereq-01"):
        azure.connector.connect()


def test_the_connector_needs_a_security_administrator(azure: Tenant) -> None:
    azure.people.revoke(LEAD, "Security Administrator")
    with pytest.raises(Forbidden, match="prereq-02"):
        azure.connector.connect()
    azure.people.grant(LEAD, "Security Administrator")
    azure.connector.connect()


def test_the_connector_needs_read_and_write_on_the_workspace(azure: Tenant) -> None:
    for role in ("Owner", "Microsoft Sentinel Contributor"):
        azure.people.revoke(LEAD, role)
    with pytest.raises(Forbidden, match="prereq-03"):
        azure.connector.connect()


def test_the_connector_needs_an_account_of_the_same_entra_tenant(azure: Tenant) -> None:
    with pytest.raises(Forbidden, match="prereq-04"):
        azure.connector.connect(by="morgan.guest@partner.example")


def test_incidents_that_arise_after_connecting_arrive_and_earlier_ones_wait_for_a_change(azure: Tenant) -> None:
    azure.connector.connect()
    azure.advance(hours=1, minutes=6)
    assert [r.title for r in azure.sentinel.records] == ["Attack b"]
    azure.defender.update(azure.defender.records[0].id, status="inProgress")
    azure.advance(minutes=5)
    assert [r.title for r in azure.sentinel.records] == ["Attack b", "Attack a"]


def test_ticking_the_box_turns_the_creation_rules_off(azure: Tenant) -> None:
    azure.sentinel.alert_rules.put("r1", CREATION_RULE, "MicrosoftSecurityIncidentCreation")
    azure.connector.connect(turn_off_creation_rules=True)
    assert azure.connector.creation_rules == []


def test_a_creation_rule_that_is_left_on_makes_every_incident_twice(azure: Tenant) -> None:
    azure.sentinel.alert_rules.put("r1", CREATION_RULE, "MicrosoftSecurityIncidentCreation")
    azure.connector.connect(turn_off_creation_rules=False)
    azure.advance(hours=1, minutes=6)
    titles = [(r.title, r.provider_name) for r in azure.sentinel.records]
    assert ("Attack b", "Microsoft XDR") in titles
    assert ("Alert 4", "Azure Sentinel") in titles


def test_entities_are_a_part_of_their_own(azure: Tenant) -> None:
    azure.connector.connect_entities()
    assert azure.connector.entities_on
    assert not azure.connector.connected


def test_twenty_one_tables_can_be_streamed_and_no_others(azure: Tenant) -> None:
    offered = [table for group in STREAMABLE.values() for table in group]
    assert len(offered) == len(set(offered)) == 10 + 5 + 3 + 1 + 2
    azure.connector.stream(offered)
    assert azure.connector.streamed == tuple(sorted(offered))
    for table in ("DeviceTvmSoftwareInventory", "IdentityInfo", "EntraIdSignInEvents", "CloudAuditEvents"):
        with pytest.raises(Invalid, match="cannot be streamed"):
            azure.connector.stream([table])


def test_a_table_can_be_unticked_again(azure: Tenant) -> None:
    azure.connector.stream(["EmailEvents", "UrlClickEvents"])
    azure.connector.stop_streaming(["EmailEvents"])
    assert azure.connector.streamed == ("UrlClickEvents",)


def test_events_flow_from_the_moment_of_choosing(azure: Tenant) -> None:
    row = {"DeviceName": "ws01", "ReportId": 1}
    for moment in (azure.now, None):
        if moment is None:
            azure.connector.stream(["DeviceInfo"])
            azure.advance(minutes=1)
        azure.store.append("defender", "DeviceInfo", [{**row, "Timestamp": azure.now.replace(tzinfo=None)}], azure.now)
        azure.advance(minutes=1)
    assert len(azure.hunt("DeviceInfo")) == 2
    assert len(azure.logs("DeviceInfo")) == 1


def test_component_connectors_still_look_connected_and_go_silent(azure: Tenant) -> None:
    kind = "MicrosoftDefenderAdvancedThreatProtection"
    azure.connector.components.connect(kind)
    component = next(c for c in azure.connector.components.all if c.kind == kind)
    azure.rehearse("Before")
    assert (component.connected, component.last_data) == (True, azure.now)
    azure.connector.connect()
    silent_since = azure.now
    azure.advance(hours=2)
    azure.rehearse("After")
    assert (component.connected, component.last_data) == (True, silent_since)


def test_a_standalone_connector_fills_securityalert_and_makes_no_incident(azure: Tenant) -> None:
    azure.connector.components.connect("MicrosoftDefenderAdvancedThreatProtection")
    azure.advance(hours=1, minutes=1)
    rows = azure.logs("SecurityAlert")
    assert rows["ProductName"].tolist() == ["Microsoft Defender Advanced Threat Protection"]
    assert azure.sentinel.records == []


def test_the_schema_of_an_alert_changes_with_the_connector(azure: Tenant, bundle: Path) -> None:
    azure.connector.components.connect("MicrosoftDefenderAdvancedThreatProtection")
    azure.advance(hours=1, minutes=1)
    old = azure.logs("SecurityAlert").iloc[0]
    with Tenant.open(bundle) as connected:
        new = connected.logs("SecurityAlert").iloc[0]
    assert "MicrosoftDefenderAtp.Category" in old["ExtendedProperties"]
    assert '"Category"' in new["ExtendedProperties"] and "MicrosoftDefenderAtp" not in new["ExtendedProperties"]
    assert '"LeadingHost": true' in new["Entities"] and "LeadingHost" not in old["Entities"]


def test_the_azure_portal_route_ends_on_31_march_2027(azure: Tenant) -> None:
    azure.advance(days=200)
    with pytest.raises(Refused, match="retirement-01"):
        azure.connector.connect()


def test_the_page_tells_its_three_parts_and_what_is_missing(unconnected: Tenant) -> None:
    page = unconnected.connector.page()
    text = str(page)
    assert "missing  " in text and "Content hub" in text
    for part in ("1. Connect incidents & alerts", "2. Connect entities", "3. Connect events"):
        assert part in text
    html = page._repr_html_()
    assert html.count("<table>") == len(page.sections)
    assert "Connect incidents &amp; alerts" in html
    assert 'style="color' not in html
