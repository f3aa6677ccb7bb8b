"""Custom detections: rules on the Defender side that run their KQL on the clock (facts customdet-01 to customdet-13)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from pivotlab.kql import Engine, KqlError, KqlLimit, KqlUnsupported
from pivotlab.kql.reads import Reads
from pivotlab.model import Alert, Evidence, Severity, Verdict, stable_guid
from pivotlab.store import read_schemas
from pivotlab.tenant import timeline as at
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.defender import Defender
from pivotlab.tenant.durations import duration
from pivotlab.tenant.errors import Invalid, NotFound, Refused
from pivotlab.tenant.journal import Journal, operation
from pivotlab.tenant.plain_values import word
from pivotlab.tenant.rules import sync_rules
from pivotlab.tenant.timeline import Timeline

LOOKBACK = {
    timedelta(hours=24): timedelta(days=30),
    timedelta(hours=12): timedelta(hours=48),
    timedelta(hours=3): timedelta(hours=12),
    timedelta(hours=1): timedelta(hours=4),
}
"""Frequency -> how far a rule on Defender XDR data looks back, which cannot be set (facts customdet-05, customdet-06).

The first run has a lookback of its own.
"""

FIRST_LOOKBACK = timedelta(days=30)
"""How far the first run of a new rule looks back, whatever its frequency (fact customdet-17)."""

CONTINUOUS = "PT0S"
"""The frequency of a near-real-time rule."""

NRT_EVERY = timedelta(minutes=1)
"""How often the practice tenant tests a continuous rule; the product tests events as they stream (customdet-12)."""

ASSETS = ("DeviceId", "DeviceName", "AccountUpn", "AccountObjectId", "AccountSid", "UserPrincipalName", "UserId",
          "RecipientEmailAddress", "SenderFromAddress", "SenderMailFromAddress", "InitiatingProcessAccountUpn")  # fmt: skip
"""Columns that identify an asset strongly enough (fact customdet-11)."""

_FORBIDDEN_IN_NRT = frozenset({"join", "union", "externaldata", "lookup", "search", "find"})


@dataclass(slots=True)
class Detection:
    """One custom detection. `frequency` and `lookback` are lengths of time; a continuous rule has frequency zero."""

    name: str
    query: str
    frequency: timedelta
    lookback: timedelta
    severity: Severity
    category: str
    actions: tuple[str, ...]
    created: datetime
    enabled: bool = True
    revision: int = 1
    seen: set[str] = field(default_factory=set)


class Detections:
    """The tenant's custom detections. They see what advanced hunting sees, ingested or not (fact customdet-04)."""

    room = "detections"

    def __init__(
        self,
        agenda: Agenda,
        timeline: Timeline,
        journal: Journal,
        defender: Defender,
        engine: Callable[[], Engine],
        licensed: Callable[[], bool],
    ) -> None:
        self._agenda = agenda
        self._timeline = timeline
        self.journal = journal
        self._defender = defender
        self._engine = engine
        self._licensed = licensed
        self._rules: dict[str, Detection] = {}
        self._revisions: dict[str, int] = {}
        agenda.on("detection due", self._run)

    @property
    def rules(self) -> list[Detection]:
        """Every custom detection, oldest first."""
        return list(self._rules.values())

    @operation
    def create(
        self,
        name: str,
        query: str,
        *,
        frequency: str = "PT1H",
        severity: str = "medium",
        category: str = "SuspiciousActivity",
        lookback: str | None = None,
        actions: list[str] | None = None,
    ) -> Detection:
        """Create a rule, or replace the one of that name; it runs at once and then at its frequency.

        The first run checks 30 days (fact customdet-17). A rule that is replaced counts as new, which is our choice.
        `frequency`: PT24H, PT12H, PT3H, PT1H, PT0S (continuous), or PT5M to P14D for queries on Sentinel tables alone,
        which may set `lookback` (facts customdet-05, customdet-07). `actions` are native actions such as isolateDevice
        (fact customdet-03). Raises `Invalid` for a query that cannot be a detection, `Refused` without a licence.
        """
        if not self._licensed():
            raise Refused("Custom detections need Defender XDR services.", "customdet-13")
        every = timedelta() if frequency == CONTINUOUS else duration(frequency)
        columns, reads = self._columns_of(query), self._engine().reads(query)
        _check_columns(columns, reads)
        span = _schedule_of(reads, every, lookback)
        grade = word(Severity, "severity", severity)
        revision = self._revisions[name] = self._revisions.get(name, 0) + 1
        rule = Detection(
            name, query, every, span, grade, category, tuple(actions or ()),
            self._agenda.now, revision=revision,
        )  # fmt: skip
        self._rules[name] = rule
        self._agenda.at(self._agenda.now, "detection due", (name, revision))
        return rule

    @operation
    def delete(self, name: str) -> None:
        """Delete a rule. Raises `NotFound`."""
        if self._rules.pop(name, None) is None:
            raise NotFound(f"There is no custom detection {name}.")

    def _columns_of(self, query: str) -> set[str]:
        try:
            return set(self._engine().run(query).columns)
        except (KqlError, KqlLimit, KqlUnsupported) as error:
            raise Invalid(f"The query does not run: {error}") from None

    def _run(self, due: tuple[str, int]) -> None:
        name, revision = due
        rule = self._rules.get(name)
        if rule is None or rule.revision != revision or not rule.enabled:
            return
        now = self._agenda.now
        self._agenda.at(now + (rule.frequency or NRT_EVERY), "detection due", due)
        lookback = FIRST_LOOKBACK if now == rule.created else rule.lookback
        try:
            found = self._engine().run(rule.query, window=(now - lookback, now))
        except (KqlError, KqlLimit, KqlUnsupported) as error:
            self._timeline.add(now, at.DEFENDER, "Detection failed", name, "", str(error).splitlines()[0])
            return
        raised = 0
        for values in found.itertuples(index=False):
            row = dict(zip(found.columns, values, strict=True))
            event = event_key(row)
            if event in rule.seen or raised == sync_rules().limit("custom_detection_alerts_per_run"):
                continue
            rule.seen.add(event)
            raised += 1
            self._raise(rule, row, event)

    def _raise(self, rule: Detection, row: dict[str, Any], event: str) -> None:
        now = self._agenda.now
        happened = _moment(row) or now
        asset = next((str(row[column]) for column in ASSETS if row.get(column)), "")
        alert = Alert(
            id=f"ed{stable_guid('custom detection', rule.name, event)}",
            title=rule.name,
            severity=rule.severity,
            service_source="microsoft365Defender",
            detection_source="customDetection",
            product_name="Microsoft Defender XDR",
            created=now,
            first_activity=happened,
            last_activity=happened,
            correlation=f"{rule.name}/{asset}/{now:%Y-%m-%d}",
            category=rule.category,
            detector_id=stable_guid("detection", rule.name),
            evidence=tuple(_evidence(row)),
        )
        self._defender.receive(alert)
        for action in rule.actions:
            self._timeline.add(now, at.DEFENDER, "Action taken", asset, rule.name, action)


def _schedule_of(reads: Reads, every: timedelta, lookback: str | None) -> timedelta:
    """How far a rule looks back. Raises `Invalid` for a schedule that its query does not allow."""
    sentinel_only = bool(reads.tables) and not reads.tables & set(read_schemas("defender"))
    if every == timedelta():
        if len(reads.tables) != 1 or reads.operators & _FORBIDDEN_IN_NRT or reads.comments:
            raise Invalid(
                "A continuous rule reads one table, with no join, union, externaldata or comment (fact customdet-09)."
            )
        return NRT_EVERY
    if sentinel_only:
        if not timedelta(minutes=5) <= every <= timedelta(days=14):
            raise Invalid("A rule on Sentinel tables runs every five minutes to fourteen days (fact customdet-05).")
        span = duration(lookback) if lookback else max(every, timedelta(hours=4))
        if every < timedelta(hours=1):
            most = timedelta(hours=48)
        else:
            most = timedelta(days=30) if every <= timedelta(days=1) else timedelta(days=14)
        if span > most:
            raise Invalid(f"A rule of this frequency looks back {most} at most (fact customdet-07).")
        return span
    if every not in LOOKBACK:
        raise Invalid(
            "A rule on Defender XDR tables runs every 24, 12, 3 or 1 hours, or continuously (fact customdet-05)."
        )
    if lookback:
        raise Invalid("The lookback of a rule on Defender XDR tables is fixed (fact customdet-06).")
    return LOOKBACK[every]


def _check_columns(columns: set[str], reads: Reads) -> None:
    """Raise `Invalid` for a result that no alert can be made of."""
    if not columns & {"Timestamp", "TimeGenerated"}:
        raise Invalid("The result needs Timestamp or TimeGenerated (fact customdet-11).")
    if not columns & set(ASSETS):
        raise Invalid(f"The result needs an asset, one of {', '.join(ASSETS)} (fact customdet-11).")
    device_tables = {table for table in reads.tables if table.startswith("Device")}
    if device_tables and (missing := {"Timestamp", "DeviceId", "ReportId"} - columns):
        raise Invalid(f"The result of a query on device events needs {', '.join(sorted(missing))} (fact customdet-11).")


def event_key(row: dict[str, Any]) -> str:
    """What tells one event from another: time, device and report, or the whole row.

    One alert for each event is our choice; the product groups events of the same entities (fact customdet-18).
    """
    if row.get("ReportId") is not None:
        return f"{row.get('Timestamp') or row.get('TimeGenerated')}/{row.get('DeviceId')}/{row['ReportId']}"
    return repr(sorted((name, str(value)) for name, value in row.items()))


def _moment(row: dict[str, Any]) -> datetime | None:
    value = row.get("Timestamp", row.get("TimeGenerated"))
    return pd.Timestamp(value).to_pydatetime() if value is not None and not pd.isna(value) else None


def _evidence(row: dict[str, Any]) -> list[Evidence]:
    pieces = []
    upn = (
        row.get("AccountUpn")
        or row.get("UserPrincipalName")
        or row.get("InitiatingProcessAccountUpn")
        or row.get("UserId")
    )
    if upn:
        pieces.append(Evidence("user", {"userAccount": {"userPrincipalName": str(upn)}}, verdict=Verdict.SUSPICIOUS))
    if row.get("DeviceName") or row.get("DeviceId"):
        device = {"deviceDnsName": str(row.get("DeviceName") or ""), "mdeDeviceId": row.get("DeviceId")}
        pieces.append(Evidence("device", device, verdict=Verdict.SUSPICIOUS))
    if mailbox := row.get("RecipientEmailAddress"):
        pieces.append(Evidence("mailbox", {"primaryAddress": str(mailbox)}, verdict=Verdict.SUSPICIOUS))
    if address := row.get("RemoteIP") or row.get("IPAddress"):
        pieces.append(Evidence("ip", {"ipAddress": str(address)}, verdict=Verdict.SUSPICIOUS))
    return pieces
