from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pivotlab.learn import quiz
from pivotlab.learn.record import log as progress_log
from pivotlab.learn.record.log import Event, ProgressLog, SaveError

NOTEBOOK = """
import sys
from pathlib import Path
from pivotlab.learn.record.log import Event, ProgressLog
log, name = ProgressLog(Path(sys.argv[1])), sys.argv[2]
for number in range(100_000):
    log.append(Event("answer", f"{name}-{number}", "hunting_kql", "right", 1.0, {"answer": "x" * (number % 700)}))
    sys.stdout.write(f"{name}-{number}\\n")
    sys.stdout.flush()
"""
"""Answers without end, and says so on its output after each answer was acknowledged."""


def event(item: str = "05-direction", **changes: object) -> Event:
    return Event(
        **{"what": "answer", "item": item, "topic": "hunting_kql", "outcome": "right", "score": 1.0, **changes}
    )  # type: ignore[arg-type]


def items(path: Path) -> list[str]:
    return [found.item for found in ProgressLog(path).events()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "progress.jsonl"


def test_an_event_is_one_line_of_json_with_its_version(path: Path) -> None:
    ProgressLog(path).append(event(detail={"answer": "a\nb"}))
    [line] = path.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["v"] == 1 and json.loads(line)["item"] == "05-direction"


def test_what_was_written_is_read_back(path: Path) -> None:
    written = event(detail={"used": [1, 2]})
    ProgressLog(path).append(written)
    assert ProgressLog(path).events() == [written]


def test_lines_are_only_ever_appended(path: Path) -> None:
    log = ProgressLog(path)
    log.append(event("04-a"))
    before = path.read_bytes()
    log.append(event("04-b"))
    assert path.read_bytes().startswith(before)


def test_there_is_nothing_to_read_before_the_first_event(path: Path) -> None:
    assert ProgressLog(path).events() == []
    assert not path.exists()


def test_a_line_is_written_in_one_go(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: written.append(data) or real(handle, data))
    ProgressLog(path).append(event())
    assert len(written) == 1 and written[0].endswith(b"\n")


def test_merging_adds_each_event_once_in_order_of_time(tmp_path: Path, path: Path) -> None:
    here, there = ProgressLog(path), ProgressLog(tmp_path / "other.jsonl")
    shared = event("04-shared", at="2026-11-01T10:00:00+00:00")
    here.append(event("04-here", at="2026-11-01T12:00:00+00:00"), shared)
    there.append(shared, event("04-there", at="2026-11-01T11:00:00+00:00"))
    assert here.merge(there.path) == 1
    assert here.merge(there.path) == 0
    assert items(path) == ["04-shared", "04-there", "04-here"]


def test_merging_says_which_lines_of_the_other_file_cannot_be_read(tmp_path: Path, path: Path) -> None:
    there = ProgressLog(tmp_path / "other.jsonl")
    there.append(event("04-there"))
    with there.path.open("ab") as file:
        file.write(b'damage\n{"v": 2, "something": "new"}\n{"v": 3, "something": "newer"}\n')
    here = ProgressLog(path)
    assert here.merge(there.path) == 1
    said = "other.jsonl holds 1 damaged line and 2 lines by a later version of pivotlab."
    assert here.notices == [f"{said} They stay there; the rest is added."]


def test_merging_a_file_that_is_not_there_says_so(path: Path) -> None:
    with pytest.raises(SaveError, match="There is no file"):
        ProgressLog(path).merge(path.with_name("nowhere.jsonl"))


DAMAGE = {
    "a torn line": b'{"v": 1, "what": "ans',
    "not json": b"hello\n",
    "not an object": b"17\n",
    "zeros after a power cut": b"\0" * 64 + b"\n",
    "not text": b"\xff\xfe\x00\n",
    "a missing field": b'{"v": 1, "what": "answer"}\n',
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_kept_aside_and_learning_goes_on(path: Path, damage: str) -> None:
    ProgressLog(path).append(event("04-before"))
    with path.open("ab") as file:
        file.write(DAMAGE[damage])
    original = path.read_bytes()
    log = ProgressLog(path)
    log.append(event("04-after"))
    assert items(path) == ["04-before", "04-after"]
    assert path.with_name("progress.damaged-1.jsonl").read_bytes() == original
    assert "1 damaged line. It is kept as progress.damaged-1.jsonl" in log.notices[0]


def test_a_file_of_a_later_version_is_kept_aside_and_learning_goes_on(path: Path) -> None:
    ProgressLog(path).append(event("04-before"))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"v": 2, "something": "new"}\n')
    original = path.read_bytes()
    log = ProgressLog(path)
    assert [found.item for found in log.events()] == ["04-before"]
    assert path.with_name("progress.newer-1.jsonl").read_bytes() == original
    assert "by a later version of pivotlab" in log.notices[0]


def test_a_second_damaged_file_does_not_replace_the_first(path: Path) -> None:
    for _ in range(2):
        path.write_bytes(b"damage\n")
        ProgressLog(path).events()
    assert path.with_name("progress.damaged-1.jsonl").exists()
    assert path.with_name("progress.damaged-2.jsonl").exists()


def no_space(handle: int, data: bytes) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def half_a_line(handle: int, data: bytes, real: object = os.write) -> int:
    return real(handle, data[: len(data) // 2])  # type: ignore[operator, no-any-return]


@pytest.mark.parametrize("failing", [no_space, half_a_line])
def test_a_full_disk_loses_nothing(path: Path, monkeypatch: pytest.MonkeyPatch, failing: object) -> None:
    log = ProgressLog(path)
    log.append(event("04-saved"))
    before = path.read_bytes()
    with monkeypatch.context() as full:
        full.setattr(os, "write", failing)
        with pytest.raises(SaveError, match=r"not saved yet: No space left on device .* Nothing is lost"):
            log.append(event("04-first"))
        with pytest.raises(SaveError, match="Your last 2 answers are not saved"):
            log.append(event("04-second"))
        assert path.read_bytes() == before
        assert len(log.events()) == 3
    log.append(event("04-third"))
    assert items(path) == ["04-saved", "04-first", "04-second", "04-third"]


def test_a_disk_that_fails_while_flushing_loses_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = ProgressLog(path)
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", lambda handle: no_space(handle, b""))
        with pytest.raises(SaveError):
            log.append(event("04-first"))
    log.append(event("04-second"))
    assert items(path) == ["04-first", "04-second"]


def test_a_card_on_a_full_disk_marks_the_answer_and_says_that_it_is_not_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    sitting = quiz("05-arg-max", plain=True).choose("arg_max(LastModifiedTime, *)")
    with monkeypatch.context() as full:
        full.setattr(os, "write", no_space)
        feedback = sitting.submit()
    assert feedback
    assert "not saved yet" in feedback.notice


def test_every_attempt_at_a_question_is_in_the_file(own_work: Path) -> None:
    sitting = quiz("05-arg-max", plain=True)
    sitting.choose("count()").submit()
    sitting.choose("arg_max(LastModifiedTime, *)").submit()
    found = ProgressLog(own_work / "progress.jsonl").events()
    assert [(e.what, e.item, e.topic, e.outcome, e.score) for e in found] == [
        ("answer", "05-arg-max", "hunting_kql", "wrong", 0.0),
        ("answer", "05-arg-max", "hunting_kql", "right", 1.0),
    ]


def test_threads_of_one_notebook_do_not_mix_their_lines(path: Path) -> None:
    log = ProgressLog(path)
    workers = [threading.Thread(target=lambda n=n: log.append(event(f"04-{n}"))) for n in range(20)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(items(path)) == sorted(f"04-{n}" for n in range(20))


def start(path: Path, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", NOTEBOOK, str(path), name], stdout=subprocess.PIPE, text=True)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is a POSIX signal; Windows has no way to ask for a random one.")
def test_killed_notebooks_lose_no_acknowledged_answer(path: Path) -> None:
    """Two notebooks answer at once and are killed at random moments, again and again, on the same file."""
    kills = int(os.environ.get("PIVOTLAB_KILLS", "16"))
    rng = random.Random(7)
    acknowledged: list[str] = []
    for turn in range(kills // 2):
        pair = [start(path, f"{turn}-{name}") for name in ("one", "two")]
        for process in pair:
            assert process.stdout is not None
            acknowledged.append(process.stdout.readline().strip())
        time.sleep(rng.uniform(0, 0.15))
        for process in pair:
            process.send_signal(signal.SIGKILL)
        for process in pair:
            acknowledged += process.communicate()[0].split("\n")[:-1]
    log = ProgressLog(path)
    saved = [found.item for found in log.events()]
    assert len(saved) == len(set(saved))
    assert set(acknowledged) <= set(saved)
    assert len(acknowledged) > kills
    assert log.notices == []


def test_a_lock_that_is_never_released_is_reported(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_log, "locked", lambda where: file_lock_held(where))
    with pytest.raises(SaveError, match="another notebook"):
        ProgressLog(path).append(event())


def file_lock_held(path: Path) -> object:
    raise TimeoutError(f"another notebook has been holding {path.name} for too long")
