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
    links, mails = parquet(bundle, "EmailUrlInfo"), parquet(bundle, "EmailEvents")
    lures = links[links["Url"].str.match("https://login.*/s/")]["NetworkMessageId"]
    received = mails[mails["NetworkMessageId"].isin(lures)]
    return pd.DataFrame({"People": [received["RecipientEmailAddress"].nunique()]})


def relaying_address(bundle: Path) -> pd.DataFrame:
    victim = hiding_rule(bundle)["UserId"].iloc[0]
    clicks, signins = parquet(bundle, "UrlClickEvents"), parquet(bundle, "SigninLogs", "workspace")
    lures = clicks["Url"].str.match("https://login.*/s/")
    clicked = clicks[lures & (clicks["AccountUpn"] == victim)]["Timestamp"].min()
    after = signins[(signins["UserPrincipalName"] == victim) & (signins["TimeGenerated"] > clicked)]
    return after.sort_values("TimeGenerated")[["IPAddress"]].head(1)


def of_the_intruder(bundle: Path, operation: str) -> pd.DataFrame:
    office = parquet(bundle, "OfficeActivity", "workspace")
    stranger = hiding_rule(bundle)["ClientIP"].iloc[0]
    return office[(office["Operation"] == operation) & (office["ClientIP"] == stranger)]


def folders_read(bundle: Path) -> pd.DataFrame:
    read = of_the_intruder(bundle, "MailItemsAccessed")
    first = read["TimeGenerated"].groupby(read["Folder"].map(lambda text: json.loads(text)["Path"])).min()
    return pd.DataFrame({"Folder": first.index, "FirstRead": first.to_numpy()})


def asked_to_pay(bundle: Path) -> pd.DataFrame:
    mails = parquet(bundle, "EmailEvents")
    sent = mails["Timestamp"].isin(of_the_intruder(bundle, "Send")["TimeGenerated"])
    return mails[sent][["RecipientEmailAddress"]]


def minutes_until_the_purge(bundle: Path) -> pd.DataFrame:
    mails = parquet(bundle, "EmailEvents")
    lure = mails[mails["Subject"] == LURE]
    purged = parquet(bundle, "EmailPostDeliveryEvents").merge(lure, on=["NetworkMessageId", "RecipientEmailAddress"])
    delays = (purged["Timestamp_x"] - purged["Timestamp_y"]).dt.total_seconds() / 60
    return pd.DataFrame({"Minutes": delays.drop_duplicates()})


def injection(bundle: Path) -> pd.Series:
    events = parquet(bundle, "DeviceEvents")
    return events[events["ActionType"] == "CreateRemoteThreadApiCall"].iloc[0]


def first_device(bundle: Path) -> pd.DataFrame:
    """The laptop on which Word started a shell."""
    processes = parquet(bundle, "DeviceProcessEvents")
    macro = (processes["InitiatingProcessFileName"] == "WINWORD.EXE") & (processes["FileName"] == "cmd.exe")
    return processes[macro][["DeviceName"]].drop_duplicates()


def children_of_the_injected(bundle: Path) -> pd.DataFrame:
    processes, found = parquet(bundle, "DeviceProcessEvents"), injection(bundle)
    of_it = (processes["DeviceId"] == found["DeviceId"]) & (processes["InitiatingProcessId"] == found["ProcessId"])
    grouped = processes[of_it].groupby("FileName")["Timestamp"]
    return pd.DataFrame({"Times": grouped.size(), "First": grouped.min()}).reset_index()


def logons_from_the_first(bundle: Path) -> pd.DataFrame:
    logons = parquet(bundle, "DeviceLogonEvents")
    return logons[logons["RemoteDeviceName"] == first_device(bundle)["DeviceName"].iloc[0]]


def stolen_account(bundle: Path) -> pd.DataFrame:
    return logons_from_the_first(bundle)[["AccountName"]].drop_duplicates()


def hours_to_react(bundle: Path) -> pd.DataFrame:
    events = parquet(bundle, "DeviceEvents")
    theft = events[(events["ActionType"] == "OpenProcessApiCall") & (events["FileName"] == "lsass.exe")]
    passed = logons_from_the_first(bundle)["Timestamp"].min() - theft["Timestamp"].min()
    return pd.DataFrame({"Hours": [int(passed.total_seconds() // 3600)]})


def devices_in_scope(bundle: Path) -> pd.DataFrame:
    logons = logons_from_the_first(bundle)
    reached = logons[logons["ActionType"] == "LogonSuccess"][["DeviceName"]].drop_duplicates()
    return pd.concat([first_device(bundle), reached])


def where_it_was_stopped(bundle: Path) -> pd.DataFrame:
    files = parquet(bundle, "DeviceFileEvents")
    locked = files[files["FileName"].str.endswith(".locked", na=False)]
    return locked[["DeviceName"]].drop_duplicates()


def downloads(bundle: Path) -> pd.DataFrame:
    office = parquet(bundle, "OfficeActivity", "workspace")
    return office[office["Operation"] == "FileDownloaded"]


def days_of_mass_download(bundle: Path) -> pd.DataFrame:
    made = downloads(bundle)
    files = made.groupby(["UserId", made["TimeGenerated"].dt.normalize().rename("Day")])["OfficeObjectId"].nunique()
    return files[files >= 20].rename("Files").reset_index()


def copies_of_the_archive(bundle: Path) -> pd.DataFrame:
    """First where it was packed, then on the stick."""
    files = parquet(bundle, "DeviceFileEvents")
    packed = files[(files["InitiatingProcessFileName"] == "7z.exe") & (files["ActionType"] == "FileCreated")]
    return files[files["FileName"].isin(packed["FileName"])].sort_values("Timestamp")


def archive(bundle: Path) -> pd.DataFrame:
    return copies_of_the_archive(bundle)[["FileName"]].drop_duplicates()


def megabytes_sent(bundle: Path) -> pd.DataFrame:
    sent = pd.to_numeric(parquet(bundle, "CommonSecurityLog", "workspace")["SentBytes"])
    return pd.DataFrame({"Megabytes": [int(sent.max() // 1_000_000)]})


def stick(bundle: Path) -> pd.DataFrame:
    copy, events = copies_of_the_archive(bundle).iloc[-1], parquet(bundle, "DeviceEvents")
    mounted = events[(events["ActionType"] == "UsbDriveMounted") & (events["DeviceName"] == copy["DeviceName"])]
    last = mounted[mounted["Timestamp"] < copy["Timestamp"]].sort_values("Timestamp").iloc[-1]
    return pd.DataFrame({"Serial": [json.loads(last["AdditionalFields"])["SerialNumber"]]})


def minutes_of_the_act(bundle: Path) -> pd.DataFrame:
    made, copied = downloads(bundle), copies_of_the_archive(bundle)["Timestamp"].max()
    evening = made[made["UserId"] == days_of_mass_download(bundle)["UserId"].iloc[0]]["TimeGenerated"]
    begin = evening[evening.dt.normalize() == copied.normalize()]
    begin = begin[begin > copied - pd.Timedelta(hours=3)].min()
    return pd.DataFrame({"Minutes": [int((copied - begin).total_seconds() // 60)]})


IN_PANDAS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "L2-victim": owner_of_the_hiding_rule,
    "L2-recipients": recipients_of_the_lure,
    "L2-proxy-address": relaying_address,
    "L2-folders": folders_read,
    "L2-asked-to-pay": asked_to_pay,
    "L2-purge-delay": minutes_until_the_purge,
    "L3-patient-zero": first_device,
    "L3-children": children_of_the_injected,
    "L3-credentials": stolen_account,
    "L3-reaction-hours": hours_to_react,
    "L3-devices": devices_in_scope,
    "L3-stopped": where_it_was_stopped,
    "L8-mass-download": days_of_mass_download,
    "L8-archive": archive,
    "L8-megabytes": megabytes_sent,
    "L8-stick": stick,
    "L8-minutes": minutes_of_the_act,
    "L7-recovery": destroyed_recovery,
    "L7-spray": spraying_addresses,
}
