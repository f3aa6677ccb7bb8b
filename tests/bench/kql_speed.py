"""How fast KQL is, as ratios against hand-written DuckDB SQL on ten million generated rows: `python tests/bench/kql_speed.py`.

A benchmark, not a test: it takes minutes. Both sides run in one process, in turn, three times each; the best run counts.
`--rows N` takes fewer rows. Translation is timed on the same queries and printed as median and 95th percentile.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from pivotlab.kql import Engine
from pivotlab.kql.run.bounds import Limits
from pivotlab.store.store import Store

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
SCHEMA = {
    "Events": {
        "TimeGenerated": "datetime", "Account": "string", "Device": "string", "Process": "string", "Bytes": "long",
        "Result": "string", "Details": "dynamic",
    }
}  # fmt: skip
ROWS = """
INSERT INTO workspace.raw."Events"
SELECT TIMESTAMP '2026-10-05' + to_seconds(i % 2500000), 'user' || hash(i) % 5000 || '@contoso.example', 'pc' || hash(i + 1) % 800,
  CASE hash(i + 2) % 50 WHEN 0 THEN 'powershell -enc ' || i WHEN 1 THEN 'cmd /c whoami' ELSE 'C:\\Program Files\\app' || hash(i) % 90 || '.exe --run' END,
  hash(i + 3) % 100000, CASE WHEN hash(i + 4) % 20 = 0 THEN '50126' ELSE '0' END,
  '{"ip":"192.0.2.' || hash(i + 5) % 250 || '","city":"Rotterdam","risk":' || hash(i) % 100 || '}', TIMESTAMP '2026-10-05'
FROM range({rows}) AS t(i)
"""
SHAPES: dict[str, tuple[str, str]] = {
    "filter and count by hour": (
        "Events | where TimeGenerated > ago(7d) and Result == '50126' | summarize n=count() by Account, bin(TimeGenerated, 1h) | top 10 by n",
        "SELECT Account, date_trunc('hour', TimeGenerated) AS h, count(*) AS n FROM Events "
        "WHERE TimeGenerated > TIMESTAMP '2026-10-27 08:00:00' AND Result = '50126' GROUP BY ALL ORDER BY n DESC LIMIT 10",
    ),
    "substring search": (
        "Events | where Process contains 'powershell' | summarize n=count(), d=dcount(Device) by Account | top 10 by n",
        "SELECT Account, count(*) AS n, count(DISTINCT Device) AS d FROM Events WHERE Process ILIKE '%powershell%' GROUP BY Account ORDER BY n DESC LIMIT 10",
    ),
    "whole term": (
        "Events | where Process has 'whoami' | summarize n=count() by Device",
        "SELECT Device, count(*) AS n FROM Events WHERE regexp_matches(Process, '(?i)\\bwhoami\\b') GROUP BY Device",
    ),
    "latest row per key": (
        "Events | summarize arg_max(TimeGenerated, Device, Process) by Account",
        "SELECT Account, max(TimeGenerated), arg_max(struct_pack(Device, Process), TimeGenerated) FROM Events GROUP BY Account",
    ),
    "join failures to successes": (
        "Events | where Result == '50126' | summarize fails=count() by Account | join kind=inner "
        "(Events | where Result == '0' | summarize ok=count() by Account) on Account | where fails > 5 | count",
        "SELECT count(*) FROM (SELECT Account, count(*) AS f FROM Events WHERE Result = '50126' GROUP BY Account) AS a "
        "JOIN (SELECT Account, count(*) AS k FROM Events WHERE Result = '0' GROUP BY Account) AS b USING (Account) WHERE f > 5",
    ),
    "property of a dynamic": (
        "Events | extend ip = tostring(Details.ip), risk = toint(Details.risk) | summarize n=count(), m=max(risk) by ip | top 5 by n",
        "SELECT Details ->> '$.ip' AS ip, count(*) AS n, max(TRY_CAST(Details ->> '$.risk' AS INTEGER)) AS m FROM Events GROUP BY 1 ORDER BY n DESC LIMIT 5",
    ),
}


def best(run: Callable[[], object], times: int = 3) -> float:
    """Seconds of the fastest of several runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    """Generate, measure, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=10_000_000)
    rows = options.parse_args().rows
    store = Store.for_schema(SCHEMA)
    cursor = store.cursor(now=NOW)
    cursor.execute(ROWS.replace("{rows}", str(rows)))
    engine = Engine(store, now=lambda: NOW, limits=Limits(seconds=600))
    ratios = []
    for name, (kql, sql) in SHAPES.items():
        ours, theirs = best(lambda kql=kql: engine.run(kql)), best(lambda sql=sql: cursor.execute(sql).fetchall())
        ratios.append(ours / theirs)
        print(f"{name:28s} KQL {ours:6.2f} s   SQL {theirs:6.2f} s   ratio {ratios[-1]:.2f}")  # noqa: T201
    print(f"ratios: median {statistics.median(ratios):.2f}, worst {max(ratios):.2f}")  # noqa: T201
    taken = [1000 * best(lambda kql=kql: engine.check(kql), 1) for kql, _ in SHAPES.values() for _ in range(20)]
    print(f"translation: median {statistics.median(taken):.1f} ms, p95 {statistics.quantiles(taken, n=20)[18]:.1f} ms")  # noqa: T201


if __name__ == "__main__":
    main()
