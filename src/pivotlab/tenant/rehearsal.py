"""A harmless alert that somebody raises on purpose, to see which way alerts go. Our choice: there is no page on it."""

from __future__ import annotations

from datetime import datetime, timedelta

from pivotlab.model import Alert, Evidence, Severity
from pivotlab.tenant.errors import Invalid
from pivotlab.tenant.products import PRODUCTS, SENTINEL_SOURCE

INCIDENT_TITLE = "Multi-stage incident involving a rehearsal"
"""What our correlation engine calls the incident, whatever its alert is called (fact icr-05)."""


def rehearsal(title: str, service_source: str, detector_id: str, user: str, number: int, now: datetime) -> Alert:
    """The alert of the `number`th rehearsal. Raises `Invalid` for a source that is no product."""
    if service_source not in PRODUCTS:
        raise Invalid(f"{service_source!r} is no product. Use {', '.join(PRODUCTS)}.")
    product = PRODUCTS[service_source]
    name = f"{product.alert_prefix}rehearsal{number}"
    return Alert(
        id=name,
        provider_alert_id=name,
        title=title,
        description="Raised on purpose, to see which way it goes",
        incident_title=INCIDENT_TITLE,
        severity=Severity.MEDIUM,
        service_source=service_source,
        detection_source="scheduledAlerts" if service_source == SENTINEL_SOURCE else service_source,
        product_name=product.display_name,
        detector_id=detector_id,
        created=now,
        first_activity=now - timedelta(minutes=5),
        last_activity=now,
        correlation=name,
        evidence=(Evidence("user", {"userAccount": {"userPrincipalName": user}}),) if user else (),
    )
