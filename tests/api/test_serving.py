"""`pivotlab serve`: the tenant alone, in a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from pivotlab.api import serving as serving_room
from pivotlab.api.serving import ServingError, load
from pivotlab.cli import main
from pivotlab.tenant import Tenant
from pivotlab.tenant.identifiers import INSIGHTS_PATH

START_SECONDS = 120
V = {"api-version": "2025-09-01"}


class Serving:
    """A running `pivotlab serve`, and what it has printed."""

    def __init__(self, process: subprocess.Popen[str], printed: str) -> None:
        self.process, self.printed = process, printed
        self.url = re.findall(r"served at (\S+)", printed)[0]
        self.token = re.findall(r"(pivotlab-contributor-\S+)", printed)[0]
        self.ca_file = Path(re.findall(r'SSL_CERT_FILE(?:=| = ")([^\s"]+)', printed)[0])

    def client(self) -> httpx.Client:
        trust = ssl.create_default_context(cafile=str(self.ca_file))
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=self.url, headers=headers, verify=trust, timeout=60)


@contextmanager
def serving(*arguments: str) -> Iterator[Serving]:
    process = subprocess.Popen(
        [sys.executable, "-m", "pivotlab", "serve", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    watchdog = threading.Timer(START_SECONDS, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        printed = ""
        for line in process.stdout:
            printed += line
            if line.startswith("To stop it"):
                break
        watchdog.cancel()
        yield Serving(process, printed)
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def told() -> Iterator[tuple[str, str, int, str]]:
    """One serving from start to finish: what it printed, its log, its exit code, and the token that was used."""
    with serving("--workers", "2") as one:
        with one.client() as client:
            client.get("/v1.0/security/incidents")
            client.get("/v1.0/security/incidents", headers={"Authorization": "Bearer wrong"})
            client.post("/practice/clock", json={"advance": "PT5M"})
        one.process.send_signal(signal.SIGINT)
        rest, log = one.process.communicate(timeout=60)
        yield one.printed + rest, log, one.process.returncode, one.token
        assert not one.ca_file.exists()


def test_it_listens_on_loopback_unless_told(told: tuple[str, str, int, str]) -> None:
    assert "served at https://127.0.0.1:" in told[0]


def test_each_token_is_printed_once_and_never_logged(told: tuple[str, str, int, str]) -> None:
    printed, log, _, token = told
    assert printed.count(token) == 1
    assert token not in log
    assert len(set(re.findall(r"pivotlab-\w+-\S+", printed))) >= 3


@pytest.mark.parametrize("client", ["curl --cacert", "MSTICPYCONFIG=", "SecurityInsights(", "GraphServiceClient("])
def test_it_says_how_to_point_each_client_at_it(told: tuple[str, str, int, str], client: str) -> None:
    assert client in told[0]


def test_it_says_that_it_loads(told: tuple[str, str, int, str]) -> None:
    assert told[1].startswith("Loading the practice tenant ...")


def test_every_request_is_one_line_of_json(told: tuple[str, str, int, str]) -> None:
    lines = [json.loads(line) for line in told[1].splitlines() if line.startswith("{")]
    assert [(line["method"], line["path"], line["status"], line["caller"]) for line in lines] == [
        ("GET", "/v1.0/security/incidents", 200, "alex.analyst@contoso.example"),
        ("GET", "/v1.0/security/incidents", 401, None),
        ("POST", "/practice/clock", 200, "alex.analyst@contoso.example"),
    ]
    assert all(line["milliseconds"] >= 0 and line["level"] == "info" for line in lines)


def test_an_interrupt_stops_it_cleanly(told: tuple[str, str, int, str]) -> None:
    printed, log, code, _ = told
    assert printed.endswith("Stopped.\n")
    assert code == 0
    assert "Traceback" not in log


def test_what_was_acknowledged_survives_a_kill_in_the_middle_of_writes(tmp_path: Path) -> None:
    folder = str(tmp_path / "kept")
    acknowledged: dict[str, str] = {}
    with serving("--folder", folder) as first:

        def write(worker: int) -> None:
            with first.client() as client:
                for number in range(10_000):
                    name = f"{worker:08x}-0000-4000-8000-{number:012x}"
                    body = {"properties": {"title": f"{worker}/{number}", "severity": "Low", "status": "New"}}
                    answer = client.put(f"{INSIGHTS_PATH}/incidents/{name}", params=V, json=body)
                    acknowledged[name] = answer.json()["properties"]["title"]

        def write_until_killed(worker: int) -> None:
            try:
                write(worker)
            except httpx.HTTPError:
                return

        writers = [threading.Thread(target=write_until_killed, args=(worker,)) for worker in range(3)]
        for writer in writers:
            writer.start()
        deadline = time.monotonic() + 60
        while len(acknowledged) < 60 and time.monotonic() < deadline:
            time.sleep(0.05)
        first.process.kill()
        for writer in writers:
            writer.join(30)
    assert len(acknowledged) >= 60
    with serving("--folder", folder) as second, second.client() as client:
        kept: dict[str, str] = {}
        url = f"{INSIGHTS_PATH}/incidents?api-version=2025-09-01&$top=1000"
        while url:
            body = client.get(url).json()
            kept |= {item["name"]: item["properties"]["title"] for item in body["value"]}
            url = body.get("nextLink", "")
    assert acknowledged.items() <= kept.items()


def test_a_port_in_use_ends_with_2_and_a_sentence() -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "pivotlab", "serve", "--port", port], capture_output=True, text=True, timeout=120
        )
    assert done.returncode == 2
    assert f"Cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_with_another_versions_tenant_ends_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "journal.jsonl").write_text('{"at": "2026-11-03T08:00:00+00:00", "do": "nobody.knows"}\n')
    with pytest.raises(ServingError, match=r"does not hold a tenant of this version .*line 1.* --folder"):
        load(tmp_path)


def test_data_that_are_not_there_end_with_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(serving_room, "Tenant", SimpleNamespace(open=lambda folder: Tenant.open(tmp_path)))
    with pytest.raises(ServingError, match="no manifest"):
        load(None)


def test_a_mistake_in_the_program_is_not_taken_for_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(folder: Path | None) -> Tenant:
        raise AttributeError("a mistake")

    monkeypatch.setattr(serving_room, "Tenant", SimpleNamespace(open=wrong))
    with pytest.raises(AttributeError, match="a mistake"):
        load(None)


def test_four_queries_run_at_once_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    monkeypatch.setattr(serving_room, "load", lambda folder: None)
    monkeypatch.setattr(serving_room, "serve", lambda tenant, workers, **_: told.append(workers))
    assert [main(["serve"]), main(["serve", "--workers", "2"])] == [0, 0]
    assert told == [4, 2]
