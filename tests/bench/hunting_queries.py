"""How many public hunting queries find something in a bundle, and how many find a row of an attack.

    python tests/bench/hunting_queries.py CASES.jsonl [BUNDLE]

CASES holds one query a line: {"source": "...", "valid": true, "kql": "..."}. A query finds an attack when its result has
a row that is not there once the true rows of the attacks are taken out of the bundle.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pivotlab.kql import Engine
from pivotlab.places import DATA
from pivotlab.scenarios.truth import GroundTruth, read_truth
from pivotlab.store import Store


def without(bundle: Path, target: Path, truths: list[GroundTruth]) -> None:
    """A copy of a bundle's tables without the true rows of some incidents."""
    shutil.copytree(bundle / "tables", target / "tables")
    keys: dict[str, list[dict[str, object]]] = {}
    for truth in truths:
        for table, rows in truth.true_rows.items():
            keys.setdefault(table, []).extend(dict(zip(rows.key, values, strict=True)) for values in rows.rows)
    for table, rows in keys.items():
        path = target / "tables" / f"{table}.parquet"
        with duckdb.connect() as con:
            con.execute("CREATE TABLE told (key VARCHAR)")
            con.executemany("INSERT INTO told VALUES ($1)", [[" | ".join(map(str, row.values()))] for row in rows])
            clock, *others = rows[0]
            text = ", ".join([f"strftime({clock}, '%Y-%m-%d %H:%M:%S.%g')", *(f'"{name}"' for name in others)])
            con.execute(f"CREATE TABLE kept AS FROM '{path}' WHERE concat_ws(' | ', {text}) NOT IN (FROM told)")
            con.execute(f"COPY kept TO '{path}' (FORMAT parquet)")


def rows_of(engine: Engine, kql: str) -> Counter[str] | None:
    """The result as a bag of rows; nothing when the engine does not run the query."""
    try:
        frame = engine.run(kql)
    except Exception:
        return None
    return Counter(frame.astype(str).agg(" | ".join, axis=1)) if len(frame) and len(frame.columns) else Counter()


def engine_on(bundle: Path, now: Callable[[], datetime]) -> Engine:
    """The engine as advanced hunting has it, on a bundle at the moment at which the tenant opens."""
    return Engine(Store.open(bundle), "defender", "workspace", now=now, external="empty")


def main() -> None:
    """Print a line for every query that returns rows, and the sums."""
    cases = [json.loads(line) for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()]
    bundle = Path(sys.argv[2]) if len(sys.argv) > 2 else DATA
    moment = datetime.fromisoformat(json.loads((bundle / "manifest.json").read_text())["now"]).astimezone(UTC)
    truths = read_truth(bundle)
    attacks = [truth for truth in truths if truth.verdict == "attack"]
    with tempfile.TemporaryDirectory() as folder:
        innocent, quiet = Path(folder) / "innocent", Path(folder) / "quiet"
        without(bundle, innocent, attacks)
        without(bundle, quiet, truths)
        engines = [engine_on(path, lambda: moment) for path in (bundle, innocent, quiet)]
        returned = attack = incident = run = 0
        for case in (case for case in cases if case["valid"]):
            full, less, none = (rows_of(engine, case["kql"]) for engine in engines)
            run += full is not None
            if full is None or not full:
                continue
            returned += 1
            finds_attack, finds_incident = bool(full - (less or Counter())), bool(full - (none or Counter()))
            attack, incident = attack + finds_attack, incident + finds_incident
            found = "attack" if finds_attack else "incident" if finds_incident else ""
            print(f"{sum(full.values()):6d} {found:9s} {case['source'].rpartition('/')[2]}")  # noqa: T201
    print(f"run {run}, return rows {returned}, with a row of an attack {attack}, of any incident {incident}")  # noqa: T201


if __name__ == "__main__":
    main()
