"""What the labs ask for, worked out a second time in pandas."""

from __future__ import annotations

import json
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


LURE = "Remittance advice October: shared document awaiting your review"


def hiding_rule(bundle: Path) -> pd.DataFrame:
    office = parquet(bundle, "OfficeActivity", "workspace")
    return office[
        (office["Operation"] == "New-InboxRule") & office["Parameters"].str.contains("RSS Subscriptions", na=False)
    ]


def owner_of_the_hiding_rule(bundle: Path) -> pd.DataFrame:
    return hiding_rule(bundle)[["UserId"]].rename(columns={"UserId": "AccountUpn"})


def recipients_of_the_lure(bundle: Path) -> pd.DataFrame:
    links = parquet(bundle, "EmailUrlInfo")
    mails = links[links["Url"].str.match("https://login.*/s/")]["NetworkMessageId"]
    received = parquet(bundle, "EmailEvents").query("NetworkMessageId in @mails")
    return pd.DataFrame({"People": [received["RecipientEmailAddress"].nunique()]})


def relaying_address(bundle: Path) -> pd.DataFrame:
    victim = hiding_rule(bundle)["UserId"].iloc[0]
    clicks = parquet(bundle, "UrlClickEvents").query("AccountUpn == @victim")
    clicked = clicks[clicks["Url"].str.match("https://login.*/s/")]["Timestamp"].min()
    signins = parquet(bundle, "SigninLogs", "workspace").query(
        "UserPrincipalName == @victim and TimeGenerated > @clicked"
    )
    return signins.sort_values("TimeGenerated")[["IPAddress"]].head(1)


def folders_read(bundle: Path) -> pd.DataFrame:
    stranger = hiding_rule(bundle)["ClientIP"].iloc[0]
    read = parquet(bundle, "OfficeActivity", "workspace").query(
        "Operation == 'MailItemsAccessed' and ClientIP == @stranger"
    )
    paths = read["Folder"].map(lambda text: json.loads(text)["Path"])
    first = read["TimeGenerated"].groupby(paths).min()
    return pd.DataFrame({"Folder": first.index, "FirstRead": first.to_numpy()})


def asked_to_pay(bundle: Path) -> pd.DataFrame:
    stranger = hiding_rule(bundle)["ClientIP"].iloc[0]
    sent = parquet(bundle, "OfficeActivity", "workspace").query("Operation == 'Send' and ClientIP == @stranger")
    moments = sent["TimeGenerated"].tolist()
    return parquet(bundle, "EmailEvents").query("Timestamp in @moments")[["RecipientEmailAddress"]]


def minutes_until_the_purge(bundle: Path) -> pd.DataFrame:
    lure = parquet(bundle, "EmailEvents").query("Subject == @LURE")
    purged = parquet(bundle, "EmailPostDeliveryEvents").merge(lure, on=["NetworkMessageId", "RecipientEmailAddress"])
    delays = (purged["Timestamp_x"] - purged["Timestamp_y"]).dt.total_seconds() / 60
    return pd.DataFrame({"Minutes": delays.drop_duplicates()})


IN_PANDAS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "L2-victim": owner_of_the_hiding_rule,
    "L2-recipients": recipients_of_the_lure,
    "L2-proxy-address": relaying_address,
    "L2-folders": folders_read,
    "L2-asked-to-pay": asked_to_pay,
    "L2-purge-delay": minutes_until_the_purge,
    "L7-recovery": destroyed_recovery,
    "L7-spray": spraying_addresses,
}
