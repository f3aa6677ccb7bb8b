"""What holds after any sequence of edits on both sides."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pivotlab.model import REASONS, Alert, Incident, IncidentStatus, WorkspaceClassification, WorkspaceIncident
from pivotlab.tenant import Refused, Tenant

START = datetime(2026, 11, 1, tzinfo=UTC)
PEOPLE = ("ada@contoso.example", "eve@contoso.example", None)
WORDS = st.text("abc xyz#'\"\\{}äß", min_size=1, max_size=12).filter(str.strip)

STATUS = {"active": "New", "inProgress": "Active", "resolved": "Closed"}
VERDICT = {
    ("TruePositive", "SuspiciousActivity"): "truePositive",
    ("FalsePositive", "InaccurateData"): "falsePositive",
    ("FalsePositive", "IncorrectAlertLogic"): "unknown",
    ("BenignPositive", "SuspiciousButExpected"): "informationalExpectedActivity",
    ("Undetermined", None): "unknown",
    (None, None): "unknown",
}
"""The documented map, written down again: the test does not read data/sync.yaml."""

defender_edits = st.fixed_dictionaries(
    {},
    optional={
        "display_name": WORDS,
        "description": WORDS,
        "severity": st.sampled_from(["informational", "low", "medium", "high"]),
        "status": st.sampled_from(["active", "inProgress", "resolved"]),
        "classification": st.sampled_from(
            ["unknown", "truePositive", "falsePositive", "informationalExpectedActivity"]
        ),
        "assigned_to": st.sampled_from(PEOPLE),
        "custom_tags": st.lists(WORDS, max_size=3),
        "resolving_comment": st.none() | WORDS,
    },
)
verdicts = st.sampled_from(
    [(c.value, reason and reason.value) for c in WorkspaceClassification for reason in (REASONS[c] or (None,))]
)
sentinel_edits = st.fixed_dictionaries(
    {},
    optional={
        "title": WORDS,
        "description": WORDS,
        "severity": st.sampled_from(["Informational", "Low", "Medium", "High"]),
        "status": st.sampled_from(["New", "Active", "Closed"]),
        "owner": st.sampled_from(PEOPLE),
        "labels": st.lists(WORDS, max_size=3),
        "classification_comment": st.none() | WORDS,
    },
)
which = st.integers(0, 5)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("defender"), which, defender_edits),
        st.tuples(st.just("sentinel"), which, sentinel_edits),
        st.tuples(st.just("verdict"), which, verdicts),
        st.tuples(st.just("defender comment"), which, WORDS),
        st.tuples(st.just("sentinel comment"), which, WORDS),
        st.tuples(st.just("merge"), which, which),
        st.tuples(st.just("alerts"), st.sampled_from("abc"), st.sampled_from([1, 2, 60, 160])),
        st.tuples(st.just("time"), st.just(0), st.integers(0, 30)),
    ),
    max_size=25,
)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle without alerts."""
    folder = tmp_path_factory.mktemp("quiet")
    moments = {"start": START.isoformat(), "now": START.isoformat(), "end": (START + timedelta(days=9)).isoformat()}
    (folder / "manifest.json").write_text(json.dumps({"seed": 1, "rows": {}, **moments}))
    (folder / "alerts.jsonl").write_text("")
    (folder / "tables").mkdir()
    return folder


def alert(tenant: Tenant, key: str) -> Alert:
    """An alert of a key, raised now."""
    number = len(tenant.defender.alert_records())
    return Alert.from_record(
        {
            "id": f"da{number}",
            "incident": key,
            "incident_title": f"Attack {key}",
            "created": tenant.now.isoformat(),
            "first_activity": tenant.now.isoformat(),
            "last_activity": tenant.now.isoformat(),
            "title": f"Alert {number}",
            "severity": "medium",
            "service_source": "microsoftDefenderForEndpoint",
            "detection_source": "microsoftDefenderForEndpoint",
            "product_name": "Microsoft Defender for Endpoint",
        }
    )


def play(tenant: Tenant, moves: list[tuple[Any, ...]]) -> None:
    """Three attacks arrive, then what the moves say; what the products refuse is no fault of the synchronisation."""
    for key in "abc":
        tenant.defender.receive(alert(tenant, key))
    tenant.advance(minutes=6)
    for what, first, second in moves:
        try:
            _move(tenant, what, first, second)
        except Refused:
            continue


def _move(tenant: Tenant, what: str, first: Any, second: Any) -> None:
    if what == "alerts":
        for _ in range(second):
            tenant.defender.receive(alert(tenant, first))
        return
    if what == "time":
        tenant.advance(minutes=second)
        return
    incidents, records = tenant.defender.records, tenant.sentinel.records
    if what in ("defender", "defender comment", "merge") and incidents:
        incident = incidents[first % len(incidents)]
        if what == "defender":
            tenant.defender.update(incident.id, **second)
        elif what == "merge" and incidents[second % len(incidents)] is not incident:
            tenant.defender.merge([incident.id, incidents[second % len(incidents)].id])
        elif what == "defender comment":
            tenant.defender.comment(incident.id, second)
    elif what in ("sentinel", "sentinel comment", "verdict") and records:
        record = records[first % len(records)]
        if what == "sentinel":
            tenant.sentinel.update(record.name, second)
        elif what == "verdict":
            changes = {"status": "Closed", "classification": second[0], "classification_reason": second[1]}
            tenant.sentinel.update(record.name, changes)
        else:
            tenant.sentinel.comment(record.name, second)


def pairs(tenant: Tenant) -> list[tuple[Incident, WorkspaceIncident]]:
    """Both sides of every incident that was not merged away."""
    found = [(tenant.defender.incident(r.provider_incident_id or ""), r) for r in tenant.sentinel.records]
    return [(i, r) for i, r in found if i.status is not IncidentStatus.REDIRECTED]


def agree(incident: Incident, record: WorkspaceIncident) -> None:
    """Both sides of an incident say the same, up to the documented transforms."""
    assert record.title == incident.display_name
    assert record.description == incident.description
    assert record.severity.lower() == incident.severity
    assert record.labels == incident.custom_tags
    assert record.owner.user_principal_name == incident.assigned_to
    assert record.status == STATUS[incident.status]
    assert record.classification_comment == incident.resolving_comment
    verdict = (record.classification and record.classification.value, record.classification_reason)
    assert VERDICT[verdict] == incident.classification


def bounded(examples: int) -> Callable[[Any], Any]:
    """Few enough examples to stay within seconds."""
    return settings(max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@bounded(40)
@given(moves=steps)
def test_every_two_way_field_agrees_up_to_its_transform(quiet: Path, moves: list[tuple[Any, ...]]) -> None:
    with Tenant.open(quiet) as tenant:
        play(tenant, moves)
        tenant.advance(hours=1)
        for incident, record in pairs(tenant):
            agree(incident, record)


@bounded(20)
@given(before=steps, gap=steps)
def test_after_a_gap_the_next_change_makes_both_sides_agree(
    quiet: Path, before: list[tuple[Any, ...]], gap: list[tuple[Any, ...]]
) -> None:
    with Tenant.open(quiet) as tenant:
        play(tenant, before)
        tenant.connector.disconnect()
        play(tenant, gap)
        tenant.connector.connect()
        for incident in tenant.defender.records:
            if incident.status is not IncidentStatus.REDIRECTED:
                tenant.defender.update(incident.id, custom_tags=[*incident.custom_tags, "seen"])
        tenant.advance(hours=1)
        assert tenant.connector.behind == 0
        for incident, record in pairs(tenant):
            agree(incident, record)
            assert {comment.text for comment in record.comments} >= {c.text for c in incident.comments[:100]}
            assert record.alert_ids == incident.alert_ids[:150]


@bounded(30)
@given(moves=steps)
def test_nothing_is_lost_but_what_the_documentation_says_is_lost(quiet: Path, moves: list[tuple[Any, ...]]) -> None:
    with Tenant.open(quiet) as tenant:
        play(tenant, moves)
        tenant.advance(hours=1)
        arrived = {record.provider_incident_id for record in tenant.sentinel.records}
        for incident in tenant.defender.records:
            assert incident.id in arrived or incident.status is IncidentStatus.REDIRECTED
        for incident, record in pairs(tenant):
            assert [c.text for c in record.comments] == [c.text for c in incident.comments[:100]]
            assert record.alert_ids == incident.alert_ids[:150]
            assert record.alert_total == len(incident.alert_ids)
        raised = {alert.id for alert in tenant.defender.alert_records()}
        kept = [alert_id for incident in tenant.defender.records for alert_id in incident.alert_ids]
        assert sorted(kept) == sorted(raised)


@bounded(10)
@given(moves=steps)
def test_no_incident_and_no_alert_appears_twice(quiet: Path, moves: list[tuple[Any, ...]]) -> None:
    with Tenant.open(quiet) as tenant:
        play(tenant, moves)
        tenant.advance(hours=1)
        twins = [record.provider_incident_id for record in tenant.sentinel.records]
        assert len(twins) == len(set(twins))
        assert all(len(record.alert_ids) <= 150 for record in tenant.sentinel.records)
        if twins:
            rows = tenant.logs("SecurityAlert | summarize Rows = count() by SystemAlertId | where Rows > 1")
            assert rows.empty


@bounded(8)
@given(moves=steps)
def test_the_same_moves_give_the_same_log(quiet: Path, moves: list[tuple[Any, ...]]) -> None:
    logs = []
    for _ in range(2):
        with Tenant.open(quiet) as tenant:
            play(tenant, moves)
            tenant.advance(hours=1)
            logs.append((tenant.timeline(), [(r.name, r.etag) for r in tenant.sentinel.records]))
    assert logs[0][0].equals(logs[1][0])
    assert logs[0][1] == logs[1][1]


@bounded(8)
@given(before=steps, after=steps)
def test_a_restored_snapshot_goes_on_as_if_nothing_had_happened_since(
    quiet: Path, before: list[tuple[Any, ...]], after: list[tuple[Any, ...]]
) -> None:
    with Tenant.open(quiet) as tenant:
        play(tenant, before)
        kept = tenant.snapshot()
        logs = []
        for _ in range(2):
            play(tenant, after)
            tenant.advance(hours=1)
            logs.append((tenant.timeline(), [(r.name, r.etag) for r in tenant.sentinel.records]))
            tenant.restore(kept)
        assert logs[0][0].equals(logs[1][0])
        assert logs[0][1] == logs[1][1]
