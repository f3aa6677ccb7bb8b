"""Who works in the practice company, and which roles they hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pivotlab.tenant.errors import Forbidden, NotFound
from pivotlab.tenant.identifiers import DOMAIN, TENANT_ID
from pivotlab.tenant.journal import Journal, operation

SECURITY_ADMINISTRATOR = "Security Administrator"
OWNER = "Owner"
USER_ACCESS_ADMINISTRATOR = "User Access Administrator"
READER, RESPONDER, CONTRIBUTOR = (f"Microsoft Sentinel {role}" for role in ("Reader", "Responder", "Contributor"))
WRITERS = frozenset({OWNER, "Contributor", CONTRIBUTOR, "Log Analytics Contributor"})
"""Azure roles that may read and write the workspace."""

LEAD = f"sam.lead@{DOMAIN}"
"""Who may do everything; the default of operations that set the tenant up."""

ANALYST = f"analyst@{DOMAIN}"
"""Who works on incidents, unless somebody is named."""


@dataclass(slots=True)
class Person:
    """One account. `roles` are Entra roles and Azure roles on the workspace's subscription, by their names."""

    upn: str
    roles: set[str] = field(default_factory=set)
    tenant_id: str = TENANT_ID

    @property
    def is_local(self) -> bool:
        """Whether the account is of the workspace's own Entra tenant."""
        return self.tenant_id == TENANT_ID


class People:
    """The accounts that can act on the tenant."""

    room = "people"

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._people = {
            person.upn: person
            for person in (
                Person(LEAD, {SECURITY_ADMINISTRATOR, OWNER, CONTRIBUTOR}),
                Person(f"alex.analyst@{DOMAIN}", {CONTRIBUTOR}),
                Person(f"sasha.responder@{DOMAIN}", {RESPONDER}),
                Person(f"robin.reader@{DOMAIN}", {READER}),
                Person("morgan.guest@partner.example", {SECURITY_ADMINISTRATOR, OWNER}, "another tenant"),
            )
        }

    def get(self, upn: str) -> Person:
        """One account. Raises `NotFound`."""
        try:
            return self._people[upn.lower()]
        except KeyError:
            raise NotFound(f"There is no account {upn}. There are {', '.join(self._people)}.") from None

    def __iter__(self) -> Iterator[Person]:
        return iter(self._people.values())

    @operation
    def grant(self, upn: str, role: str) -> None:
        """Give a role."""
        self.get(upn).roles.add(role)

    @operation
    def revoke(self, upn: str, role: str) -> None:
        """Take a role away."""
        self.get(upn).roles.discard(role)

    def may_connect(self, upn: str) -> None:
        """Check the rights that the connector's settings need (facts prereq-02 to prereq-04). Raises `Forbidden`."""
        person = self.get(upn)
        if not person.is_local:
            raise Forbidden(
                f"{upn} belongs to another Entra tenant. Only accounts of the workspace's own tenant can change the "
                "connector (fact prereq-04)."
            )
        if SECURITY_ADMINISTRATOR not in person.roles:
            raise Forbidden(f"{upn} is no {SECURITY_ADMINISTRATOR}, which the connector needs (fact prereq-02).")
        if not person.roles & WRITERS:
            raise Forbidden(f"{upn} cannot read and write the workspace. {CONTRIBUTOR} would do (fact prereq-03).")

    def may_onboard(self, upn: str) -> None:
        """Check the rights that onboarding needs (fact prereq-07). Raises `Forbidden`."""
        person = self.get(upn)
        if SECURITY_ADMINISTRATOR not in person.roles:
            raise Forbidden(f"{upn} is no {SECURITY_ADMINISTRATOR}, which onboarding needs (fact prereq-07).")
        if OWNER not in person.roles and not {USER_ACCESS_ADMINISTRATOR, CONTRIBUTOR} <= person.roles:
            raise Forbidden(
                f"{upn} is neither {OWNER}, nor {USER_ACCESS_ADMINISTRATOR} with {CONTRIBUTOR} (fact prereq-07)."
            )
