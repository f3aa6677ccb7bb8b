"""Functions that the products bring along, on rows that are written here and on the bundled tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import duckdb
import pandas as pd
import pytest

from pivotlab.kql import Engine, KqlError, KqlUnsupported
from pivotlab.kql.stage import library
from pivotlab.kql.syntax.tree import parse
from pivotlab.places import DATA
from pivotlab.store.store import Store

NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
GOOD, BAD, ODD = "a" * 40, "b" * 40, "c" * 40


def _at(hour: int, day: int = 2) -> datetime:
    return datetime(2026, 11, day, hour)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """Three devices, two files, and a watchlist whose second item was deleted and whose first was changed."""
    store = Store.open()
    network = [
        {"Timestamp": _at(1), "DeviceId": "d1", "DeviceName": "one.contoso.example", "MacAddress": "m1", "IPAddresses": '[{"IPAddress":"10.0.0.1","AddressType":"Private"}]'},
        {"Timestamp": _at(5), "DeviceId": "d1", "DeviceName": "one.contoso.example", "MacAddress": "m1", "IPAddresses": '[{"IPAddress":"10.0.0.9","AddressType":"Private"},{"IPAddress":"fe80::1","AddressType":"Private"}]'},
        {"Timestamp": _at(2), "DeviceId": "d2", "DeviceName": "two.contoso.example", "MacAddress": "m2", "IPAddresses": '[{"IPAddress":"10.0.0.1","AddressType":"Private"}]'},
    ]  # fmt: skip
    store.append("defender", "DeviceNetworkInfo", network, NOW)
    devices = [("d1", "Onboarded"), ("d2", "Can be onboarded"), ("d3", "Onboarded")]
    rows = [{"Timestamp": _at(1), "DeviceId": d, "OnboardingStatus": status} for d, status in devices]
    store.append("defender", "DeviceInfo", rows, NOW)
    contacts = [("d1", "one"), ("d3", "three"), ("d2", "two")]
    rows = [{"Timestamp": _at(3), "DeviceId": d, "DeviceName": name, "RemoteIP": "10.0.0.1"} for d, name in contacts]
    store.append("defender", "DeviceNetworkEvents", rows, NOW)
    processes = [
        {"Timestamp": _at(1), "DeviceId": "d1", "SHA1": GOOD, "FileName": "tool.exe", "FileSize": 10, "ProcessVersionInfoCompanyName": "Contoso"},
        {"Timestamp": _at(4), "DeviceId": "d2", "SHA1": GOOD, "FileName": "tool.exe", "FileSize": 10},
        {"Timestamp": _at(6), "DeviceId": "d2", "SHA1": BAD, "FileName": "note.txt", "FileSize": 3},
    ]  # fmt: skip
    store.append("defender", "DeviceProcessEvents", processes, NOW)
    signed = {
        "Timestamp": _at(1),
        "SHA1": GOOD,
        "IsSigned": True,
        "IsTrusted": True,
        "Signer": "Contoso",
        "IsRootSignerMicrosoft": False,
    }
    store.append("defender", "DeviceFileCertificateInfo", [signed], NOW)
    threat = {
        "Timestamp": _at(6),
        "SHA1": BAD,
        "ActionType": "AntivirusDetection",
        "AdditionalFields": '{"ThreatName":"Trojan:Test"}',
    }
    store.append("defender", "DeviceEvents", [threat], NOW)
    items = [
        ("i1", _at(1), "Create", "ana@contoso.example", '{"User":"ana@contoso.example","Team":"old"}'),
        ("i1", _at(2), "Update", "ana@contoso.example", '{"User":"ana@contoso.example","Team":"finance"}'),
        ("i2", _at(1), "Create", "bo@contoso.example", '{"User":"bo@contoso.example","Team":"it"}'),
        ("i2", _at(3), "Delete", "bo@contoso.example", '{"User":"bo@contoso.example","Team":"it"}'),
        ("i3", _at(1), "Create", "cy@contoso.example", '{"User":"cy@contoso.example","Team":"it"}'),
    ]
    rows = [
        {"TimeGenerated": at, "_DTTimestamp": at, "LastUpdatedTimeUTC": at, "_DTItemId": item, "_DTItemType": "watchlist-item",
         "_DTItemStatus": status, "SearchKey": key, "WatchlistItem": body, "WatchlistAlias": "VIPUsers"}
        for item, at, status, key, body in items
    ]  # fmt: skip
    store.append("workspace", "Watchlist", rows, NOW)
    yield store
    store.close()


@pytest.fixture(scope="module")
def hunting(store: Store) -> Engine:
    return Engine(store, "defender", "workspace", now=lambda: NOW)


def _rows(engine: Engine, kql: str) -> list[list[object]]:
    return engine.run(kql).to_numpy().tolist()


def test_a_watchlist_gives_its_present_items_unpacked(hunting: Engine) -> None:
    found = hunting.run("_GetWatchlist('VIPUsers') | sort by SearchKey asc")
    assert list(found.columns) == ["_DTItemId", "LastUpdatedTimeUTC", "SearchKey", "Team", "User"]
    assert found[["_DTItemId", "SearchKey", "Team"]].to_numpy().tolist() == [
        ["i1", "ana@contoso.example", "finance"],
        ["i3", "cy@contoso.example", "it"],
    ]


def test_a_watchlist_can_be_asked_for_some_keys(hunting: Engine) -> None:
    assert _rows(hunting, "_GetWatchlist('VIPUsers', 'cy@contoso.example') | project _DTItemId") == [["i3"]]
    assert _rows(hunting, "_GetWatchlist('VIPUsers', dynamic(['x', 'ana@contoso.example'])) | project Team") == [
        ["finance"]
    ]
    assert hunting.run("_GetWatchlist('Nope')").empty


def test_a_watchlist_query_can_be_checked_without_its_data(hunting: Engine) -> None:
    assert (
        hunting.check(
            "SigninLogs | lookup kind=inner _GetWatchlist('VIPUsers') on $left.UserPrincipalName == $right.SearchKey | where Team == 'it'"
        )
        == []
    )


def test_an_address_names_the_devices_that_have_it_now_or_had_it_then(hunting: Engine) -> None:
    ask = "datatable(IP:string)['10.0.0.1', '10.0.0.9', '', '10.9.9.9'] | invoke DeviceFromIP({})"
    assert _rows(hunting, ask.format("")) == [["10.0.0.1", "d2"], ["10.0.0.9", "d1"]]
    assert _rows(hunting, ask.format("'IP', datetime(2026-11-02T03:00)")) == [["10.0.0.1", "d1"], ["10.0.0.1", "d2"]]


def test_a_device_lists_its_addresses(hunting: Engine) -> None:
    ask = "AssignedIPAddresses('{}') | project IPAddress, IPType"
    assert _rows(hunting, ask.format("d1")) == [["10.0.0.9", "Private"], ["fe80::1", "Private"]]
    assert _rows(hunting, ask.format("TWO.contoso.example")) == [["10.0.0.1", "Private"]]
    assert _rows(hunting, "AssignedIPAddresses('d1', datetime(2026-11-02T04:00)) | project IPAddress") == [["10.0.0.1"]]


def test_a_device_was_seen_by_the_onboarded_ones_that_spoke_to_it(hunting: Engine) -> None:
    found = hunting.run(
        "DeviceInfo | where OnboardingStatus != 'Onboarded' | invoke SeenBy() | project DeviceId, SeenBy"
    )
    assert found["DeviceId"].tolist() == ["d2"]
    assert found["SeenBy"][0] == [{"DeviceId": "d1", "DeviceName": "one"}, {"DeviceId": "d3", "DeviceName": "three"}]


def test_a_file_is_profiled_from_the_tenants_own_tables(hunting: Engine) -> None:
    found = hunting.run(f"datatable(SHA1:string)['{GOOD}', '{BAD}', '{ODD}', ''] | invoke FileProfile()").set_index(
        "SHA1"
    )
    good, bad = found.loc[GOOD], found.loc[BAD]
    assert (good["GlobalPrevalence"], good["SignatureState"], good["Signer"]) == (2_000_000, "SignedValid", "Contoso")
    assert (good["GlobalFirstSeen"], good["GlobalLastSeen"]) == (_at(1).replace(tzinfo=UTC), _at(4).replace(tzinfo=UTC))
    assert (bool(good["IsExecutable"]), good["Publisher"], good["ProfileAvailability"]) == (
        True,
        "Contoso",
        "Available",
    )
    assert (bad["GlobalPrevalence"], bad["SignatureState"], bad["ThreatName"]) == (1, "Unknown", "Trojan:Test")
    assert bool(bad["IsExecutable"]) is False
    assert found["ProfileAvailability"].tolist().count("Missing") == 1
    assert found.loc["", "ProfileAvailability"] == ""
    assert pd.isna(found.loc[ODD, "GlobalPrevalence"])


def test_the_second_argument_limits_how_many_files_are_asked_for(hunting: Engine) -> None:
    one = hunting.run(f"datatable(Sha:string)['{BAD}', '{GOOD}'] | invoke FileProfile('Sha', 1)").set_index("Sha")
    assert (one.loc[GOOD, "ProfileAvailability"], one.loc[BAD, "ProfileAvailability"]) == ("Available", "")


def test_a_profile_keeps_the_columns_of_the_rows_and_names_a_wrong_one(hunting: Engine) -> None:
    found = hunting.run("DeviceProcessEvents | project FileName, SHA1 | invoke FileProfile(SHA1, 500)")
    assert list(found.columns[:4]) == ["FileName", "SHA1", "SHA256", "MD5"]
    assert len(found) == 3
    with pytest.raises(KqlError, match="There is no column SHA1"):
        hunting.run("DeviceProcessEvents | project FileName | invoke FileProfile()")


def test_ingestion_time_is_when_a_row_became_known() -> None:
    store = Store.open()
    store.append(
        "workspace", "SigninLogs", [{"TimeGenerated": _at(1), "UserPrincipalName": "ana"}], NOW - timedelta(hours=2)
    )
    store.append("workspace", "AuditLogs", [{"TimeGenerated": _at(2)}], NOW - timedelta(hours=1))
    engine = Engine(store, "workspace", now=lambda: NOW)
    late = "where ingestion_time() > ago(90m) | count"
    assert engine.run(f"union SigninLogs, AuditLogs | {late}")["Count"][0] == 1
    lag = engine.run(
        "SigninLogs | project TimeGenerated | sort by TimeGenerated asc | extend Lag = ingestion_time() - TimeGenerated"
    )
    assert list(lag.columns) == ["TimeGenerated", "Lag"]
    assert lag["Lag"][0] == timedelta(hours=29)
    assert engine.run("print t = ingestion_time()")["t"].isna().all()


@pytest.fixture(scope="module")
def bundled() -> Iterator[Engine]:
    store = Store.open(DATA)
    yield Engine(store, "workspace", now=lambda: NOW)
    store.close()


def _parquet(table: str) -> pd.DataFrame:
    frame = duckdb.read_parquet(str(DATA / "tables" / f"{table}.parquet")).df()
    return frame[frame["_ingested"] <= NOW.replace(tzinfo=None)]


def test_two_vendors_network_sessions_read_alike(bundled: Engine) -> None:
    firewall = _parquet("workspace/CommonSecurityLog").query("DeviceEventClassID == 'TRAFFIC'")
    denied = firewall[firewall["DeviceAction"] == "deny"]
    found = bundled.run(
        "_Im_NetworkSession(eventresult='Failure') | summarize n=count(), Sources=dcount(SrcIpAddr) by EventVendor"
    )
    assert found.to_numpy().tolist() == [["Fabrikam", len(denied), denied["SourceIP"].nunique()]]
    one = firewall["DestinationPort"] == 443
    assert bundled.run("_Im_NetworkSession(dstportnumber=443) | count")["Count"][0] == int(one.sum())
    assert bundled.run("_ASim_NetworkSession | where DstPortNumber == 443 | count")["Count"][0] == int(one.sum())


def test_authentication_counts_the_failures_of_both_logs(bundled: Engine) -> None:
    signins, events = _parquet("workspace/SigninLogs"), _parquet("workspace/SecurityEvent")
    found = bundled.run(
        "_Im_Authentication(starttime=datetime(2026-10-05)) | summarize Failed=countif(EventResult == 'Failure') by Type"
    )
    counted = dict(found.to_numpy().tolist())
    assert counted == {
        "SigninLogs": int((signins["ResultType"] != "0").sum()),
        "SecurityEvent": int((events["EventID"] == 4625).sum()),
    }


def test_a_schema_without_a_source_says_so(bundled: Engine) -> None:
    with pytest.raises(KqlUnsupported, match="_Im_WebSession\\(\\) has no source"):
        bundled.run("_Im_WebSession()")
    with pytest.raises(KqlUnsupported, match="function of the Sentinel workspace"):
        Engine(Store.open(), "defender", now=lambda: NOW).run("_Im_NetworkSession()")


@pytest.mark.parametrize("name", [*library.builtins(), *library.asim()])
def test_every_definition_reads_as_kql_and_names_its_page(name: str) -> None:
    if name in library.asim():
        known = library.asim()[name]
        body = f"({known.parameters}) {{ union {', '.join(f'({source.query})' for source in known.sources)}\n{known.filter} }}"
        page = known.page
    else:
        body, page = library.builtins()[name].definition, library.builtins()[name].page
    assert parse(f"let f = {body};").findings == []
    assert page.startswith("learn.microsoft.com")
