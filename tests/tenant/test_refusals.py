"""What the tenant refuses changes nothing: it is not journalled, so a half of it would be gone after reopening."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pivotlab.tenant import Invalid, Tenant

LONG = "x" * 30_001


REFUSED: dict[str, Callable[[Tenant], object]] = {
    "merge": lambda tenant: tenant.defender.merge([i.id for i in tenant.defender.records], comment=LONG),
    "move to a fresh one": lambda tenant: tenant.defender.move_alerts(["da1"], comment=LONG),
    "move": lambda tenant: tenant.defender.move_alerts(["da1"], tenant.defender.records[1].id, comment=LONG),
    "create": lambda tenant: tenant.sentinel.create({"title": "Ghost", "severity": "Bogus", "status": "New"}),
    "create by name": lambda tenant: tenant.sentinel.create(
        {"title": "Ghost", "severity": "Low", "status": "New", "first_activity": "soon"}, name="ghost"
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_refused_change_leaves_everything_as_it_was(tenant: Tenant, what: str) -> None:
    tenant.snapshot()  # hands rows over to the tables
    before = tenant.snapshot()
    with pytest.raises(Invalid):
        REFUSED[what](tenant)
    assert tenant.snapshot().rooms == before.rooms
