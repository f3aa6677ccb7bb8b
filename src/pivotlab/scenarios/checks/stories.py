"""Ground truth against the tables: every true row is there once, and the steps of a story follow one another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from pivotlab.model import Determination
from pivotlab.scenarios.checks.bundle_tables import BundleTables, Finding, view
from pivotlab.scenarios.truth import GroundTruth, Moment, TruthError


def check_stories(tables: BundleTables) -> Iterator[Finding]:
    """Everything that the ground-truth files claim."""
    try:
        truths = tables.truths
    except TruthError as error:
        yield Finding("truth", "incidents", str(error))
        return
    if len(truths) < 10:
        yield Finding("truth", "incidents", f"there are {len(truths)} incidents; ten are told.")
    yield from _shared_indicators(truths)
    lines = (tables.folder / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    keys = {json.loads(line)["incident"] for line in lines}
    for truth in truths:
        where = f"{truth.id:02d}-{truth.slug}"
        for key in truth.correlation_keys:
            if key not in keys:
                yield Finding("truth", where, f"no alert has the correlation key {key}.")
        if truth.determination not in set(Determination):
            yield Finding("truth", where, f"{truth.determination} is no determination of Defender XDR.")
        for technique in truth.mitre:
            if not re.fullmatch(r"T\d{4}(\.\d{3})?", technique):
                yield Finding("truth", where, f"{technique} is no MITRE technique id.")
        yield from _true_rows(tables, where, truth)
        yield from _timeline(tables, where, truth)
        yield from _sign_in_after_click(tables, where, truth)


def _shared_indicators(truths: list[GroundTruth]) -> Iterator[Finding]:
    """Attacks that have nothing to do with one another share no address, domain or file."""
    owner: dict[str, str] = {}
    for truth in truths:
        for value in (value for values in truth.indicators.values() for value in values):
            if owner.setdefault(value, truth.slug) != truth.slug:
                yield Finding("truth", f"{truth.id:02d}-{truth.slug}", f"shares {value} with {owner[value]}.")


def _true_rows(tables: BundleTables, where: str, truth: GroundTruth) -> Iterator[Finding]:
    for table, rows in truth.true_rows.items():
        if len(rows.rows) != rows.count:
            yield Finding("truth", f"{where} {table}", f"count says {rows.count}, there are {len(rows.rows)} keys.")
        matched = _matches(tables, table, [dict(zip(rows.key, values, strict=True)) for values in rows.rows])
        for values, hits in zip(rows.rows, matched, strict=True):
            if hits == 0 or (hits > 1 and rows.rows.count(values) != hits):
                yield Finding("truth", f"{where} {table}", f"{values} is found {hits} times.")


def _timeline(tables: BundleTables, where: str, truth: GroundTruth) -> Iterator[Finding]:
    by_table: dict[str, list[Moment]] = {}
    for moment in truth.timeline:
        by_table.setdefault(moment.table, []).append(moment)
        if not truth.first_activity <= moment.time <= truth.last_activity:
            yield Finding("truth", f"{where} timeline", f"'{moment.what}' lies outside of the incident.")
    for table, moments in by_table.items():
        for moment, hits in zip(moments, _matches(tables, table, [moment.key for moment in moments]), strict=True):
            if not hits:
                yield Finding("truth", f"{where} timeline", f"'{moment.what}' is not in {table}.")


def _sign_in_after_click(tables: BundleTables, where: str, truth: GroundTruth) -> Iterator[Finding]:
    """Whoever clicked in a phishing story signed in afterwards, or the attacker did in their name."""
    clicks, signins = "defender/UrlClickEvents", "workspace/SigninLogs"
    if clicks not in truth.true_rows or signins not in truth.true_rows:
        return
    moments = {table: [str(values[0]) for values in truth.true_rows[table].rows] for table in (clicks, signins)}
    (followed,) = tables.con.execute(
        """
        SELECT count(*) FROM defender.UrlClickEvents c JOIN workspace.SigninLogs s
        ON lower(s.UserPrincipalName) = lower(c.AccountUpn) AND s.TimeGenerated > c.Timestamp
        WHERE date_trunc('milliseconds', c.Timestamp) IN (SELECT unnest($1::TIMESTAMP[]))
        AND date_trunc('milliseconds', s.TimeGenerated) IN (SELECT unnest($2::TIMESTAMP[]))""",
        [moments[clicks], moments[signins]],
    ).fetchall()[0]
    if not followed:
        yield Finding("truth", where, "nobody signs in after the click.")


def _matches(tables: BundleTables, table: str, keys: list[dict[str, Any]]) -> list[int]:
    """How many rows of the table each key finds. Keys of one table have the same columns."""
    if table not in tables.columns or not keys:
        return [0] * len(keys)
    columns = list(keys[0])
    texts = [json.dumps([str(value) for value in key.values()]) for key in keys]
    shown = ", ".join(
        f"strftime(\"{column}\", '%Y-%m-%d %H:%M:%S.%g')"
        if column in ("Timestamp", "TimeGenerated")
        else f'"{column}"::VARCHAR'
        for column in columns
    )
    compared = " AND ".join(f"t.c{i} = json_extract_string(k.key, '$[{i}]')" for i in range(len(columns)))
    named = ", ".join(f"c{i}" for i in range(len(columns)))
    first, last = min(key[columns[0]] for key in keys), max(key[columns[0]] for key in keys)
    query = f"""
        WITH t({named}) AS (
            SELECT {shown} FROM {view(table)}
            WHERE "{columns[0]}" BETWEEN '{first}' AND '{last}'::TIMESTAMP + INTERVAL 1 SECOND
        ),
        k(key, n) AS (SELECT unnest($1), generate_subscripts($1, 1))
        SELECT k.n, count(t.c0) FROM k LEFT JOIN t ON {compared} GROUP BY k.n ORDER BY k.n"""
    return [int(hits) for _, hits in tables.con.execute(query, [texts]).fetchall()]
