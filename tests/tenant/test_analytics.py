"""Analytics rules run their KQL on the clock; creation rules watch alerts arrive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pivotlab.tenant import Invalid, Refused, Tenant

QUERY = "SigninLogs | where ResultType != '0' | project TimeGenerated, UserPrincipalName, IPAddress"
ENTITIES = [
    {"entityType": "Account", "fieldMappings": [{"identifier": "FullName", "columnName": "UserPrincipalName"}]},
    {"entityType": "IP", "fieldMappings": [{"identifier": "Address", "columnName": "IPAddress"}]},
]


def rule(**changes: Any) -> dict[str, Any]:
    """A scheduled rule on failed sign-ins, every hour over the last hour."""
    return {
        "displayName": "Failed sign-ins",
        "description": "Sign-ins failed",
        "enabled": True,
        "severity": "High",
        "query": QUERY,
        "queryFrequency": "PT1H",
        "queryPeriod": "PT1H",
        "triggerOperator": "GreaterThan",
        "triggerThreshold": 0,
        "suppressionEnabled": False,
        "suppressionDuration": "PT5H",
        "tactics": ["CredentialAccess"],
        "techniques": ["T1110"],
        "entityMappings": ENTITIES,
        **changes,
    }


def fail(tenant: Tenant, *upns: str, address: str = "203.0.113.7") -> None:
    """A sign-in of each user fails now."""
    row = {"TimeGenerated": tenant.now.replace(tzinfo=None), "IPAddress": address, "ResultType": "50126"}
    rows = [{**row, "UserPrincipalName": upn} for upn in upns or ("ada@contoso.example",)]
    tenant.store.append("workspace", "SigninLogs", rows, tenant.now)


def put(tenant: Tenant, name: str = "r1", kind: str = "Scheduled", **changes: Any) -> None:
    tenant.sentinel.alert_rules.put(name, rule(**changes), kind)


@pytest.fixture
def classic(bundle: Path) -> Iterator[Tenant]:
    """A workspace that is not onboarded."""
    with Tenant.open(bundle, connected=False) as opened:
        yield opened


def test_a_scheduled_rule_runs_its_query_and_writes_an_alert(tenant: Tenant) -> None:
    fail(tenant)
    put(tenant)
    tenant.advance(minutes=1)
    alert = tenant.logs('SecurityAlert | where AlertName == "Failed sign-ins"').iloc[0]
    assert (alert["ProductName"], alert["ProviderName"]) == ("Azure Sentinel", "ASI Scheduled Alerts")
    assert (alert["ProductComponentName"], alert["AlertSeverity"]) == ("Scheduled Alerts", "High")
    assert '"Name": "ada"' in alert["Entities"] and '"Address": "203.0.113.7"' in alert["Entities"]


def test_a_rule_runs_again_at_its_frequency_over_its_period(tenant: Tenant) -> None:
    put(tenant)
    tenant.advance(minutes=30)
    fail(tenant)
    tenant.advance(minutes=29)
    assert _rule_alerts(tenant) == 0
    tenant.advance(minutes=1)
    assert _rule_alerts(tenant) == 1
    tenant.advance(hours=3)
    assert _rule_alerts(tenant) == 1


@pytest.mark.parametrize(
    ("operator", "threshold", "fires"),
    [
        ("GreaterThan", 1, True),
        ("GreaterThan", 2, False),
        ("LessThan", 3, True),
        ("Equal", 2, True),
        ("NotEqual", 2, False),
    ],
)
def test_the_trigger_compares_the_number_of_rows(tenant: Tenant, operator: str, threshold: int, fires: bool) -> None:
    fail(tenant)
    fail(tenant, "eve@contoso.example")
    put(tenant, triggerOperator=operator, triggerThreshold=threshold)
    tenant.advance(minutes=1)
    assert _rule_alerts(tenant) == int(fires)


def test_one_alert_for_each_row_up_to_150_in_a_run(tenant: Tenant) -> None:
    fail(tenant, *(f"user{number}@contoso.example" for number in range(151)))
    put(tenant, eventGroupingSettings={"aggregationKind": "AlertPerResult"})
    tenant.advance(minutes=1)
    assert _rule_alerts(tenant) == 150


def test_suppression_stops_the_rule_for_a_while(tenant: Tenant) -> None:
    put(tenant, suppressionEnabled=True, suppressionDuration="PT3H", queryPeriod="P1D")
    fail(tenant)
    tenant.advance(hours=2, minutes=30)
    assert _rule_alerts(tenant) == 1
    tenant.advance(hours=1)
    assert _rule_alerts(tenant) == 2


def test_an_nrt_rule_runs_every_minute_with_a_delay_of_two(tenant: Tenant) -> None:
    put(tenant, kind="NRT")
    fail(tenant)
    tenant.advance(minutes=1, seconds=59)
    assert _rule_alerts(tenant) == 0
    tenant.advance(minutes=2)
    assert _rule_alerts(tenant) == 1
    assert tenant.logs("SecurityAlert | where ProviderName == 'ASI NRT Alerts'").shape[0] == 1


def test_alert_details_can_come_from_the_result(tenant: Tenant) -> None:
    fail(tenant)
    put(
        tenant,
        alertDetailsOverride={"alertDisplayNameFormat": "Failed sign-in of {{UserPrincipalName}}"},
        customDetails={"Address": "IPAddress"},
    )
    tenant.advance(minutes=1)
    alert = tenant.logs("SecurityAlert | where ProductName == 'Azure Sentinel'").iloc[0]
    assert alert["AlertName"] == "Failed sign-in of ada@contoso.example"
    assert '"Address": ["203.0.113.7"]' in alert["ExtendedProperties"]


def test_after_onboarding_a_rules_alert_makes_an_incident_in_defender_that_comes_back(tenant: Tenant) -> None:
    fail(tenant)
    put(tenant)
    tenant.advance(minutes=1)
    incident = tenant.defender.records[-1]
    assert incident.display_name == "Failed sign-ins"
    assert tenant.defender.alert_records(incident.id)[0].id.startswith("sn")
    tenant.advance(minutes=5)
    record = tenant.sentinel.records[-1]
    assert (record.provider_name, record.rule_ids) == ("Microsoft XDR", ["r1"])
    assert _rule_alerts(tenant) == 1
    assert tenant.hunt('AlertInfo | where ServiceSource == "Microsoft Sentinel"').shape[0] == 1


def test_before_onboarding_it_makes_an_incident_of_sentinels_own(classic: Tenant) -> None:
    fail(classic)
    put(classic)
    classic.advance(minutes=1)
    assert [(r.title, r.provider_name) for r in classic.sentinel.records] == [("Failed sign-ins", "Azure Sentinel")]
    assert len(classic.defender.records) == 2


def test_a_rule_without_incident_creation_is_not_visible_in_defender(tenant: Tenant) -> None:
    fail(tenant)
    put(tenant, incidentConfiguration={"createIncident": False})
    tenant.advance(hours=1)
    assert _rule_alerts(tenant) == 1
    assert not any(alert.id.startswith("sn") for alert in tenant.defender.alert_records())


def _grouped(**changes: Any) -> dict[str, Any]:
    grouping = {
        "enabled": True,
        "reopenClosedIncident": False,
        "lookbackDuration": "PT5H",
        "matchingMethod": "AllEntities",
        **changes,
    }
    return {"createIncident": True, "groupingConfiguration": grouping}


@pytest.mark.parametrize("onboarded", [True, False])
def test_an_excluded_rule_groups_by_its_own_settings_alone(bundle: Path, onboarded: bool) -> None:
    with Tenant.open(bundle, connected=onboarded) as tenant:
        before = len(tenant.sentinel.records)
        put(tenant, incidentConfiguration=_grouped())
        for upn in ("ada@contoso.example", "ada@contoso.example", "eve@contoso.example"):
            tenant.advance(minutes=30)
            fail(tenant, upn)
            tenant.advance(minutes=30)
        tenant.advance(minutes=10)
        ours = [r for r in tenant.sentinel.records[before:] if r.title == "Failed sign-ins"]
        assert [len(r.alert_ids) for r in ours] == [2, 1]


def test_grouping_starts_anew_after_its_lookback(tenant: Tenant) -> None:
    put(tenant, incidentConfiguration=_grouped(lookbackDuration="PT2H"))
    fail(tenant)
    tenant.advance(hours=3, minutes=1)
    fail(tenant)
    tenant.advance(hours=1)
    assert [i.display_name for i in tenant.defender.records].count("Failed sign-ins") == 2


def test_a_closed_incident_is_reopened_before_onboarding_when_the_rule_says_so(classic: Tenant) -> None:
    put(classic, incidentConfiguration=_grouped(reopenClosedIncident=True))
    fail(classic)
    classic.advance(hours=1)
    record = classic.sentinel.records[0]
    classic.sentinel.update(record.name, {"status": "Closed", "classification": "TruePositive"})
    classic.advance(minutes=1)
    fail(classic)
    classic.advance(hours=1)
    assert (record.status, len(record.alert_ids)) == ("New", 2)


def test_the_reopen_option_does_nothing_after_onboarding(tenant: Tenant) -> None:
    put(tenant, incidentConfiguration=_grouped(reopenClosedIncident=True))
    fail(tenant)
    tenant.advance(hours=1)
    first = tenant.defender.records[-1]
    tenant.defender.update(first.id, status="resolved")
    tenant.advance(minutes=1)
    fail(tenant)
    tenant.advance(hours=1)
    assert first.status == "resolved"
    assert tenant.defender.records[-1] is not first


def test_rules_are_excluded_from_correlation_by_default(tenant: Tenant) -> None:
    fail(tenant)
    put(tenant)
    tenant.advance(minutes=1)
    assert tenant.defender.records[-1].display_name == "Failed sign-ins"


@pytest.mark.parametrize("tag", ["#INC_CORR# ", "#inc_corr#"])
def test_inc_corr_at_the_start_of_the_description_correlates_the_rule(tenant: Tenant, tag: str) -> None:
    fail(tenant)
    put(tenant, description=f"{tag}Sign-ins failed")
    tenant.advance(minutes=1)
    incident = next(i for i in tenant.defender.records if any(a.startswith("sn") for a in i.alert_ids))
    assert incident.display_name == "Attack b"


def test_dont_corr_overrides_a_tenant_that_correlates(tenant: Tenant) -> None:
    tenant.analytics.set_correlation(True)
    fail(tenant)
    put(tenant, description="#DONT_CORR# Sign-ins failed")
    tenant.advance(minutes=1)
    assert tenant.defender.records[-1].display_name == "Failed sign-ins"


def test_changing_the_correlation_does_not_touch_alerts_that_exist(tenant: Tenant) -> None:
    fail(tenant)
    put(tenant)
    tenant.advance(minutes=1)
    incident = tenant.defender.records[-1]
    tenant.analytics.set_correlation(True)
    tenant.advance(minutes=30)
    assert incident.alert_ids == [tenant.defender.alert_records()[-1].id]


def test_a_query_that_fails_is_told_in_the_timeline(tenant: Tenant) -> None:
    put(tenant, query="SigninLogs | where NoSuchColumn == 1")
    tenant.advance(minutes=1)
    story = tenant.timeline()
    assert "NoSuchColumn" in story[story["What"] == "Rule failed"]["Detail"].iloc[0]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"queryFrequency": "PT1M"}, "PT5M"),
        ({"queryFrequency": "PT2H", "queryPeriod": "PT1H"}, "queryPeriod"),
        ({"queryPeriod": "P15D"}, "P14D"),
        ({"severity": "Critical"}, "severity"),
        ({"query": ""}, "query"),
        ({"queryFrequency": "an hour"}, "no duration"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused_with_the_reason(tenant: Tenant, changes: dict[str, Any], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        put(tenant, **changes)


def test_a_workspace_holds_fifty_enabled_nrt_rules(tenant: Tenant) -> None:
    for number in range(50):
        put(tenant, f"n{number}", "NRT")
    with pytest.raises(Refused, match="customdet-14"):
        put(tenant, "n50", "NRT")
    put(tenant, "n50", "NRT", enabled=False)


def test_a_deleted_rule_runs_no_more(tenant: Tenant) -> None:
    put(tenant)
    tenant.sentinel.alert_rules.delete("r1")
    fail(tenant)
    tenant.advance(hours=2)
    assert _rule_alerts(tenant) == 0


def test_a_rule_that_is_deleted_and_written_again_runs_once_each_time(classic: Tenant) -> None:
    every_hour = {"query": "print TimeGenerated = now()", "queryFrequency": "PT1H"}
    put(classic, **every_hour)
    classic.advance(minutes=30)
    classic.sentinel.alert_rules.delete("r1")
    put(classic, **every_hour)
    classic.advance(hours=3)
    assert len(classic.sentinel.records) == 1 + 4


@pytest.mark.parametrize("onboarded", [False, True])
def test_an_alert_of_unknown_severity_makes_an_informational_incident(bundle: Path, onboarded: bool) -> None:
    with Tenant.open(bundle, connected=onboarded) as tenant:
        override = {"alertSeverityColumnName": "How"}
        put(tenant, query='print TimeGenerated = now(), How = "Unknown"', alertDetailsOverride=override)
        tenant.advance(minutes=6)
        assert tenant.sentinel.records[-1].title == "Failed sign-ins"
        assert tenant.sentinel.records[-1].severity == "Informational"


def test_a_creation_rule_makes_incidents_of_a_standalone_connectors_alerts(classic: Tenant) -> None:
    classic.connector.components.connect("MicrosoftDefenderAdvancedThreatProtection")
    creation = {"displayName": "x", "enabled": True, "productFilter": "Microsoft Defender Advanced Threat Protection"}
    classic.sentinel.alert_rules.put("c1", creation, "MicrosoftSecurityIncidentCreation")
    classic.advance(hours=2)
    assert [(r.title, len(classic.sentinel.alerts(r.name))) for r in classic.sentinel.records] == [("Alert 4", 1)]


@pytest.mark.parametrize(
    ("filters", "made"),
    [
        ({"severitiesFilter": ["High"]}, 0),
        ({"severitiesFilter": ["Medium"]}, 1),
        ({"displayNamesFilter": ["alert 4"]}, 1),
        ({"displayNamesFilter": ["other"]}, 0),
        ({"displayNamesExcludeFilter": ["Alert"]}, 0),
        ({"productFilter": "Azure Security Center"}, 0),
    ],
)
def test_a_creation_rule_filters_by_product_severity_and_name(
    classic: Tenant, filters: dict[str, Any], made: int
) -> None:
    classic.connector.components.connect("MicrosoftDefenderAdvancedThreatProtection")
    creation = {"displayName": "x", "enabled": True, "productFilter": "Microsoft Defender Advanced Threat Protection"}
    classic.sentinel.alert_rules.put("c1", {**creation, **filters}, "MicrosoftSecurityIncidentCreation")
    classic.advance(hours=2)
    assert len(classic.sentinel.records) == made


def _rule_alerts(tenant: Tenant) -> int:
    return int(tenant.logs("SecurityAlert | where ProductName == 'Azure Sentinel' | count").iloc[0, 0])


def test_alerts_of_rules_can_be_tuned_after_onboarding(tenant: Tenant) -> None:
    tenant.defender.tuning.add("quiet", title_contains="failed sign-ins")
    fail(tenant)
    put(tenant)
    tenant.advance(minutes=1)
    assert _rule_alerts(tenant) == 1
    assert not any(alert.id.startswith("sn") for alert in tenant.defender.alert_records())


def test_a_rule_first_runs_when_it_is_written_and_then_every_frequency(tenant: Tenant) -> None:
    started = tenant.now
    fail(tenant)
    put(tenant, queryPeriod="P1D")
    tenant.advance(hours=2)
    story = tenant.timeline()
    times = story[story["What"] == "Rule alert"]["When"]
    assert [moment - started for moment in times] == [timedelta(hours=hour) for hour in range(3)]
