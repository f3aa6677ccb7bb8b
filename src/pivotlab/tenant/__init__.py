"""The practice tenant: Defender XDR, Sentinel, and what connects them. `Tenant` is the class that others hold.

It is imported when it is first used: the command line composes this room's command without loading DuckDB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pivotlab.tenant.errors import Conflict, Forbidden, Invalid, NotFound, Refused, TenantError

if TYPE_CHECKING:
    from pivotlab.tenant.practice import Tenant

__all__ = ["Conflict", "Forbidden", "Invalid", "NotFound", "Refused", "Tenant", "TenantError"]


def __getattr__(name: str) -> Any:
    if name == "Tenant":
        from pivotlab.tenant.practice import Tenant

        return Tenant
    raise AttributeError(f"pivotlab.tenant has no {name!r}; it offers {', '.join(__all__)}.")
