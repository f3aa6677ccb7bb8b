"""The command line composes the rooms' commands."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pivotlab.cli import main


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    for command in ("serve", "progress", "facts", "lab"):
        assert command in shown


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["serve", "--port", "many"]])
def test_wrong_input_ends_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_composing_the_command_line_imports_no_heavy_library() -> None:
    code = "import sys; from pivotlab.cli import parser; parser(); print({'duckdb', 'pandas', 'starlette'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_it_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "pivotlab", "--help"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("usage: pivotlab")


def test_an_interrupted_command_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("pivotlab.api.commands._serve", interrupted)
    assert main(["serve"]) == 130
