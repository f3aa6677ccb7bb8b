"""An incident as Defender XDR keeps it (Graph `security/incidents`), and the comments that both products keep."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from pivotlab.model.enums import Classification, Determination, IncidentStatus, Severity


@dataclass(slots=True)
class Comment:
    """A comment on an incident or alert. Times are zone-aware UTC; `modified` moves only when Sentinel edits it."""

    id: str
    text: str
    author: str
    created: datetime
    modified: datetime | None = None


@dataclass(slots=True)
class Incident:
    """Alerts that belong to one attack, as the Defender portal shows them.

    `id` is a number written as text. A merged incident has status `redirected`, and `redirect_incident_id` says where
    its alerts are now (fact sync-13).
    """

    id: str
    display_name: str
    created: datetime
    last_update: datetime
    severity: Severity
    status: IncidentStatus = IncidentStatus.ACTIVE
    classification: Classification = Classification.UNKNOWN
    determination: Determination = Determination.UNKNOWN
    description: str = ""
    summary: str = ""
    assigned_to: str | None = None
    resolving_comment: str | None = None
    redirect_incident_id: str | None = None
    last_modified_by: str = "Microsoft Defender XDR"
    custom_tags: list[str] = field(default_factory=list)
    system_tags: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    alert_ids: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        alerts = f"{len(self.alert_ids)} alert{'' if len(self.alert_ids) == 1 else 's'}"
        return f"<Incident {self.id}: {self.display_name}; {self.severity}, {self.status}, {alerts}>"

    @property
    def web_url(self) -> str:
        """Graph's `incidentWebUrl`: the incident in the Defender portal."""
        return f"https://security.microsoft.com/incident2/{self.id}/overview"
