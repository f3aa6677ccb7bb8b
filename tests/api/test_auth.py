"""Tokens: three doors to get one, and 401 for whoever comes without."""

from __future__ import annotations

import httpx
import pytest

from pivotlab.api import Server
from pivotlab.api.identities import Role
from pivotlab.tenant.identifiers import TENANT_ID, WORKSPACE_ID, WORKSPACE_PATH

TOKEN_PATH = f"/{TENANT_ID}/oauth2/v2.0/token"
ARM = f"{WORKSPACE_PATH}/providers/Microsoft.SecurityInsights/incidents?api-version=2025-09-01"
PROTECTED = [
    ("GET", ARM),
    ("GET", "/v1.0/security/incidents"),
    ("POST", "/v1.0/security/runHuntingQuery"),
    ("POST", f"/v1/workspaces/{WORKSPACE_ID}/query"),
    ("POST", "/api/advancedqueries/run"),
    ("GET", "/nothing/here"),
]


def form(server: Server, **changes: str) -> dict[str, str]:
    learner = server.identities.learner
    return {
        "grant_type": "client_credentials",
        "scope": "x/.default",
        "client_id": learner.client_id,
        "client_secret": learner.secret,
        **changes,
    }


def test_metadata_points_every_service_at_this_server(stranger: httpx.Client, served: Server) -> None:
    found = stranger.get("/metadata/endpoints?api-version=latest").json()
    assert found["resourceManager"] == f"{served.url}/"
    assert found["logAnalyticsResourceId"] == served.url
    assert found["microsoftGraphResourceId"] == f"{served.url}/"
    assert found["authentication"]["loginEndpoint"] == f"{served.url}/"


@pytest.mark.parametrize(("method", "path"), PROTECTED)
def test_a_request_without_a_token_gets_401(stranger: httpx.Client, method: str, path: str) -> None:
    answer = stranger.request(method, path, json={})
    assert answer.status_code == 401
    assert "Authorization" in answer.json()["error"]["message"]
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer", "Bearer wrong", "Basic {token}", "{token}"])
def test_only_a_token_that_we_gave_out_counts(stranger: httpx.Client, served: Server, header: str) -> None:
    given = header.format(token=served.identities.token(Role.CONTRIBUTOR))
    assert stranger.get(ARM, headers={"Authorization": given}).status_code == 401


def test_a_managed_identity_gets_a_token_that_works(stranger: httpx.Client, served: Server) -> None:
    header = {"X-IDENTITY-HEADER": served.identities.identity_header}
    given = stranger.get("/msi/token?resource=https://x&api-version=2019-08-01", headers=header).json()
    assert given["token_type"] == "Bearer"
    assert given["resource"] == "https://x"
    assert stranger.get(ARM, headers={"Authorization": f"Bearer {given['access_token']}"}).status_code == 200


@pytest.mark.parametrize("header", [{}, {"X-IDENTITY-HEADER": "guess"}])
def test_a_managed_identity_without_the_secret_header_gets_nothing(
    stranger: httpx.Client, header: dict[str, str]
) -> None:
    answer = stranger.get("/msi/token?resource=https://x&api-version=2019-08-01", headers=header)
    assert answer.status_code == 401
    assert "access_token" not in answer.json()


@pytest.mark.parametrize("query", ["resource=https://x", "api-version=2019-08-01", "resource=x&api-version=2017-09-01"])
def test_a_managed_identity_request_has_a_version_and_a_resource(
    stranger: httpx.Client, served: Server, query: str
) -> None:
    header = {"X-IDENTITY-HEADER": served.identities.identity_header}
    assert stranger.get(f"/msi/token?{query}", headers=header).status_code == 400


def test_client_credentials_get_a_token_that_works(stranger: httpx.Client, served: Server) -> None:
    given = stranger.post(TOKEN_PATH, data=form(served)).json()
    assert given["expires_in"] > 3600
    assert stranger.get(ARM, headers={"Authorization": f"Bearer {given['access_token']}"}).status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "error", "number"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_id": "unknown"}, 400, "unauthorized_client", 700016),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"scope": ""}, 400, "invalid_request", 900144),
    ],
)
def test_wrong_credentials_are_refused_in_the_words_of_entra(
    stranger: httpx.Client, served: Server, changes: dict[str, str], status: int, error: str, number: int
) -> None:
    answer = stranger.post(TOKEN_PATH, data=form(served, **changes))
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["error_description"].startswith(f"AADSTS{number}:")


def test_another_tenant_is_unknown(stranger: httpx.Client, served: Server) -> None:
    other = "00000000-0000-0000-0000-000000000001"
    assert stranger.post(f"/{other}/oauth2/v2.0/token", data=form(served)).status_code == 400


def test_each_role_has_an_app_registration_of_its_own(served: Server) -> None:
    clients = [served.identities.clients[role] for role in Role]
    assert len({client.client_id for client in clients}) == len({client.secret for client in clients}) == 3
    assert [client.principal.role for client in clients] == list(Role)


def test_secrets_and_tokens_differ_from_server_to_server(served: Server) -> None:
    from pivotlab.api.identities import Identities

    other = Identities()
    assert other.identity_header != served.identities.identity_header
    assert other.token(Role.READER) != served.identities.token(Role.READER)
    assert served.identities.principal(other.token(Role.READER)) is None
