"""How many public hunting queries find something in a bundle, and how many find a row of an attack.

    python tests/bench/hunting_queries.py CASES.jsonl [--bundle DIR] [--out FILE.csv]

CASES holds one query a line: {"source": "repository/folder/name", "valid": true, "kql": "..."}. A query finds an attack
when its result has a row that is not there once the true rows of the attacks are taken out of the bundle.
Bars: at least 40 queries return rows, and for at least 25 a row of an attack is among them.
"""

from __future__ import annotations

import argparse
import csv
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

RETURN_ROWS, FIND_AN_ATTACK = 40, 25


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


def main() -> int:
    """Print a line for every query that returns rows, and the sums; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--bundle", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, help="also write the result here, as docs/data.md reads it")
    arguments = parser.parse_args()
    cases = [json.loads(line) for line in arguments.cases.read_text(encoding="utf-8").splitlines()]
    bundle = arguments.bundle
    moment = datetime.fromisoformat(json.loads((bundle / "manifest.json").read_text())["now"]).astimezone(UTC)
    attacks = [truth for truth in read_truth(bundle) if truth.verdict == "attack"]
    found = []
    with tempfile.TemporaryDirectory() as folder:
        innocent = Path(folder)
        without(bundle, innocent, attacks)
        engines = [engine_on(path, lambda: moment) for path in (bundle, innocent)]
        for case in (case for case in cases if case["valid"]):
            full = rows_of(engines[0], case["kql"])
            if full is None:
                continue
            attack = "yes" if full and full - (rows_of(engines[1], case["kql"]) or Counter()) else ""
            place, _, name = case["source"].rpartition("/")
            found.append({"folder": place.partition("/")[2], "name": name, "rows": full.total(), "attack": attack})
            if full:
                print(f"{full.total():6d} {attack:3s} {name}")  # noqa: T201
    returned, hits = (sum(bool(query[column]) for query in found) for column in ("rows", "attack"))
    print(f"run {len(found)}, return rows {returned}, with a row of an attack {hits}")  # noqa: T201
    if arguments.out:
        with arguments.out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["folder", "name", "rows", "attack"], lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)
    return 0 if returned >= RETURN_ROWS and hits >= FIND_AN_ATTACK else 1


if __name__ == "__main__":
    sys.exit(main())
