"""People and moments as SecurityInsights writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pivotlab.tenant.identifiers import object_id


def user_info(upn: str) -> dict[str, Any]:
    """A person as `createdBy`, `updatedBy` and `author` show one. A product that acts has a name and no account.

    >>> user_info("robin.reader@contoso.example")["name"]
    'Robin Reader'
    """
    if "@" not in upn:
        return {"objectId": None, "email": None, "name": upn, "userPrincipalName": None}
    name = upn.partition("@")[0].replace(".", " ").title()
    return {"objectId": object_id(upn), "email": upn, "name": name, "userPrincipalName": upn}


def stamp(moment: datetime) -> str:
    """A moment in ISO 8601, UTC, with a Z.

    >>> stamp(datetime(2026, 11, 3, 8, tzinfo=UTC))
    '2026-11-03T08:00:00Z'
    """
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def stamp_or_none(moment: datetime | None) -> str | None:
    """A moment as `stamp` writes it, or None."""
    return None if moment is None else stamp(moment)
