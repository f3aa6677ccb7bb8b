"""The rule file is checked, grounded in facts, and says where a choice is ours."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pivotlab.places import DATA
from pivotlab.tenant.faults import read_faults
from pivotlab.tenant.rules import RulesError, SyncRules, read_rules, sync_rules

FACTS = {fact["id"] for fact in yaml.safe_load((DATA / "facts.yaml").read_text(encoding="utf-8"))["facts"]}


def every_rule(rules: SyncRules) -> list[object]:
    return [
        *rules.fields,
        *rules.status,
        *rules.severity,
        *rules.classification,
        *rules.insider_risk,
        *rules.limits.values(),
        *rules.minutes.values(),
        *rules.choices,
    ]


def test_every_fact_that_a_rule_names_is_in_the_ledger() -> None:
    named = {fact for rule in every_rule(sync_rules()) for fact in rule.facts}  # type: ignore[attr-defined]
    named |= {fact for fault in read_faults().values() for fact in fault.facts}
    assert named <= FACTS


def test_every_choice_of_ours_gives_a_reason() -> None:
    ours = [rule for rule in every_rule(sync_rules()) if rule.evidence == "ours"]  # type: ignore[attr-defined]
    assert len(ours) >= 10
    assert all(rule.reason.endswith(".") for rule in ours)  # type: ignore[attr-defined]


def test_the_documented_limits_are_these() -> None:
    rules = sync_rules()
    assert rules.limit("alerts_per_incident") == 150
    assert rules.limit("comments_per_incident") == 100
    assert rules.limit("comment_characters") == 30_000
    assert rules.limit("automation_rules") == 512


@pytest.mark.parametrize(
    ("old", "spoilt", "where"),
    [
        ("graph: active, sentinel: New", "graph: active, sentinel: Open", "status.0.sentinel"),
        ("{value: 150, evidence: doc, facts: [sync-12]}", "{value: many, evidence: doc, facts: [sync-12]}", "limits"),
        ('reason: "Sentinel has no unknown; the least serious word claims least."', 'reason: ""', "needs a reason"),
        ("evidence: doc, facts: [sync-13]", "evidence: doc, facts: []", "at least one fact"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_its_name_and_the_entry(
    tmp_path: Path, old: str, spoilt: str, where: str
) -> None:
    text = (DATA / "sync.yaml").read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "sync.yaml"
    file.write_text(text.replace(old, spoilt), encoding="utf-8")
    with pytest.raises(RulesError, match=rf"sync.yaml: .*{where}"):
        read_rules(file)
