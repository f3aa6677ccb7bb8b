"""What the labs ask for, worked out a second time in pandas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from .on_disk import parquet


def destroyed_recovery(bundle: Path) -> pd.DataFrame:
    commands = parquet(bundle, "DeviceProcessEvents")
    words = "delete shadows /all|shadowcopy delete|delete catalog|recoveryenabled no|usn deletejournal|wevtutil cl "
    found = commands[commands["ProcessCommandLine"].str.contains(words, case=False, na=False)]
    return found[["Timestamp", "DeviceName", "ReportId"]]


def spraying_addresses(bundle: Path) -> pd.DataFrame:
    failed = parquet(bundle, "SigninLogs", "workspace").query("ResultType == '50126'")
    hours = failed.groupby(["IPAddress", failed["TimeGenerated"].dt.floor("h")])["UserPrincipalName"].nunique()
    return hours[hours >= 5].reset_index()[["IPAddress"]].drop_duplicates()


IN_PANDAS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "L7-recovery": destroyed_recovery,
    "L7-spray": spraying_addresses,
}
