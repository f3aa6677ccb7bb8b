"""A request's query put to an engine, and an engine's refusal put in the product's words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pandas as pd
from starlette.requests import Request

from pivotlab.api.auth import caller, may
from pivotlab.api.errors import ApiError
from pivotlab.api.identities import Role
from pivotlab.api.timespans import window
from pivotlab.kql import Engine, KqlError, KqlLimit, KqlUnsupported


async def run(
    request: Request, query: object, engine: Callable[[], Engine], *, timespan: object, refusal: str, denial: str
) -> pd.DataFrame:
    """The rows of `query` on `engine()`, over the events of `timespan` when there is one, from a query thread.

    `denial` and `refusal` are the product's codes for a caller who may not read and for a query that it does not take:
    `BadArgumentError` in Log Analytics, `BadRequest` in advanced hunting. A valid query that the practice engine does
    not run offline, or that hits its limits, gets the latter too: the products have no code for the former.
    """
    if not may(request, Role.READER):
        who = caller(request).upn
        raise ApiError(403, denial, f"{who} may not read this. {Role.READER.title} on the workspace would do.")
    if not isinstance(query, str) or not query.strip():
        raise ApiError(400, refusal, "The request has no query. Send it in the body, as text.")
    within = window(timespan, request.app.state.tenant.now, refusal)
    threads = request.app.state.query_threads
    try:
        return await asyncio.get_running_loop().run_in_executor(threads, lambda: engine().run(query, within))
    except KqlError as error:
        raise _refused(refusal, "SyntaxError", "The query is not valid.", error) from error
    except KqlUnsupported as error:
        raise _refused(refusal, "Unsupported", "Valid KQL that the practice engine does not run.", error) from error
    except KqlLimit as error:
        raise _refused(refusal, "LimitExceeded", "The query hit a limit of the practice engine.", error) from error


def _refused(code: str, inner: str, summary: str, error: Exception) -> ApiError:
    return ApiError(400, code, f"{summary} {error}", inner=((inner, str(error)),))
