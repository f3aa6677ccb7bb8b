"""Microsoft incident creation rules: an incident of Sentinel's own for every alert of a product.

Connecting Defender XDR turns them off (fact icr-01). One that is left on makes a second incident of every alert.
"""

from __future__ import annotations

from typing import Any

from pivotlab.model import Alert
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.alert_row import tactics_of
from pivotlab.tenant.analytics.rules import CREATION, AlertRules
from pivotlab.tenant.products import PRODUCTS
from pivotlab.tenant.rules import workspace_severity
from pivotlab.tenant.sentinel import Sentinel


class IncidentCreation:
    """Watches alerts arrive in the workspace."""

    def __init__(self, agenda: Agenda, rules: AlertRules, sentinel: Sentinel) -> None:
        self._rules = rules
        self._sentinel = sentinel
        agenda.on("alert in workspace", self._alert_arrived)

    def _alert_arrived(self, alert: Alert) -> None:
        product = PRODUCTS.get(alert.service_source)
        if product is None or not len(self._rules):
            return
        for rule in self._rules:
            if rule.kind == CREATION and _wants(rule.properties, product.standalone_name, alert):
                self._create(alert, product.standalone_name)

    def _create(self, alert: Alert, product: str) -> None:
        record = self._sentinel.open(title=alert.title, by="Incident creation rule")
        record.description, record.severity = alert.description, workspace_severity(alert.severity)
        record.alert_ids, record.alert_total, record.product_names = [alert.id], 1, [product]
        record.tactics = tactics_of(alert)
        record.first_activity, record.last_activity = alert.first_activity, alert.last_activity
        self._sentinel.announce_created(record)


def _wants(rule: dict[str, Any], product: str, alert: Alert) -> bool:
    """Whether a rule is about an alert: its product, severity and name."""
    if not rule.get("enabled") or rule.get("productFilter") != product:
        return False
    severities = rule.get("severitiesFilter") or []
    if severities and workspace_severity(alert.severity) not in severities:
        return False
    title = alert.title.lower()
    named = [name.lower() for name in rule.get("displayNamesFilter") or []]
    unwanted = [name.lower() for name in rule.get("displayNamesExcludeFilter") or []]
    return (not named or any(name in title for name in named)) and not any(name in title for name in unwanted)
