"""What each view says and does, driven from Python: the same presses as in the browser, and the text twin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest

import pivotlab as lab
from pivotlab.portal.blocks import Links
from pivotlab.portal.links import MOST, drawing
from pivotlab.portal.view import _catch_up as after_cell
from pivotlab.tenant import NotFound, Tenant


@pytest.fixture(scope="module")
def opened() -> Iterator[Tenant]:
    with Tenant.open() as tenant:
        yield tenant


@pytest.fixture
def tenant(opened: Tenant) -> Iterator[Tenant]:
    """A connected tenant at the start of its clock, whatever the test before did to it."""
    start = opened.snapshot()
    yield opened
    opened.restore(start)


@pytest.fixture
def bare() -> Iterator[Tenant]:
    with Tenant.open(connected=False) as tenant:
        yield tenant


class TestConnectorPage:
    def test_a_refusal_is_said_in_place_with_the_call_that_met_it(self, bare: Tenant) -> None:
        page = lab.connector_page(bare)
        said = page.press("connect", "incidents", turn_off=True)
        assert said.tone == "wrong" and "prereq-05" in said.text
        assert said.code == "tenant.connector.connect(turn_off_creation_rules=True, by='sam.lead@contoso.example')"
        step = str(page).split("Step 1.")[1].split("Step 2.")[0]
        assert said.text in step
        assert not bare.connector.connected

    def test_the_three_steps_connect_the_tenant(self, bare: Tenant) -> None:
        page = lab.connector_page(bare)
        page.press("install", "solution")
        page.press("connect", "incidents", turn_off=True)
        page.press("entities", "entities", directory=True)
        page.press("apply", "events", **{"Microsoft Defender for Identity": ["IdentityLogonEvents"]})
        assert bare.connector.installed and bare.connector.connected and bare.connector.entities_on
        assert bare.connector.streamed == ("IdentityLogonEvents",)
        assert "1 of 21 tables" in str(page)

    def test_unticking_stops_what_was_streamed_and_leaves_the_rest(self, bare: Tenant) -> None:
        page = lab.connector_page(bare)
        page.press("install", "solution")
        page.press("apply", "events", **{"Microsoft Defender alerts": ["AlertInfo", "AlertEvidence"]})
        said = page.press("apply", "events", **{"Microsoft Defender alerts": ["AlertInfo"]})
        assert bare.connector.streamed == ("AlertInfo",)
        assert said.code == "tenant.connector.stop_streaming(['AlertEvidence'], by='sam.lead@contoso.example')"

    def test_the_box_left_unticked_leaves_creation_rules_on(self, bare: Tenant) -> None:
        rule = {
            "displayName": "Incidents of Endpoint",
            "enabled": True,
            "productFilter": "Microsoft Defender for Endpoint",
        }
        bare.sentinel.alert_rules.put("r1", rule, "MicrosoftSecurityIncidentCreation")
        page = lab.connector_page(bare)
        page.press("install", "solution")
        page.press("connect", "incidents", turn_off=False)
        assert bare.connector.creation_rules == ["Incidents of Endpoint"]
        assert "Incidents of Endpoint" in str(page)

    def test_whoever_acts_needs_the_rights(self, bare: Tenant) -> None:
        page = lab.connector_page(bare)
        page.press("act as", "actor", person="robin.reader@contoso.example")
        assert "prereq-02" in page.press("install", "solution").text
        assert not bare.connector.installed

    def test_onboarding_turns_it_into_the_defender_portals_page(self, bare: Tenant) -> None:
        page = lab.connector_page(bare)
        page.press("onboard", "route")
        assert bare.connector.connected
        assert "Step 1" not in str(page) and "Connected by itself" in str(page)
        page.press("offboard", "route")
        assert not bare.connector.connected
        assert "Step 1" in str(page)


class TestQueues:
    def test_closing_in_defender_closes_the_twin_and_marks_both(self, tenant: Tenant) -> None:
        view = lab.queues(tenant)
        twin = next(record for record in tenant.sentinel.records if record.provider_incident_id == "1094")
        view.press("open", incident="1094")
        view.press("defender", "defender", status="resolved", classification="truePositive", determination="phishing")
        view_text = str(view)
        assert (twin.status, twin.classification) == ("Closed", "TruePositive")
        assert "resolved *changed" in view_text and "Closed *changed" in view_text

    def test_closing_in_sentinel_resolves_it_in_defender(self, tenant: Tenant) -> None:
        view = lab.queues(tenant)
        view.press("open", incident="1093")
        said = view.press(
            "sentinel",
            "sentinel",
            owner="sasha.responder@contoso.example",
            status="Closed",
            verdict="BenignPositive - SuspiciousButExpected",
            comment="Agreed test.",
        )
        incident = tenant.defender.incident("1093")
        assert said.tone == "right"
        assert incident.status == "resolved" and incident.assigned_to == "sasha.responder@contoso.example"
        assert incident.classification == "informationalExpectedActivity"
        assert [comment.text for comment in incident.comments] == ["Agreed test."]

    def test_a_new_incident_is_on_its_way_for_five_minutes(self, tenant: Tenant) -> None:
        view = lab.queues(tenant)
        arose = datetime.fromisoformat("2026-11-03T08:27:06+00:00")  # the first alert of the practice future
        view.press("advance", "clock", minutes=29)
        assert "1095 (Email reported by user as malware or \u2026 *new" in str(view)
        assert "due 08:32:06" in str(view) and "1 incident not in Sentinel yet" in str(view)
        assert tenant.under_way == {"1095": arose.replace(minute=32)}
        view.press("advance", "clock", minutes=5)
        assert "54 (Low) *arrived" in str(view) and tenant.under_way == {}

    def test_without_the_connector_a_pair_reads_as_cut(self, tenant: Tenant) -> None:
        tenant.onboarding.offboard()
        assert "cut (the connector is off)" in str(lab.queues(tenant))

    def test_only_what_differs_is_sent(self, tenant: Tenant) -> None:
        view = lab.queues(tenant)
        view.press("open", incident="1094")
        same = view.press("defender", "defender", status="active", assigned_to="", comment="  ")
        assert (same.text, same.code) == ("", "")
        said = view.press("defender", "defender", status="inProgress", assigned_to="")
        assert said.code == "tenant.defender.update('1094', status='inProgress', by='alex.analyst@contoso.example')"

    def test_what_the_tenant_refuses_is_said_where_it_was_asked(self, tenant: Tenant) -> None:
        view = lab.queues(tenant)
        view.press("open", incident="1094")
        said = view.press("defender", "defender", comment="x" * 30_001)
        assert said.tone == "wrong" and "30,000" in said.text
        assert said.text in str(view).split("In Defender XDR: 1094")[1].split("In Sentinel")[0]

    def test_a_merged_incident_stays_in_sentinels_queue_alone(self, tenant: Tenant) -> None:
        tenant.defender.merge(["1092", "1094"])
        text = str(lab.queues(tenant))
        assert "merged (into 1092 (sync-14))" in text
        assert "\n1094 " not in text
        assert re.search(r"^ *Sentinel 53 \(Suspicious inbox", text, re.MULTILINE)

    def test_the_queue_is_leafed_through(self, tenant: Tenant) -> None:
        view = lab.queues(tenant, rows=20)
        view.press("page", by=20)
        view.press("page", by=20)
        assert "Incidents 41 to 53 of 53" in str(view)


class TestIncidentPage:
    def test_the_drawing_ties_alerts_to_the_entities_that_they_share(self, tenant: Tenant) -> None:
        alerts = tenant.defender.alert_records("1087")
        drawn = drawing(alerts)
        assert isinstance(drawn, Links)
        assert [label for label, _, _ in drawn.left] == [alert.title for alert in alerts]
        device = next(at for at, (label, _, _) in enumerate(drawn.right) if label == "ch-lt6815")
        touched = {alerts[left].title for left, right in drawn.lines if right == device}
        names = [
            {str(piece.fields.get("hostName")) for piece in alert.evidence if piece.kind == "device"}
            for alert in alerts
        ]
        assert touched == {alert.title for alert, hosts in zip(alerts, names, strict=True) if "ch-lt6815" in hosts}

    def test_a_long_incident_is_drawn_in_groups_and_told_in_full(self, tenant: Tenant) -> None:
        alerts = tenant.defender.alert_records("1090")
        drawn = drawing(alerts)
        assert len(drawn.left) <= MOST and len(drawn.right) <= MOST
        assert drawn.left[0][0].startswith("186 \u00d7 ")
        assert drawn.alt.startswith("187 alerts and 198 entities, of which 14 are drawn.")

    def test_the_page_tells_both_sides_and_what_happened(self, tenant: Tenant) -> None:
        text = str(lab.incident_page(tenant, "1094"))
        assert "active in Defender XDR, New in Sentinel" in text
        assert "Suspicious email forwarding activity" in text.split("Activity")[1]

    def test_a_merged_incident_says_where_its_alerts_are(self, tenant: Tenant) -> None:
        page = lab.incident_page(tenant, "1094")
        tenant.defender.merge(["1092", "1094"])
        assert "merged into incident 1092" in str(page)

    def test_an_incident_that_does_not_exist_is_refused(self, tenant: Tenant) -> None:
        with pytest.raises(NotFound, match="no incident 7"):
            lab.incident_page(tenant, "7")


class TestTimelineAndCosts:
    def test_the_timeline_shows_the_hours_and_the_subject_asked_for(self, tenant: Tenant) -> None:
        frame = tenant.timeline()
        view = lab.timeline(tenant, hours=0)
        assert f"{len(frame)} entries" in str(view)
        view.press("filter", "filters", hours="0", subject="1094")
        assert f"{(frame['Subject'] == '1094').sum()} entries" in str(view)
        view.press("filter", "filters", hours="1", subject="")
        assert "Nothing happened in the last hour." in str(view)

    def test_the_lanes_show_every_place_that_the_timeline_names(self, tenant: Tenant) -> None:
        tenant.rehearse("Files copied", "microsoftInsiderRiskManagement")
        case = tenant.defender.alert_records()[-1].id
        tenant.defender.update_alert(case, status="resolved", classification="truePositive")
        tenant.connector.stop_streaming(["EmailEvents"])
        tenant.automation.run_playbook(tenant.sentinel.records[0].name, "/workflows/notify")
        tenant.advance(minutes=30)
        places = set(tenant.timeline()["Where"])
        assert "Purview" in places
        text = " ".join(str(lab.timeline(tenant, hours=0)).split())
        described = text.partition(" UTC: ")[2].partition(". The table below")[0]
        assert [place for place in places if f"{place} " not in described] == []

    def test_the_costs_are_the_tenants_ledger(self, tenant: Tenant) -> None:
        ledger = tenant.costs()
        text = str(lab.costs(tenant))
        charged, total = ledger["Charged MB"].sum(), ledger["MB"].sum()
        assert f"{charged:.1f} MB ({charged / total:.0%} of {total:.1f} MB)" in text
        assert all(name in text for name in ledger["Table"])


class TestEveryView:
    def test_a_view_says_that_it_is_not_the_portal(self, tenant: Tenant) -> None:
        for view in (lab.queues(tenant), lab.connector_page(tenant), lab.incident_page(tenant, "1094")):
            assert "A practice view, not the portal." in str(view)

    def test_a_stored_notebook_reads_as_the_whole_text(self, tenant: Tenant) -> None:
        view = lab.queues(tenant)
        assert view._repr_mimebundle_()["text/plain"] == str(view)

    def test_what_is_done_in_one_view_shows_in_another_of_the_same_tenant(self, tenant: Tenant) -> None:
        queue, page = lab.queues(tenant), lab.incident_page(tenant, "1094")
        press = {"press": "defender", "form": "defender", "values": {"status": "inProgress"}}
        page._on_press(None, press, None)
        assert "inProgress *changed" in str(queue)

    def test_a_cell_that_moves_the_tenant_brings_the_views_before_it_up_to_date(self, tenant: Tenant) -> None:
        view = lab.queues(tenant)
        tenant.advance(minutes=29)
        assert view.page["clock"] == "3 Nov 08:00 UTC"
        after_cell()
        assert view.page["clock"] == "3 Nov 08:29 UTC"

    def test_a_message_that_is_no_press_changes_nothing(self, tenant: Tenant) -> None:
        view = lab.queues(tenant)
        before = str(view)
        for message in ({}, {"press": "close everything", "form": "", "values": {}}, "advance", None):
            view._on_press(None, message, None)
        assert str(view) == before
