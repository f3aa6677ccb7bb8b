"""The real thing, from a fresh clone: minutes and a network, so only with PIVOTLAB_COLD=1."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from pivotlab.lab.notebook_server import choose_port
from pivotlab.places import ROOT

pytestmark = [
    pytest.mark.skipif(os.environ.get("PIVOTLAB_COLD") != "1", reason="Set PIVOTLAB_COLD=1 to install from a network."),
    pytest.mark.timeout(1800),
]
SEED = int(os.environ.get("PIVOTLAB_SEED", "1"))
IMPORTS = "import duckdb, jupyterlab, msticpy, pivotlab"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone that nothing has been set up in."""
    folder = tmp_path_factory.mktemp("fresh clone") / "pivot lab"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    return folder


def start(clone: Path, *words: str) -> subprocess.Popen[bytes]:
    """Type `python start.py ...` in the clone, with the network that the test itself does not have."""
    open_network = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.Popen([sys.executable, str(clone / "start.py"), *words], env=open_network)


def works(clone: Path) -> bool:
    python = clone / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    return subprocess.run([python, "-c", IMPORTS], check=False).returncode == 0


def test_killed_at_random_moments_it_is_whole_after_the_next_run(clone: Path) -> None:
    moments = random.Random(SEED)
    for _ in range(6):
        started = start(clone, "setup")
        time.sleep(moments.uniform(0.1, 20))
        started.kill()
        started.wait()
        assert works(clone) or not (clone / ".venv" / "pivotlab.json").exists()
    assert start(clone, "setup").wait() == 0
    assert works(clone)


def test_made_afresh_it_takes_a_minute_at_most_and_then_no_second(clone: Path) -> None:
    for words, seconds in ((["setup", "--fresh"], 60.0), (["setup"], 1.0)):
        began = time.perf_counter()
        assert start(clone, *words).wait() == 0
        assert time.perf_counter() - began < seconds, words


@pytest.mark.parametrize("seconds", [60, 10], ids=["first time", "warm"])
def test_the_lab_answers_in_time(clone: Path, seconds: int) -> None:
    port = choose_port(None)
    began = time.perf_counter()
    server = start(clone, "lab", "--no-browser", "--port", str(port))
    try:
        while True:
            assert time.perf_counter() - began < seconds
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
    finally:
        server.terminate()
        server.wait(30)


def test_a_folder_of_wheels_takes_the_place_of_the_network(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = clone / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    locks = [word for name in ("requirements-uv.txt", "requirements.txt") for word in ("-r", str(clone / name))]
    download = [str(python), "-m", "pip", "download", "--quiet", "--dest", str(tmp_path), *locks]
    open_network = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(download, check=True, env=open_network)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "empty cache"))
    assert start(clone, "setup", "--fresh", f"--wheelhouse={tmp_path}").wait() == 0
    assert works(clone)
