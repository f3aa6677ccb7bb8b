"""SecurityInsights incident comments. A comment is sent once to Defender XDR; edits and deletions stay here."""

from __future__ import annotations

from typing import Any

from pivotlab.api.bodies import text
from pivotlab.api.calls import Call, Operation, Operations, Reply, page, require
from pivotlab.api.errors import ApiError, not_found
from pivotlab.api.identities import Role
from pivotlab.api.incidents import find
from pivotlab.api.people import stamp, user_info
from pivotlab.model import Comment, WorkspaceIncident
from pivotlab.tenant.identifiers import INSIGHTS_PATH


def list_all(call: Call) -> Reply:
    """GET incidents/{id}/comments."""
    record = find(call)
    return page(call, [_shown(record, comment) for comment in record.comments])


def get(call: Call) -> Reply:
    """GET incidents/{id}/comments/{id}."""
    record = find(call)
    return Reply(_shown(record, _find(record, call.names[1])))


def put(call: Call) -> Reply:
    """PUT incidents/{id}/comments/{id}: `message` is required; an existing comment is edited (fact sync-11)."""
    require(call.properties, "message")
    message = text(call.properties, "message")
    record, name = find(call), call.names[1].lower()
    existing = next((comment for comment in record.comments if comment.id == name), None)
    if existing is not None and call.etag not in (None, _etag(existing)):
        raise ApiError(409, "Conflict", "Somebody else edited this comment. Read it again and use its etag.")
    comment = call.tenant.sentinel.comment(record.name, message or "", author=call.principal.upn, comment_id=name)
    return Reply(_shown(record, comment), 201 if existing is None else 200)


def delete(call: Call) -> Reply:
    """DELETE incidents/{id}/comments/{id}: 200, or 204 when there was none."""
    record = find(call)
    return Reply(None, 200 if call.tenant.sentinel.delete_comment(record.name, call.names[1].lower()) else 204)


def _find(record: WorkspaceIncident, name: str) -> Comment:
    for comment in record.comments:
        if comment.id == name.lower():
            return comment
    raise not_found("comment", name)


def _etag(comment: Comment) -> str:
    return f'"{comment.id[:8]}-0000-0000-0000-{int((comment.modified or comment.created).timestamp()):012x}"'


def _shown(record: WorkspaceIncident, comment: Comment) -> dict[str, Any]:
    return {
        "id": f"{INSIGHTS_PATH}/Incidents/{record.name}/Comments/{comment.id}",
        "name": comment.id,
        "type": "Microsoft.SecurityInsights/Incidents/Comments",
        "etag": _etag(comment),
        "properties": {
            "message": comment.text,
            "author": user_info(comment.author),
            "createdTimeUtc": stamp(comment.created),
            "lastModifiedTimeUtc": stamp(comment.modified or comment.created),
        },
    }


OPERATIONS: Operations = {
    ("GET", "incidents/*/comments"): Operation(list_all),
    ("GET", "incidents/*/comments/*"): Operation(get),
    ("PUT", "incidents/*/comments/*"): Operation(put, Role.RESPONDER),
    ("DELETE", "incidents/*/comments/*"): Operation(delete, Role.RESPONDER),
}
