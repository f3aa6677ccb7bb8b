"""Who may call the tenant, as what, and with which token."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import IntEnum
from hmac import compare_digest

from pivotlab.model import stable_guid
from pivotlab.tenant.identifiers import DOMAIN, object_id

TOKEN_SECONDS = 86_399
"""Lifetime that a token announces. Ours stay valid for as long as the server runs."""


class Role(IntEnum):
    """Azure roles of a Sentinel workspace; each may do what the ones below it may (fact rbac-01)."""

    READER = 1
    RESPONDER = 2
    CONTRIBUTOR = 3

    @property
    def title(self) -> str:
        """The role's name in Azure."""
        return f"Microsoft Sentinel {self.name.capitalize()}"


@dataclass(frozen=True)
class Principal:
    """A caller: who, and with which role."""

    name: str
    upn: str
    role: Role

    @property
    def object_id(self) -> str:
        """The caller's Entra object id; the same on every run."""
        return object_id(self.upn)


@dataclass(frozen=True)
class Client:
    """An app registration: its credentials, and the principal that a token for it stands for."""

    client_id: str
    secret: str
    principal: Principal


PRINCIPALS = (
    Principal("Robin Reader", f"robin.reader@{DOMAIN}", Role.READER),
    Principal("Sasha Responder", f"sasha.responder@{DOMAIN}", Role.RESPONDER),
    Principal("Alex Analyst", f"alex.analyst@{DOMAIN}", Role.CONTRIBUTOR),
)


class Identities:
    """The tenant's app registrations, one per role, and the tokens given out so far. Secrets are new on every run."""

    def __init__(self) -> None:
        self.identity_header = secrets.token_urlsafe(24)
        self.clients = {
            principal.role: Client(
                stable_guid("app registration", principal.role.name), secrets.token_urlsafe(24), principal
            )
            for principal in PRINCIPALS
        }
        self._tokens: dict[str, Principal] = {}
        self._given = {role: self._new_token(client.principal) for role, client in self.clients.items()}

    @property
    def learner(self) -> Client:
        """The one that a notebook's environment is prepared with: Contributor."""
        return self.clients[Role.CONTRIBUTOR]

    def token(self, role: Role) -> str:
        """The bearer token of a role."""
        return self._given[role]

    def principal(self, token: str) -> Principal | None:
        """Whom a bearer token stands for; None when we did not give it out."""
        return self._tokens.get(token)

    def client(self, client_id: str) -> Client | None:
        """The app registration with that id."""
        return next((client for client in self.clients.values() if client.client_id == client_id), None)

    def is_identity_header(self, value: str) -> bool:
        """Whether `X-IDENTITY-HEADER` carries this server's secret."""
        return compare_digest(value.encode(), self.identity_header.encode())

    def _new_token(self, principal: Principal) -> str:
        token = f"pivotlab-{principal.role.name.lower()}-{secrets.token_urlsafe(24)}"
        self._tokens[token] = principal
        return token
