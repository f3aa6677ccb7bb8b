"""Whatever a query says: no crash, no file, no network, no write.

A run takes 150 generated queries. The 2,000 of a full run: `PIVOTLAB_KQL_FUZZ=2000 python -m pytest tests/kql/test_hostile.py`.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pivotlab.kql import Engine, KqlError, KqlLimit, KqlUnsupported

HOW_MANY = int(os.environ.get("PIVOTLAB_KQL_FUZZ", "150"))
SEEDS = (
    "SigninLogs | where TimeGenerated > ago(1d) and IPAddress has '192.0' | summarize n=count(), make_set(IPAddress, 5) by bin(TimeGenerated, 1h)",
    "let f = (x:string) { strcat(x, 'a') }; SigninLogs | extend y = f(IPAddress) | project-reorder y, *",
    "SigninLogs | join kind=leftouter (SecurityIncident | mv-expand AlertIds) on TimeGenerated | top 3 by RiskScore desc",
    "SigninLogs | make-series n=count() default=0 on TimeGenerated step 1d by ResultType | extend series_stats(n)",
    "datatable(a:long, d:dynamic)[1, dynamic({'k':[1,2]})] | mv-apply x = d.k on (summarize sum(tolong(x))) | evaluate bag_unpack(d)",
    "union withsource=T SigninLogs, (print x=1) | sort by T asc | serialize r=row_number() | extend p=prev(r)",
    'SigninLogs | parse IPAddress with a "." b:long "." * | where a between ("1" .. "9") or b in (1, 2) | distinct a, b',
    "SigninLogs | sort by TimeGenerated asc | scan with_match_id=m declare (n:long=0) with (step a: true => n = a.n + 1; step b output=last: ResultType != '0' and b.n < 5;)",
    "search 'ana' | where $table has 'Sign' | summarize count() by $table, bin(ingestion_time(), 1h)",
    "_GetWatchlist('x', dynamic(['a'])) | join kind=inner (_Im_Authentication(starttime=ago(1d), eventresult='Failure')) on $left.SearchKey == $right.User",
    "print parse_json('{\"a\":1}').a, extract('(a+)', 1, 'caa'), format_datetime(now(), 'yyyy-MM-dd'), 1.0/0, -5 % 3, 9223372036854775807 + 1",
)
PIECES = st.sampled_from(
    ["|", "(", ")", "[", "]", "{", "}", ",", ";", "'", '"', "==", "=", "\\", "\x00", "\u202e", "'); DROP TABLE x; --", "::", "..", "*", "let ",
     "where ", "1e999", "99999999999999999999", "-1", "null", "dynamic(", "toscalar(", "`", "/*", "--", "${", "{0}", "%s", "\n", "\u00b7row", "s0"]
)  # fmt: skip
ATTEMPTS = (
    "['{file}'] | take 1",
    "read_csv('{file}')",
    "read_text('{file}') | take 1",
    "table('{file}') | take 1",
    "externaldata(x:string)['file://{file}']",
    "externaldata(x:string)['{file}'] with (format='txt')",
    "external_table('{file}')",
    "print x = read_text('{file}')",
    "SigninLogs | where IPAddress == '' UNION SELECT content FROM read_text('{file}') --",
    "print x = getenv('HOME')",
    "evaluate http_request('https://feed.example')",
    "evaluate sql_request('x', 'select 1')",
    "evaluate python(typeof(*), 'open(1)')",
    ".drop table SigninLogs",
    ".set-or-replace SigninLogs <| print x=1",
    ".create database x",
    "print 1; ATTACH '{file}' AS x",
    "let x = 1; COPY (SELECT 1) TO '{file}'",
    "['duckdb_settings()'] | take 1",
    "['raw.SigninLogs'] | take 1",
    "information_schema.tables | take 1",
    "cluster('https://help.kusto.windows.net').database('Samples').StormEvents | take 1",
    "set query_now = datetime(2020-01-01); print now()",
    "print x = current_setting('access_mode')",
    "print x = kql_sha1('a')",
    "print x = read_blob('{file}')",
    "SigninLogs | where IPAddress in (read_text('{file}'))",
    "SigninLogs | extend x = glob('{file}')",
    "['glob(\"{file}\")'] | take 1",
    "external_data(x:string)[@'{file}']",
    "SigninLogs | evaluate csv('{file}')",
    "let f = '{file}'; table(f) | take 1",
    "union ['{file}'], SigninLogs | take 1",
    "find in (['{file}']) where true",
    "workspace('{file}').SigninLogs | take 1",
    "['workspace.raw.SigninLogs'] | take 1",
    "['sqlite_master'] | take 1",
    "pragma_database_list | take 1",
    "set enable_external_access = true; print 1",
    "set allowed_directories = '/'; print 1",
    "print x = query('select 1')",
    "print x = 1; INSERT INTO SigninLogs VALUES (1)",
    "SigninLogs | where IPAddress == '\\'; DELETE FROM workspace.raw.SigninLogs; --'",
    "print ['a\"; DROP TABLE x; --'] = 1 | project ['a\"; DROP TABLE x; --']",
)


def _survives(engine: Engine, kql: str) -> None:
    engine.check(kql)
    with contextlib.suppress(KqlError, KqlUnsupported, KqlLimit):
        engine.run(kql)


@settings(max_examples=HOW_MANY * 3 // 5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.sampled_from(SEEDS), place=st.floats(0, 1), length=st.integers(0, 12), piece=PIECES)
def test_a_mutated_query_gives_one_of_the_four_outcomes(
    engine: Engine, seed: str, place: float, length: int, piece: str
) -> None:
    at = int(place * len(seed))
    _survives(engine, seed[:at] + piece + seed[at + length :])


@settings(max_examples=HOW_MANY * 2 // 5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.one_of(PIECES, st.text(max_size=6), st.sampled_from([w for s in SEEDS for w in s.split()])), max_size=12
    )
)
def test_noise_gives_one_of_the_four_outcomes(engine: Engine, words: list[str]) -> None:
    _survives(engine, " ".join(words))


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_an_attempt_to_leave_the_store_reads_and_writes_nothing(engine: Engine, tmp_path: Path, attempt: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("token\nhunter2\n", encoding="utf-8")
    kql = attempt.replace("{file}", str(secret))
    try:
        frame = engine.run(kql)
    except (KqlError, KqlUnsupported, KqlLimit):
        pass
    else:
        assert "hunter2" not in frame.to_csv()
    assert secret.read_text(encoding="utf-8") == "token\nhunter2\n"
    assert [file.name for file in tmp_path.iterdir()] == ["secret.csv"]
    assert engine.run("SigninLogs | count")["Count"][0] == 5


@pytest.mark.parametrize(
    "kql", ["(" * 400 + "1" + ")" * 400, "print " + "-" * 3000 + "1", "print x=" + "+".join(["1"] * 3000)]
)
def test_deep_nesting_is_an_answer_or_a_refusal(engine: Engine, kql: str) -> None:
    _survives(engine, kql)
