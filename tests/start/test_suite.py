"""The test command compares every notebook strictly, and passes only when everything does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pivotlab.lab.suite import PARTS, options
from pivotlab.places import ROOT


def notebook(path: Path, source: str, printed: str) -> str:
    output = {"output_type": "stream", "name": "stdout", "text": [printed]}
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": source, "execution_count": 1, "outputs": [output]}
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path.write_text(json.dumps({"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}), "utf-8")
    return str(path)


def run(*arguments: str) -> tuple[int, str]:
    """`python start.py test`, from the point where the environment is there. Returns exit code and output."""
    words = [sys.executable, "-m", "pivotlab.lab", "test", "-n0", "-q", "-p", "no:cacheprovider", *arguments]
    variables = {**os.environ, "PIVOTLAB_WORK": "/dev/null/nowhere"}
    ended = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT, env=variables)
    return ended.returncode, ended.stdout


def test_notebooks_with_their_stored_outputs_pass_each_with_progress_of_its_own(tmp_path: Path) -> None:
    work = "import os, pathlib\nwork = pathlib.Path(os.environ['PIVOTLAB_WORK'])\nprint(work.parent.name[:14], *work.glob('*'))\n(work / 'mine').touch()"
    names = [notebook(tmp_path / f"{name}.ipynb", work, "pivotlab-test-\n") for name in ("one", "two")]
    code, output = run(*names)
    assert code == 0, output
    assert "2 passed" in output


def test_a_notebook_that_prints_something_else_fails(tmp_path: Path) -> None:
    code, output = run(notebook(tmp_path / "wrong.ipynb", "print(1 + 1)", "3\n"))
    assert code == 1
    assert "1 failed" in output


def test_a_notebook_that_leaves_the_machine_fails(tmp_path: Path) -> None:
    source = "import socket\ntry:\n    socket.create_connection(('192.0.2.1', 443), timeout=3)\nexcept OSError:\n    print('no answer')"
    code, output = run(notebook(tmp_path / "out.ipynb", source, "no answer\n"))
    assert code == 1
    assert "BeyondLoopbackError" in output


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
