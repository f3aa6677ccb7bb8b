"""What Purview says of Insider Risk alerts that are worked on in Defender XDR (facts products-11, products-12)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pivotlab.tenant import Tenant

SOURCE = "microsoftInsiderRiskManagement"


@pytest.fixture
def case(tenant: Tenant, raise_alerts: Callable[..., list[str]]) -> str:
    """The id of an Insider Risk alert that has just been raised."""
    return raise_alerts(1, "leaver", service_source=SOURCE, title="Data leak by a leaver")[0]


@pytest.mark.parametrize("status", ["new", "inProgress"])
def test_an_open_alert_needs_review_in_purview(tenant: Tenant, case: str, status: str) -> None:
    tenant.defender.update_alert(case, status="inProgress")
    tenant.defender.update_alert(case, status=status)
    tenant.advance(minutes=30)
    assert tenant.insider_risk.status(case) == "Needs review"


@pytest.mark.parametrize(
    ("verdict", "word"),
    [
        ({"classification": "truePositive"}, "Confirmed"),
        ({"classification": "informationalExpectedActivity"}, "Dismissed"),
        ({"classification": "falsePositive"}, "Dismissed"),
        ({}, "Dismissed"),
    ],
)
def test_a_resolved_alert_is_confirmed_or_dismissed_by_its_classification(
    tenant: Tenant, case: str, verdict: dict[str, str], word: str
) -> None:
    tenant.defender.update_alert(case, status="resolved", **verdict)
    tenant.advance(minutes=30)
    assert tenant.insider_risk.status(case) == word


def test_purview_follows_half_an_hour_later_and_shows_the_last_state(tenant: Tenant, case: str) -> None:
    tenant.defender.update_alert(case, status="resolved", classification="truePositive")
    tenant.advance(minutes=29)
    assert tenant.insider_risk.status(case) == "Needs review"
    tenant.defender.update_alert(case, classification="falsePositive")
    tenant.advance(minutes=1)
    assert tenant.insider_risk.status(case) == "Dismissed"
    story = tenant.timeline().iloc[-1]
    assert (story["Where"], story["Subject"], story["Detail"]) == ("Purview", case, "Dismissed")


def test_resolving_the_incident_resolves_the_alert_in_purview_too(tenant: Tenant, case: str) -> None:
    incident = tenant.defender.alert(case).incident_id
    tenant.defender.update(incident, status="resolved", classification="truePositive")
    tenant.advance(minutes=30)
    assert tenant.insider_risk.alerts()[["Alert", "Defender XDR", "Purview"]].to_numpy().tolist() == [
        [case, "resolved", "Confirmed"]
    ]


def test_other_products_alerts_are_not_in_purview(tenant: Tenant) -> None:
    assert tenant.insider_risk.alerts().empty
    with pytest.raises(KeyError):
        tenant.insider_risk.status("da1")


def test_a_restore_takes_purview_back_too(tenant: Tenant, case: str) -> None:
    kept = tenant.snapshot()
    tenant.defender.update_alert(case, status="resolved", classification="truePositive")
    tenant.advance(minutes=30)
    tenant.restore(kept)
    assert tenant.insider_risk.status(case) == "Needs review"
    tenant.advance(minutes=30)
    assert tenant.insider_risk.status(case) == "Needs review"
