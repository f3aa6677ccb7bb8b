"""What both products talk about. Pure: imports nothing else of this package."""

from pivotlab.model.alert import Alert, Evidence
from pivotlab.model.clock import Clock
from pivotlab.model.enums import (
    REASONS,
    AlertStatus,
    Classification,
    ClassificationReason,
    Determination,
    IncidentStatus,
    RemediationStatus,
    Severity,
    Verdict,
    WorkspaceClassification,
    WorkspaceSeverity,
    WorkspaceStatus,
)
from pivotlab.model.identity import stable_guid
from pivotlab.model.incident import Comment, Incident
from pivotlab.model.workspace import Owner, Task, WorkspaceIncident

__all__ = [
    "REASONS",
    "Alert",
    "AlertStatus",
    "Classification",
    "ClassificationReason",
    "Clock",
    "Comment",
    "Determination",
    "Evidence",
    "Incident",
    "IncidentStatus",
    "Owner",
    "RemediationStatus",
    "Severity",
    "Task",
    "Verdict",
    "WorkspaceClassification",
    "WorkspaceIncident",
    "WorkspaceSeverity",
    "WorkspaceStatus",
    "stable_guid",
]
