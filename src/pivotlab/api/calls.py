"""One Azure Resource Manager call after the checks that every resource shares, and how it is answered."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pivotlab.api.bodies import whole_number
from pivotlab.api.errors import ApiError
from pivotlab.api.identities import Principal, Role
from pivotlab.api.odata import chosen

if TYPE_CHECKING:
    from pivotlab.tenant import Tenant

LARGEST_PAGE = 1000
"""Items per list call: our choice, where the pages are silent."""


@dataclass(frozen=True)
class Call:
    """What a resource's handler gets: the tenant, who calls, the names in the path, the query and the parsed body."""

    tenant: Tenant
    principal: Principal
    base: str
    path: str
    names: tuple[str, ...]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    if_match: str | None = None

    @property
    def properties(self) -> dict[str, Any]:
        """The body's `properties`. Raises `ApiError` 400 when there are none."""
        properties = self.body.get("properties")
        if not isinstance(properties, dict):
            raise ApiError(400, "BadRequest", "The body has no 'properties'. Send {\"properties\": {...}}.")
        return properties

    @property
    def etag(self) -> str | None:
        """The version that the caller believes to be changing: the body's `etag`, or the If-Match header."""
        etag = self.body.get("etag") or self.if_match
        return None if etag in (None, "*") else str(etag)


@dataclass(frozen=True)
class Reply:
    """A status and a body; None sends an empty one."""

    body: Mapping[str, Any] | None
    status: int = 200


Handler = Callable[[Call], Reply]


@dataclass(frozen=True)
class Operation:
    """A handler and the least role that may call it."""

    handler: Handler
    role: Role = Role.READER


Operations = Mapping[tuple[str, str], Operation]
"""(method, pattern of the address) -> operation; each resource's file exports one."""


def require(properties: Mapping[str, Any], *names: str, within: str = "properties.") -> None:
    """Raise `ApiError` 400 naming the required properties that are missing or empty, under the path that leads to them."""
    missing = [name for name in names if properties.get(name) in (None, "")]
    if missing:
        listed = ", ".join(f"'{within}{name}'" for name in missing)
        why = " A PUT replaces the resource, so send every one of them." if within else ""
        raise ApiError(400, "BadRequest", f"Required: {listed}.{why}")


def page(call: Call, items: Iterable[Mapping[str, Any]], *, default: int = LARGEST_PAGE) -> Reply:
    """The page of `items` that `$filter`, `$orderby`, `$top` and `$skipToken` ask for, with a nextLink to the rest."""
    items = chosen(items, call.query)
    top = whole_number(call.query.get("$top"), "$top", default=default, most=LARGEST_PAGE)
    start = _offset(call.query.get("$skipToken") or call.query.get("$skiptoken"))
    shown = list(islice(items, start, start + top + 1))
    body: dict[str, Any] = {"value": shown[:top]}
    if len(shown) > top:
        query = {name: value for name, value in call.query.items() if name.lower() != "$skiptoken"}
        body["nextLink"] = f"{call.base}{call.path}?{urlencode({**query, '$skipToken': _token(start + top)})}"
    return Reply(body)


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"after:{offset}".encode()).decode()


def _offset(token: str | None) -> int:
    if not token:
        return 0
    try:
        word, _, offset = base64.b64decode(token, altchars=b"-_", validate=True).decode("ascii").partition(":")
        if word == "after" and offset.isdigit() and len(offset) < 10:
            return int(offset)
    except (binascii.Error, ValueError):
        pass
    raise ApiError(400, "BadRequest", "'$skipToken' is not one that we gave out. Follow nextLink as it is.")
