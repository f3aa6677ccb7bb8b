"""How a client gets a token, and how every other request is held to having one.

Three doors, each as the real one: the cloud's metadata endpoint that msticpy asks first, the App Service
managed-identity endpoint (api-version 2019-08-01), and the Entra token endpoint for client credentials.
"""

from __future__ import annotations

import time
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from pivotlab.api.errors import ApiError, respond
from pivotlab.api.identities import TOKEN_SECONDS, Identities, Principal, Role
from pivotlab.tenant import Tenant
from pivotlab.tenant.identifiers import DOMAIN, TENANT_ID

IDENTITY_PATH = "/msi/token"
IDENTITY_API_VERSION = "2019-08-01"
OPEN_ENDINGS = ("/oauth2/v2.0/token", "/v2.0/.well-known/openid-configuration")


def base_url(request: Request) -> str:
    """Scheme, host and port under which the client reached us, without a trailing slash."""
    return str(request.base_url).rstrip("/")


def caller(request: Request) -> Principal:
    """Whoever the request's bearer token stands for; `BearerToken` has already refused anyone else."""
    principal: Principal = request.scope["principal"]
    return principal


def may(request: Request, least: Role) -> bool:
    """Whether the caller holds a role on the workspace that is enough, as the tenant has it at this moment."""
    tenant: Tenant = request.app.state.tenant
    held = tenant.people.get(caller(request).upn).roles
    return any(role.title in held for role in Role if role >= least)


async def metadata(request: Request) -> Response:
    """GET /metadata/endpoints: where this cloud's services are. All of them are here."""
    base = base_url(request)
    return JSONResponse(
        {
            "resourceManager": f"{base}/",
            "logAnalyticsResourceId": base,
            "microsoftGraphResourceId": f"{base}/",
            "authentication": {
                "loginEndpoint": f"{base}/",
                "audiences": [f"{base}/"],
                "tenant": "common",
                "identityProvider": "AAD",
            },
            "suffixes": {"keyVaultDns": "vault.invalid", "storage": "core.invalid"},
            "portal": base,
            "name": "PivotlabPractice",
        }
    )


async def managed_identity(request: Request) -> Response:
    """GET /msi/token: an App Service managed identity's token; needs the secret in `X-IDENTITY-HEADER`."""
    identities: Identities = request.app.state.identities
    if not identities.is_identity_header(request.headers.get("x-identity-header", "")):
        return _identity_error(401, "the X-IDENTITY-HEADER header is missing or is not the value of IDENTITY_HEADER")
    if (version := request.query_params.get("api-version")) != IDENTITY_API_VERSION:
        return _identity_error(400, f"api-version must be {IDENTITY_API_VERSION}, not {version}")
    if not (resource := request.query_params.get("resource")):
        return _identity_error(400, "the resource parameter is missing")
    token = identities.token(identities.learner.principal.role)
    expires = str(int(time.time()) + TOKEN_SECONDS)
    return JSONResponse(
        {
            "access_token": token,
            "client_id": identities.learner.client_id,
            "expires_on": expires,
            "not_before": str(int(time.time())),
            "resource": resource,
            "token_type": "Bearer",
        }
    )


async def openid_configuration(request: Request) -> Response:
    """GET /{tenant}/v2.0/.well-known/openid-configuration: what Microsoft's sign-in library asks for first."""
    authority = f"{base_url(request)}/{request.path_params['tenant']}"
    return JSONResponse(
        {
            "issuer": f"{authority}/v2.0",
            "authorization_endpoint": f"{authority}/oauth2/v2.0/authorize",
            "token_endpoint": f"{authority}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{authority}/oauth2/v2.0/devicecode",
            "jwks_uri": f"{authority}/discovery/v2.0/keys",
            "response_types_supported": ["token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
    )


async def token(request: Request) -> Response:
    """POST /{tenant}/oauth2/v2.0/token: the client-credentials grant, with Entra's error bodies."""
    identities: Identities = request.app.state.identities
    form = {key: values[0] for key, values in parse_qs((await request.body()).decode("latin-1")).items()}
    tenant = request.path_params["tenant"]
    if tenant.lower() not in (TENANT_ID, DOMAIN):
        return _token_error(400, "invalid_request", 90002, f"Tenant '{tenant}' not found. This one is {TENANT_ID}.")
    if form.get("grant_type") != "client_credentials":
        return _token_error(400, "unsupported_grant_type", 70003, "Only grant_type=client_credentials works here.")
    if not form.get("scope"):
        return _token_error(400, "invalid_request", 900144, "The request body must contain the parameter 'scope'.")
    client = identities.client(form.get("client_id", ""))
    if client is None:
        return _token_error(400, "unauthorized_client", 700016, "There is no app registration with that client_id.")
    if not compare_digest(form.get("client_secret", "").encode(), client.secret.encode()):
        return _token_error(401, "invalid_client", 7000215, "Invalid client secret provided.")
    return JSONResponse(
        {
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "ext_expires_in": TOKEN_SECONDS,
            "access_token": identities.token(client.principal.role),
        }
    )


ROUTES = [
    Route("/metadata/endpoints", metadata),
    Route(IDENTITY_PATH, managed_identity),
    Route("/{tenant}/v2.0/.well-known/openid-configuration", openid_configuration),
    Route("/{tenant}/oauth2/v2.0/token", token, methods=["POST"]),
]


class BearerToken:
    """ASGI middleware: 401 in the product's words unless the request carries a token that we gave out."""

    def __init__(self, app: ASGIApp, identities: Identities) -> None:
        self._app, self._identities = app, identities

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or note the principal in the scope and go on."""
        if scope["type"] != "http" or is_open(scope["path"]):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        principal = self._identities.principal(given.strip()) if scheme.lower() == "bearer" else None
        if principal is None:
            await respond(request, _unauthenticated(scope["path"], bool(given)))(scope, receive, send)
            return
        scope["principal"] = principal
        await self._app(scope, receive, send)


def is_open(path: str) -> bool:
    """Whether a path is one of the doors at which a client has no token yet."""
    return path in ("/metadata/endpoints", IDENTITY_PATH) or path.endswith(OPEN_ENDINGS)


def _unauthenticated(path: str, given: bool) -> ApiError:
    message = (
        "The access token was not given out by this practice tenant, or by one that has been closed since. "
        "Connect again."
        if given
        else "Authentication failed. The 'Authorization' header is missing; send 'Authorization: Bearer <token>'."
    )
    code = "InvalidAuthenticationToken" if path.startswith("/v1.0/") else "AuthenticationFailed"
    return ApiError(401, code, message, headers={"WWW-Authenticate": 'Bearer authorization_uri="/"'})


def _identity_error(status: int, why: str) -> Response:
    return JSONResponse({"statusCode": status, "message": f"The managed identity gives no token: {why}."}, status)


def _token_error(status: int, error: str, number: int, message: str) -> Response:
    body: dict[str, Any] = {"error": error, "error_description": f"AADSTS{number}: {message}", "error_codes": [number]}
    return JSONResponse(body, status)
