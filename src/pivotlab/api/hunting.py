"""Advanced hunting over HTTP: Graph's `runHuntingQuery`, and the Defender for Endpoint API's `advancedqueries/run`."""

from __future__ import annotations

from typing import Any

import pandas as pd
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pivotlab.api import queries, results
from pivotlab.api.bodies import read_object
from pivotlab.tenant import Tenant

REFUSAL, DENIAL = "BadRequest", "Forbidden"


async def graph(request: Request) -> Response:
    """POST /v1.0/security/runHuntingQuery (fact api-03): `{"Query", "Timespan"}` -> `{"schema", "results"}`."""
    frame = await _hunt(request)
    schema = [{"name": name, "type": results.HUNTING_TYPES[kind]} for name, kind in results.kql_types(frame)]
    base = "microsoft.graph.security.huntingQueryResults"
    return JSONResponse({"@odata.type": f"#{base}", "schema": schema, "results": _records(frame)})


async def defender(request: Request) -> Response:
    """POST /api/advancedqueries/run: the same rows under capitalised names."""
    frame = await _hunt(request)
    schema = [{"Name": name, "Type": results.HUNTING_TYPES[kind]} for name, kind in results.kql_types(frame)]
    return JSONResponse({"Stats": {"dataset_statistics": []}, "Schema": schema, "Results": _records(frame)})


async def _hunt(request: Request) -> pd.DataFrame:
    asked = {name.lower(): value for name, value in read_object(await request.body()).items()}
    tenant: Tenant = request.app.state.tenant
    return await queries.run(
        request,
        asked.get("query"),
        lambda: tenant.hunting_engine,
        timespan=asked.get("timespan"),
        refusal=REFUSAL,
        denial=DENIAL,
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    names = [str(column) for column in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in results.rows(frame)]


ROUTES = [
    Route("/v1.0/security/runHuntingQuery", graph, methods=["POST"]),
    Route("/v1.0/security/microsoft.graph.security.runHuntingQuery", graph, methods=["POST"]),
    Route("/api/advancedqueries/run", defender, methods=["POST"]),
]
