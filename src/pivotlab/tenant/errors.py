"""What the tenant answers when it does not do as asked. The API turns each class into a status of its own."""

from __future__ import annotations

from pivotlab.short_errors import ShortError


class TenantError(ShortError):
    """The tenant refused. The message says what happened, what it means and what to do next."""


class NotFound(TenantError):  # noqa: N818 - reads as the product's own answer
    """There is no such incident, alert, rule or item (404)."""


class Invalid(TenantError):  # noqa: N818
    """A value that the product does not accept (400)."""


class Conflict(TenantError):  # noqa: N818
    """A stale etag: somebody else changed the thing meanwhile (409 or 412)."""


class Forbidden(TenantError):  # noqa: N818
    """The person lacks a role or licence (403)."""


class Refused(TenantError):  # noqa: N818
    """A documented rule of the product forbids it (400 or 409). `fact` is the rule's id in `data/facts.yaml`."""

    def __init__(self, message: str, fact: str = "") -> None:
        super().__init__(message + (f" (fact {fact})" if fact else ""))
        self.fact = fact
