"""A real JupyterLab from `start.py`, and a real browser on it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pivotlab.lab.doctor import find_chromium
from pivotlab.places import ROOT

FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
TOKEN = "journey"
CELL_SECONDS = 280
NOTHING_RUNS = """() => ![...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")]
    .some(prompt => prompt.textContent.includes("*"))"""


class LabPage:
    """JupyterLab in a browser tab, used as a learner uses it: by its menus and by the keyboard."""

    def __init__(self, page: Any, url: str, work: Path) -> None:
        self.page = page
        self.url = url
        self.work = work
        self.requests: list[str] = []
        page.set_default_timeout(90_000)
        page.on("request", lambda request: self.requests.append(request.url))

    def enter(self) -> None:
        """Open JupyterLab, and wait until its menus are there."""
        self.page.goto(f"{self.url}/lab?reset&token={TOKEN}")
        self.page.locator(".lm-MenuBar-item", has_text="File").wait_for()

    def open(self, notebook: str, *, dark: bool) -> None:
        """Open a notebook of the learner's folder in a theme, and wait until its kernel is idle."""
        self.notebook = self.work / notebook
        if not self.page.url.startswith(self.url) or self.page.locator(".jp-Notebook").count():
            self.enter()  # the first journey, or the one before failed and left its notebook open
        self.wear(dark=dark)
        self.menu("File", "Open from Path…")
        self.page.locator(".jp-Dialog input").fill(notebook)
        self.page.keyboard.press("Enter")
        self.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
        self.page.locator(".jp-StatusBar-TextItem", has_text="| Idle").wait_for()

    def wear(self, *, dark: bool) -> None:
        """Change to the dark or the light theme."""
        wanted = self.page.locator(f"body[data-jp-theme-light={str(not dark).lower()}]")
        if not wanted.count():
            self.menu("Settings", "Theme", "JupyterLab Dark" if dark else "JupyterLab Light")
            wanted.wait_for(state="attached")
            self.page.locator("#jupyterlab-splash").wait_for(state="detached")

    def menu(self, name: str, *entries: str) -> None:
        """Choose an entry of the menu bar, or of a menu within it."""
        self.page.locator(".lm-MenuBar-item", has_text=name).first.click()
        for entry in entries:
            self.page.locator(".lm-Menu-item", has=self.page.get_by_text(entry, exact=True)).first.click()

    def run_all(self) -> None:
        """Clear the stored outputs, run every cell, and wait until the last one is done or one has failed."""
        until = time.monotonic() + CELL_SECONDS
        self.menu("Edit", "Clear Outputs of All Cells")
        # Until they are cleared in the file as well, the numbers stored there would pass for new ones.
        while any(cell["execution_count"] for cell in self.code_cells()):
            assert time.monotonic() < until, f"the outputs of {self.notebook.name} are not cleared"
            self.save()
        self.menu("Run", "Run All Cells")
        while time.monotonic() < until:
            self.page.wait_for_function(NOTHING_RUNS, polling=200, timeout=(until - time.monotonic()) * 1000)
            self.save()
            if self.errors() or all(cell["execution_count"] for cell in self.code_cells()):
                return
        self.photograph("still-running")
        raise AssertionError(f"{self.notebook.name} was still running after {CELL_SECONDS} s")

    def save(self) -> None:
        """Save the notebook with the keyboard."""
        self.page.keyboard.press("Control+s")
        self.page.wait_for_timeout(300)

    def code_cells(self) -> list[dict[str, Any]]:
        """The code cells as last saved; asked in the middle of a save, it asks again."""
        while True:
            try:
                cells = json.loads(self.notebook.read_text("utf-8"))["cells"]
            except ValueError:
                self.page.wait_for_timeout(100)
                continue
            return [cell for cell in cells if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]

    def errors(self) -> list[str]:
        """What cells failed with that are not meant to fail."""
        return [
            f"{output['ename']}: {output['evalue']}"
            for cell in self.code_cells()
            if "raises-exception" not in cell["metadata"].get("tags", [])
            for output in cell["outputs"]
            if output["output_type"] == "error"
        ]

    def beyond_loopback(self) -> list[str]:
        """The addresses asked for that are not this server's."""
        return [url for url in self.requests if url.startswith(("http", "ws")) and "//127.0.0.1:" not in url]

    def photograph(self, name: str) -> None:
        """Keep a picture, when PIVOTLAB_SCREENSHOTS names a folder for them."""
        folder = os.environ.get("PIVOTLAB_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png")

    def close(self) -> None:
        """Close the notebook and stop its kernel, so that the next journey starts from nothing."""
        self.save()
        self.menu("File", "Close Tab")
        self.page.locator(".jp-Notebook").wait_for(state="detached")
        for kernel in json.loads(self._ask("GET", "")):
            self._ask("DELETE", f"/{kernel['id']}")
        self.requests.clear()

    def _ask(self, method: str, path: str) -> bytes:
        asked = urllib.request.Request(f"{self.url}/api/kernels{path}", method=method)
        asked.add_header("Authorization", f"token {TOKEN}")
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return bytes(answer.read())


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium; skips with a sentence where there is none."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("No Chromium here: install it, or set PIVOTLAB_CHROMIUM to its path, to run the browser journeys.")
    playwright = pytest.importorskip("playwright.sync_api", reason="The browser journeys need playwright.")
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=chromium, args=[*FLAGS, *root])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def lab(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The lab on a free port and an empty folder: its address and the folder. Asked for after the browser."""
    work = tmp_path_factory.mktemp("my work")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    installed_here = Path(sys.prefix) == ROOT / ".venv"
    start = [str(ROOT / "start.py")] if installed_here else ["-m", "pivotlab.lab"]
    log = work / "server.log"
    with log.open("wb") as said:
        server = subprocess.Popen(
            [sys.executable, *start, "lab", "--no-browser", "--port", str(port)],
            stdout=said,
            stderr=said,
            env={**os.environ, "PIVOTLAB_WORK": str(work), "JUPYTER_TOKEN": TOKEN},
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/api", server, log)
        yield url, work
    finally:
        server.terminate()
        server.wait(20)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait up to a minute for an answer."""
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"JupyterLab does not answer:\n{log.read_text('utf-8', 'replace')}")


@pytest.fixture(scope="module")
def tab(browser: Any, lab: tuple[str, Path]) -> LabPage:
    """One tab on the lab for all journeys: loading JupyterLab takes longer than most lessons."""
    return LabPage(browser.new_page(viewport={"width": 1280, "height": 900}), *lab)


@pytest.fixture
def lab_page(tab: LabPage) -> Iterator[LabPage]:
    """The tab, with no notebook open."""
    yield tab
    tab.close()
