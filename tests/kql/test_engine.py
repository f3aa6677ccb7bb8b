"""What `Engine` promises about its answers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pivotlab.kql import Engine, KqlError, KqlUnsupported


def test_datetimes_are_utc_timespans_are_timedeltas_and_dynamics_are_python_objects(engine: Engine) -> None:
    frame = engine.run('print t=datetime(2026-01-02 03:04:05), s=1h, d=dynamic({"a":[1,null]}), b=true, r=1.5, n=7')
    assert str(frame["t"].dtype) == "datetime64[us, UTC]"
    assert frame["t"][0] == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert frame["s"][0].total_seconds() == 3600
    assert frame["d"][0] == {"a": [1, None]}
    assert frame.attrs["kql_types"] == {
        "t": "datetime",
        "s": "timespan",
        "d": "dynamic",
        "b": "bool",
        "r": "real",
        "n": "long",
    }


def test_an_empty_answer_keeps_its_columns_and_types(engine: Engine) -> None:
    frame = engine.run("SigninLogs | where false | project TimeGenerated, RiskScore, LocationDetails")
    assert frame.empty
    assert frame.attrs["kql_types"] == {"TimeGenerated": "datetime", "RiskScore": "int", "LocationDetails": "dynamic"}
    assert str(frame["TimeGenerated"].dtype) == "datetime64[us, UTC]"


def test_a_string_is_never_null(engine: Engine) -> None:
    names = engine.run("SigninLogs | project UserPrincipalName")["UserPrincipalName"]
    assert list(names).count("") == 1
    assert not names.isna().any()


def test_the_clock_is_the_engines(engine: Engine) -> None:
    frame = engine.run("print n=now(), a=ago(1d)")
    assert frame["n"][0] == datetime(2026, 11, 3, 8, tzinfo=UTC)
    assert frame["a"][0] == datetime(2026, 11, 2, 8, tzinfo=UTC)


def test_a_query_cannot_move_the_clock(engine: Engine) -> None:
    with pytest.raises(KqlUnsupported, match="one clock"):
        engine.run("set query_now = datetime(2020-01-01); print now()")


def test_a_wrong_query_raises_with_its_diagnostics_and_a_caret(engine: Engine) -> None:
    with pytest.raises(KqlError) as caught:
        engine.run("SigninLogs\n| where Risk > 3")
    found = caught.value.diagnostics[0]
    assert (found.line, found.column, found.code) == (2, 9, "unknown_column")
    assert "| where Risk > 3\n            ^" in str(caught.value)


def test_columns_that_differ_only_in_case_stay_apart(engine: Engine) -> None:
    frame = engine.run("datatable(foo:long)[1,2] | extend Foo = foo + 100 | where Foo == 102 | project foo, Foo")
    assert list(frame.columns) == ["foo", "Foo"]
    assert [tuple(map(int, row)) for row in frame.itertuples(index=False)] == [(2, 102)]


def test_externaldata_is_refused_by_its_address(engine: Engine) -> None:
    with pytest.raises(KqlUnsupported, match=r"feed\.example"):
        engine.run('externaldata(ip:string)["https://feed.example/list.csv"]')


def test_externaldata_reads_a_mapped_file(tmp_path: object) -> None:
    from pathlib import Path

    file = Path(str(tmp_path)) / "list.csv"
    file.write_text("ip,score\n192.0.2.7,5\n198.51.100.4,\n", encoding="utf-8")
    mapped = Engine.for_schema({}, external={"https://feed.example/list.csv": file})
    frame = mapped.run(
        'externaldata(ip:string, score:long)["https://feed.example/list.csv"] with (format="csv", ignoreFirstRecord=true)'
    )
    assert list(frame["ip"]) == ["192.0.2.7", "198.51.100.4"]
    assert frame["score"][0] == 5 and frame["score"].isna()[1]
