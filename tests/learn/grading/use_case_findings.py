"""What lessons 08 to 10 ask for, worked out a second time in pandas."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from .on_disk import parquet


def two_products(bundle: Path) -> pd.DataFrame:
    machines = parquet(bundle, "AlertEvidence").query("EntityType == 'Machine'")[["AlertId", "DeviceName"]]
    seen = machines.merge(parquet(bundle, "AlertInfo")[["AlertId", "ServiceSource"]], on="AlertId")
    counted = seen.groupby("DeviceName", as_index=False).agg(
        Alerts=("AlertId", "nunique"), Products=("ServiceSource", "nunique")
    )
    return counted[counted["Products"] > 1]


def unlisted_replication(bundle: Path) -> pd.DataFrame:
    listed = parquet(bundle, "Watchlist", "workspace").query("WatchlistAlias == 'ServiceAccounts'")["WatchlistItem"]
    known = {json.loads(item)["Service AccountUPN"].split("@")[0] for item in listed}
    asked = parquet(bundle, "SecurityEvent", "workspace").query("EventID == 4662")
    strange = asked[~asked["SubjectUserName"].isin(known)].groupby("SubjectUserName", as_index=False)["TimeGenerated"]
    return strange.agg(["size", "min"]).rename(columns={"size": "Requests", "min": "First"})


def last_row(bundle: Path) -> pd.DataFrame:
    names = ["SigninLogs", "AuditLogs", "OfficeActivity", "CommonSecurityLog", "Syslog", "SecurityEvent"]
    times = {name: parquet(bundle, name, "workspace")["TimeGenerated"] for name in names}
    return pd.DataFrame([{"Source": name, "LastRow": found.max(), "Rows": len(found)} for name, found in times.items()])


def week_by_product(bundle: Path) -> pd.DataFrame:
    recent = parquet(bundle, "AlertInfo").query("Timestamp > '2026-10-27 08:00'")
    counted = recent.assign(High=recent["Severity"].eq("High")).groupby("ServiceSource", as_index=False)["High"]
    return counted.agg(["size", "sum"]).rename(columns={"size": "Alerts", "sum": "High"})


def sprayed_and_in(bundle: Path) -> pd.DataFrame:
    signins = parquet(bundle, "EntraIdSignInEvents")
    entered = signins[signins["ErrorCode"] == 0]
    failed = signins[signins["ErrorCode"] != 0].groupby("IPAddress")["AccountUpn"].nunique()
    succeeded = entered.groupby("IPAddress")["AccountUpn"].nunique().reindex(failed.index, fill_value=0)
    spraying = failed.index[(failed > 10) & (failed > succeeded)]
    found = entered[entered["IPAddress"].isin(spraying)].groupby(["AccountUpn", "IPAddress"], as_index=False)
    return found["Timestamp"].min().rename(columns={"Timestamp": "First"})


IN_PANDAS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "08-two-products": two_products,
    "08-unlisted-replication": unlisted_replication,
    "09-last-row": last_row,
    "10-week-by-product": week_by_product,
    "10-sprayed-and-in": sprayed_and_in,
}
