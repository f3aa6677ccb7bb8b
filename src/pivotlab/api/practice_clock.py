"""The one door that no product has: reading and moving the tenant's clock, for programs that have no notebook."""

from __future__ import annotations

from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pivotlab.api.auth import may
from pivotlab.api.bodies import read_object, text
from pivotlab.api.errors import ApiError
from pivotlab.api.identities import Role
from pivotlab.api.people import stamp
from pivotlab.tenant import Invalid, Tenant
from pivotlab.tenant.durations import duration

PATH = "/practice/clock"
LONGEST = timedelta(days=31)


async def clock(request: Request) -> Response:
    """GET, or POST `{"advance": "PT5M"}`: the tenant's moment, which stands still until somebody moves it."""
    tenant: Tenant = request.app.state.tenant
    if request.method == "POST":
        if not may(request, Role.CONTRIBUTOR):
            raise ApiError(403, "Forbidden", f"Moving the clock needs the role {Role.CONTRIBUTOR.title}.")
        asked = text(read_object(await request.body()), "advance") or ""
        try:
            step = duration(asked)
        except Invalid:
            raise ApiError(400, "BadRequest", "Required: 'advance', a duration such as PT5M or P1D.") from None
        if step > LONGEST:
            raise ApiError(400, "BadRequest", f"The clock moves {LONGEST.days} days at most in one step.")
        await run_in_threadpool(tenant.advance, seconds=step.total_seconds())
    return JSONResponse({"now": stamp(tenant.now)})


ROUTES = [Route(PATH, clock, methods=["GET", "POST"])]
