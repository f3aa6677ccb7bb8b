"""Defender for Cloud, Insider Risk and Entra ID Protection on their way to Sentinel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pivotlab.tenant import Refused, Tenant

OURS = "0b9d6c3e-7f21-4e58-9c84-d15a3e60b7f2"
OTHER = "11111111-2222-3333-4444-555555555555"


def resource(subscription: str) -> dict[str, Any]:
    """A virtual machine of a subscription, as evidence."""
    return {
        "@odata.type": "#microsoft.graph.security.azureResourceEvidence",
        "resourceId": f"/subscriptions/{subscription}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm1",
        "roles": [],
        "verdict": "suspicious",
        "remediationStatus": "none",
    }


CLOUD = {
    "service_source": "microsoftDefenderForCloud",
    "detection_source": "microsoftDefenderForServers",
    "product_name": "Microsoft Defender for Cloud",
    "evidence": [resource(OURS)],
}


@pytest.fixture
def azure(unconnected: Tenant) -> Tenant:
    """The Azure portal's route, connected."""
    unconnected.connector.install_solution()
    unconnected.connector.connect()
    return unconnected


@pytest.fixture
def arise(azure: Tenant, write_line: Callable[..., Any]) -> Callable[..., None]:
    """An alert arises in the unconnected tenant's products, through the alert service settings."""

    def arisen(tenant: Tenant, key: str, **changes: Any) -> None:
        alert = write_line(key, tenant.now, **changes)
        tenant.schedule_alerts([(tenant.now, alert)])

    return arisen


def test_incidents_look_empty_until_a_cloud_connector_is_on(azure: Tenant, arise: Callable[..., None]) -> None:
    arise(azure, "cloud", **CLOUD)
    azure.advance(minutes=6)
    record = azure.sentinel.records[-1]
    assert (record.title, azure.sentinel.alerts(record.name), azure.sentinel.entities(record.name)) == (
        "Attack cloud",
        [],
        [],
    )
    azure.cloud.connect_tenant_based()
    azure.advance(minutes=6)
    assert [e.kind for e in azure.sentinel.entities(record.name)] == ["AzureResource"]


def test_the_legacy_connector_leaves_other_subscriptions_incidents_empty(
    azure: Tenant, arise: Callable[..., None]
) -> None:
    azure.cloud.enrol(OURS)
    arise(azure, "ours", **CLOUD)
    arise(azure, "other", **{**CLOUD, "evidence": [resource(OTHER)]})
    azure.advance(minutes=6)
    assert {r.title: len(azure.sentinel.alerts(r.name)) for r in azure.sentinel.records} == {
        "Attack ours": 1,
        "Attack other": 0,
    }
    assert azure.logs("SecurityAlert")["ProductName"].tolist() == ["Azure Security Center"]


def test_with_both_connectors_alerts_are_doubled_in_the_logs(azure: Tenant, arise: Callable[..., None]) -> None:
    azure.cloud.connect_tenant_based()
    azure.cloud.enrol(OURS)
    arise(azure, "both", **CLOUD)
    azure.advance(minutes=6)
    rows = azure.logs("SecurityAlert | sort by ProductName asc")
    assert rows["ProductName"].tolist() == ["Azure Security Center", "Microsoft Defender for Cloud"]
    assert rows["SystemAlertId"].nunique() == 2
    assert rows["VendorOriginalId"].nunique() == 1


def test_after_onboarding_the_alerts_come_without_a_cloud_connector(
    tenant: Tenant, raise_alerts: Callable[..., list[str]]
) -> None:
    raise_alerts(1, "cloud", **CLOUD)
    tenant.advance(minutes=5)
    record = next(r for r in tenant.sentinel.records if r.title == "Attack cloud")
    assert len(tenant.sentinel.alerts(record.name)) == 1


def test_informational_cloud_alerts_do_not_reach_the_workspace(
    tenant: Tenant, raise_alerts: Callable[..., list[str]]
) -> None:
    raise_alerts(1, "quiet", **{**CLOUD, "severity": "informational"})
    tenant.advance(minutes=5)
    assert tenant.logs('SecurityAlert | where ProductName has "Cloud"').empty


def test_the_tenant_based_connector_needs_solution_3_0_0(azure: Tenant) -> None:
    azure.cloud.solution_version = (2, 9, 9)
    with pytest.raises(Refused, match="mdc-07"):
        azure.cloud.connect_tenant_based()


def test_closing_in_sentinel_closes_the_alert_in_defender_for_cloud_where_the_subscription_syncs_both_ways(
    azure: Tenant, arise: Callable[..., None]
) -> None:
    azure.cloud.enrol(OURS, two_way=True)
    arise(azure, "ours", **CLOUD)
    azure.advance(minutes=6)
    record = azure.sentinel.records[-1]
    azure.sentinel.update(record.name, {"status": "Closed", "classification": "TruePositive"})
    assert azure.cloud.closed_in_cloud == set(record.alert_ids)


def test_opting_out_keeps_cloud_alerts_out_of_defender(azure: Tenant, arise: Callable[..., None]) -> None:
    azure.defender.intake.set_cloud_alerts(False)
    arise(azure, "out", **CLOUD)
    azure.advance(minutes=6)
    assert "Attack out" not in {i.display_name for i in azure.defender.records}


def test_alerts_travel_and_posture_does_not(azure: Tenant, arise: Callable[..., None]) -> None:
    azure.cloud.connect_tenant_based()
    arise(azure, "cloud", **CLOUD)
    azure.advance(hours=1)
    assert len(azure.logs("SecurityAlert | where ProductName == 'Microsoft Defender for Cloud'")) == 1
    assert azure.logs("SecurityRecommendation").empty


@pytest.mark.parametrize(
    ("setting", "severity", "collected"),
    [
        ("high", "high", True),
        ("high", "medium", False),
        ("highAndMedium", "medium", True),
        ("highAndMedium", "low", False),
        ("all", "low", True),
    ],
)
def test_entra_alerts_are_collected_from_high_risk_on_by_default(
    azure: Tenant, arise: Callable[..., None], setting: str, severity: str, collected: bool
) -> None:
    assert azure.defender.intake.entra_alerts == "high"
    azure.defender.intake.set_entra_alerts(setting)  # type: ignore[arg-type]
    arise(azure, "entra", service_source="azureAdIdentityProtection", severity=severity)
    azure.advance(minutes=1)
    assert ("Attack entra" in {i.display_name for i in azure.defender.records}) is collected


def test_insider_risk_incidents_carry_no_alert_content(tenant: Tenant, raise_alerts: Callable[..., list[str]]) -> None:
    raise_alerts(1, "leaver", service_source="microsoftInsiderRiskManagement")
    tenant.advance(minutes=5)
    record = next(r for r in tenant.sentinel.records if r.title == "Attack leaver")
    assert (tenant.sentinel.alerts(record.name), record.synced) == ([], True)
    assert len(tenant.defender.alert_records(record.provider_incident_id)) == 1


def test_insider_risk_data_flows_only_when_purview_shares_it(azure: Tenant, arise: Callable[..., None]) -> None:
    azure.defender.intake.share_insider_risk(False)
    arise(azure, "leaver", service_source="microsoftInsiderRiskManagement")
    azure.advance(minutes=1)
    assert "Attack leaver" not in {i.display_name for i in azure.defender.records}


@pytest.mark.parametrize(
    ("source", "product"),
    [
        ("microsoftDefenderForEndpoint", "Microsoft Defender for Endpoint"),
        ("microsoftDefenderForIdentity", "Microsoft Defender for Identity"),
        ("microsoftDefenderForOffice365", "Microsoft Defender for Office 365"),
        ("microsoftDefenderForCloudApps", "Microsoft Defender for Cloud Apps"),
        ("dataLossPrevention", "Microsoft Purview Data Loss Prevention"),
        ("microsoftDefenderForCloud", "Microsoft Defender for Cloud"),
        ("microsoft365Defender", "Microsoft Defender XDR"),
    ],
)
def test_alerts_of_every_product_flow_through_defender_into_securityalert(
    tenant: Tenant, raise_alerts: Callable[..., list[str]], source: str, product: str
) -> None:
    raise_alerts(1, "p", service_source=source)
    tenant.advance(minutes=5)
    names = tenant.logs("SecurityAlert | where VendorOriginalId startswith 'da-p' | project ProductName")
    assert names["ProductName"].tolist() == [product]


def test_a_bundle_is_not_changed_by_opening_it(bundle: Path) -> None:
    before = {file: file.read_bytes() for file in bundle.rglob("*") if file.is_file()}
    with Tenant.open(bundle) as opened:
        opened.advance(hours=2)
    assert {file: file.read_bytes() for file in bundle.rglob("*") if file.is_file()} == before
