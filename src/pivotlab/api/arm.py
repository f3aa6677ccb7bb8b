"""Azure Resource Manager's front: the checks that every call goes through, then the resource's own file.

Not served, and answered with 404 in Azure's shape: threat intelligence indicators, search jobs (`tables/<name>_SRCH`),
dynamic summaries, and content templates. The practice tenant has no data for them.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pivotlab.api import (
    bookmarks,
    comments,
    connectors,
    content,
    incidents,
    relations,
    rules,
    tables,
    tasks,
    watchlists,
)
from pivotlab.api.addresses import Address, below
from pivotlab.api.auth import base_url, caller, may
from pivotlab.api.bodies import read_object
from pivotlab.api.calls import Call, Operation, Operations
from pivotlab.api.errors import ApiError
from pivotlab.api.turns import in_turn
from pivotlab.tenant.identifiers import INSIGHTS_PATH, WORKSPACE_PATH

INSIGHTS_OPERATIONS: Operations = {
    **incidents.OPERATIONS,
    **comments.OPERATIONS,
    **relations.OPERATIONS,
    **tasks.OPERATIONS,
    **rules.OPERATIONS,
    **connectors.OPERATIONS,
    **content.OPERATIONS,
    **watchlists.OPERATIONS,
    **bookmarks.OPERATIONS,
}

_API_VERSION = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(-preview)?")


async def resource(request: Request) -> Response:
    """Answer any call on the workspace or on its SecurityInsights resources."""
    path = request.url.path
    operation, names = _find(request.method, path)
    _check_api_version(request)
    principal = caller(request)
    if not may(request, operation.role):
        raise _forbidden(request.method, path, principal.upn, operation)
    call = Call(
        tenant=request.app.state.tenant,
        principal=principal,
        base=base_url(request),
        path=path,
        names=names,
        query=dict(request.query_params),
        body=read_object(await request.body()),
        if_match=request.headers.get("if-match"),
    )
    reply = await in_turn(call.tenant, lambda: operation.handler(call))
    return Response(status_code=reply.status) if reply.body is None else JSONResponse(reply.body, reply.status)


def _find(method: str, path: str) -> tuple[Operation, tuple[str, ...]]:
    """The operation behind a path, and the names in it. Raises `ApiError` 404 or 405."""
    for prefix, operations in ((INSIGHTS_PATH, INSIGHTS_OPERATIONS), (WORKSPACE_PATH, tables.OPERATIONS)):
        address = below(prefix, path)
        if address is None:
            continue
        if operation := operations.get((method, address.pattern)):
            return operation, address.names
        known = sorted(known for known, pattern in operations if pattern == address.pattern)
        if known:
            raise ApiError(405, "MethodNotAllowed", f"{method} does not exist here; there is {', '.join(known)}.")
        raise _unknown(address)
    raise ApiError(
        404,
        "ResourceNotFound",
        f"Nothing is at '{path}'. The practice tenant has one workspace: {WORKSPACE_PATH}",
    )


def _unknown(address: Address) -> ApiError:
    kinds = sorted({pattern.split("/")[0] for _, pattern in INSIGHTS_OPERATIONS})
    return ApiError(
        404, "NotFound", f"'{'/'.join(address.kinds)}' is not served. SecurityInsights here has {', '.join(kinds)}."
    )


def _check_api_version(request: Request) -> None:
    """Any well-formed api-version will do, since old and new clients send different ones; none at all will not."""
    version = request.query_params.get("api-version")
    if not version:
        raise ApiError(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    if not _API_VERSION.fullmatch(version):
        raise ApiError(
            400, "InvalidApiVersionParameter", f"The api-version '{version}' is invalid. Write it as 2025-09-01."
        )


def _forbidden(method: str, path: str, upn: str, operation: Operation) -> ApiError:
    return ApiError(
        403,
        "AuthorizationFailed",
        f"The client '{upn}' does not have authorization to perform {method} over scope '{path}'. "
        f"It needs the role {operation.role.title}.",
    )


ROUTES = [Route("/{resource:path}", resource, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])]
