"""Which products' alerts Defender XDR takes in, and from which severity on (facts products-01 to products-10)."""

from __future__ import annotations

from typing import Literal, get_args

from pivotlab.model import Alert, Severity
from pivotlab.tenant.errors import Invalid
from pivotlab.tenant.journal import Journal, operation
from pivotlab.tenant.products import CLOUD_SOURCE, ENTRA_SOURCE, INSIDER_RISK_SOURCE

EntraAlerts = Literal["high", "highAndMedium", "all"]

_TAKEN = {
    "high": {Severity.HIGH},
    "highAndMedium": {Severity.HIGH, Severity.MEDIUM},
    "all": set(Severity),
}


class Intake:
    """The alert service settings of Defender XDR."""

    room = "intake"

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.entra_alerts: EntraAlerts = "high"
        self.cloud_alerts = True
        self.insider_risk_shared = True

    @operation
    def set_entra_alerts(self, which: EntraAlerts) -> None:
        """Take in Entra ID Protection alerts of high risk only, the default (fact products-07), or more."""
        if which not in get_args(EntraAlerts):
            raise Invalid(f"{which!r} is no setting. Use {', '.join(get_args(EntraAlerts))}.")
        self.entra_alerts = which

    @operation
    def set_cloud_alerts(self, on: bool) -> None:
        """Take in Defender for Cloud alerts, or opt out with No alerts (fact mdc-08)."""
        self.cloud_alerts = on

    @operation
    def share_insider_risk(self, on: bool) -> None:
        """Share Insider Risk data with other security solutions, in Purview (fact products-10)."""
        self.insider_risk_shared = on

    def admits(self, alert: Alert) -> bool:
        """Whether an alert of a product comes into Defender XDR."""
        if alert.service_source == ENTRA_SOURCE:
            return alert.severity in _TAKEN[self.entra_alerts]
        if alert.service_source == CLOUD_SOURCE:
            return self.cloud_alerts
        if alert.service_source == INSIDER_RISK_SOURCE:
            return self.insider_risk_shared
        return True
