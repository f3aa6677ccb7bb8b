"""What a cell shows when its last line is a part of the tenant."""

from __future__ import annotations

import pytest

from pivotlab.tenant import Tenant


@pytest.fixture(scope="module")
def connected() -> Tenant:
    return Tenant.open()


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("tenant.onboarding", "<Onboarding: law-contoso-soc (primary)>"),
        ("tenant.connector", "<Connector for Microsoft Defender XDR: connected, 21 tables streamed>"),
        ("tenant.defender.incident('1094')", "<Incident 1094: Suspicious inbox forwarding on one mailbox; "),
        ("tenant.sentinel.get('53')", "<Sentinel incident 53: Suspicious inbox forwarding on one mailbox; "),
        ("tenant.sentinel.bookmarks", "<bookmarks: nothing>"),
        ("tenant.sentinel.bookmarks.put('one', {'a': 1})", "Made <one: revision 1, 2026-11-03 08:00 UTC>"),
        ("tenant.sentinel.bookmarks.put('one', {'a': 2})", "Changed <one: revision 2, 2026-11-03 08:00 UTC>"),
        ("tenant.sentinel.bookmarks", "<bookmarks: one>"),
    ],
)
def test_a_part_of_the_tenant_shows_in_a_line(connected: Tenant, line: str, shown: str) -> None:
    assert repr(eval(line, {"tenant": connected})).startswith(shown)


def test_what_put_returns_can_be_taken_apart(connected: Tenant) -> None:
    item, fresh = connected.sentinel.bookmarks.put("two", {"a": 1})
    assert (item.name, fresh) == ("two", True)


def test_an_alert_of_a_rehearsal_does_not_say_so(tenant: Tenant) -> None:
    incident = tenant.rehearse("Suspicious process")
    assert incident is not None
    alert = tenant.defender.alert(incident.alert_ids[0])
    assert alert.description == "Activity that Microsoft Defender for Endpoint looks out for."
