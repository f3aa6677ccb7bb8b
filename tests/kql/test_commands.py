"""`pivotlab kql` and `%%kql`."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from pivotlab.cli import main
from pivotlab.kql import Engine
from pivotlab.kql import magic as kql_magic


def test_rows_come_as_csv(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kql", "--output", "csv", "print a=1, b='x y'"]) == 0
    assert capsys.readouterr().out.splitlines() == ["a,b", "1,x y"]


def test_rows_come_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kql", "--output", "json", "print a=1, d=dynamic([1,2])"]) == 0
    assert json.loads(capsys.readouterr().out) == {"a": 1, "d": [1, 2]}


def test_rows_come_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kql", "print Answer=42"]) == 0
    assert "Answer" in (shown := capsys.readouterr().out) and "42" in shown


def test_a_wrong_query_exits_with_2_and_an_unsupported_one_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kql", "SigninLogs | wher x"]) == 2
    assert "Did you mean where?" in capsys.readouterr().err
    assert main(["kql", "print rand()"]) == 3
    assert "rand()" in capsys.readouterr().err


class _Shell:
    def __init__(self) -> None:
        self.names: dict[str, Any] = {}
        self.magics: dict[str, Any] = {}

    def push(self, names: dict[str, Any]) -> None:
        self.names.update(names)

    def register_magic_function(self, function: Any, kind: str, name: str) -> None:
        self.magics[name] = function


def test_the_magic_keeps_the_rows_under_the_name(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    shell = _Shell()
    monkeypatch.setattr(kql_magic, "get_ipython", lambda: shell)
    kql_magic.register(engine)
    shown = shell.magics["kql"]("found", "SigninLogs | count")
    assert shown["Count"][0] == 5
    pd.testing.assert_frame_equal(shell.names["found"], shown)


def test_the_magic_prints_what_is_wrong_and_does_not_raise(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shell = _Shell()
    monkeypatch.setattr(kql_magic, "get_ipython", lambda: shell)
    kql_magic.register(engine)
    assert shell.magics["kql"]("found", "SigninLog | count") is None
    assert "Did you mean SigninLogs?" in capsys.readouterr().out
    assert shell.names == {}
