"""The doctor says of each point that it is fine, or what to do."""

from __future__ import annotations

import ssl
from importlib.metadata import version
from pathlib import Path

import pytest

from pivotlab.lab import doctor
from pivotlab.lab.doctor import Finding
from pivotlab.places import my_work


def test_a_point_reads_as_one_line_that_begins_with_the_verdict() -> None:
    assert str(Finding("enough room")) == "ok    enough room"
    assert str(Finding("no room", "free some space")) == "mend  no room; free some space"


def test_it_looks_at_every_point_even_when_one_look_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Finding:
        raise RuntimeError("no such device")

    whole = doctor.examine()
    monkeypatch.setattr(doctor, "disk", broken)
    findings = doctor.examine()

    assert len(findings) == len(whole)
    assert [str(finding) for finding in findings if "no such device" in finding.what] == [
        "mend  broken: no such device; type: python start.py setup --fresh"
    ]


def test_packages_that_someone_changed_by_hand_are_named(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text(
        f"pytest=={version('pytest')} \\\n    --hash=sha256:00\n"
        "psutil==0.1 ; sys_platform != 'amiga' \\\n    --hash=sha256:00\n"
        "nowhere==1.0 ; sys_platform == 'amiga' \\\n    --hash=sha256:00\n"
        "never-heard-of==2.0 \\\n    --hash=sha256:00\n",
        "ascii",
    )
    found = doctor.packages(lock)
    assert found.what == f"psutil is {version('psutil')}, not 0.1, never-heard-of is missing, not 2.0"
    assert found.remedy == "type: python start.py setup --fresh"


def test_a_lock_is_read_for_this_machine_only(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("a==1 ; python_version < '3.0'\na==2 ; python_version >= '3.0' \\\n    --hash=sha256:00\n", "ascii")
    assert doctor.pins(lock) == {"a": "2"}


def test_damaged_lines_of_the_progress_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    my_work().mkdir(parents=True)
    (my_work() / "progress.jsonl").write_bytes(b'{"a": 1}\n{"b": \n\xff\xfe\n')
    assert doctor.progress().what.startswith("2 of 3 lines of")
    assert doctor.progress().remedy


def test_progress_that_can_be_read_is_fine() -> None:
    assert doctor.progress().remedy == ""
    my_work().mkdir(parents=True)
    (my_work() / "progress.jsonl").write_text('{"a": 1}\n', "utf-8")
    assert doctor.progress() == Finding("progress can be read (1 entries)")


@pytest.mark.parametrize(("megabytes", "fine"), [(10_000, True), (199, False)])
def test_a_disk_that_is_nearly_full_is_named(megabytes: int, fine: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: type("usage", (), {"free": megabytes * 2**20}))
    assert (doctor.disk().remedy == "") is fine


def test_a_named_chromium_is_taken_before_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chromium = tmp_path / "my chromium"
    chromium.touch()
    monkeypatch.setenv("PIVOTLAB_CHROMIUM", str(chromium))
    assert doctor.find_chromium() == str(chromium)


def test_a_named_chromium_that_is_not_there_is_none_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIVOTLAB_CHROMIUM", str(tmp_path / "nowhere"))
    assert doctor.find_chromium() is None
    assert doctor.browser() == Finding("Chromium for the browser tests: none; they are skipped")


def test_https_to_itself_works_here() -> None:
    assert doctor.loopback_tls() == Finding("HTTPS works on 127.0.0.1")


def test_https_that_does_not_reach_itself_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    trusts_nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    monkeypatch.setattr(doctor.ssl, "create_default_context", lambda cafile: trusts_nobody)
    found = doctor.loopback_tls()
    assert found.what.startswith("HTTPS on 127.0.0.1 fails")
    assert found.remedy
