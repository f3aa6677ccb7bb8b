"""Rows of a rule's query as alerts, with entities, custom details and overridden alert details."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from pivotlab.model import Alert, Evidence, Severity, Verdict, stable_guid
from pivotlab.tenant.analytics.settings import AnalyticsRule, EntityMapping
from pivotlab.tenant.products import SENTINEL_SOURCE

_COLUMN = re.compile(r"\{\{\s*(\w+)\s*\}\}")

Row = Mapping[str, Any]


def alerts_of(
    rule: AnalyticsRule,
    name: str,
    kind: str,
    found: pd.DataFrame,
    window: tuple[datetime, datetime],
    run: int,
    most: int,
) -> list[Alert]:
    """The alerts that one run of a rule makes: one, or one for each row up to `most`."""
    rows: list[Row] = [dict(zip(found.columns, row, strict=True)) for row in found.itertuples(index=False)]
    per_row = rule.event_grouping_settings.aggregation_kind == "AlertPerResult"
    groups = [[row] for row in rows[:most]] if per_row else [rows]
    return [_alert(rule, name, kind, group, window, f"{run}-{number}") for number, group in enumerate(groups)]


def _alert(
    rule: AnalyticsRule, name: str, kind: str, rows: list[Row], window: tuple[datetime, datetime], run: str
) -> Alert:
    first: Row = rows[0] if rows else {}
    override = rule.alert_details_override
    moments = [row["TimeGenerated"] for row in rows if isinstance(row.get("TimeGenerated"), datetime)]
    moments = [pd.Timestamp(moment).to_pydatetime() for moment in moments if not pd.isna(moment)]
    severity = _text(first.get(override.alert_severity_column_name or "")).lower()
    tactics = _text(first.get(override.alert_tactics_column_name or "")) or (rule.tactics[0] if rule.tactics else "")
    return Alert(
        id=f"sn{stable_guid('analytics alert', name, run)}",
        title=_filled(override.alert_display_name_format, first) or rule.display_name,
        description=_filled(override.alert_description_format, first) or rule.description,
        severity=Severity(severity) if severity in set(Severity) else Severity(rule.severity.lower()),
        service_source=SENTINEL_SOURCE,
        detection_source="nrtAlerts" if kind == "NRT" else "scheduledAlerts",
        product_name="Microsoft Sentinel",
        category=tactics,
        mitre_techniques=rule.techniques,
        detector_id=name,
        created=window[1],
        first_activity=min(moments, default=window[0]),
        last_activity=max(moments, default=window[1]),
        correlation="",
        evidence=tuple(_evidence(rule.entity_mappings, rows)),
        custom_details={
            "Query": rule.query,
            "Query Start Time UTC": window[0].isoformat(),
            "Query End Time UTC": window[1].isoformat(),
            "Search Query Results Overall Count": str(len(rows)),
            "Analytic Rule Ids": [name],
            "Analytic Rule Name": rule.display_name,
            "Custom Details": custom_details(rule, rows),
        },
    )


def custom_details(rule: AnalyticsRule, rows: Iterable[Row]) -> dict[str, list[str]]:
    """Every custom detail with its distinct values over the rows."""
    listed = list(rows)
    return {
        key: list(dict.fromkeys(_text(row.get(column)) for row in listed))
        for key, column in rule.custom_details.items()
    }


def _evidence(mappings: Iterable[EntityMapping], rows: list[Row]) -> list[Evidence]:
    seen: dict[str, Evidence] = {}
    for mapping in mappings:
        for row in rows:
            values = {field.identifier: _text(row.get(field.column_name)) for field in mapping.field_mappings}
            values = {identifier: value for identifier, value in values.items() if value}
            piece = _piece(mapping.entity_type, values) if values else None
            if piece is not None:
                seen.setdefault(f"{piece.kind} {sorted(values.items())}", piece)
    return list(seen.values())


def _piece(entity_type: str, values: dict[str, str]) -> Evidence | None:
    """An entity of a rule as evidence. Kinds that the practice tenant has no use for are left out."""
    first = next(iter(values.values()))
    match entity_type.lower():
        case "account":
            name = values.get("FullName") or values.get("Name") or first
            suffix = values.get("UPNSuffix")
            upn = f"{name}@{suffix}" if suffix and "@" not in name else name
            account = {"userPrincipalName": upn, "azureAdUserId": values.get("AadUserId"), "userSid": values.get("Sid")}
            fields: dict[str, Any] = {"userAccount": account}
            kind = "user"
        case "host":
            host, domain = values.get("FullName") or values.get("HostName") or first, values.get("DnsDomain")
            kind, fields = "device", {"deviceDnsName": f"{host}.{domain}" if domain and "." not in host else host}
        case "ip":
            kind, fields = "ip", {"ipAddress": first}
        case "url" | "dns":
            kind, fields = "url", {"url": first}
        case "file":
            kind, fields = "file", {"fileDetails": {"fileName": first, "filePath": values.get("Directory", "")}}
        case "process":
            kind, fields = "process", {"processCommandLine": values.get("CommandLine") or first}
        case "mailbox":
            kind, fields = "mailbox", {"primaryAddress": first}
        case "cloudapplication":
            kind, fields = "cloudApplication", {"displayName": values.get("Name") or first}
        case "azureresource":
            kind, fields = "azureResource", {"resourceId": first}
        case _:
            return None
    return Evidence(kind, fields, verdict=Verdict.SUSPICIOUS)


def _filled(template: str | None, row: Row) -> str:
    """`Sign-in by {{Account}}` with the row's values."""
    return _COLUMN.sub(lambda match: _text(row.get(match[1])), template) if template else ""


def _text(value: Any) -> str:
    if value is None or (not isinstance(value, list | dict) and pd.isna(value)):
        return ""
    return value if isinstance(value, str) else str(value)
