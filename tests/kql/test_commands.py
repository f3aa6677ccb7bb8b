"""`pivotlab kql`."""

from __future__ import annotations

import json

import pytest

from pivotlab.cli import main


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
