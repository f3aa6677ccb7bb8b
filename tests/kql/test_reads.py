"""What a query reads is told from its tree, not from its words."""

from __future__ import annotations

import pytest

from pivotlab.kql import Engine

SCHEMA = {name: {"Key": "string", "TimeGenerated": "datetime"} for name in ("Logons", "Mails", "Hosts")}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.for_schema(SCHEMA)


@pytest.mark.parametrize(
    ("kql", "tables", "operators"),
    [
        ("Logons | where Key has 'Mails | join Hosts // x'", {"Logons"}, {"where"}),
        ("let Known = Mails | take 1; Logons | join kind=inner Known on Key", {"Logons", "Mails"}, {"join", "take"}),
        ("let Logons = Mails; Logons | take 1", {"Mails"}, {"take"}),
        ("Logons | where Key in ((Hosts | project Key))", {"Logons", "Hosts"}, {"where", "project"}),
        ("let f = () { Hosts }; f() | extend n = toscalar(Mails | count)", {"Hosts", "Mails"}, {"extend", "count"}),
        ("union Logons, Mails", {"Logons", "Mails"}, {"union"}),
        (
            'Logons | where Key in (externaldata(Key:string)["https://x.example/a"])',
            {"Logons"},
            {"where", "externaldata"},
        ),
    ],
)
def test_the_tables_and_operators_of_a_query(engine: Engine, kql: str, tables: set[str], operators: set[str]) -> None:
    found = engine.reads(kql)
    assert (found.tables, found.operators, found.comments) == (tables, operators, ())


def test_comments_are_told_from_slashes_in_a_text(engine: Engine) -> None:
    assert engine.reads("Logons // all of them\n| where Key has 'https://x' // and done").comments == (
        "// all of them",
        "// and done",
    )
