"""What the workspace writes about itself: a `SecurityAlert` row per alert, a `SecurityIncident` row per change.

Rows are kept in memory and handed to the store in one batch, before the first read that could see them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from pivotlab.model import Alert, WorkspaceIncident
from pivotlab.store import Store
from pivotlab.tenant import alert_row, incident_row
from pivotlab.tenant.identifiers import TENANT_ID
from pivotlab.tenant.rules import sync_rules

BATCH = 20_000
"""Rows that are handed over at once."""

FEW = 1_000
"""Fewer rows than this are handed over as they are; naming their repeated values once would cost more than it saves."""

TICK = timedelta(microseconds=1)


class WorkspaceLog:
    """Rows on their way into the workspace's two alert tables."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._incidents: list[tuple[Any, ...]] = []
        self._alerts: list[alert_row.Written] = []
        self.onboarded = False
        self._latest: dict[str, datetime] = {}
        self._extra = timedelta(minutes=sync_rules().minutes["table_extra"].value)

    def incident(self, record: WorkspaceIncident, alert_ids: list[str], at: datetime, status: str = "") -> None:
        """Write the incident as it is now; the row can be read a few minutes later (fact dataflow-03).

        `alert_ids` are the workspace's ids of its alerts. After onboarding there is no description (fact sync-28).
        Changes within one moment get times of their own, so that `arg_max(TimeGenerated, *)` finds the last: our choice.
        """
        written = self._latest[record.name] = max(at, self._latest.get(record.name, at - TICK) + TICK)
        row = incident_row.values(record, alert_ids, None if self.onboarded else record.description, status)
        self._incidents.append((at + self._extra, written, *row))
        if len(self._incidents) >= BATCH:
            self._flush_incidents()

    def alert(self, alert: Alert, at: datetime, through: str = "xdr") -> None:
        """Write an alert. `through` is the way that it came: xdr, standalone, or rule for an analytics rule."""
        self._alerts.append(alert_row.Written(alert, at, through, alert.status))

    def flush(self, now: datetime) -> None:
        """Hand the rows over to the store, if one of them can be read by `now`.

        What a row says of an alert does not change, so it is laid out only now.
        """
        if self._incidents and self._incidents[0][0] <= now:
            self._flush_incidents()
        written, self._alerts = self._alerts, []
        for start in range(0, len(written), BATCH):
            frame = alert_row.frame(written[start : start + BATCH])
            constant = {"VendorName": "Microsoft", "ExtendedLinks": "[]", "Type": "SecurityAlert"}
            self._append("SecurityAlert", frame.assign(IsIncident=False), constant, frame["TimeGenerated"])

    def _flush_incidents(self) -> None:
        if not self._incidents:
            return
        rows, self._incidents = self._incidents, []
        frame = pd.DataFrame(rows, columns=["_ingested", "TimeGenerated", *incident_row.COLUMNS])
        if len(frame) >= FEW:
            frame = frame.astype(dict.fromkeys(incident_row.REPEATED, "category"))
        arrived = frame.pop("_ingested")
        constant = {"TenantId": TENANT_ID, "SourceSystem": "Azure", "Type": "SecurityIncident"}
        self._append("SecurityIncident", frame, constant, arrived)

    def _append(self, table: str, frame: pd.DataFrame, constant: dict[str, str], arrived: pd.Series) -> None:
        for column, value in constant.items():
            frame[column] = pd.Categorical.from_codes([0] * len(frame), pd.Index([value]))
        self._store.append("workspace", table, frame, arrived)
