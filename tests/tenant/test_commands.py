"""`pivotlab kql`: rows of a connected tenant in the terminal."""

from __future__ import annotations

import io
import re

import pytest

from pivotlab.cli import main
from pivotlab.tenant import Tenant
from pivotlab.tenant.printing import MOST, show


@pytest.mark.parametrize("columns", ["80", "2000"], ids=["records", "table"])
def test_rows_of_every_table_can_be_printed(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    with Tenant.open() as tenant:
        for engine, product in ((tenant.hunting_engine, "defender"), (tenant.workspace_engine, "workspace")):
            for table in tenant.store.schema(product):
                show(engine.run(f"{table} | take 3"), "table")
                assert re.search(r"[0-3] rows?", capsys.readouterr().out), table


def test_a_missing_value_is_an_empty_cell(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kql", "print Number=int(null), Moment=datetime(null), Bag=dynamic(null), Text='here'"]) == 0
    shown = capsys.readouterr().out
    assert "here" in shown and not re.search("NA|None|NaT|nan", shown)


def test_tables_that_only_a_connected_tenant_fills_have_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kql", "--output", "csv", "SecurityIncident | summarize n=count() | project some = n > 0"]) == 0
    assert main(["kql", "--output", "csv", "--product", "workspace", "SecurityAlert | count | project Count > 0"]) == 0
    assert capsys.readouterr().out.lower().split() == ["some", "true", "column1", "true"]


def test_rows_that_do_not_fit_are_printed_as_records(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["kql", "SigninLogs | take 2"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"(?s)^Row 1 .*^TimeGenerated +2026-\S+ \S+ *$.*^Row 2 ", shown, re.MULTILINE)
    assert "2 rows; empty columns are left out" in shown


def test_a_long_answer_says_how_many_rows_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kql", "range n from 1 to 300 step 1"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert f"The first {MOST} of 300 rows" in shown and "│ 200 │" in shown and "│ 201 │" not in shown


def test_no_query_is_said_to_be_none(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert main(["kql"]) == 2
    assert capsys.readouterr().err == 'There is no query. Type one in quotes: "SigninLogs | take 3"\n'


def test_a_query_that_is_typed_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = io.StringIO("print Answer=42")
    monkeypatch.setattr(typed, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", typed)
    assert main(["kql"]) == 0
    said = capsys.readouterr()
    assert said.err.startswith("Type the query, then Ctrl+") and "42" in said.out
