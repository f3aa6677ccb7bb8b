"""One row of `SecurityIncident`: an incident of the workspace as it stands at one moment."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from pivotlab.model import Comment, Owner, Task, WorkspaceIncident
from pivotlab.tenant.identifiers import incident_url
from pivotlab.tenant.rules import sync_rules

COLUMNS = (
    "IncidentName",
    "IncidentNumber",
    "Title",
    "Description",
    "Severity",
    "Status",
    "Classification",
    "ClassificationComment",
    "ClassificationReason",
    "Owner",
    "ProviderName",
    "ProviderIncidentId",
    "FirstActivityTime",
    "LastActivityTime",
    "FirstModifiedTime",
    "LastModifiedTime",
    "CreatedTime",
    "ClosedTime",
    "ModifiedBy",
    "AlertIds",
    "BookmarkIds",
    "RelatedAnalyticRuleIds",
    "Labels",
    "Comments",
    "Tasks",
    "AdditionalData",
    "IncidentUrl",
)
"""The columns of `values`, in its order."""

REPEATED = (
    "Description",
    "Severity",
    "Status",
    "Classification",
    "ClassificationComment",
    "ClassificationReason",
    "Owner",
    "ProviderName",
    "ModifiedBy",
    "BookmarkIds",
    "RelatedAnalyticRuleIds",
    "Labels",
    "Comments",
    "Tasks",
)
"""Columns in which most rows say the same."""


def values(
    record: WorkspaceIncident, alert_ids: list[str], description: str | None, status: str = ""
) -> tuple[Any, ...]:
    """The row's values in the order of `COLUMNS`. `status` overrides the incident's own, for a deleted one."""
    classification, reason = record.classification, record.classification_reason
    return (
        record.name,
        record.number,
        record.title,
        description,
        record.severity.value,
        status or record.status.value,
        classification and classification.value,
        record.classification_comment,
        reason and reason.value,
        _owner(record.owner),
        record.provider_name,
        record.provider_incident_id or str(record.number),
        record.first_activity,
        record.last_activity,
        record.first_modified,
        record.last_modified,
        record.created,
        record.closed,
        record.modified_by,
        texts(alert_ids),
        texts(record.bookmark_ids) if record.bookmark_ids else "[]",
        json.dumps(record.rule_ids) if record.rule_ids else "[]",
        _labels(record) if record.labels or record.auto_labels else "[]",
        _comments(record.comments) if record.comments else "[]",
        _tasks(record.tasks) if record.tasks else "[]",
        f'{{"alertsCount": {len(alert_ids)}, "bookmarksCount": {len(record.bookmark_ids)}, '
        f'"commentsCount": {len(record.comments)}, {_named(tuple(record.product_names), tuple(record.tactics))}, '
        f'"providerIncidentUrl": "{record.provider_url or ""}"}}',
        incident_url(record.name),
    )


def texts(plain: list[str]) -> str:
    """Ids as a JSON array; an id needs no escaping."""
    return '["' + '", "'.join(plain) + '"]' if plain else "[]"


@lru_cache(maxsize=4096)
def _owner(owner: Owner) -> str:
    return json.dumps(
        {
            "objectId": owner.object_id,
            "email": owner.email,
            "assignedTo": owner.assigned_to,
            "userPrincipalName": owner.user_principal_name,
        }
    )


@lru_cache(maxsize=4096)
def _named(products: tuple[str, ...], tactics: tuple[str, ...]) -> str:
    return f'"alertProductNames": {json.dumps(products)}, "tactics": {json.dumps(tactics)}'


def _labels(record: WorkspaceIncident) -> str:
    labels = [{"labelName": label, "labelType": "User"} for label in record.labels]
    return json.dumps(labels + [{"labelName": label, "labelType": "AutoAssigned"} for label in record.auto_labels])


def _comments(comments: list[Comment]) -> str:
    """The comments as JSON; a row holds 64 KB, so the oldest are cut (fact sync-21)."""
    room = sync_rules().limit("incident_row_bytes")
    kept: list[str] = []
    for comment in reversed(comments):
        text = json.dumps(
            {
                "message": comment.text,
                "createdTimeUtc": comment.created.isoformat(),
                "author": {"name": comment.author, "email": comment.author},
            }
        )
        room -= len(text) + 2
        if room < 0:
            break
        kept.append(text)
    return "[" + ", ".join(reversed(kept)) + "]"


def _tasks(tasks: list[Task]) -> str:
    return json.dumps([{"title": t.title, "status": t.status, "createdBy": t.created_by} for t in tasks])
