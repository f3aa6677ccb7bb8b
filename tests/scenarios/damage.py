"""Ways to damage a bundle, for tests of what `verify` finds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb

from pivotlab.scenarios.verify import Check, verify


def complaints(damage: Callable[[Path], None], sound: Path, folder: Path, check: Check) -> list[str]:
    """What a check says of a copy of a sound bundle, laid into `folder`, after damage to it."""
    bundle = Path(shutil.copytree(sound, folder / "bundle"))
    damage(bundle)
    return [str(finding) for finding in verify(bundle, [check])]


def rewrite(bundle: Path, table: str, query: str) -> None:
    """Replace a table by a query over it, as `old`."""
    path = bundle / "tables" / f"{table}.parquet"
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE old AS FROM '{path}'")
        con.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")


def replaced(table: str, column: str, value: str, condition: str) -> Callable[[Path], None]:
    """Damage: `column` becomes `value` in the first row that meets `condition`."""

    def damage(bundle: Path) -> None:
        rewrite(
            bundle,
            table,
            f"""SELECT * EXCLUDE (n, hit) REPLACE (CASE WHEN n = hit THEN {value} ELSE "{column}" END AS "{column}") FROM
            (SELECT *, min(n) FILTER ({condition}) OVER () AS hit FROM (SELECT *, row_number() OVER () AS n FROM old))""",
        )

    return damage


def rewritten(table: str, columns: str, condition: str) -> Callable[[Path], None]:
    """Damage: `columns`, given as `value AS column`, in all rows that meet `condition`."""
    return lambda bundle: rewrite(
        bundle,
        table,
        f"SELECT * REPLACE ({columns}) FROM old WHERE {condition} UNION ALL BY NAME FROM old WHERE NOT coalesce({condition}, FALSE)",
    )


def dropped(table: str, condition: str) -> Callable[[Path], None]:
    """Damage: rows that meet `condition` are gone, and the manifest knows."""

    def damage(bundle: Path) -> None:
        rewrite(bundle, table, f"FROM old WHERE NOT coalesce({condition}, FALSE)")
        manifest = json.loads((bundle / "manifest.json").read_text())
        (count,) = duckdb.sql(f"SELECT count(*) FROM '{bundle}/tables/{table}.parquet'").fetchall()[0]
        manifest["rows"][table] = count
        (bundle / "manifest.json").write_text(json.dumps(manifest))

    return damage


def edited(file: str, old: str, new: str) -> Callable[[Path], None]:
    """Damage: a text says something else where it says `old` first."""

    def damage(bundle: Path) -> None:
        path = bundle / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    return damage


def misled(kind: str, *path: str) -> Callable[[Path], None]:
    """Damage: a field of the last piece of evidence of a kind has a value that is nowhere else."""

    def damage(bundle: Path) -> None:
        lines = [json.loads(line) for line in (bundle / "alerts.jsonl").read_text().splitlines()]
        found = [
            item for line in lines for item in line["evidence"] if item["@odata.type"].endswith(f".{kind}Evidence")
        ]
        holder = found[-1]
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = 2001 if isinstance(holder[path[-1]], int) else "2001-01-01"
        (bundle / "alerts.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))

    return damage
