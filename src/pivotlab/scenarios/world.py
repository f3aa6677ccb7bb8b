"""Everything a story needs in one hand: the company, its sensors, its products, and a notebook for the ground truth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

import numpy as np

from pivotlab.scenarios.addresses import address_of
from pivotlab.scenarios.alerts import Alerts
from pivotlab.scenarios.azure import Azure
from pivotlab.scenarios.cloudapps import CloudApps
from pivotlab.scenarios.company import Company, Device, Person, Site, build_company
from pivotlab.scenarios.directory import Directory
from pivotlab.scenarios.endpoint import Endpoint, Process
from pivotlab.scenarios.identifiers import number as derived
from pivotlab.scenarios.mail import Mail
from pivotlab.scenarios.perimeter import Perimeter
from pivotlab.scenarios.sessions import Sessions, build_sessions
from pivotlab.scenarios.signin import SignIns
from pivotlab.scenarios.telemetry import Row, Telemetry
from pivotlab.scenarios.truth import Decoy, GroundTruth, Moment, Question, TrueRows
from pivotlab.scenarios.vocabulary import vocabulary
from pivotlab.scenarios.window import Window

ROW_KEYS = {
    "EmailEvents": ["NetworkMessageId", "RecipientEmailAddress"],
    "EmailAttachmentInfo": ["NetworkMessageId", "RecipientEmailAddress", "FileName"],
    "EmailUrlInfo": ["NetworkMessageId", "Url"],
    "SigninLogs": ["Id"],
    "AADNonInteractiveUserSignInLogs": ["Id"],
    "AuditLogs": ["Id"],
    "OfficeActivity": ["OfficeId"],
    "AzureActivity": ["EventDataId"],
    "AlertInfo": ["AlertId"],
    "AlertEvidence": ["AlertId", "EntityType"],
    "CommonSecurityLog": ["ExtID"],
    "Syslog": ["Computer", "ProcessID", "SyslogMessage"],
    "SecurityEvent": ["Computer", "EventID", "EventData"],
    "OAuthAppInfo": ["OAuthAppId"],
    "DataSecurityEvents": ["ActivityId"],
    "CloudProcessEvents": ["AzureResourceId", "ProcessId"],
}
"""Columns that find one row. Device tables and the rest are found by device (or nothing) and ReportId."""


@dataclass
class Story:
    """An incident being told: what the ground-truth file will say."""

    world: World
    id: int
    slug: str
    title: str
    keys: list[str]
    timeline: list[Moment] = field(default_factory=list)
    entities: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    indicators: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    decoys: list[Decoy] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The correlation key of the story's (first) incident."""
        return self.keys[0]

    def note(self, what: str, row: Row) -> None:
        """A step of the timeline, with the row that shows it."""
        self.timeline.append(Moment(time=row.moment.replace(tzinfo=UTC), what=what, table=row.table, key=row_key(row)))

    def involve(self, **entities: str) -> None:
        """Record entities by kind: user=..., device=..., mailbox=..., app=..."""
        for kind, value in entities.items():
            if value not in self.entities[kind]:
                self.entities[kind].append(value)

    def indicate(self, **indicators: str) -> None:
        """Record indicators by kind: domain=..., address=..., sha256=..., url=..."""
        for kind, value in indicators.items():
            if value not in self.indicators[kind]:
                self.indicators[kind].append(value)

    def decoy(self, table: str, query: str, innocent: str, why: str) -> None:
        """An obvious query (KQL) that also finds innocent rows (SQL condition), and why they are innocent."""
        self.decoys.append(Decoy(table=table, filter=query, innocent=innocent, why=why))

    def ask(self, ask: str, answer: str | int | list[str]) -> None:
        """A question that a lab could ask."""
        self.questions.append(Question(ask=ask, answer=answer))

    def close(
        self,
        *,
        summary: str,
        verdict: str,
        classification: str,
        determination: str,
        severity: str,
        mitre: Sequence[str],
    ) -> GroundTruth:
        """The ground truth of the story, with every row that it wrote."""
        rows = {
            table: mine
            for table, all_rows in self.world.telemetry.rows.items()
            if (mine := [row for row in all_rows if row.story == self.slug])
        }
        moments = [row.moment for group in rows.values() for row in group]
        return GroundTruth.model_validate(
            {
                "id": self.id,
                "slug": self.slug,
                "title": self.title,
                "summary": summary,
                "correlation_keys": self.keys,
                "first_activity": min(moments).replace(tzinfo=UTC),
                "last_activity": max(moments).replace(tzinfo=UTC),
                "verdict": verdict,
                "classification": classification,
                "determination": determination,
                "severity": severity,
                "mitre": list(mitre),
                "entities": dict(self.entities),
                "indicators": dict(self.indicators),
                "timeline": sorted(self.timeline, key=lambda moment: moment.time),
                "true_rows": {table: _true_rows(group) for table, group in sorted(rows.items())},
                "decoys": self.decoys,
                "questions": self.questions,
            }
        )


class World:
    """A company over a window, and all that writes about it. Same seed, same world."""

    def __init__(self, seed: int = 1, people: int = 400, days: int = 30) -> None:
        self.seed = seed
        self.window = Window(days)
        self.company: Company = build_company(seed, people)
        self.sessions: Sessions = build_sessions(self.company, self.window)
        self.telemetry = Telemetry(seed)
        self.endpoint = Endpoint(self.telemetry, seed)
        self.mail = Mail(self.telemetry)
        self.signins = SignIns(self.telemetry)
        self.cloud = CloudApps(self.telemetry)
        self.directory = Directory(self.telemetry)
        self.perimeter = Perimeter(self.telemetry)
        self.azure = Azure(self.telemetry)
        self.alerts = Alerts(self.telemetry, seed)
        self.rng = np.random.default_rng([seed, 3])
        self.opened: dict[int, datetime] = {}
        """Servers whose remote logon a story opens to the internet, by index, and since when."""
        self._taken: set[int] = set()
        self._hostile: dict[str, str] = {}

    @contextmanager
    def story(self, number: int, slug: str, title: str, *more_keys: str) -> Iterator[Story]:
        """Tell an incident: rows written inside belong to it. The incident's correlation key is its slug."""
        self.telemetry.story = slug
        try:
            yield Story(self, number, slug, title, [slug, *more_keys])
        finally:
            self.telemetry.story = ""

    def at(self, day: str, clock: str, site: Site | None = None) -> datetime:
        """A moment of the window, naive UTC: `at("10-27", "09:42")`, in local time of `site` when one is given.

        Another seed moves it by up to 25 minutes either way, and every seed to an odd number of seconds.
        """
        month, number_of_day = map(int, day.split("-"))
        moment = datetime.combine(date(2026, month, number_of_day), time.fromisoformat(clock))
        if site is not None:
            moment = moment.replace(tzinfo=site.timezone).astimezone(UTC).replace(tzinfo=None)
        shift = 0 if self.seed == 1 else derived(3000, self.seed, "shift", self.telemetry.story, day) - 1500
        return moment + timedelta(seconds=shift, milliseconds=derived(59_000, self.seed, "jitter", day, clock))

    def pick(
        self, people: Sequence[Person], *, present: datetime | None = None, otherwise: Sequence[Person] = ()
    ) -> Person:
        """Somebody of `people` who is in no story yet, or of `otherwise` when all of them are.

        With `present`, somebody at work at that moment, unless all who are left are absent.
        """
        candidates = self._free(people) or self._free(otherwise)
        if present is not None:
            start = (present - self.window.start) / timedelta(milliseconds=1)
            frame = self.sessions.frame
            here = set(frame[(frame["logon"] < start) & (frame["logoff"] > start)]["account"])
            candidates = [person for person in candidates if person.index in here] or candidates
        person = candidates[int(self.rng.integers(0, len(candidates)))]
        self._taken.add(person.index)
        return person

    def _free(self, people: Sequence[Person]) -> list[Person]:
        return [person for person in people if person.index not in self._taken]

    def desktop(self, device: Device, when: datetime) -> Process:
        """The explorer.exe of whoever sits at the device."""
        return self.sessions.root("explorer", device, when)

    def domain(self, kind: str, tail: str = "example") -> str:
        """An attacker's domain of this seed and story: `kind` is `brand` or `host` of the vocabulary."""
        words = vocabulary("names")["attack_words"][kind]
        word = words[derived(len(words), self.seed, self.telemetry.story, kind)]
        return f"{word}-{derived(90, self.seed, self.telemetry.story) + 10}.{tail}"

    def hostile_address(self, what: str) -> str:
        """An attacker's address of this seed and of no other story. It shares its network with ordinary sites."""
        for again in count():
            address = address_of(f"{self.seed}/{self.telemetry.story}/{what}{again or ''}")
            if self._hostile.setdefault(address, self.telemetry.story) == self.telemetry.story:
                break
        return address


def row_key(row: Row) -> dict[str, Any]:
    """The columns and values that find `row` in its table. Moments are in milliseconds, as the tables keep them."""
    table = row.table.partition("/")[2]
    clock = "Timestamp" if row.table.startswith("defender/") else "TimeGenerated"
    columns = ROW_KEYS.get(table) or (["DeviceName", "ReportId"] if table.startswith("Device") else ["ReportId"])
    return {clock: row.moment.isoformat(sep=" ", timespec="milliseconds")} | {
        column: row.values[column] for column in columns
    }


def _true_rows(rows: list[Row]) -> TrueRows:
    keys = [row_key(row) for row in rows]
    return TrueRows(key=list(keys[0]), count=len(rows), rows=[list(key.values()) for key in keys])
