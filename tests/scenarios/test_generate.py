"""Generating: the same seed gives the same bytes, another seed other people, and every row fits its schema."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb
import pytest

from pivotlab.places import DATA, SECOND_SEED
from pivotlab.scenarios.generate import Size, generate
from pivotlab.scenarios.truth import GroundTruth, read_truth
from pivotlab.store.schemas import DUCKDB_TYPES, read_schemas

from .conftest import SECOND


def fingerprints(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def people(truth: GroundTruth) -> set[str]:
    return {upn for upn in truth.entities.get("user", []) if not upn.startswith("svc-")}


def test_the_same_seed_gives_the_same_bytes(small_bundle: Path, tmp_path: Path) -> None:
    generate(tmp_path, 2, SECOND)
    assert fingerprints(tmp_path) == fingerprints(small_bundle)


@pytest.mark.parametrize("file", ["alerts.jsonl", "manifest.json", "incidents"])
def test_the_second_seed_of_the_course_is_what_the_generator_writes(file: str, small_bundle: Path) -> None:
    def texts(bundle: Path) -> dict[str, str]:
        files = sorted((bundle / file).iterdir()) if (bundle / file).is_dir() else [bundle / file]
        return {path.name: path.read_text(encoding="utf-8") for path in files}

    assert texts(small_bundle) == texts(SECOND_SEED), (
        "Type: pivotlab data generate --seed 2 --rows 22000 --out data/second_seed"
    )


def test_another_seed_tells_the_same_stories_with_other_people_and_indicators() -> None:
    first, second = read_truth(DATA), read_truth(SECOND_SEED)
    assert [truth.slug for truth in first] == [truth.slug for truth in second]
    for one, other in zip(first, second, strict=True):
        assert [moment.what for moment in one.timeline] == [moment.what for moment in other.timeline]
        assert not people(one) & people(other)
        assert one.indicators.get("domain", ["-"]) != other.indicators.get("domain", [])
        assert one.first_activity != other.first_activity


def test_tables_hold_documented_columns_in_documented_types(small_bundle: Path) -> None:
    for path in (small_bundle / "tables").rglob("*.parquet"):
        schema = read_schemas(path.parent.name)[path.stem]
        for column, kind, *_ in duckdb.sql(f"DESCRIBE FROM '{path}'").fetchall():
            if column != "_ingested":
                stored = "VARCHAR" if schema[column] == "dynamic" and kind == "VARCHAR" else kind
                assert stored == DUCKDB_TYPES[schema[column]], f"{path.stem}.{column} is {kind}"


def test_the_manifest_counts_what_is_there(small_bundle: Path) -> None:
    manifest = json.loads((small_bundle / "manifest.json").read_text())
    assert manifest["now"] == "2026-11-03T08:00:00Z"
    assert manifest["start"] == "2026-10-05T00:00:00Z"
    for table, count in manifest["rows"].items():
        path = small_bundle / "tables" / f"{table}.parquet"
        assert duckdb.sql(f"SELECT count(*) FROM '{path}'").fetchall() == [(count,)]


def test_a_window_that_is_too_short_for_the_incidents_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="30 days"):
        generate(tmp_path, 1, Size(days=7))
