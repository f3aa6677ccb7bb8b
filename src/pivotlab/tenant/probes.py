"""Trying out whether a part of the tenant works: something arises, some time passes, and the result is looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

import pandas as pd

from pivotlab.model import Alert, Evidence, Severity, WorkspaceIncident
from pivotlab.store import Store
from pivotlab.tenant.connector import Connector
from pivotlab.tenant.defender import Defender
from pivotlab.tenant.errors import Forbidden
from pivotlab.tenant.identifiers import SUBSCRIPTION_ID
from pivotlab.tenant.products import CLOUD_SOURCE, SENTINEL_SOURCE
from pivotlab.tenant.sentinel import XDR, Sentinel

KEY, USER = "probe", "probe@contoso.example"


class Probed(Protocol):
    """What a probe needs of a tenant."""

    defender: Defender
    sentinel: Sentinel
    connector: Connector

    @property
    def now(self) -> Any:
        """Its moment."""

    @property
    def store(self) -> Store:
        """Both products' tables."""

    def advance(self, *, minutes: float = 0) -> Any:
        """Let time pass."""

    def logs(self, kql: str) -> pd.DataFrame:
        """The workspace's rows that a query asks for."""


def incidents_arrive(tenant: Probed) -> bool:
    """An incident that arises in Defender XDR is in Sentinel ten minutes later."""
    _raise(tenant)
    tenant.advance(minutes=10)
    return len(_arrived(tenant)) == 1


def cloud_incidents_have_alerts(tenant: Probed) -> bool:
    """An incident of Defender for Cloud arrives with its alert."""
    resource = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg-soc/providers/Microsoft.Compute/virtualMachines/vm"
    _raise(tenant, service_source=CLOUD_SOURCE, evidence=(Evidence("azureResource", {"resourceId": resource}),))
    tenant.advance(minutes=10)
    return [len(tenant.sentinel.alerts(record.name)) for record in _arrived(tenant)] == [1]


def incidents_come_once(tenant: Probed) -> bool:
    """An endpoint alert has one incident in Sentinel, and it is the one of Defender XDR."""
    _raise(tenant)
    tenant.advance(minutes=10)
    found = [r for r in tenant.sentinel.records if KEY in r.alert_ids]
    return [record.provider_name for record in found] == [XDR]


def automation_assigns(tenant: Probed) -> bool:
    """An incident with an alert of the rule Mailbox forwarding is assigned twenty minutes later."""
    _raise(tenant, service_source=SENTINEL_SOURCE, detector_id="mailbox-forwarding")
    tenant.advance(minutes=20)
    return [bool(record.owner.user_principal_name) for record in _arrived(tenant)] == [True]


def mail_reaches_the_workspace(tenant: Probed) -> bool:
    """A message in EmailEvents is in the workspace one minute later."""
    row = {"Timestamp": tenant.now.replace(tzinfo=None), "NetworkMessageId": KEY}
    tenant.store.append("defender", "EmailEvents", [row], tenant.now)
    tenant.advance(minutes=1)
    return len(tenant.logs(f'EmailEvents | where NetworkMessageId == "{KEY}"')) == 1


def connecting_is_allowed(tenant: Probed) -> bool:
    """The lead can connect incidents and alerts."""
    try:
        tenant.connector.connect()
    except Forbidden:
        return False
    return tenant.connector.connected


def rule_alerts_correlate(tenant: Probed) -> bool:
    """A failed sign-in of an attacked user joins the attack's incident within ten minutes."""
    _raise(tenant, evidence=(Evidence("user", {"userAccount": {"userPrincipalName": USER}}),))
    tenant.advance(minutes=1)
    row = {"TimeGenerated": tenant.now.replace(tzinfo=None), "UserPrincipalName": USER, "ResultType": "50126"}
    tenant.store.append("workspace", "SigninLogs", [row], tenant.now)
    tenant.advance(minutes=10)
    attack = tenant.defender.alert_records(tenant.defender.alert(KEY).incident_id)
    return any(alert.service_source == SENTINEL_SOURCE for alert in attack)


PROBES: dict[str, Callable[[Probed], bool]] = {
    "connector-off": incidents_arrive,
    "cloud-connector-missing": cloud_incidents_have_alerts,
    "leftover-creation-rule": incidents_come_once,
    "title-matching-automation": automation_assigns,
    "table-not-streamed": mail_reaches_the_workspace,
    "wrong-workspace": incidents_arrive,
    "role-missing": connecting_is_allowed,
    "rule-excluded": rule_alerts_correlate,
}
"""Fault -> whether what it breaks works."""


def _raise(tenant: Probed, **changes: Any) -> None:
    """An alert arises now, under a title of the correlation engine."""
    alert = Alert(
        id=KEY,
        title="Mailbox forwarding",
        incident_title="Multi-stage incident involving Collection on one endpoint",
        severity=Severity.HIGH,
        service_source="microsoftDefenderForEndpoint",
        detection_source="microsoftDefenderForEndpoint",
        product_name="Microsoft Defender for Endpoint",
        created=tenant.now,
        first_activity=tenant.now - timedelta(minutes=5),
        last_activity=tenant.now,
        correlation=KEY,
        description="A rule forwards mail to another company",
    )
    for name, value in changes.items():
        setattr(alert, name, value)
    tenant.defender.receive(alert)


def _arrived(tenant: Probed) -> list[WorkspaceIncident]:
    """The workspace's copy of the probe's incident, if Defender XDR kept the alert."""
    known = {alert.id: alert for alert in tenant.defender.alert_records()}
    if KEY not in known:
        return []
    return [r for r in tenant.sentinel.records if r.provider_incident_id == known[KEY].incident_id]
