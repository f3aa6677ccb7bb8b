"""The synchronisation of incidents, as data/sync.yaml says it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from pivotlab.model import Incident, WorkspaceIncident
from pivotlab.tenant import Invalid, Refused, Tenant

RaiseAlerts = Callable[..., list[str]]


def twins(tenant: Tenant) -> tuple[Incident, WorkspaceIncident]:
    """The first incident on both sides."""
    record = tenant.sentinel.records[0]
    return tenant.defender.incident(record.provider_incident_id or ""), record


@pytest.mark.parametrize(("graph", "sentinel"), [("active", "New"), ("inProgress", "Active"), ("resolved", "Closed")])
def test_a_status_set_in_defender_reads_in_sentinels_words(tenant: Tenant, graph: str, sentinel: str) -> None:
    incident, record = twins(tenant)
    tenant.defender.update(incident.id, status="inProgress")
    tenant.defender.update(incident.id, status=graph)
    assert record.status == sentinel


@pytest.mark.parametrize(("sentinel", "graph"), [("New", "active"), ("Active", "inProgress"), ("Closed", "resolved")])
def test_a_status_set_in_sentinel_reads_in_defenders_words(tenant: Tenant, sentinel: str, graph: str) -> None:
    incident, record = twins(tenant)
    tenant.sentinel.update(record.name, {"status": "Active"})
    tenant.sentinel.update(record.name, {"status": sentinel})
    assert incident.status == graph


@pytest.mark.parametrize(
    ("classification", "determination", "shown"),
    [
        ("truePositive", "malware", ("TruePositive", "SuspiciousActivity")),
        ("truePositive", "phishing", ("TruePositive", "SuspiciousActivity")),
        ("falsePositive", "clean", ("FalsePositive", "InaccurateData")),
        ("informationalExpectedActivity", "securityTesting", ("BenignPositive", "SuspiciousButExpected")),
        ("unknown", "unknown", ("Undetermined", None)),
    ],
)
def test_a_verdict_of_defender_loses_its_determination_on_the_way(
    tenant: Tenant, classification: str, determination: str, shown: tuple[str, str | None]
) -> None:
    incident, record = twins(tenant)
    tenant.defender.update(incident.id, status="resolved", classification=classification, determination=determination)
    assert (record.classification, record.classification_reason) == shown
    assert incident.determination == determination


@pytest.mark.parametrize(
    ("classification", "reason", "graph", "determination"),
    [
        ("TruePositive", "SuspiciousActivity", "truePositive", "other"),
        ("FalsePositive", "InaccurateData", "falsePositive", "other"),
        ("FalsePositive", "IncorrectAlertLogic", "unknown", "unknown"),
        ("BenignPositive", "SuspiciousButExpected", "informationalExpectedActivity", "other"),
        ("Undetermined", None, "unknown", "unknown"),
    ],
)
def test_a_verdict_of_sentinel_reads_in_defenders_words(
    tenant: Tenant, classification: str, reason: str | None, graph: str, determination: str
) -> None:
    incident, record = twins(tenant)
    tenant.sentinel.update(
        record.name, {"status": "Closed", "classification": classification, "classification_reason": reason}
    )
    assert (incident.status, incident.classification, incident.determination) == ("resolved", graph, determination)
    assert (record.classification, record.classification_reason) == (classification, reason)


def test_incorrect_alert_logic_stays_in_sentinel_and_does_not_come_back_changed(tenant: Tenant) -> None:
    incident, record = twins(tenant)
    verdict = {"classification": "FalsePositive", "classification_reason": "IncorrectAlertLogic"}
    tenant.sentinel.update(record.name, {"status": "Closed", **verdict})
    tenant.defender.update(incident.id, display_name="Renamed")
    tenant.advance(hours=1)
    assert record.classification_reason == "IncorrectAlertLogic"


def test_defender_keeps_its_determination_while_sentinel_agrees_on_the_classification(tenant: Tenant) -> None:
    incident, record = twins(tenant)
    tenant.defender.update(incident.id, classification="truePositive", determination="phishing")
    tenant.sentinel.update(record.name, {"status": "Closed", "classification": "TruePositive"})
    assert incident.determination == "phishing"


@pytest.mark.parametrize("severity", ["informational", "low", "medium", "high"])
def test_severity_is_the_same_word_on_both_sides(tenant: Tenant, severity: str) -> None:
    incident, record = twins(tenant)
    tenant.defender.update(incident.id, severity=severity)
    assert record.severity == severity.capitalize()


def test_title_description_tags_owner_and_closing_comment_travel_both_ways(tenant: Tenant) -> None:
    incident, record = twins(tenant)
    tenant.defender.update(
        incident.id,
        display_name="From Defender",
        description="d",
        custom_tags=["vip"],
        assigned_to="ada@contoso.example",
        resolving_comment="done",
    )
    assert (record.title, record.description, record.labels) == ("From Defender", "d", ["vip"])
    assert (record.owner.user_principal_name, record.classification_comment) == ("ada@contoso.example", "done")
    tenant.sentinel.update(
        record.name,
        {
            "title": "From Sentinel",
            "description": "s",
            "labels": ["vip", "mail"],
            "owner": "eve@contoso.example",
            "classification_comment": "again",
        },
    )
    assert (incident.display_name, incident.description) == ("From Sentinel", "s")
    assert (incident.custom_tags, incident.assigned_to) == (["vip", "mail"], "eve@contoso.example")
    assert incident.resolving_comment == "again"


def test_taking_the_owner_away_travels_too(tenant: Tenant) -> None:
    incident, record = twins(tenant)
    tenant.defender.update(incident.id, assigned_to="ada@contoso.example")
    tenant.sentinel.update(record.name, {"owner": None})
    assert incident.assigned_to is None


def test_the_summary_of_defender_has_no_counterpart_in_sentinel(tenant: Tenant) -> None:
    incident, record = twins(tenant)
    revision = record.revision
    tenant.defender.update(incident.id, summary="What happened")
    assert record.revision == revision


def test_a_new_comment_travels_with_its_author(tenant: Tenant) -> None:
    incident, record = twins(tenant)
    tenant.defender.comment(incident.id, "Seen in Defender", "ada@contoso.example")
    tenant.sentinel.comment(record.name, "Seen in Sentinel", "eve@contoso.example")
    wanted = [("Seen in Defender", "ada@contoso.example"), ("Seen in Sentinel", "eve@contoso.example")]
    assert [(c.text, c.author) for c in record.comments] == wanted
    assert [(c.text, c.author) for c in incident.comments] == wanted


def test_an_edited_comment_stays_as_it_was_on_the_other_side(tenant: Tenant) -> None:
    incident, record = twins(tenant)
    comment = tenant.sentinel.comment(record.name, "First words")
    tenant.sentinel.comment(record.name, "Other words", comment_id=comment.id)
    assert [c.text for c in record.comments] == ["Other words"]
    assert [c.text for c in incident.comments] == ["First words"]


def test_the_hundred_and_first_comment_of_defender_stays_behind(tenant: Tenant) -> None:
    incident, record = twins(tenant)
    for number in range(101):
        tenant.defender.comment(incident.id, f"Comment {number}")
    assert (len(incident.comments), len(record.comments)) == (101, 100)
    with pytest.raises(Refused, match="100 comments"):
        tenant.sentinel.comment(record.name, "One more")


def test_a_comment_of_more_than_30000_characters_is_refused(tenant: Tenant) -> None:
    incident, _ = twins(tenant)
    tenant.defender.comment(incident.id, "x" * 30_000)
    with pytest.raises(Invalid, match="30,000 characters"):
        tenant.defender.comment(incident.id, "x" * 30_001)


def test_an_incident_shows_150_alerts_and_150_plus_with_a_link_back(tenant: Tenant, raise_alerts: RaiseAlerts) -> None:
    raise_alerts(151, "big")
    tenant.advance(minutes=5)
    record = next(r for r in tenant.sentinel.records if r.title == "Attack big")
    assert (len(tenant.sentinel.alerts(record.name)), record.alert_total) == (150, 151)
    queue = tenant.sentinel.incidents().set_index("Title")
    assert queue.loc["Attack big", "Alerts"] == "150+"
    assert record.provider_url == f"https://security.microsoft.com/incident2/{record.provider_incident_id}/overview"
    tenant.advance(minutes=3)
    ids = tenant.logs('SecurityIncident | where Title == "Attack big" | project Count = array_length(AlertIds)')
    assert ids["Count"].max() == 150


def test_an_incident_of_exactly_150_alerts_says_150(tenant: Tenant, raise_alerts: RaiseAlerts) -> None:
    raise_alerts(150, "full")
    tenant.advance(minutes=5)
    assert tenant.sentinel.incidents().set_index("Title").loc["Attack full", "Alerts"] == "150"


def test_a_closed_incident_is_not_reopened_by_a_new_alert(tenant: Tenant, raise_alerts: RaiseAlerts) -> None:
    incident, record = twins(tenant)
    tenant.defender.update(incident.id, status="resolved", classification="truePositive")
    raise_alerts(1, "a")
    tenant.advance(minutes=5)
    assert record.status == "Closed"
    assert len(tenant.defender.records) == 3
    assert tenant.sentinel.records[-1].title == "Attack a"


def test_resolving_an_incident_resolves_its_alerts_and_assigning_it_assigns_them(tenant: Tenant) -> None:
    incident, record = twins(tenant)
    tenant.sentinel.update(record.name, {"owner": "ada@contoso.example"})
    tenant.sentinel.update(record.name, {"status": "Closed", "classification": "TruePositive"})
    alerts = tenant.defender.alert_records(incident.id)
    assert {(a.status.value, a.assigned_to) for a in alerts} == {("resolved", "ada@contoso.example")}


def test_a_synced_incident_cannot_be_deleted_in_sentinel(tenant: Tenant) -> None:
    _, record = twins(tenant)
    with pytest.raises(Refused, match="sync-19"):
        tenant.sentinel.delete(record.name)


def test_an_incident_made_in_sentinel_does_not_travel_and_leaves_a_deleted_row(tenant: Tenant) -> None:
    made = tenant.sentinel.create({"title": "By hand", "severity": "Low", "status": "New"})
    tenant.advance(hours=1)
    assert len(tenant.defender.records) == 2
    assert (made.provider_name, made.provider_incident_id) == ("Azure Sentinel", None)
    tenant.sentinel.delete(made.name)
    tenant.advance(minutes=3)
    rows = tenant.logs('SecurityIncident | where Title == "By hand" | sort by TimeGenerated asc')
    assert rows["Status"].tolist() == ["New", "Deleted"]


def test_an_incident_names_its_provider_its_twin_and_both_links(tenant: Tenant) -> None:
    incident, record = twins(tenant)
    assert (record.provider_name, record.provider_incident_id) == ("Microsoft XDR", incident.id)
    rows = tenant.logs(
        "SecurityIncident | extend Link = tostring(AdditionalData.providerIncidentUrl) | project IncidentUrl, Link"
    )
    assert rows["Link"].tolist()[0] == incident.web_url
    assert rows["IncidentUrl"].tolist()[0].startswith("https://portal.azure.com/")


def test_every_change_writes_a_row_so_that_arg_max_is_needed(tenant: Tenant) -> None:
    incident, record = twins(tenant)
    before = len(tenant.logs(f"SecurityIncident | where IncidentNumber == {record.number}"))
    tenant.defender.update(incident.id, status="inProgress")
    tenant.advance(seconds=1)
    tenant.sentinel.update(record.name, {"severity": "Low"})
    tenant.advance(minutes=3)
    assert len(tenant.logs(f"SecurityIncident | where IncidentNumber == {record.number}")) == before + 2
    last = tenant.logs("SecurityIncident | summarize arg_max(LastModifiedTime, *) by IncidentNumber")
    assert last["Severity"].tolist()[0] == "Low"


def test_after_onboarding_the_table_has_no_description_while_the_incident_has(tenant: Tenant) -> None:
    _, record = twins(tenant)
    assert record.description == "What alert 1 is about"
    assert tenant.logs("SecurityIncident | where isnotempty(Description)").empty


def test_a_row_holds_64_kilobytes_so_the_oldest_comments_are_cut(tenant: Tenant) -> None:
    incident, _ = twins(tenant)
    for number in range(3):
        tenant.defender.comment(incident.id, f"{number} " + "x" * 29_000)
        tenant.advance(seconds=1)
    tenant.advance(minutes=3)
    row = tenant.logs("SecurityIncident | sort by TimeGenerated desc | take 1").iloc[0]
    assert [comment["message"][0] for comment in row["Comments"]] == ["1", "2"]


def test_dynamic_columns_hold_lists_and_objects_and_not_their_text(tenant: Tenant) -> None:
    incident, _ = twins(tenant)
    tenant.defender.update(incident.id, assigned_to="ada@contoso.example", custom_tags=["vip"])
    tenant.advance(minutes=3)
    rows = tenant.logs(
        "SecurityIncident | sort by TimeGenerated desc | take 1"
        " | project Owner = tostring(Owner.userPrincipalName), Label = tostring(Labels[0].labelName), AlertIds"
    )
    assert rows.iloc[0].tolist()[:2] == ["ada@contoso.example", "vip"]
    assert len(rows["AlertIds"].iloc[0]) == 2


def test_edits_made_before_the_incident_arrives_go_with_it(tenant: Tenant) -> None:
    waiting = tenant.defender.records[1]
    tenant.defender.update(waiting.id, status="inProgress", custom_tags=["early"])
    tenant.defender.comment(waiting.id, "Early")
    tenant.advance(minutes=4)
    record = tenant.sentinel.records[1]
    assert (record.status, record.labels, [c.text for c in record.comments]) == ("Active", ["early"], ["Early"])


def test_nothing_travels_while_the_connector_is_off(tenant: Tenant) -> None:
    incident, record = twins(tenant)
    tenant.connector.disconnect()
    tenant.defender.update(incident.id, status="inProgress")
    tenant.advance(hours=2)
    assert record.status == "New"
    assert len(tenant.sentinel.records) == 1


def test_reconnecting_replays_nothing_and_says_so(tenant: Tenant) -> None:
    incident, record = twins(tenant)
    tenant.connector.disconnect()
    tenant.defender.update(incident.id, status="inProgress")
    tenant.connector.connect()
    tenant.advance(hours=1)
    assert record.status == "New"
    assert tenant.connector.behind == 1
    assert "nothing is replayed" in str(tenant.connector.page())
    story = tenant.timeline()
    connected = story[story["What"] == "Incidents and alerts connected"].iloc[-1]
    assert connected["Detail"] == "Nothing is replayed: 1 changed meanwhile and follow at the next change (our choice)"


def test_after_a_gap_defenders_next_change_brings_its_whole_state_over(
    tenant: Tenant, raise_alerts: RaiseAlerts
) -> None:
    incident, record = twins(tenant)
    tenant.connector.disconnect()
    tenant.defender.update(incident.id, status="inProgress", assigned_to="ada@contoso.example")
    tenant.defender.comment(incident.id, "Written in the gap")
    tenant.sentinel.update(record.name, {"severity": "Informational"})
    raise_alerts(1, "a")
    tenant.connector.connect()
    tenant.defender.update(incident.id, custom_tags=["seen"])
    tenant.advance(minutes=5)
    assert (record.status, record.owner.user_principal_name) == ("Active", "ada@contoso.example")
    assert (record.severity, record.labels) == ("High", ["seen"])
    assert [comment.text for comment in record.comments] == ["Written in the gap"]
    assert record.alert_ids == incident.alert_ids
    assert len(record.alert_ids) == 3
    assert tenant.connector.behind == 0


def test_after_a_gap_sentinels_next_change_brings_its_whole_state_over(tenant: Tenant) -> None:
    incident, record = twins(tenant)
    tenant.connector.disconnect()
    tenant.sentinel.update(record.name, {"status": "Closed", "classification": "TruePositive"})
    tenant.sentinel.comment(record.name, "Closed in the gap")
    tenant.defender.update(incident.id, assigned_to="ada@contoso.example")
    tenant.connector.connect()
    tenant.sentinel.update(record.name, {"labels": ["seen"]})
    assert (incident.status, incident.classification) == ("resolved", "truePositive")
    assert (incident.assigned_to, incident.custom_tags) == (None, ["seen"])
    assert [comment.text for comment in incident.comments] == ["Closed in the gap"]


def test_a_merge_in_the_gap_closes_its_source_when_the_target_next_changes(tenant: Tenant) -> None:
    tenant.advance(minutes=4)
    target, source = tenant.defender.records
    tenant.connector.disconnect()
    tenant.defender.merge([target.id, source.id])
    tenant.connector.connect()
    kept, gone = tenant.sentinel.records
    assert gone.status == "New"
    tenant.defender.update(target.id, custom_tags=["seen"])
    tenant.advance(minutes=5)
    assert (gone.status, gone.labels, gone.alert_ids) == ("Closed", ["Redirected"], [])
    assert kept.alert_ids == target.alert_ids == ["da1", "da2", "da3"]


def test_a_chain_of_merges_in_the_gap_closes_every_source(tenant: Tenant, raise_alerts: RaiseAlerts) -> None:
    raise_alerts(1, "c")
    tenant.advance(minutes=6)
    target, between, last = tenant.defender.records
    tenant.connector.disconnect()
    tenant.defender.merge([between.id, last.id])
    tenant.defender.merge([target.id, between.id])
    tenant.connector.connect()
    tenant.defender.update(target.id, custom_tags=["seen"])
    tenant.advance(minutes=5)
    assert [record.status for record in tenant.sentinel.records] == ["New", "Closed", "Closed"]
    assert tenant.connector.behind == 0


def test_the_actor_of_a_change_is_named_on_the_other_side(tenant: Tenant) -> None:
    incident, record = twins(tenant)
    tenant.defender.update(incident.id, status="inProgress", by="ada@contoso.example")
    assert record.modified_by == "ada@contoso.example"
    tenant.sentinel.update(record.name, {"severity": "Low"}, by="eve@contoso.example")
    assert incident.last_modified_by == "eve@contoso.example"


def test_the_timeline_tells_when_an_incident_arose_and_when_it_arrived(tenant: Tenant) -> None:
    story = tenant.timeline()
    first = story[story["What"] == "Incident created"].iloc[0]
    arrived = story[story["What"] == "Incident arrived"].iloc[0]
    assert (first["Where"], arrived["Where"]) == ("Defender XDR", "Connector")
    assert arrived["When"] - first["When"] == timedelta(minutes=5)
