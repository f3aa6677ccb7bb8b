"""Generating: the same seed gives the same bytes, another seed other people, and every row fits its schema."""

from __future__ import annotations

import hashlib
import json
import platform
from pathlib import Path

import duckdb
import pytest

from pivotlab.cli import main
from pivotlab.places import DATA, SECOND_SEED
from pivotlab.scenarios.company import build_company
from pivotlab.scenarios.generate import FEWEST_PEOPLE, Size
from pivotlab.scenarios.incidents import INCIDENTS
from pivotlab.scenarios.incidents.everyday import play_everyday
from pivotlab.scenarios.truth import GroundTruth, read_truth
from pivotlab.scenarios.world import World
from pivotlab.store.schemas import STORED_TYPES, read_schemas


def fingerprints(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def people(truth: GroundTruth) -> set[str]:
    return {upn for upn in truth.entities.get("user", []) if not upn.startswith("svc-")}


REMEDY = "Type: pivotlab data generate --seed 2 --rows 22000 --out data/second_seed"


@pytest.mark.parametrize("file", ["alerts.jsonl", "manifest.json", "incidents"])
def test_the_same_seed_gives_the_same_texts_on_any_machine(file: str, small_bundle: Path) -> None:
    def texts(bundle: Path) -> dict[str, str]:
        files = sorted((bundle / file).iterdir()) if (bundle / file).is_dir() else [bundle / file]
        return {path.name: path.read_text(encoding="utf-8") for path in files}

    assert texts(small_bundle) == texts(SECOND_SEED), REMEDY


def test_the_same_seed_gives_the_same_rows_on_any_machine(small_bundle: Path) -> None:
    for path in sorted((SECOND_SEED / "tables").rglob("*.parquet")):
        anew = small_bundle / path.relative_to(SECOND_SEED)
        if anew.read_bytes() == path.read_bytes():
            continue
        for one, other in ((path, anew), (anew, path)):
            assert duckdb.sql(f"FROM '{one}' EXCEPT ALL FROM '{other}'").fetchall() == [], f"{path.stem}. {REMEDY}"


def test_the_same_seed_gives_the_same_bytes(small_bundle: Path) -> None:
    first = next((SECOND_SEED / "tables").rglob("*.parquet"))
    ((writer,),) = duckdb.sql(f"SELECT created_by FROM parquet_file_metadata('{first}')").fetchall()
    if duckdb.__version__ not in writer or (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        pytest.skip(f"The bundle was written on Linux by {writer}; the rows are compared in any case.")
    written = fingerprints(small_bundle)
    assert written == {name: print_ for name, print_ in fingerprints(SECOND_SEED).items() if name in written}
    assert len(written) > 50


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
                assert stored == STORED_TYPES[schema[column]], f"{path.stem}.{column} is {kind}"


def test_the_manifest_counts_what_is_there(small_bundle: Path) -> None:
    manifest = json.loads((small_bundle / "manifest.json").read_text())
    assert manifest["now"] == "2026-11-03T08:00:00Z"
    assert manifest["start"] == "2026-10-05T00:00:00Z"
    for table, count in manifest["rows"].items():
        path = small_bundle / "tables" / f"{table}.parquet"
        assert duckdb.sql(f"SELECT count(*) FROM '{path}'").fetchall() == [(count,)]


@pytest.mark.parametrize(
    ("size", "remedy"),
    [
        ({"days": 7}, "Take 30 to 90."),
        ({"days": 91}, "Take 30 to 90."),
        ({"people": 60}, "Take 190 to 6,000."),
        ({"people": 6_001}, "Take 190 to 6,000."),
        ({"rows": 19_999}, "Take 20,000 or more for 30 days."),
        ({"rows": 59_999, "days": 90}, "Take 60,000 or more for 90 days."),
    ],
)
def test_a_size_that_the_incidents_do_not_fit_into_is_refused_with_the_sizes_that_they_do(
    size: dict[str, int], remedy: str
) -> None:
    with pytest.raises(ValueError, match=f"--{next(iter(size))} .*{remedy}$"):
        Size(**size)


def test_the_command_refuses_a_size_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "generate", "--people", "60", "--days", "30", "--out", str(tmp_path / "small")]) == 2
    assert "Take 190 to 6,000." in " ".join(capsys.readouterr().out.split())
    assert not (tmp_path / "small").exists()


def test_the_smallest_company_has_enough_people_for_every_incident() -> None:
    world = World(6, FEWEST_PEOPLE)
    truths = [play(world) for play in INCIDENTS]
    play_everyday(world)
    assert [truth.id for truth in truths] == list(range(1, 12))
    for truth in truths:
        assert set(truth.entities.get("user", [])) <= {account.upn for account in world.company.accounts}


@pytest.mark.parametrize("people", [190, 237, 400, 1000])
def test_everybody_has_a_number_of_their_own(people: int) -> None:
    company = build_company(1, people)
    assert [account.index for account in company.accounts] == list(range(len(company.accounts)))
    assert len({account.name for account in company.accounts}) == len(company.accounts)
    assert [device.index for device in company.devices] == list(range(len(company.devices)))
    assert len({device.short for device in company.devices}) == len(company.devices)
