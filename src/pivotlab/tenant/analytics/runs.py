"""Analytics rules on the clock: their queries run, and what they find becomes alerts and incidents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from pivotlab.kql import Engine, KqlError, KqlLimit, KqlUnsupported
from pivotlab.model import Alert, IncidentStatus, WorkspaceIncident, WorkspaceStatus
from pivotlab.tenant import timeline as at
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.alert_row import tactics_of
from pivotlab.tenant.analytics.grouping import group_key, shared
from pivotlab.tenant.analytics.results import alerts_of
from pivotlab.tenant.analytics.rules import NRT, SCHEDULED, AlertRules
from pivotlab.tenant.analytics.settings import AnalyticsRule, read_rule
from pivotlab.tenant.defender import Defender
from pivotlab.tenant.entities import entities_of
from pivotlab.tenant.errors import NotFound
from pivotlab.tenant.journal import Journal, operation
from pivotlab.tenant.products import SENTINEL_SOURCE
from pivotlab.tenant.rules import sync_rules, workspace_severity
from pivotlab.tenant.sentinel import Sentinel
from pivotlab.tenant.timeline import Timeline
from pivotlab.tenant.workspace_log import WorkspaceLog

CORRELATION_SPAN = timedelta(hours=24)
"""How old an incident may be that a correlated alert joins. Our choice: the criteria are proprietary (correlation-07)."""


class _Due(NamedTuple):
    """A run of a rule as it was at one revision; a later revision has its own."""

    name: str
    revision: int


class Analytics:
    """Runs the workspace's scheduled and NRT rules."""

    room = "analytics"

    def __init__(
        self,
        agenda: Agenda,
        timeline: Timeline,
        journal: Journal,
        engine: Callable[[], Engine],
        rules: AlertRules,
        defender: Defender,
        sentinel: Sentinel,
        log: WorkspaceLog,
    ) -> None:
        self._agenda = agenda
        self._timeline = timeline
        self.journal = journal
        self._engine = engine
        self._rules = rules
        self._defender = defender
        self._sentinel = sentinel
        self._log = log
        self._runs = 0
        self._silent_until: dict[str, datetime] = {}
        self._groups: dict[str, tuple[str, datetime]] = {}
        self.correlation_by_default = False
        agenda.on("alert rule changed", self._schedule)
        agenda.on("rule due", self._run)

    @operation
    def set_correlation(self, on: bool) -> None:
        """The tenant's default for analytics rules in Defender's correlation: off (facts correlation-01, -02).

        Alerts that exist are not affected (fact correlation-05).
        """
        self.correlation_by_default = on

    def _schedule(self, name: str) -> None:
        """Run a rule that was written for the first time now; our choice, the portal's own default."""
        rule = self._rules.get(name)
        if rule.kind in (SCHEDULED, NRT) and rule.properties.get("enabled"):
            self._agenda.at(self._agenda.now, "rule due", _Due(name, rule.revision))

    def _run(self, due: _Due) -> None:
        try:
            item = self._rules.get(due.name)
        except NotFound:
            return
        if item.revision != due.revision:
            return
        rule, now, minutes = read_rule(item.properties), self._agenda.now, sync_rules().minutes
        nrt = item.kind == NRT
        every = timedelta(minutes=minutes["nrt_every"].value) if nrt else rule.query_frequency
        until = now - timedelta(minutes=minutes["nrt_delay"].value) if nrt else now
        self._agenda.at(now + every, "rule due", due)
        if now < self._silent_until.get(due.name, now):
            return
        window = (until - (every if nrt else rule.query_period) + timedelta(microseconds=1), until)
        try:
            found = self._engine().run(rule.query, window=window)
        except (KqlError, KqlLimit, KqlUnsupported) as error:
            self._timeline.add(now, at.SENTINEL, "Rule failed", rule.display_name, "", str(error).splitlines()[0])
            return
        if not rule.triggers(len(found)):
            return
        self._runs += 1
        if rule.suppression_enabled:
            self._silent_until[due.name] = now + rule.suppression_duration
        most = sync_rules().limit("nrt_alerts_per_run" if nrt else "scheduled_alerts_per_run")
        for alert in alerts_of(rule, item.name, item.kind, found, (window[0], now), self._runs, most):
            self._deliver(rule, item.name, alert)

    def _deliver(self, rule: AnalyticsRule, name: str, alert: Alert) -> None:
        """Write the alert down, and make or extend an incident: in Defender once onboarded, in Sentinel before."""
        alert.correlation = group_key(rule, name, alert)
        self._sentinel.know(alert)
        self._log.alert(alert, self._agenda.now, "rule")
        self._timeline.add(self._agenda.now, at.SENTINEL, "Rule alert", alert.id, "", alert.title)
        self._agenda.publish("sentinel alert", alert)
        if not rule.incident_configuration.create_incident:
            return
        if self._sentinel.onboarded:
            if rule.correlates(self.correlation_by_default):
                alert.correlation = self._correlated(alert) or alert.correlation
            else:
                self._limit_lookback(rule, alert)
            self._defender.receive(alert)
        else:
            self._group_here(rule, alert)

    def _limit_lookback(self, rule: AnalyticsRule, alert: Alert) -> None:
        """Start a fresh group when the last one is older than the rule looks back."""
        lookback = rule.incident_configuration.grouping_configuration.lookback_duration
        key = alert.correlation
        started = self._groups.get(key, (key, self._agenda.now))
        if self._agenda.now - started[1] > lookback:
            started = (f"{key}/{alert.id}", self._agenda.now)
        self._groups[key] = started
        alert.correlation = started[0]

    def _correlated(self, alert: Alert) -> str | None:
        """The key of the newest open incident that shares an entity with the alert, from the last day.

        In a secondary workspace only incidents of its own alerts come into question (fact workspaces-02).
        """
        own = entities_of(alert)
        since = self._agenda.now - CORRELATION_SPAN
        for incident in reversed(self._defender.records):
            if incident.created < since:
                return None
            if incident.status in (IncidentStatus.RESOLVED, IncidentStatus.REDIRECTED):
                continue
            alerts = self._defender.alert_records(incident.id)
            if self._sentinel.secondary and any(other.service_source != SENTINEL_SOURCE for other in alerts):
                continue
            for other in alerts:
                if shared(own, entities_of(other)):
                    return other.correlation
        return None

    def _group_here(self, rule: AnalyticsRule, alert: Alert) -> None:
        """Classic Sentinel: the rule's own grouping, and the option to reopen a closed incident."""
        settings = rule.incident_configuration.grouping_configuration
        started = self._groups.get(alert.correlation)
        if started is not None and self._agenda.now - started[1] <= settings.lookback_duration:
            try:
                record = self._sentinel.get(started[0])
            except NotFound:
                record = None
            if record is not None and self._joins(record, settings.reopen_closed_incident):
                changes = {"alert_ids": [*record.alert_ids, alert.id], "alert_total": record.alert_total + 1}
                if record.status is WorkspaceStatus.CLOSED:
                    changes["status"] = WorkspaceStatus.NEW
                self._sentinel.apply(record, changes, by="Microsoft Sentinel", origin="sentinel")
                return
        record = self._sentinel.open(title=alert.title, by="Microsoft Sentinel")
        record.description, record.severity = alert.description, workspace_severity(alert.severity)
        record.alert_ids, record.alert_total, record.rule_ids = [alert.id], 1, [alert.detector_id]
        record.product_names, record.tactics = ["Azure Sentinel"], tactics_of(alert)
        record.first_activity, record.last_activity = alert.first_activity, alert.last_activity
        self._groups[alert.correlation] = (record.name, self._agenda.now)
        self._sentinel.announce_created(record)

    def _joins(self, record: WorkspaceIncident, reopen: bool) -> bool:
        room = len(record.alert_ids) < sync_rules().limit("alerts_per_incident")
        return room and (record.status is not WorkspaceStatus.CLOSED or reopen)
