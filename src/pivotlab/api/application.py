"""The ASGI app: every API of the practice tenant behind one address, each in its own room."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from pivotlab.api import QUERIES_AT_ONCE, arm, auth, graph, hunting, loganalytics, practice_clock
from pivotlab.api.access_log import AccessLog
from pivotlab.api.auth import BearerToken
from pivotlab.api.errors import ApiError, respond, respond_to_tenant
from pivotlab.api.identities import Identities
from pivotlab.api.quota import Quota
from pivotlab.tenant import TenantError

if TYPE_CHECKING:
    from pivotlab.tenant import Tenant


def app(
    tenant: Tenant,
    identities: Identities | None = None,
    *,
    workers: int = QUERIES_AT_ONCE,
    quota: int | None = None,
    access_log: bool = False,
) -> Starlette:
    """All APIs over `tenant`. `identities` say who may call.

    `workers` bounds how many queries run at once; `quota` how many calls a minute each caller has per API, None for
    any number; `access_log` has every request logged.
    """
    identities = identities or Identities()
    layers = [Middleware(BearerToken, identities=identities)]
    if access_log:
        layers.insert(0, Middleware(AccessLog))
    if quota is not None:
        layers.append(Middleware(Quota, calls=quota))
    application = Starlette(
        routes=[
            *auth.ROUTES,
            *practice_clock.ROUTES,
            *loganalytics.ROUTES,
            *hunting.ROUTES,
            *graph.ROUTES,
            *arm.ROUTES,
        ],
        middleware=layers,
        exception_handlers={ApiError: respond, TenantError: respond_to_tenant, HTTPException: _unknown_path},
    )
    application.state.tenant = tenant
    application.state.identities = identities
    application.state.query_threads = ThreadPoolExecutor(workers, thread_name_prefix="pivotlab-query")
    return application


async def _unknown_path(request: Request, error: Exception) -> Response:
    """Starlette's own 404 and 405, in the product's body."""
    assert isinstance(error, HTTPException)
    path = f"{request.method} {request.url.path}"
    if error.status_code == 405:
        return respond(
            request, ApiError(405, "MethodNotAllowed", f"{path} does not exist; the path knows other methods.")
        )
    return respond(request, ApiError(404, "NotFound", f"{path} is not served. `pivotlab serve` prints what is."))
