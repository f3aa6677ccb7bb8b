"""Alerts and their evidence, read from a bundle's line and written in Graph's form."""

from __future__ import annotations

import pytest

from pivotlab.model import Alert, Evidence, Severity, stable_guid

USER = {
    "@odata.type": "#microsoft.graph.security.userEvidence",
    "roles": ["compromised"],
    "verdict": "malicious",
    "remediationStatus": "none",
    "userAccount": {"userPrincipalName": "ada@contoso.example"},
}
LINE = {
    "id": "da1",
    "incident": "a",
    "created": "2026-11-01T08:00:00.000Z",
    "first_activity": "2026-11-01T07:00:00Z",
    "last_activity": "2026-11-01T07:30:00Z",
    "title": "Alert",
    "severity": "high",
    "service_source": "microsoftDefenderForEndpoint",
    "detection_source": "antivirus",
    "product_name": "Microsoft Defender for Endpoint",
    "evidence": [USER],
}


def test_evidence_reads_and_writes_graphs_form() -> None:
    assert Evidence.from_graph(USER).to_graph() == USER


def test_evidence_of_no_known_form_is_refused() -> None:
    with pytest.raises(ValueError, match="userEvidence"):
        Evidence.from_graph({"@odata.type": "user"})


def test_an_alert_reads_a_line_of_a_bundle() -> None:
    alert = Alert.from_record(LINE)
    assert (alert.severity, alert.correlation, alert.provider_alert_id) == (Severity.HIGH, "a", "da1")
    assert alert.created.isoformat() == "2026-11-01T08:00:00+00:00"
    assert alert.evidence[0].kind == "user"


def test_the_workspaces_id_of_an_alert_is_a_guid_and_stays_the_same() -> None:
    one, other = Alert.from_record(LINE), Alert.from_record(LINE)
    assert one.system_alert_id == other.system_alert_id != "da1"
    assert [len(part) for part in one.system_alert_id.split("-")] == [8, 4, 4, 4, 12]


def test_severities_are_ranked_from_unknown_to_high() -> None:
    assert sorted(Severity, key=lambda severity: severity.rank) == ["unknown", "informational", "low", "medium", "high"]


def test_a_stable_guid_depends_on_all_of_its_parts() -> None:
    assert len({stable_guid("a", 1), stable_guid("a", 2), stable_guid("b", 1)}) == 3


def test_a_mapping_finds_a_value_by_the_word_that_it_equals() -> None:
    assert {Severity.HIGH: 1}["high"] == {"high": 1}[Severity.HIGH] == 1
