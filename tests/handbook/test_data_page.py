"""docs/data.md says what the bundle holds."""

from __future__ import annotations

import csv
import re

import pytest

from pivotlab.facts.ledger import read_facts
from pivotlab.handbook.data_page import HUNTING, data_page
from pivotlab.places import DATA
from pivotlab.scenarios.truth import read_truth


@pytest.fixture(scope="module")
def page() -> str:
    return data_page()


def test_every_incident_says_what_it_teaches_and_what_its_noise_is(page: str) -> None:
    for truth, section in zip(read_truth(DATA), page.split("\n### ")[1:], strict=True):
        assert section.startswith(f"{truth.id}. {truth.title}\n")
        assert "*What it teaches.* " in section
        assert all(decoy.why in section for decoy in truth.decoys)


def test_the_facts_that_it_cites_are_in_the_ledger(page: str) -> None:
    cited = set(re.findall(r"\bfacts? ([a-z]+-\d+)", page))
    assert {"mdc-02", "sync-12", "sync-13", "sync-16"} <= cited
    assert cited <= set(read_facts())


def test_enough_public_hunting_queries_find_something() -> None:
    with HUNTING.open(encoding="utf-8", newline="") as lines:
        queries = list(csv.DictReader(lines))
    assert sum(query["rows"] != "0" for query in queries) >= 40
    assert sum(query["attack"] == "yes" for query in queries) >= 25
