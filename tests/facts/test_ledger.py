"""The ledger: complete, well formed, and cited only by ids that it holds."""

import re
from pathlib import Path

import pytest

from pivotlab.facts import ledger as facts
from pivotlab.places import ROOT

ENTRY = """\
facts:
  - id: sync-01
    topic: sync
    statement: "Titles are synced."
    source: {page: "a page", date: "2026-06-14"}
    checked: 2026-11-23
    volatile: false
    tip: "Say so."
"""


def test_every_fact_has_a_source_or_says_that_it_has_none() -> None:
    without = {fact.id for fact in facts.read_facts().values() if fact.source is None}
    assert without == {"sync-30", "trend-01", "trend-02", "asim-01"}


def test_a_fact_can_be_looked_up() -> None:
    assert "150 alerts" in facts.fact("sync-12").statement


def test_an_unknown_fact_is_refused_with_a_hint() -> None:
    with pytest.raises(facts.FactError, match="pivotlab facts"):
        facts.fact("sync-99")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("checked: 2026-11-23", "checked: someday"), "sync-01: checked"),
        (('    tip: "Say so."\n', ""), "sync-01: tip"),
        (("volatile: false", "volatile: false\n    rumour: true"), "sync-01: rumour"),
        (("sync-01", "Sync one"), "Sync one: id"),
    ],
)
def test_a_damaged_entry_is_named(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    ledger = tmp_path / "facts.yaml"
    ledger.write_text(ENTRY.replace(*change))
    with pytest.raises(facts.FactError, match=complaint):
        facts.read_facts(ledger)


def test_an_id_may_stand_there_only_once(tmp_path: Path) -> None:
    ledger = tmp_path / "facts.yaml"
    ledger.write_text(ENTRY + ENTRY.removeprefix("facts:\n"))
    with pytest.raises(facts.FactError, match="twice"):
        facts.read_facts(ledger)


def test_nobody_cites_a_fact_that_does_not_exist() -> None:
    topics = {fact.topic for fact in facts.read_facts().values()}
    looks_like_a_fact = re.compile(rf"\b(?:{'|'.join(sorted(topics, key=len, reverse=True))})-\d{{2}}\b")
    unknown = {
        (path.relative_to(ROOT).as_posix(), found)
        for folder in facts.CITED_IN
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".yaml", ".md"}
        for found in looks_like_a_fact.findall(path.read_text(encoding="utf-8"))
        if found not in facts.read_facts()
    }
    assert unknown == set()


def test_citations_lead_from_a_fact_to_its_files() -> None:
    assert "src/pivotlab/store/store.py" in facts.citations()["retention-01"]
