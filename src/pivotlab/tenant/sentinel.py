"""Sentinel's incident queue in the workspace: incidents that came over from Defender XDR, and its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from pivotlab.model import (
    Alert,
    Comment,
    Task,
    WorkspaceIncident,
    WorkspaceSeverity,
    WorkspaceStatus,
    stable_guid,
)
from pivotlab.tenant import timeline as at
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.analytics.rules import AlertRules
from pivotlab.tenant.automation.rules import AutomationRules
from pivotlab.tenant.collections import Collection, check_etag
from pivotlab.tenant.entities import Entity, distinct
from pivotlab.tenant.errors import Conflict, Invalid, NotFound, Refused
from pivotlab.tenant.journal import Journal, operation
from pivotlab.tenant.people import ANALYST
from pivotlab.tenant.plain_values import check_comment, record_values
from pivotlab.tenant.rules import sync_rules
from pivotlab.tenant.timeline import Timeline
from pivotlab.tenant.watchlists import Watchlists
from pivotlab.tenant.workspace_log import WorkspaceLog

NATIVE, XDR = "Azure Sentinel", "Microsoft XDR"
"""Provider names before and after onboarding (fact sync-27)."""


class RecordChange(NamedTuple):
    """Something that happened to an incident of the workspace. `origin`: sentinel, defender or automation."""

    name: str
    fields: frozenset[str]
    by: str
    origin: str
    before: Mapping[str, Any]
    comment: Comment | None = None


class Sentinel:
    """The workspace's incidents. An incident is known by its `name`, a GUID."""

    room = "sentinel"

    def __init__(self, agenda: Agenda, timeline: Timeline, journal: Journal, log: WorkspaceLog) -> None:
        self._agenda = agenda
        self._timeline = timeline
        self.journal = journal
        self._log = log
        self._records: dict[str, WorkspaceIncident] = {}
        self._alerts: dict[str, Alert] = {}
        self._numbered = 0
        self._comments = 0
        self.onboarded = self.secondary = False
        self.bookmarks = Collection("bookmarks", agenda, journal)
        self.relations = Collection("relations", agenda, journal)
        self.watchlists = Watchlists(agenda, journal)
        self.content_packages = Collection("contentPackages", agenda, journal)
        self.metadata = Collection("metadata", agenda, journal)
        self.data_connectors = Collection("dataConnectors", agenda, journal)
        self.alert_rules = AlertRules(agenda, journal)
        self.automation_rules = AutomationRules(agenda, journal)

    # Reading

    @property
    def resources(self) -> tuple[Collection, ...]:
        """Everything besides incidents that the workspace keeps."""
        return (
            self.bookmarks,
            self.relations,
            self.watchlists,
            self.content_packages,
            self.metadata,
            self.data_connectors,
            self.alert_rules,
            self.automation_rules,
        )

    def __repr__(self) -> str:
        return f"<Sentinel: {len(self._records)} incidents>"

    @property
    def records(self) -> list[WorkspaceIncident]:
        """Every incident, oldest first."""
        return list(self._records.values())

    def get(self, name: str) -> WorkspaceIncident:
        """One incident by its GUID, or by its number written as text. Raises `NotFound`."""
        record = self._records.get(str(name).lower())
        if record is None and str(name).isdigit():
            record = next((r for r in self._records.values() if r.number == int(name)), None)
        if record is None:
            raise NotFound(f"There is no incident {name} in the workspace.")
        return record

    def __contains__(self, name: object) -> bool:
        return str(name).lower() in self._records

    def comments(self, name: str) -> list[Comment]:
        """An incident's comments, oldest first."""
        return list(self.get(name).comments)

    def alerts(self, name: str) -> list[Alert]:
        """An incident's alerts, 150 at most (fact sync-12). Insider Risk alerts come without content (fact products-09)."""
        return [self._alerts[alert_id] for alert_id in self.get(name).alert_ids if alert_id in self._alerts]

    def entities(self, name: str) -> list[Entity]:
        """The entities of an incident's alerts, each once."""
        return distinct(self.alerts(name))

    def incidents(self) -> pd.DataFrame:
        """The queue, newest first. `Alerts` reads 150+ when Defender XDR has more than fit (fact sync-12)."""
        cap = sync_rules().limit("alerts_per_incident")
        rows = [
            {
                "Number": r.number,
                "Title": r.title,
                "Severity": r.severity.value,
                "Status": r.status.value,
                "Owner": r.owner.assigned_to or "",
                "Classification": r.verdict,
                "Alerts": f"{cap}+" if r.alert_total > cap else str(len(r.alert_ids)),
                "Labels": ", ".join(r.labels + r.auto_labels),
                "Provider": r.provider_name,
                "Provider incident": r.provider_incident_id or "",
                "Created": r.created,
                "Last modified": r.last_modified,
            }
            for r in reversed(self._records.values())
        ]
        frame = pd.DataFrame(rows, columns=QUEUE)
        return frame.astype({"Created": "datetime64[us, UTC]", "Last modified": "datetime64[us, UTC]"})

    # What people do

    @operation
    def update(
        self, name: str, changes: Mapping[str, Any], etag: str | None = None, by: str = ANALYST
    ) -> WorkspaceIncident:
        """Change an incident: title, description, severity, status, classification, classification_reason,
        classification_comment, owner (a UPN, a mapping or None), labels (names), first_activity, last_activity.

        With `etag` the change is made only if nobody was faster. Raises `NotFound`, `Conflict`, `Invalid`.
        """
        record = self.get(name)
        check_etag(record.etag, etag, f"incident {record.number}")
        self.apply(record, record_values(changes, record), by=by, origin="sentinel")
        return record

    @operation
    def comment(
        self,
        name: str,
        text: str,
        author: str = ANALYST,
        comment_id: str | None = None,
    ) -> Comment:
        """Add a comment, or edit the one with `comment_id`. An edit stays in Sentinel (fact sync-11)."""
        record = self.get(name)
        check_comment(text)
        existing = next((c for c in record.comments if c.id == comment_id), None) if comment_id else None
        if existing is not None:
            existing.text, existing.modified = text, self._agenda.now
            self._touch(record, frozenset(), existing.author, "sentinel", {})
            return existing
        most = sync_rules().limit("comments_per_incident")
        if len(record.comments) >= most:
            raise Refused(f"An incident holds {most} comments at most.", "sync-26")
        self._comments += 1
        made = comment_id or stable_guid("sentinel comment", self._comments)
        comment = Comment(made, text, author, self._agenda.now)
        self.add_comment(record, comment, origin="sentinel")
        return comment

    @operation
    def delete_comment(self, name: str, comment_id: str) -> bool:
        """Delete a comment here; its copy in Defender XDR stays. False when there was none."""
        record = self.get(name)
        before = len(record.comments)
        record.comments = [comment for comment in record.comments if comment.id != comment_id]
        if len(record.comments) == before:
            return False
        self._touch(record, frozenset(), "", "sentinel", {})
        return True

    @operation
    def create(self, properties: Mapping[str, Any], name: str | None = None, by: str = ANALYST) -> WorkspaceIncident:
        """Make an incident by API, playbook or hand. It never reaches Defender XDR (fact sync-22)."""
        missing = [field for field in ("title", "severity", "status") if not properties.get(field)]
        if missing:
            raise Invalid(f"An incident needs {', '.join(missing)}.")
        record = self._draft(str(properties["title"]), by, name, NATIVE)
        for field, value in record_values(properties, record).items():
            setattr(record, field, value)
        self._enter(record)
        if record.status is WorkspaceStatus.CLOSED:
            record.closed = self._agenda.now
        self.announce_created(record, by)
        return record

    @operation
    def delete(self, name: str, by: str = ANALYST) -> None:
        """Delete an incident of Sentinel's own; it leaves a row with Status Deleted (fact sync-20).

        Raises `Refused` for one that came from Defender XDR (fact sync-19).
        """
        record = self.get(name)
        if record.synced:
            raise Refused(
                f"Incident {record.number} came from Defender XDR and cannot be deleted. Close it instead.", "sync-19"
            )
        del self._records[record.name]
        record.last_modified, record.modified_by = self._agenda.now, by
        self._log.incident(record, self._system_ids(record), self._agenda.now, status="Deleted")
        self._timeline.add(self._agenda.now, at.SENTINEL, "Incident deleted", str(record.number), by)

    @operation
    def add_task(self, name: str, title: str, description: str = "", by: str = ANALYST, task_id: str = "") -> Task:
        """Add a task to an incident, or change the one with `task_id`."""
        record = self.get(name)
        if not title:
            raise Invalid("A task needs a title.")
        most = sync_rules().limit("tasks_per_incident")
        existing = next((task for task in record.tasks if task.name == task_id), None)
        if existing is not None:
            existing.title, existing.description, existing.revision = title, description, existing.revision + 1
            self._touch(record, frozenset({"tasks"}), by, "sentinel", {})
            return existing
        if len(record.tasks) >= most:
            raise Refused(f"An incident holds {most} tasks at most.")
        made = task_id or stable_guid("task", record.name, len(record.tasks), self._agenda.now)
        task = Task(made, title, description, "New", by, self._agenda.now)
        record.tasks.append(task)
        self._touch(record, frozenset({"tasks"}), by, "sentinel", {})
        return task

    @operation
    def complete_task(self, name: str, task_id: str, status: str = "Completed", by: str = ANALYST) -> Task:
        """Set a task to Completed, or back to New."""
        record = self.get(name)
        task = next((task for task in record.tasks if task.name == task_id), None)
        if task is None:
            raise NotFound(f"There is no task {task_id}.")
        if status not in ("New", "Completed"):
            raise Invalid(f"{status!r} is no task status. Use New or Completed.")
        task.status, task.revision = status, task.revision + 1
        self._touch(record, frozenset({"tasks"}), by, "sentinel", {})
        return task

    @operation
    def delete_task(self, name: str, task_id: str, by: str = ANALYST) -> bool:
        """Delete a task. False when there was none."""
        record = self.get(name)
        before = len(record.tasks)
        record.tasks = [task for task in record.tasks if task.name != task_id]
        if len(record.tasks) == before:
            return False
        self._touch(record, frozenset({"tasks"}), by, "sentinel", {})
        return True

    @operation
    def bookmark(self, name: str, bookmark_id: str) -> None:
        """Tie a bookmark to an incident; the API shows it as a relation."""
        record = self.get(name)
        if bookmark_id not in record.bookmark_ids:
            record.bookmark_ids.append(bookmark_id)
            self._touch(record, frozenset({"bookmarks"}), "", "sentinel", {})

    @operation
    def remove_bookmark(self, name: str, bookmark_id: str) -> bool:
        """Untie a bookmark. False when it was not tied."""
        record = self.get(name)
        if bookmark_id not in record.bookmark_ids:
            return False
        record.bookmark_ids.remove(bookmark_id)
        self._touch(record, frozenset({"bookmarks"}), "", "sentinel", {})
        return True

    # What the synchronisation and the rules do

    def open(self, *, title: str, by: str, name: str | None = None, provider: str = NATIVE) -> WorkspaceIncident:
        """A fresh incident in the queue, not announced yet."""
        record = self._draft(title, by, name, provider)
        self._enter(record)
        return record

    def _draft(self, title: str, by: str, name: str | None, provider: str) -> WorkspaceIncident:
        """An incident with the next number that is in no queue yet. Raises `Conflict` when the name is taken."""
        now, number = self._agenda.now, self._numbered + 1
        record = WorkspaceIncident(
            name=(name or stable_guid("incident", number)).lower(),
            number=number,
            title=title,
            severity=WorkspaceSeverity.MEDIUM,
            created=now,
            last_modified=now,
            provider_name=provider,
            modified_by=by,
        )
        if record.name in self._records:
            raise Conflict(f"There is an incident {record.name} already.")
        return record

    def _enter(self, record: WorkspaceIncident) -> None:
        self._numbered = record.number
        self._records[record.name] = record

    def announce_created(self, record: WorkspaceIncident, by: str = "") -> None:
        """Log a fresh incident and tell everyone."""
        self._log.incident(record, self._system_ids(record), self._agenda.now)
        self._timeline.add(self._agenda.now, at.SENTINEL, "Incident created", str(record.number), by, record.title)
        self._agenda.publish("record created", record.name)

    def know(self, alert: Alert) -> bool:
        """Remember an alert of the workspace. False when it was known already."""
        if alert.id in self._alerts:
            return False
        self._alerts[alert.id] = alert
        return True

    def knows(self, alert_id: str) -> bool:
        """Whether the alert's content has reached the workspace."""
        return alert_id in self._alerts

    def apply(self, record: WorkspaceIncident, changes: dict[str, Any], *, by: str, origin: str) -> frozenset[str]:
        """Set fields that differ, with what follows from them, log a row and tell everyone. Returns what changed."""
        changed = {name: value for name, value in changes.items() if getattr(record, name) != value}
        if not changed:
            return frozenset()
        before = {name: getattr(record, name) for name in changed}
        for name, value in changed.items():
            setattr(record, name, value)
        if "status" in changed and record.status is WorkspaceStatus.CLOSED:
            record.closed = self._agenda.now
        self._touch(record, frozenset(changed), by, origin, before)
        return frozenset(changed)

    def add_comment(self, record: WorkspaceIncident, comment: Comment, *, origin: str) -> None:
        """Append a comment that was written here or has come over from Defender XDR."""
        record.comments.append(comment)
        self._touch(record, frozenset({"comments"}), comment.author, origin, {}, comment)

    def _touch(
        self,
        record: WorkspaceIncident,
        fields: frozenset[str],
        by: str,
        origin: str,
        before: Mapping[str, Any],
        comment: Comment | None = None,
    ) -> None:
        now = self._agenda.now
        record.revision += 1
        record.last_modified, record.modified_by = now, by or record.modified_by
        record.first_modified = record.first_modified or now
        self._log.incident(record, self._system_ids(record), now)
        what = "Comment added" if comment is not None else "Incident changed"
        self._timeline.add(now, at.SENTINEL, what, str(record.number), by, fields)
        self._agenda.publish("record changed", RecordChange(record.name, fields, by, origin, before, comment))

    def _system_ids(self, record: WorkspaceIncident) -> list[str]:
        alerts = self._alerts
        return [alerts[alert_id].system_alert_id for alert_id in record.alert_ids if alert_id in alerts]


QUEUE = (
    "Number,Title,Severity,Status,Owner,Classification,Alerts,Labels,Provider,Provider incident,Created,Last modified"
).split(",")
