"""Defender for Cloud and its two connectors: alerts travel, posture does not (facts mdc-01 to mdc-11)."""

from __future__ import annotations

from pivotlab.model import Alert, Severity, WorkspaceStatus
from pivotlab.tenant import timeline as at
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.defender import Defender
from pivotlab.tenant.errors import Refused
from pivotlab.tenant.identifiers import SUBSCRIPTION_ID
from pivotlab.tenant.journal import Journal, operation
from pivotlab.tenant.products import CLOUD_SOURCE, INSIDER_RISK_SOURCE
from pivotlab.tenant.sentinel import RecordChange, Sentinel
from pivotlab.tenant.sync import Sync
from pivotlab.tenant.timeline import Timeline
from pivotlab.tenant.workspace_log import WorkspaceLog

SOLUTION_WITH_TENANT_CONNECTOR = (3, 0, 0)
"""From this version of the solution on there is a tenant-based connector (fact mdc-07)."""


class Cloud:
    """The tenant-based connector, and the subscription-based one with the subscriptions that are enrolled in it."""

    room = "cloud"

    def __init__(
        self,
        agenda: Agenda,
        timeline: Timeline,
        journal: Journal,
        defender: Defender,
        sentinel: Sentinel,
        sync: Sync,
        log: WorkspaceLog,
    ) -> None:
        self._agenda = agenda
        self._timeline = timeline
        self.journal = journal
        self._defender = defender
        self._sentinel = sentinel
        self._sync = sync
        self._log = log
        self.tenant_based = False
        self.subscriptions: set[str] = set()
        self.two_way: set[str] = set()
        self.solution_version = (3, 0, 2)
        self.closed_in_cloud: set[str] = set()
        agenda.on("alert raised", self._alert_raised)
        agenda.on("record changed", self._record_changed)
        sync.carry_only(self.has_content)

    @operation
    def connect_tenant_based(self) -> None:
        """Connect all subscriptions at once, which is advised (fact mdc-01). Earlier incidents get their alerts with
        the next synchronisation, which is our choice. Raises `Refused` with a solution before 3.0.0.
        """
        if self.solution_version < SOLUTION_WITH_TENANT_CONNECTOR:
            raise Refused(
                "Update the Microsoft Defender for Cloud solution in Content hub to 3.0.0 or later.", "mdc-07"
            )
        self.tenant_based = True
        self._note("Tenant-based connector connected", "Microsoft Defender for Cloud")
        for incident in self._defender.records:
            alerts = self._defender.alert_records(incident.id)
            if self._sync.name_of(incident.id) and any(alert.service_source == CLOUD_SOURCE for alert in alerts):
                self._sync.resend(incident.id)

    @operation
    def disconnect_tenant_based(self) -> None:
        """Disconnect the tenant-based connector."""
        self.tenant_based = False
        self._note("Tenant-based connector disconnected", "Microsoft Defender for Cloud")

    @operation
    def enrol(self, subscription: str = SUBSCRIPTION_ID, two_way: bool = False) -> None:
        """Enrol a subscription in the legacy connector. With the tenant-based one on, alerts are duplicated in the
        logs (fact mdc-04). `two_way`: closing an incident in Sentinel closes its alerts there (fact mdc-06).
        """
        self.subscriptions.add(subscription)
        if two_way:
            self.two_way.add(subscription)
        self._note("Subscription enrolled", subscription)

    @operation
    def withdraw(self, subscription: str = SUBSCRIPTION_ID) -> None:
        """Disconnect a subscription from the legacy connector."""
        self.subscriptions.discard(subscription)
        self.two_way.discard(subscription)
        self._note("Subscription withdrawn", subscription)

    def connectors(self) -> dict[str, bool]:
        """Both connectors by name, and whether they are on."""
        return {
            "Tenant-based Microsoft Defender for Cloud": self.tenant_based,
            "Subscription-based Microsoft Defender for Cloud (Legacy)": bool(self.subscriptions),
        }

    def has_content(self, alert: Alert) -> bool:
        """Whether an alert's content goes to Sentinel with its incident.

        Insider Risk: never (fact products-09). Defender for Cloud: after onboarding always (fact mdc-05), before it
        with a connector only (facts mdc-02, mdc-03), and never when informational (fact products-08).
        """
        if alert.service_source == INSIDER_RISK_SOURCE:
            return False
        if alert.service_source != CLOUD_SOURCE:
            return True
        if alert.severity is Severity.INFORMATIONAL:
            return False
        return self._sentinel.onboarded or self.tenant_based or subscription_of(alert) in self.subscriptions

    def _alert_raised(self, alert: Alert) -> None:
        """The legacy connector carries alerts of enrolled subscriptions by itself, under the old brand (fact mdc-10)."""
        if alert.service_source != CLOUD_SOURCE or subscription_of(alert) not in self.subscriptions:
            return
        doubled = self._sync.connected and (self.tenant_based or self._sentinel.onboarded)
        self._log.alert(alert, self._agenda.now, "second" if doubled else "standalone")
        if not doubled and self._sentinel.know(alert):
            self._agenda.publish("alert in workspace", alert)

    def _record_changed(self, change: RecordChange) -> None:
        if change.origin == "defender" or "status" not in change.fields or not self.two_way:
            return
        record = self._sentinel.get(change.name)
        if record.status is not WorkspaceStatus.CLOSED:
            return
        for alert in self._sentinel.alerts(record.name):
            if alert.service_source == CLOUD_SOURCE and subscription_of(alert) in self.two_way:
                self.closed_in_cloud.add(alert.id)
                self._note("Alert closed in Defender for Cloud", alert.id)

    def _note(self, what: str, subject: str) -> None:
        self._timeline.add(self._agenda.now, at.CONNECTOR, what, subject)


def subscription_of(alert: Alert) -> str:
    """The subscription of the Azure resource that an alert is about."""
    for piece in alert.evidence:
        parts = str(piece.fields.get("resourceId") or "").split("/")
        if len(parts) > 2 and parts[1].lower() == "subscriptions":
            return parts[2]
    return SUBSCRIPTION_ID
