"""Alert tuning, which replaces the filters of incident creation rules."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pivotlab.tenant import Invalid, NotFound, Tenant

RaiseAlerts = Callable[..., list[str]]


def test_a_hidden_alert_makes_no_incident_and_does_not_travel(tenant: Tenant, raise_alerts: RaiseAlerts) -> None:
    tenant.defender.tuning.add("scanner", title_contains="alert 0", service_source="microsoftDefenderForEndpoint")
    raise_alerts(1, "noise")
    tenant.advance(minutes=10)
    assert "Attack noise" not in {i.display_name for i in tenant.defender.records}
    assert tenant.logs("SecurityAlert | where VendorOriginalId has 'noise'").empty
    assert tenant.defender.tuning.rules[0].matched == 1


def test_a_resolved_alert_arrives_in_a_closed_incident(tenant: Tenant, raise_alerts: RaiseAlerts) -> None:
    tenant.defender.tuning.add("known", "resolve", severities=["low"])
    raise_alerts(1, "known", severity="low")
    tenant.advance(minutes=5)
    record = next(r for r in tenant.sentinel.records if r.title == "Attack known")
    assert (record.status, record.classification) == ("Closed", "BenignPositive")


@pytest.mark.parametrize(
    "condition",
    [{"title_contains": "elsewhere"}, {"service_source": "dataLossPrevention"}, {"severities": ["high"]}],
)
def test_a_rule_leaves_other_alerts_alone(
    tenant: Tenant, raise_alerts: RaiseAlerts, condition: dict[str, object]
) -> None:
    tenant.defender.tuning.add("other", **condition)  # type: ignore[arg-type]
    raise_alerts(1, "kept")
    assert "Attack kept" in {i.display_name for i in tenant.defender.records}


def test_a_rule_does_not_touch_alerts_that_exist(tenant: Tenant) -> None:
    tenant.defender.tuning.add("late", title_contains="alert")
    assert len(tenant.defender.alert_records()) == 3


def test_a_removed_rule_hides_nothing(tenant: Tenant, raise_alerts: RaiseAlerts) -> None:
    tenant.defender.tuning.add("scanner", title_contains="alert")
    tenant.defender.tuning.remove("scanner")
    raise_alerts(1, "seen")
    assert "Attack seen" in {i.display_name for i in tenant.defender.records}
    with pytest.raises(NotFound):
        tenant.defender.tuning.remove("scanner")


def test_a_rule_without_a_condition_is_refused(tenant: Tenant) -> None:
    with pytest.raises(Invalid, match="every alert"):
        tenant.defender.tuning.add("all")
