"""Errors as each product words them. An endpoint raises `ApiError`; the family of the path decides the body's shape."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pivotlab.tenant import Conflict, Forbidden, NotFound, TenantError

_STATUSES: tuple[tuple[type[TenantError], int, str], ...] = (
    (NotFound, 404, "NotFound"),
    (Conflict, 409, "Conflict"),
    (Forbidden, 403, "Forbidden"),
    (TenantError, 400, "BadRequest"),
)


class ApiError(Exception):
    """A refusal that a client is meant to read.

    `code` is the product's error code, `inner` the code and message of an `innererror`, outermost first.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        inner: tuple[tuple[str, str], ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.inner = status, code, message, inner
        self.headers = dict(headers or {})


def respond(request: Request, error: Exception) -> Response:
    """Turn an `ApiError` into the error body of the API that the request went to."""
    assert isinstance(error, ApiError)
    return JSONResponse(body_of(request.url.path, error), error.status, error.headers)


def respond_to_tenant(request: Request, error: Exception) -> Response:
    """Turn the tenant's own refusal into a status: each of its classes has one.

    The products' documents do not say which status a documented rule gets; 400 for a `Refused` is our choice.
    """
    assert isinstance(error, TenantError)
    status, code = next((status, code) for kind, status, code in _STATUSES if isinstance(error, kind))
    if status == 409 and request.headers.get("if-match"):
        status, code = 412, "PreconditionFailed"
    return respond(request, ApiError(status, code, str(error)))


def body_of(path: str, error: ApiError) -> dict[str, Any]:
    """The error body: Graph's under `/v1.0`, otherwise ARM's, which Log Analytics nests deeper (`innererror`)."""
    body: dict[str, Any] = {"code": error.code, "message": error.message}
    if path.startswith(("/v1.0/", "/beta/")):
        request_id = str(uuid.uuid4())
        body["innerError"] = {"request-id": request_id, "client-request-id": request_id}
    elif path.startswith("/v1/"):
        at = body
        for code, message in error.inner:
            at["innererror"] = {"code": code, "message": message}
            at = at["innererror"]
    return {"error": body}


def not_found(what: str, name: str) -> ApiError:
    """404 for a resource that is not there."""
    return ApiError(404, "NotFound", f"There is no {what} '{name}'. List the collection to see what exists.")
