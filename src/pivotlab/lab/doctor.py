"""What has to be right on a machine for the lab to work, each point with what to type when it is not."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import ssl
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pivotlab.places import ROOT, my_work

FREE_MEGABYTES = 200
MEMORY_MEGABYTES = 1500
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
CHROMIUM_PATHS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)


@dataclass(frozen=True)
class Finding:
    """One point: what was found, and what to do about it. An empty remedy means that it is fine."""

    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"mend  {self.what}; {self.remedy}" if self.remedy else f"ok    {self.what}"


def examine() -> list[Finding]:
    """Look at every point. Never raises: a look that fails is itself a finding."""
    looks: tuple[Callable[[], Finding], ...] = (python, packages, disk, memory, port, loopback_tls, progress, browser)
    findings = []
    for look in looks:
        try:
            findings.append(look())
        except Exception as problem:  # the doctor has to finish its round
            name = look.__name__.replace("_", " ")
            findings.append(Finding(f"{name}: {problem}", "type: python start.py setup --fresh"))
    return findings


def python() -> Finding:
    """The environment's Python; start.py has already refused one that does not fit."""
    return Finding(f"Python {sys.version.split()[0]} in {sys.prefix}")


def packages(lock: Path = ROOT / "requirements.txt") -> Finding:
    """Whether every package is there in the pinned version: someone may have used pip by hand."""
    wrong = []
    for name, pinned in pins(lock).items():
        try:
            installed = version(name)
        except PackageNotFoundError:
            installed = "missing"
        if installed != pinned:
            wrong.append(f"{name} is {installed}, not {pinned}")
    if wrong:
        return Finding(", ".join(wrong[:3]) + (" and more" if wrong[3:] else ""), "type: python start.py setup --fresh")
    return Finding(f"every package is as {lock.name} pins it")


def pins(lock: Path) -> dict[str, str]:
    """The packages that a lock pins for this machine, by name."""
    from packaging.requirements import Requirement

    lines = re.findall(r"^[^\s#][^\\\n]*", lock.read_text("utf-8"), re.MULTILINE)
    wanted = [Requirement(line.strip()) for line in lines]
    return {
        requirement.name: next(iter(requirement.specifier)).version
        for requirement in wanted
        if requirement.marker is None or requirement.marker.evaluate()
    }


def disk() -> Finding:
    """Room for the learner's work."""
    free = shutil.disk_usage(ROOT).free // 2**20
    what = f"{free} MB free on the disk"
    return Finding(what) if free >= FREE_MEGABYTES else Finding(what, f"free {FREE_MEGABYTES - free} MB or more")


def memory() -> Finding:
    """Room for a browser, JupyterLab and two kernels."""
    import psutil

    free = psutil.virtual_memory().available // 2**20
    what = f"{free} MB of memory available"
    return Finding(what) if free >= MEMORY_MEGABYTES else Finding(what, "close other programs before opening the lab")


def port() -> Finding:
    """A port for JupyterLab."""
    from pivotlab.lab.notebook_server import choose_port

    return Finding(f"port {choose_port(None)} is free for JupyterLab")


def loopback_tls() -> Finding:
    """Whether a program here can speak HTTPS to itself, as msticpy does to the practice tenant."""
    from pivotlab.loopback.certificates import issue

    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
        files = issue(Path(folder))
        serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        serving.load_cert_chain(files.chain_file, files.key_file)
        trusting = ssl.create_default_context(cafile=str(files.ca_file))
        answer = threading.Thread(target=_answer_once, args=(server, serving), daemon=True)
        answer.start()
        try:
            with (
                socket.create_connection(server.getsockname(), timeout=5) as raw,
                trusting.wrap_socket(raw, server_hostname="127.0.0.1") as line,
            ):
                answered = line.recv(2) == b"ok"
        except OSError as problem:
            return Finding(
                f"HTTPS on 127.0.0.1 fails ({problem})", "let Python use 127.0.0.1 in your security software"
            )
    return Finding("HTTPS works on 127.0.0.1") if answered else Finding("HTTPS on 127.0.0.1 is cut off", "allow it")


def _answer_once(server: socket.socket, context: ssl.SSLContext) -> None:
    try:
        raw, _ = server.accept()
        with context.wrap_socket(raw, server_side=True) as line:
            line.sendall(b"ok")
    except OSError:
        pass  # the client reports it


def progress() -> Finding:
    """Whether the progress file can be read, line by line."""
    path = my_work() / "progress.jsonl"
    if not path.exists():
        return Finding("no progress yet; it will be kept in " + str(path))
    damaged = 0
    lines = path.read_text("utf-8", errors="replace").splitlines()
    for line in lines:
        try:
            json.loads(line)
        except ValueError:
            damaged += 1
    if damaged:
        return Finding(
            f"{damaged} of {len(lines)} lines of {path} cannot be read", "delete those lines; the rest counts"
        )
    return Finding(f"progress can be read ({len(lines)} entries)")


def browser() -> Finding:
    """A Chromium, which only the tests need: the lab opens in any browser."""
    found = find_chromium()
    return Finding(f"Chromium for the browser tests: {found or 'none; they are skipped'}")


def find_chromium() -> str | None:
    """The Chromium to test with: PIVOTLAB_CHROMIUM, or one under its usual names."""
    named = os.environ.get("PIVOTLAB_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None) or next(
        (path for path in CHROMIUM_PATHS if Path(path).exists()), None
    )
