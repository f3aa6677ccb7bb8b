"""Harmless alerts that somebody raises on purpose, to see which way alerts go. Our choice: there is no page on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pivotlab.model import Alert, Evidence, Incident, Severity
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.defender import Defender
from pivotlab.tenant.errors import Invalid
from pivotlab.tenant.products import OUTSIDE, PRODUCTS, SENTINEL_SOURCE
from pivotlab.tenant.sentinel import Sentinel
from pivotlab.tenant.workspace_log import WorkspaceLog


class Rehearsals:
    """Raises alerts, now or some minutes from now."""

    def __init__(self, agenda: Agenda, defender: Defender, sentinel: Sentinel, log: WorkspaceLog) -> None:
        self._agenda = agenda
        self._defender = defender
        self._sentinel = sentinel
        self._log = log
        self._count = 0
        agenda.on("rehearsal due", self._due)

    def arrange(
        self,
        title: str,
        service_source: str,
        minutes: float,
        *,
        incident_title: str,
        detector_id: str,
        user: str,
        resource: str,
        severity: str,
    ) -> Incident | None:
        """Let an alert arise in that many minutes; its incident when it arises at once and makes one.

        Raises `Invalid` for a source that is no product, or a severity that there is not.
        """
        if service_source not in PRODUCTS:
            raise Invalid(f"{service_source!r} is no product. Use {', '.join(PRODUCTS)}.")
        if severity not in set(Severity):
            raise Invalid(f"{severity!r} is no severity. Use {', '.join(Severity)}.")
        product, now = PRODUCTS[service_source], self._agenda.now
        self._count += 1
        name = f"{product.alert_prefix}rehearsal{self._count}"
        about = [Evidence("user", {"userAccount": {"userPrincipalName": user}})] if user else []
        about += [Evidence("azureResource", {"resourceId": resource})] if resource else []
        alert = Alert(
            id=name,
            provider_alert_id=name,
            title=title,
            description=f"Activity that {product.display_name} looks out for.",
            incident_title=incident_title,
            severity=Severity(severity),
            service_source=service_source,
            detection_source="scheduledAlerts" if service_source == SENTINEL_SOURCE else service_source,
            product_name=product.display_name,
            detector_id=detector_id,
            created=now,
            first_activity=now - timedelta(minutes=5),
            last_activity=now,
            correlation=name,
            evidence=tuple(about),
        )
        if minutes > 0:
            self._agenda.after(minutes, "rehearsal due", alert)
            return None
        return self._arise(alert)

    def _due(self, planned: Alert) -> None:
        self._arise(planned)

    def _arise(self, planned: Alert) -> Incident | None:
        """A product outside Defender XDR writes to the workspace by its own connector (fact icr-07)."""
        now = self._agenda.now
        alert = replace(planned, created=now, first_activity=now - timedelta(minutes=5), last_activity=now)
        if alert.service_source not in OUTSIDE:
            return self._defender.receive(alert)
        self._sentinel.know(alert)
        self._log.alert(alert, now, "standalone")
        self._agenda.publish("alert in workspace", alert)
        return None
