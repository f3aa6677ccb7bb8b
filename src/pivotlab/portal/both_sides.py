"""One incident in both products: the pair, what there is to say about its way, and forms to work on either side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pivotlab.model import (
    REASONS,
    Classification,
    Comment,
    Determination,
    Incident,
    IncidentStatus,
    WorkspaceIncident,
    WorkspaceStatus,
)
from pivotlab.portal.blocks import Cell, Columns, Field, Form, Press, Said, Section, Table, Text, moment
from pivotlab.portal.call import Call

if TYPE_CHECKING:
    from pivotlab.tenant import Tenant

SET_BY_HAND = (IncidentStatus.ACTIVE, IncidentStatus.IN_PROGRESS, IncidentStatus.RESOLVED)
"""The states of Defender XDR that a person can set."""

NOT_SET = ""


@dataclass(frozen=True)
class Pair:
    """An incident and its twin in the workspace; one of them may be missing. `due`: when the twin arrives."""

    incident: Incident | None
    record: WorkspaceIncident | None
    due: datetime | None = None

    @property
    def key(self) -> str:
        """Names the pair in a view: the incident's id, or the number in the workspace with an s before it."""
        return self.incident.id if self.incident else f"s{self.record.number if self.record else 0}"

    @property
    def title(self) -> str:
        """The incident's name: Defender XDR's, or Sentinel's for one that is only there."""
        return self.incident.display_name if self.incident else self.record.title if self.record else ""

    @property
    def created(self) -> datetime:
        """When the first of the two came into being."""
        first = self.incident or self.record
        assert first is not None
        return first.created


def pairs(tenant: Tenant) -> list[Pair]:
    """Every incident that a queue shows, newest first. One that was merged away is in Sentinel's queue alone (fact sync-14)."""
    twins = {record.provider_incident_id: record for record in tenant.sentinel.records if record.synced}
    under_way = tenant.under_way
    shown = [
        Pair(incident, twins.pop(incident.id, None), under_way.get(incident.id))
        for incident in tenant.defender.records
        if incident.status is not IncidentStatus.REDIRECTED
    ]
    alone = [*twins.values(), *(record for record in tenant.sentinel.records if not record.synced)]
    return sorted([*shown, *(Pair(None, record) for record in alone)], key=lambda pair: pair.created, reverse=True)


def way(tenant: Tenant, pair: Pair) -> Cell:
    """Where the pair stands between the two products."""
    if pair.incident is None:
        assert pair.record is not None
        if pair.record.provider_incident_id is None:
            return Cell("Sentinel only", "never travels (sync-22)", "quiet")
        into = tenant.defender.incident(pair.record.provider_incident_id).redirect_incident_id
        return Cell("merged", f"into {into} (sync-14)", "quiet")
    if pair.record is None and pair.due is not None:
        return Cell("on its way", f"due {pair.due:%H:%M:%S}", "caution", chip=True)
    if pair.record is None:
        why = "the connector is off" if not tenant.connector.connected else "at its next change"
        return Cell("not sent", why, "wrong", chip=True)
    if not tenant.connector.connected:
        return Cell("cut", "the connector is off", "wrong", chip=True)
    if pair.due is not None:
        return Cell("more to come", f"alerts, due {pair.due:%H:%M:%S}", "caution", chip=True)
    return Cell("in both", tone="quiet")


def forms(tenant: Tenant, pair: Pair, said: Mapping[str, Said | None]) -> Columns:
    """What can be done to the incident on either side, with its comments there."""
    return Columns((_defender(tenant, pair, said.get("defender")), _sentinel(tenant, pair, said.get("sentinel"))))


def calls(pair: Pair, name: str, values: Mapping[str, Any], by: str) -> list[Call]:
    """The calls behind "Apply" on either side: what differs from what is there, then the comment."""
    comment = str(values.get("comment") or "").strip()
    if name == "defender" and pair.incident is not None:
        changes = _differing(values, _of_defender(pair.incident))
        changed = {field: value or None if field == "assigned_to" else value for field, value in changes.items()}
        made = [Call("defender.update", (pair.incident.id,), {**changed, "by": by})] if changed else []
        return made + ([Call("defender.comment", (pair.incident.id, comment, by))] if comment else [])
    if name == "sentinel" and pair.record is not None:
        number = str(pair.record.number)
        written = _written(_differing(values, _of_sentinel(pair.record)))
        made = [Call("sentinel.update", (number, written), {"by": by})] if written else []
        return made + ([Call("sentinel.comment", (number, comment, by))] if comment else [])
    return []


def _differing(values: Mapping[str, Any], there: Mapping[str, str]) -> dict[str, str]:
    return {name: str(values[name]) for name, value in there.items() if name in values and str(values[name]) != value}


def _written(changes: Mapping[str, str]) -> dict[str, Any]:
    """Changes of the form as `tenant.sentinel.update` takes them: the verdict is two fields."""
    written: dict[str, Any] = {name: value for name, value in changes.items() if name != "verdict"}
    if "owner" in written:
        written["owner"] = written["owner"] or None
    if "verdict" in changes:
        classification, _, reason = changes["verdict"].partition(" - ")
        written["classification"] = classification or None
        if reason:
            written["classification_reason"] = reason
    return written


def _of_defender(incident: Incident) -> dict[str, str]:
    return {
        "assigned_to": incident.assigned_to or NOT_SET,
        "status": incident.status.value,
        "classification": incident.classification.value,
        "determination": incident.determination.value,
    }


def _of_sentinel(record: WorkspaceIncident) -> dict[str, str]:
    return {"owner": record.owner.assigned_to or NOT_SET, "status": record.status.value, "verdict": record.verdict}


def _defender(tenant: Tenant, pair: Pair, said: Said | None) -> Section:
    incident = pair.incident
    if incident is None:
        return Section("In Defender XDR", (Text("Not in this queue."),))
    now = _of_defender(incident)
    fields = (
        Field("assigned_to", "Assigned to", "menu", now["assigned_to"], _people(tenant, now["assigned_to"])),
        Field("status", "Status", "menu", now["status"], _words(SET_BY_HAND, now["status"])),
        Field("classification", "Classification", "menu", now["classification"], _words(Classification)),
        Field("determination", "Determination", "menu", now["determination"], _words(Determination)),
        Field("comment", "New comment", "words"),
    )
    form = Form("defender", fields, (Press("Apply in Defender XDR", "defender"),), said)
    return Section(f"In Defender XDR: {incident.id}", (form, _comments(incident.comments)), key="defender")


def _sentinel(tenant: Tenant, pair: Pair, said: Said | None) -> Section:
    record = pair.record
    if record is None:
        due = f" It is due at {pair.due:%H:%M:%S}." if pair.due else ""
        return Section("In Sentinel", (Text(f"It has not arrived.{due}"),))
    now = _of_sentinel(record)
    verdicts = [(NOT_SET, "Not set")]
    for word, reasons in REASONS.items():
        verdicts += [(f"{word.value} - {reason.value}",) * 2 for reason in reasons] or [(word.value, word.value)]
    fields = (
        Field("owner", "Owner", "menu", now["owner"], _people(tenant, now["owner"])),
        Field("status", "Status", "menu", now["status"], _words(WorkspaceStatus)),
        Field("verdict", "Classification", "menu", now["verdict"], verdicts),
        Field("comment", "New comment", "words"),
    )
    form = Form("sentinel", fields, (Press("Apply in Sentinel", "sentinel"),), said)
    return Section(f"In Sentinel: number {record.number}", (form, _comments(record.comments)), key="sentinel")


def _people(tenant: Tenant, chosen: str) -> list[tuple[str, str]]:
    names = dict.fromkeys([*(person.upn for person in tenant.people), *([chosen] if chosen else [])])
    return [(NOT_SET, "Nobody"), *((name, name) for name in names)]


def _words(words: Iterable[Any], chosen: str = "") -> list[tuple[str, str]]:
    values = dict.fromkeys([*(word.value for word in words), *([chosen] if chosen else [])])
    return [(value, "Not set" if value == "unknown" else value) for value in values]


def _comments(comments: Sequence[Comment]) -> Table | Text:
    if not comments:
        return Text("No comments.", "quiet")
    rows = [
        (Cell(moment(comment.created)), Cell(comment.author.partition("@")[0]), Cell(comment.text))
        for comment in comments
    ]
    return Table("Comments", ("When", "Who", "What"), rows)
