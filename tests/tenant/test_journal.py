"""What is kept on disk: every change that was made, none that was not, and the same tenant again from it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from pivotlab.tenant import Invalid, Tenant
from pivotlab.tenant.journal import JournalError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the tenant is kept."""
    return tmp_path / "kept"


def test_after_a_torn_line_a_restore_leaves_a_journal_that_opens_again(bundle: Path, folder: Path) -> None:
    with Tenant.open(bundle, folder=folder) as first:
        first.advance(minutes=1)
    with (folder / "journal.jsonl").open("a") as journal:
        journal.write('{"at": "2026-11-01T12:')
    with Tenant.open(bundle, folder=folder) as second:
        second.restore(second.snapshot())
        second.advance(minutes=1)
    with Tenant.open(bundle, folder=folder) as third:
        assert third.now == third.manifest.now + timedelta(minutes=2)


def test_what_could_not_be_kept_is_refused_before_anything_happens(bundle: Path, folder: Path) -> None:
    with Tenant.open(bundle, folder=folder) as tenant:
        record = tenant.sentinel.records[0]
        with pytest.raises(TypeError, match="datetime"):
            tenant.sentinel.update(record.name, {"title": "Changed", "first_activity": tenant.now})
        assert record.title == "Attack a"


def test_what_the_tenant_refuses_is_not_kept(bundle: Path, folder: Path) -> None:
    with Tenant.open(bundle, folder=folder) as tenant:
        with pytest.raises(Invalid):
            tenant.sentinel.update(tenant.sentinel.records[0].name, {"severity": "Bogus"})
        assert not (folder / "journal.jsonl").read_text()


def test_a_step_that_broke_off_half_way_breaks_off_there_again(
    bundle: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("pivotlab.tenant.sync.Sync._arrive", broken)
    with Tenant.open(bundle, folder=folder, connected=False) as first:
        first.connector.install_solution()
        first.connector.connect()
        first.defender.move_alerts(["da3"])
        with pytest.raises(ZeroDivisionError):
            first.advance(minutes=30)
        broke_off = first.now
        assert broke_off < first.manifest.now + timedelta(minutes=30)
        first.defender.update(first.defender.records[0].id, severity="low")
    with Tenant.open(bundle, folder=folder, connected=False) as second:
        assert second.now == broke_off
        assert second.defender.records[0].severity == "low"


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        json.dumps({"at": "2026-11-01T12:00:00+00:00", "do": "nobody.knows", "args": [], "kwargs": {}}),
        json.dumps({"at": "2026-11-01T12:00:00+00:00", "do": "defender.update", "args": ["7"], "kwargs": {}}),
    ],
)
def test_a_line_that_cannot_be_done_again_is_named(bundle: Path, folder: Path, line: str) -> None:
    with Tenant.open(bundle, folder=folder) as tenant:
        tenant.advance(minutes=1)
    with (folder / "journal.jsonl").open("a") as journal:
        journal.write(line + "\n")
    with pytest.raises(JournalError, match=r"journal\.jsonl, line 2"):
        Tenant.open(bundle, folder=folder)
