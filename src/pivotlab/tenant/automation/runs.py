"""Automation rules on the clock.

In the Defender portal a rule starts some minutes after the change (fact automation-03), and several changes of one
incident within that time are one update with the last state (fact automation-04). Before onboarding rules run at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pivotlab.model import Alert
from pivotlab.tenant import timeline as at
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.automation.conditions import compare, meets
from pivotlab.tenant.automation.rules import AutomationRules
from pivotlab.tenant.automation.settings import (
    Action,
    AutomationRule,
    Modification,
    NewTask,
    Playbook,
    PropertyCondition,
)
from pivotlab.tenant.automation.subject import Subject, details_of
from pivotlab.tenant.entities import distinct
from pivotlab.tenant.errors import NotFound, TenantError
from pivotlab.tenant.journal import Journal, operation
from pivotlab.tenant.people import ANALYST
from pivotlab.tenant.plain_values import record_values
from pivotlab.tenant.rules import sync_rules, workspace_severity
from pivotlab.tenant.sentinel import RecordChange, Sentinel
from pivotlab.tenant.timeline import Timeline


@dataclass(slots=True)
class _Batch:
    """What has happened to one incident since its rules last ran."""

    created: bool = False
    changed: set[str] = field(default_factory=set)
    before: dict[str, Any] = field(default_factory=dict)
    source: str = ""


class Automation:
    """Runs the workspace's automation rules on incidents, and on alerts of Sentinel's own rules."""

    room = "automation"

    def __init__(
        self, agenda: Agenda, timeline: Timeline, journal: Journal, rules: AutomationRules, sentinel: Sentinel
    ) -> None:
        self._agenda = agenda
        self._timeline = timeline
        self.journal = journal
        self._rules = rules
        self._sentinel = sentinel
        self._batches: dict[str, _Batch] = {}
        self.playbook_runs: list[tuple[str, str]] = []
        agenda.on("record created", self._created)
        agenda.on("record changed", self._changed)
        agenda.on("sentinel alert", self._alert_created)
        agenda.on("automation due", self._run)
        agenda.on("alert automation due", self._run_on_alert)

    @operation
    def run_playbook(self, name: str, logic_app: str, by: str = ANALYST) -> None:
        """Start a playbook on an incident by hand, which works on a synchronised one too (fact automation-06).

        `logic_app` is its resource id. Playbooks do nothing here but leave a line in the timeline. Raises `NotFound`.
        """
        self._start_playbook(logic_app, str(self._sentinel.get(name).number), by)

    def _start_playbook(self, logic_app: str, subject: str, by: str) -> None:
        playbook = logic_app.rpartition("/")[2]
        self.playbook_runs.append((playbook, subject))
        self._timeline.add(self._agenda.now, at.AUTOMATION, "Playbook started", subject, by, playbook)

    def _created(self, name: str) -> None:
        if len(self._rules):
            self._gather(name).created = True

    def _changed(self, change: RecordChange) -> None:
        """Note a change for the update trigger. Changes by rules themselves do not count, or they would run in circles
        (our choice).
        """
        if not len(self._rules) or change.origin == "automation":
            return
        batch = self._gather(change.name)
        batch.changed |= change.fields
        for name, value in change.before.items():
            batch.before.setdefault(name, value)
        batch.source = self._source(change.origin)

    def _gather(self, name: str) -> _Batch:
        batch = self._batches.get(name)
        if batch is None:
            batch = self._batches[name] = _Batch()
            minutes = sync_rules().minutes["automation_start"].value if self._sentinel.onboarded else 0
            self._agenda.after(minutes, "automation due", name)
        return batch

    def _source(self, origin: str) -> str:
        """Who updated, in the words of the condition Updated by (fact automation-05)."""
        if origin == "sentinel":
            return "User"
        return "Other" if self._sentinel.onboarded else "Microsoft 365 Defender"

    def _run(self, name: str) -> None:
        """Run create-trigger rules before update-trigger ones (fact automation-08)."""
        batch = self._batches.pop(name)
        triggers = [("Created", batch.created), ("Updated", bool(batch.changed))]
        for triggers_when, happened in triggers:
            if not happened:
                continue
            for _, rule in self._rules.active("Incidents", triggers_when):
                try:
                    subject = self._subject(name, batch)
                except NotFound:
                    return
                if meets(subject, rule.triggering_logic.conditions):
                    self._act(rule, name)

    def _subject(self, name: str, batch: _Batch) -> Subject:
        alerts = tuple(self._sentinel.alerts(name))
        return Subject(
            record=self._sentinel.get(name),
            alerts=alerts,
            entities=tuple(distinct(alerts)),
            onboarded=self._sentinel.onboarded,
            updated_by=batch.source,
            changed=frozenset(batch.changed),
            before=batch.before,
            details=details_of(alerts),
        )

    def _act(self, rule: AutomationRule, name: str) -> None:
        record = self._sentinel.get(name)
        by = f"Automation rule: {rule.display_name}"
        self._timeline.add(self._agenda.now, at.AUTOMATION, "Rule ran", str(record.number), by)
        for action in sorted(rule.actions, key=lambda found: found.order):
            try:
                self._do(action, name, by)
            except TenantError as error:
                self._timeline.add(self._agenda.now, at.AUTOMATION, "Action failed", str(record.number), by, str(error))

    def _do(self, action: Action, name: str, by: str) -> None:
        record, asked = self._sentinel.get(name), action.read()
        if isinstance(asked, Modification):
            named = asked.model_dump(exclude_none=True)
            if asked.labels is not None:
                named["labels"] = [*record.labels, *asked.labels]
            self._sentinel.apply(record, record_values(named, record), by=by, origin="automation")
        elif isinstance(asked, NewTask):
            self._sentinel.add_task(name, asked.title, asked.description or "", by=by)
        else:
            self._start_playbook(asked.logic_app_resource_id, str(record.number), by)

    def _alert_created(self, alert: Alert) -> None:
        """Alert triggers are for alerts of Sentinel's own rules alone (fact automation-02)."""
        if self._rules.active("Alerts", "Created"):
            minutes = sync_rules().minutes["automation_start"].value if self._sentinel.onboarded else 0
            self._agenda.after(minutes, "alert automation due", alert)

    def _run_on_alert(self, alert: Alert) -> None:
        for _, rule in self._rules.active("Alerts", "Created"):
            if all(_alert_meets(alert, found.read()) for found in rule.triggering_logic.conditions):
                by = f"Automation rule: {rule.display_name}"
                self._timeline.add(self._agenda.now, at.AUTOMATION, "Rule ran", alert.id, by)
                for asked in (action.read() for action in rule.actions):
                    if isinstance(asked, Playbook):
                        self._start_playbook(asked.logic_app_resource_id, alert.id, by)


def _alert_meets(alert: Alert, condition: object) -> bool:
    """Whether an alert meets a condition on its product, its rule, its name or its severity."""
    if not isinstance(condition, PropertyCondition):
        return False
    values = {
        "AlertProductNames": "Azure Sentinel",
        "AlertAnalyticRuleIds": alert.detector_id,
        "IncidentTitle": alert.title,
        "IncidentSeverity": workspace_severity(alert.severity).value,
    }
    found = values.get(condition.property_name)
    return found is not None and compare([found], condition.operator, condition.property_values)
