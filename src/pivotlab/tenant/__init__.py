"""The practice tenant: Defender XDR, Sentinel, and what connects them. `Tenant` is the class that others hold."""

from pivotlab.tenant.errors import Conflict, Forbidden, Invalid, NotFound, Refused, TenantError
from pivotlab.tenant.practice import Tenant

__all__ = ["Conflict", "Forbidden", "Invalid", "NotFound", "Refused", "Tenant", "TenantError"]
