"""The test command compares every notebook strictly, and passes only when everything does."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pivotlab.lab.suite import PARTS, options
from pivotlab.places import ROOT

OWN_FOLDER = """\
import os, pathlib
work = pathlib.Path(os.environ["PIVOTLAB_WORK"])
work.joinpath("mine").touch()
print(work.parent.name[:14], [path.name for path in work.iterdir()])"""
LEAVES = """\
import socket
try:
    socket.create_connection(("192.0.2.1", 443), timeout=3)
except OSError:
    print("no answer")"""


def notebook(path: Path, source: str, printed: str) -> str:
    output = {"output_type": "stream", "name": "stdout", "text": [printed]}
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": source, "execution_count": 1, "outputs": [output]}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.write_text(json.dumps({"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}), "utf-8")
    return str(path)


def test_a_notebook_passes_only_with_its_stored_outputs_and_without_leaving_the_machine(tmp_path: Path) -> None:
    alone = "pivotlab-test- ['mine']\n"
    names = [
        notebook(tmp_path / "one.ipynb", OWN_FOLDER, alone),
        notebook(tmp_path / "two.ipynb", OWN_FOLDER, alone),
        notebook(tmp_path / "differs.ipynb", "print(1 + 1)", "3\n"),
        notebook(tmp_path / "leaves.ipynb", LEAVES, "no answer\n"),
    ]
    words = [sys.executable, "-m", "pivotlab.lab", "test", "-n0", "-q", "-rA", "-p", "no:cacheprovider", *names]
    ended = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT)

    verdicts = {
        name: said for said, name in re.findall(r"^(PASSED|FAILED) \S*?(\w+)\.ipynb", ended.stdout, re.MULTILINE)
    }
    assert verdicts == {"one": "PASSED", "two": "PASSED", "differs": "FAILED", "leaves": "FAILED"}, ended.stdout
    assert "BeyondLoopbackError" in ended.stdout
    assert ended.returncode == 1


def test_the_whole_suite_is_run_when_no_path_is_named() -> None:
    present = [part for part in PARTS if (ROOT / part).is_dir()]
    assert "tests" in present
    for words in ([], ["-k", "hunting"], ["--maxfail=1"]):
        assert options(words)[-len(present) - len(words) :] == [*words, *present]


@pytest.mark.parametrize("path", ["tests/start", "tests/start/test_suite.py::run"])
def test_a_path_takes_the_place_of_the_whole_suite(path: str) -> None:
    assert options(["-x", path])[-2:] == ["-x", path]


def test_the_sanitize_file_is_ascii() -> None:
    assert (ROOT / "tests" / "notebooks" / "sanitize.cfg").read_bytes().isascii()
