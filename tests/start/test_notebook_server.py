"""The lab serves on loopback, on a port that is free, and leaves the user's own Jupyter alone."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from tornado.websocket import WebSocketClosedError

from pivotlab.lab.notebook_server import SETTINGS, PortInUseError, _is_news, choose_port, is_free, keep_settings_in

TOKEN = "some-token"


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_that_is_taken_is_named_with_one_that_is_free(taken: int) -> None:
    with pytest.raises(
        PortInUseError, match=rf"^Port {taken} is in use .* type: python start\.py lab --port (\d+)$"
    ) as caught:
        choose_port(taken)
    assert is_free(int(str(caught.value).rsplit(" ", 1)[1]))


def test_a_port_that_was_asked_for_and_is_free_is_taken(taken: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    assert choose_port(free) == free


def test_without_a_wish_a_busy_port_is_passed_over(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pivotlab.lab.notebook_server.PORTS", [taken, 8990, 8991, 8992])
    assert choose_port(None) in (8990, 8991, 8992)


def test_the_users_jupyter_variables_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_DIR", "JUPYTERLAB_SETTINGS_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, "/home/of/the/user")
    monkeypatch.setenv("JUPYTER_TOKEN", TOKEN)
    before = dict(os.environ)
    try:
        keep_settings_in(tmp_path)
        assert "/home/of/the/user" not in os.environ.values()
        assert os.environ["JUPYTER_TOKEN"] == TOKEN
        assert Path(os.environ["JUPYTER_CONFIG_DIR"]).is_relative_to(tmp_path)
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.mark.parametrize("name", ["overrides.json", "page_config.json", "jupyter_server_config.json"])
def test_the_settings_are_readable(name: str) -> None:
    assert json.loads((SETTINGS / name).read_text("ascii"))


def test_the_lab_answers_on_loopback_only_and_writes_nothing_into_the_users_folders(tmp_path: Path) -> None:
    home, work, port = tmp_path / "home", tmp_path / "my work", choose_port(None)
    home.mkdir()
    users = {name: str(home) for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "XDG_CONFIG_HOME")}
    server = subprocess.Popen(
        [sys.executable, "-m", "pivotlab.lab", "lab", "--no-browser", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **users, "PIVOTLAB_WORK": str(work), "JUPYTER_TOKEN": TOKEN},
    )
    try:
        config = json.loads(
            answer(f"http://127.0.0.1:{port}/lab", server).split('type="application/json">')[1].split("<")[0]
        )
        listening = {
            line.laddr.ip for line in psutil.Process(server.pid).net_connections("inet") if line.status == "LISTEN"
        }
    finally:
        server.terminate()
        server.wait(20)

    assert listening == {"127.0.0.1"}
    assert config["news"] == {"disabled": True}
    assert [path.name for path in home.rglob("*") if "upyter" in path.name or "ipython" in path.name] == []
    assert (work / ".pivotlab" / "jupyter").is_dir()


def test_the_terminal_says_how_to_stop_and_nothing_of_what_is_no_concern(tmp_path: Path) -> None:
    port, said = choose_port(None), tmp_path / "said"
    with said.open("wb") as terminal:
        server = subprocess.Popen(
            [sys.executable, "-m", "pivotlab.lab", "lab", "--no-browser", "--port", str(port)],
            stdout=terminal,
            stderr=terminal,
            env={**os.environ, "PIVOTLAB_WORK": str(tmp_path / "my work"), "JUPYTER_TOKEN": TOKEN},
        )
        try:
            answer(f"http://127.0.0.1:{port}/api", server)
            answer(f"http://127.0.0.1:{port}/api/kernels", server, b"{}")
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(request(f"http://127.0.0.1:{port}/panel-preview/layout/05.ipynb"))
            wait_for_kernel(server)
        finally:
            server.terminate()
            server.wait(20)
    lines = said.read_text("utf-8").splitlines()
    assert "To stop, press Ctrl+C here." in lines[0]
    assert not [line for line in lines if "eavesdropping" in line or "404" in line or "WARN" in line]


def test_a_closed_tab_is_no_news_and_any_other_failure_is() -> None:
    for failure, news in ((WebSocketClosedError(), False), (OSError("the disk is full"), True)):
        record = logging.makeLogRecord({"msg": "Task exception", "exc_info": (type(failure), failure, None)})
        assert _is_news(record) is news
    assert _is_news(logging.makeLogRecord({"msg": "no exception"}))


def test_the_extension_that_asks_for_what_is_not_served_is_off() -> None:
    disabled = json.loads((SETTINGS / "page_config.json").read_text("ascii"))["disabledExtensions"]
    assert disabled["@pyviz/jupyterlab_pyviz"] is True


def wait_for_kernel(server: subprocess.Popen[bytes]) -> None:
    """Wait until a kernel listens, by when it has said what it says at its start."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for kernel in psutil.Process(server.pid).children():
            if any(line.status == "LISTEN" for line in kernel.net_connections("inet")):
                return
        time.sleep(0.2)
    raise AssertionError("the kernel does not listen")


def request(url: str, sent: bytes | None = None) -> urllib.request.Request:
    return urllib.request.Request(url, sent, headers={"Authorization": f"token {TOKEN}"})


def answer(url: str, server: subprocess.Popen[bytes], sent: bytes | None = None) -> str:
    asked = request(url, sent)
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(asked, timeout=5) as answered:
                return str(answered.read(), "utf-8")
        except OSError:
            time.sleep(0.2)
    raise AssertionError("JupyterLab does not answer")
