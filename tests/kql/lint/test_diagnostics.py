"""Every mistake of a learner is found: line, column, what it is, what to try."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pivotlab.kql import Engine
from pivotlab.store.schemas import read_schemas
from pivotlab.store.store import Store

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
MISTAKES = [
    ("SigninLogs\n| were RiskScore > 1", (2, 3), "unknown_operator", "Did you mean where?"),
    ("SigninLogs\n| select IPAddress", (2, 3), "sql", "project"),
    ("SigninLogs\nwhere RiskScore > 1", (1, 11), "missing_pipe", "Write | where"),
    ("SigninLogs | where RiskScore = 1", (1, 20), "single_equals", "RiskScore == 1"),
    ("SigninLogs | where riskscore > 1", (1, 20), "unknown_column", "Did you mean RiskScore?"),
    ("SigninLogs | where Timestamp > ago(1d)", (1, 20), "unknown_column", "Use TimeGenerated."),
    ("signinlogs | take 1", (1, 1), "unknown_table", "Did you mean SigninLogs?"),
    ("SigninLogs | summarize cuont()", (1, 24), "unknown_function", "Did you mean count()?"),
    ("SigninLogs | where count() > 1", (1, 20), "aggregate_outside_summarize", "summarize"),
    ("SigninLogs | summarize max(count())", (1, 28), "nested_aggregate", "Summarize twice"),
    ('SigninLogs\n| where IPAddress == "192.0.2.7', (2, 22), "unclosed_quote", 'Close it with ".'),
    ("SigninLogs | summarize dcount(IPAddress by ResultType", (1, 54), "unclosed", "Add ) here."),
    ("SigninLogs\n| extend d = now(\n| take 1", (2, 18), "unclosed", "Add ) here."),
    (
        "let T = SigninLogs | project IPAddress;\nSigninLogs | where IPAddress == T",
        (2, 33),
        "table_for_scalar",
        "toscalar(T)",
    ),
    ("SigninLogs | join kind=inner SecurityIncident on $left.RiskScore == $right.Nope", (1, 69), "unknown_column", ""),
    ("SigninLogs | join kind=iner SecurityIncident on TimeGenerated", (1, 14), "join_kind", "kind=inner"),
    ("SigninLogs | where strlen(IPAddress, 2) > 1", (1, 20), "arguments", "strlen(text)"),
    ("SigninLogs | where UserPrincipalName.city == 'x'", (1, 37), "types", "parse_json(UserPrincipalName)"),
    ("SigninLogs | extend x = UserPrincipalName + IPAddress", (1, 43), "types", "strcat()"),
    ("SigninLogs | where RiskScore > 1 |", (1, 34), "syntax", ""),
    ("SigninLogs | where TimeGenerated > 'yesterday' and RiskScore is null", (1, 62), "sql", "isnull"),
    ("SigninLogs | evaluate bag_unpak(LocationDetails)", (1, 23), "unknown_function", "Did you mean bag_unpack()?"),
    ("imPortant() | take 1", (1, 1), "unknown_function", "There is no function imPortant()."),
    ("_GetWatchList('VIPUsers')", (1, 1), "unknown_function", "Did you mean _GetWatchlist()?"),
    ("SigninLogs |\n| take 1", (1, 12), "syntax", "An operator is missing"),
    ("SigninLogs\n| where\n| take 1", (2, 8), "syntax", "Say after where"),
    ("SigninLogs\n| top 5\n| take 1", (2, 3), "syntax", "See how top is written."),
    ("SigninLogs\n| where RiskScore >\n| foo 1", (2, 20), "syntax", "| was not expected here."),
    ("SigninLogs\n| where RiskScore > 1 and // why?\n| take 1", (2, 26), "syntax", "| was not expected here."),
    ("SigninLogs\n| summarize count() by\n| take 1", (2, 23), "syntax", "| was not expected here."),
    ("SigninLogs\n| where IPAddress in ('a', 'b'\n| take 1", (2, 31), "unclosed", "Add ) here."),
    ("SigninLogs\n| project-away\n| take 1", (2, 3), "syntax", "Write | project-away A, B."),
    ("SigninLogs\n| parse IPAddress with\n| take 1", (2, 3), "syntax", "needs a pattern"),
    (
        "SigninLogs\n| join kind=inner (\n  SecurityIncident\n  | project Severity TimeGenerated\n) on TimeGenerated",
        (4, 22),
        "syntax",
        "",
    ),
    ("SigninLogs\n| join (SecurityIncident\n  | take 5)\nby TimeGenerated", (2, 3), "join_on", "Add on"),
    ("SigninLogs\n| where ['Risk Score] > 5\n| take 1", (2, 10), "unclosed", "Add ] here."),
    ("SigninLogs\n| where TimeGenerated > ago(1d\n| take 1", (2, 31), "unclosed", "Add ) here."),
    ("SigninLogs\n| extend a = strlen(IPAddress,\n  b = 1\n| take 1", (3, 8), "unclosed", "Add ) here."),
    ("SigninLogs\n| take 1\n|", (3, 1), "syntax", "An operator is missing"),
    ("SigninLogs\n| render piecart", (2, 3), "unknown_chart", "Did you mean piechart?"),
    ("let f = (t:string) { table(t)\n| take 1 };\nf('SigninLogs')\n| were 1", (4, 3), "unknown_operator", "where"),
    ("SigninLogs\n| summarize IPAddress = count() by IPAddress", (2, 13), "declared_twice", "another name"),
    ("SigninLogs | extend p = prev(RiskScore)", (1, 25), "not_serialized", "serialize"),
]


@pytest.mark.parametrize(("kql", "place", "code", "advice"), MISTAKES, ids=[code for _, _, code, _ in MISTAKES])
def test_a_mistake_is_found_where_it_is(
    engine: Engine, kql: str, place: tuple[int, int], code: str, advice: str
) -> None:
    found = engine.check(kql)
    assert found, "nothing was found"
    assert (found[0].code, (found[0].line, found[0].column)) == (code, place), found[0]
    assert advice in found[0].suggestion or advice in found[0].message


@pytest.mark.parametrize(
    "kql",
    [
        "SigninLogs | where ResultType == 0",
        "SigninLogs | where RiskScore == '3'",
        "SigninLogs | extend City = LocationDetails.city, ['Event ID'] = 4 | where ['Event ID'] == 4",
        "let f = (t:(IPAddress:string), n:long=2) { t | take n };\nf(SigninLogs)",
        "let T = materialize(SigninLogs | where RiskScore > 3);\nT | where IPAddress in ((T | project IPAddress))",
        "SigninLogs | summarize arg_max(TimeGenerated, *) by UserPrincipalName | project-away *Details",
        "union isfuzzy=true SigninLogs, NoSuchTable | count",
    ],
)
def test_a_valid_query_is_left_alone(engine: Engine, kql: str) -> None:
    assert engine.check(kql) == []


def test_a_table_of_the_other_product_is_said_to_be_there() -> None:
    hunting = Engine(Store.open(), "defender", now=lambda: NOW)
    found = hunting.check("SecurityIncident | take 1")[0]
    assert (
        found.message == "SecurityIncident exists only in the Sentinel workspace; this query runs on advanced hunting."
    )
    assert "SecurityIncident" in read_schemas("workspace")


def test_the_event_time_of_the_other_product_is_a_lesson() -> None:
    hunting = Engine(Store.open(), "defender", now=lambda: NOW)
    found = hunting.check("DeviceEvents | where TimeGenerated > ago(1d)")[0]
    assert found.message == "TimeGenerated exists in Sentinel tables; here the column is called Timestamp."


def test_all_mistakes_are_named_not_only_the_first(engine: Engine) -> None:
    found = engine.check("SigninLogs\n| where Nope1 > 1\n| where strlen(Nope2) > 1")
    assert [(d.line, d.code) for d in found] == [(2, "unknown_column"), (3, "unknown_column")]


TAKEN = [
    ("SigninLogs | extend p = prev(RiskScore)", "SigninLogs | serialize | extend p = prev(RiskScore)"),
    ("SigninLogs | extend p = prev(RiskScore)", "SigninLogs | sort by TimeGenerated | extend p = prev(RiskScore)"),
    ("SigninLogs | where RiskScore = 1", "SigninLogs | where RiskScore == 1"),
    ("let T = SigninLogs | project IPAddress; print x = T", "let T = SigninLogs | project IPAddress; print x = toscalar(T)"),
    ("SigninLogs | where count() > 1", "SigninLogs | summarize count() by IPAddress"),
    ("SigninLogs | summarize max(count())", "SigninLogs | summarize n = count() by IPAddress | summarize max(n)"),
    ("SigninLogs | extend x = UserPrincipalName + IPAddress", "SigninLogs | extend x = strcat(UserPrincipalName, IPAddress)"),
    ("SigninLogs | extend x = UserPrincipalName.city", "SigninLogs | extend x = parse_json(UserPrincipalName).city"),
    ("SigninLogs | join kind=iner SigninLogs on IPAddress", "SigninLogs | join kind=inner SigninLogs on IPAddress"),
    ("print bag_pack('a', 1, 'b')", "print bag_pack('a', 1, 'b', 2)"),
    ("SigninLogs | summarize percentile(RiskScore, dynamic([5, 95]))", "SigninLogs | summarize percentiles(RiskScore, 5, 95)"),
    ("SigninLogs | evaluate pivot(ResultType, RiskScore)", "SigninLogs | evaluate pivot(ResultType, sum(RiskScore))"),
    ("print make_timespan('a', 1)", "print make_timespan(todouble('a'), 1)"),
    ("SigninLogs | project-rename a = RiskScore + 1", "SigninLogs | extend a = RiskScore + 1"),
]  # fmt: skip


@pytest.mark.parametrize(("kql", "mended"), TAKEN, ids=[mended for _, mended in TAKEN])
def test_a_query_that_takes_the_advice_runs(engine: Engine, kql: str, mended: str) -> None:
    assert engine.check(kql)[0].suggestion
    engine.run(mended)
