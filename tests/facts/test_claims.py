"""Every sentence of the course that says how the products behave stands beside the fact on which it rests."""

from __future__ import annotations

from pathlib import Path

import pytest

from pivotlab.facts.claims import uncited, unknown
from pivotlab.places import ROOT

SOURCES = sorted((ROOT / "course").glob("*.py"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_every_claim_has_its_fact(source: Path) -> None:
    assert list(uncited(source)) == []
    assert unknown(source) == set()


CODE = sorted((ROOT / "src" / "pivotlab").rglob("*.py"))


def test_every_fact_that_the_code_cites_is_in_the_ledger() -> None:
    assert {path.name: unknown(path) for path in CODE if unknown(path)} == {}


def lesson(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "99-draft.py"
    path.write_text("# %% [markdown]\n" + "\n".join(f"# {line}".rstrip() for line in text.splitlines()), "utf-8")
    return path


def test_a_rule_of_a_product_without_a_fact_is_found(tmp_path: Path) -> None:
    draft = lesson(tmp_path, "Look at both sides. Sentinel keeps an incident\nonly for a while.")
    assert list(uncited(draft)) == ["Sentinel keeps an incident only for a while."]


def test_the_same_rule_beside_its_fact_is_not(tmp_path: Path) -> None:
    assert list(uncited(lesson(tmp_path, "Sentinel keeps at most 150 alerts (fact `sync-12`)."))) == []


@pytest.mark.parametrize(
    "text",
    [
        "Open Sentinel and look.",
        "Only one of them is right.",
        "## Sentinel never sleeps",
        "In this lesson you saw: the connector needs its solution.",
    ],
)
def test_what_reads_an_output_or_sums_up_is_no_claim(tmp_path: Path, text: str) -> None:
    assert list(uncited(lesson(tmp_path, text))) == []


def test_a_fact_that_the_ledger_does_not_hold_is_named(tmp_path: Path) -> None:
    assert unknown(lesson(tmp_path, "It travels (facts `sync-12`, `sync-99`).")) == {"sync-99"}
