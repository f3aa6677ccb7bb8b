"""SecurityInsights incident tasks."""

from __future__ import annotations

from typing import Any

from pivotlab.api.bodies import text
from pivotlab.api.calls import Call, Operation, Operations, Reply, page, require
from pivotlab.api.errors import ApiError, not_found
from pivotlab.api.identities import Role
from pivotlab.api.incidents import find
from pivotlab.api.people import stamp, user_info
from pivotlab.model import Task, WorkspaceIncident
from pivotlab.tenant.identifiers import INSIGHTS_PATH

STATUSES = ("New", "Completed")


def list_all(call: Call) -> Reply:
    """GET incidents/{id}/tasks."""
    record = find(call)
    return page(call, [_shown(record, task) for task in record.tasks])


def get(call: Call) -> Reply:
    """GET incidents/{id}/tasks/{id}."""
    record = find(call)
    task = _find(record, call.names[1])
    if task is None:
        raise not_found("task", call.names[1])
    return Reply(_shown(record, task))


def put(call: Call) -> Reply:
    """PUT incidents/{id}/tasks/{id}: `title` and `status` (New or Completed) are required."""
    asked = call.properties
    require(asked, "title", "status")
    title, description, status = text(asked, "title"), text(asked, "description"), text(asked, "status")
    if status not in STATUSES:
        raise ApiError(400, "BadRequest", f"'properties.status' must be New or Completed, not '{status}'.")
    record, name = find(call), call.names[1].lower()
    existing = _find(record, name)
    if existing is not None and call.etag not in (None, existing.etag):
        raise ApiError(409, "Conflict", "Somebody else changed this task. Read it again and use its etag.")
    sentinel = call.tenant.sentinel
    task = sentinel.add_task(record.name, title or "", description or "", by=call.principal.upn, task_id=name)
    if task.status != status:
        task = sentinel.complete_task(record.name, task.name, status, by=call.principal.upn)
    return Reply(_shown(record, task), 201 if existing is None else 200)


def delete(call: Call) -> Reply:
    """DELETE incidents/{id}/tasks/{id}: 200, or 204 when there was none."""
    record, name, by = find(call), call.names[1].lower(), call.principal.upn
    return Reply(None, 200 if call.tenant.sentinel.delete_task(record.name, name, by=by) else 204)


def _find(record: WorkspaceIncident, name: str) -> Task | None:
    return next((task for task in record.tasks if task.name == name.lower()), None)


def _shown(record: WorkspaceIncident, task: Task) -> dict[str, Any]:
    return {
        "id": f"{INSIGHTS_PATH}/Incidents/{record.name}/Tasks/{task.name}",
        "name": task.name,
        "type": "Microsoft.SecurityInsights/Incidents/Tasks",
        "etag": task.etag,
        "properties": {
            "title": task.title,
            "description": task.description,
            "status": task.status,
            "createdBy": user_info(task.created_by),
            "createdTimeUtc": stamp(task.created),
        },
    }


OPERATIONS: Operations = {
    ("GET", "incidents/*/tasks"): Operation(list_all),
    ("GET", "incidents/*/tasks/*"): Operation(get),
    ("PUT", "incidents/*/tasks/*"): Operation(put, Role.RESPONDER),
    ("DELETE", "incidents/*/tasks/*"): Operation(delete, Role.RESPONDER),
}
