"""An incident as Sentinel keeps it in the workspace (SecurityInsights `incidents`), with its owner and labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from pivotlab.model.enums import ClassificationReason, WorkspaceClassification, WorkspaceSeverity, WorkspaceStatus
from pivotlab.model.incident import Comment


@dataclass(frozen=True, slots=True)
class Owner:
    """Who an incident is assigned to, in the API's four spellings. All empty when nobody has it."""

    object_id: str | None = None
    email: str | None = None
    assigned_to: str | None = None
    user_principal_name: str | None = None


@dataclass(slots=True)
class Task:
    """One task on an incident; `status` is New or Completed."""

    name: str
    title: str
    description: str
    status: str
    created_by: str
    created: datetime
    revision: int = 1

    @property
    def etag(self) -> str:
        """Changes with every change of the task."""
        return f'"{self.name}-{self.revision}"'


@dataclass(slots=True)
class WorkspaceIncident:
    """An incident in the Sentinel queue. `name` is the GUID of the API, `number` is what people quote.

    `alert_ids` hold ids of `Alert`, at most 150 of them; `alert_total` is how many the incident has in Defender XDR
    (fact sync-12). `provider_incident_id` is the twin's id there and None for an incident that has no twin.
    """

    name: str
    number: int
    title: str
    severity: WorkspaceSeverity
    created: datetime
    last_modified: datetime
    provider_name: str
    modified_by: str
    description: str = ""
    status: WorkspaceStatus = WorkspaceStatus.NEW
    classification: WorkspaceClassification | None = None
    classification_reason: ClassificationReason | None = None
    classification_comment: str | None = None
    owner: Owner = Owner()
    labels: list[str] = field(default_factory=list)
    first_activity: datetime | None = None
    last_activity: datetime | None = None
    first_modified: datetime | None = None
    closed: datetime | None = None
    provider_incident_id: str | None = None
    provider_url: str | None = None
    alert_ids: list[str] = field(default_factory=list)
    alert_total: int = 0
    product_names: list[str] = field(default_factory=list)
    tactics: list[str] = field(default_factory=list)
    rule_ids: list[str] = field(default_factory=list)
    auto_labels: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    bookmark_ids: list[str] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    revision: int = 1

    def __repr__(self) -> str:
        twin = f", twin of {self.provider_incident_id}" if self.provider_incident_id else ""
        return f"<Sentinel incident {self.number}: {self.title}; {self.severity}, {self.status}{twin}>"

    @property
    def etag(self) -> str:
        """Changes with every change of the incident; send it back to make sure that nobody was faster."""
        return f'"{self.number:08x}-0000-0000-0000-{self.revision:012x}"'

    @property
    def verdict(self) -> str:
        """Classification and reason in one, as Sentinel's menu has them; empty when nobody has decided."""
        parts = (self.classification, self.classification_reason)
        return " - ".join(part.value for part in parts if part is not None)

    @property
    def synced(self) -> bool:
        """Whether it has a twin in Defender XDR."""
        return self.provider_incident_id is not None
