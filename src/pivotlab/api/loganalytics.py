"""The Log Analytics query API: `/v1/workspaces/{id}/query`, by POST or GET."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pivotlab.api import queries, results
from pivotlab.api.addresses import is_our_workspace
from pivotlab.api.bodies import read_object
from pivotlab.api.errors import ApiError
from pivotlab.tenant import Tenant
from pivotlab.tenant.identifiers import WORKSPACE_ID

REFUSAL, DENIAL = "BadArgumentError", "InsufficientAccessError"


async def query(request: Request) -> Response:
    """Run KQL on the workspace's tables: `{"query": ..., "timespan": ...}` -> `{"tables": [PrimaryResult]}`."""
    if request.path_params["workspace"].lower() != WORKSPACE_ID:
        raise ApiError(
            404,
            "PathNotFoundError",
            f"There is no workspace '{request.path_params['workspace']}'. This tenant's workspace is {WORKSPACE_ID}.",
        )
    asked: dict[str, Any] = dict(request.query_params)
    if request.method == "POST":
        asked |= read_object(await request.body())
    others = asked.get("workspaces") or []
    if not isinstance(others, list) or not all(is_our_workspace(str(other)) for other in others):
        raise ApiError(403, "InsufficientAccessError", "The practice tenant has one workspace; leave 'workspaces' out.")
    tenant: Tenant = request.app.state.tenant
    frame = await queries.run(
        request,
        asked.get("query"),
        lambda: tenant.workspace_engine,
        timespan=asked.get("timespan"),
        refusal=REFUSAL,
        denial=DENIAL,
    )
    columns = [{"name": name, "type": kind} for name, kind in results.kql_types(frame)]
    return JSONResponse({"tables": [{"name": "PrimaryResult", "columns": columns, "rows": list(results.rows(frame))}]})


ROUTES = [Route("/v1/workspaces/{workspace}/query", query, methods=["GET", "POST"])]
