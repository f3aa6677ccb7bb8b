"""What is ingested into the workspace, and which of it is charged (facts cost-01 to cost-04)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pandas as pd

from pivotlab.store import Store

FREE = {
    "SecurityAlert": "Microsoft security alerts are free (cost-01, cost-04)",
    "SecurityIncident": "Incidents are free (cost-01)",
    "OfficeActivity": "Office 365 audit is free (cost-03)",
    "AzureActivity": "Azure Activity is free (cost-03)",
    "SentinelHealth": "Sentinel health is free (cost-03)",
}
"""Tables that are not charged, and why."""

STREAMED = "Raw hunting tables are charged (cost-02)"
INGESTED = "Not on the list of free sources (cost-03)"
SAMPLE = 200
"""Rows whose size is measured; the rest is taken to be alike."""


def ledger(store: Store, now: datetime, tables: Iterable[str], streamed: Iterable[str]) -> pd.DataFrame:
    """Rows and size per table up to now: Table, Rows, MB, Charged MB, Why. Sizes are of the rows as JSON text."""
    carried = set(streamed)
    names = sorted(set(tables))
    cursor = store.cursor("workspace", now=now, tables=names)
    rows = []
    try:
        for table in names:
            count = cursor.execute(f'SELECT count(*) FROM "{table}"').fetchall()[0][0]
            if not count:
                continue
            rows_of = f'SELECT * EXCLUDE (_ingested) FROM "{table}" LIMIT {SAMPLE}'
            sample = f"SELECT avg(strlen(to_json(t)::VARCHAR)) FROM ({rows_of}) t"
            size = count * cursor.execute(sample).fetchall()[0][0] / 1e6
            free = table in FREE
            why = FREE.get(table) or (STREAMED if table in carried else INGESTED)
            rows.append((table, count, round(size, 3), 0.0 if free else round(size, 3), why))
    finally:
        cursor.close()
    return pd.DataFrame(rows, columns=["Table", "Rows", "MB", "Charged MB", "Why"])
