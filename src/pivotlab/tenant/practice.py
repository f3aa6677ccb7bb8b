"""The practice tenant: both products, the connector between them and the rules, over one clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from pivotlab.kql import Engine
from pivotlab.model import Alert, Clock, Incident, IncidentStatus
from pivotlab.places import DATA
from pivotlab.store import Store
from pivotlab.store.manifest import Manifest, read_manifest
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.analytics.creation import IncidentCreation
from pivotlab.tenant.analytics.runs import Analytics
from pivotlab.tenant.automation.runs import Automation
from pivotlab.tenant.bundle import read_alerts
from pivotlab.tenant.cloud import Cloud
from pivotlab.tenant.components import Components
from pivotlab.tenant.connector import Connector
from pivotlab.tenant.costs import ledger
from pivotlab.tenant.defender import Defender
from pivotlab.tenant.detections import Detections
from pivotlab.tenant.errors import Invalid
from pivotlab.tenant.faults import Faults
from pivotlab.tenant.hunting_log import HuntingLog
from pivotlab.tenant.insider_risk import InsiderRisk
from pivotlab.tenant.journal import Journal, operation
from pivotlab.tenant.onboarding import Onboarding
from pivotlab.tenant.people import People
from pivotlab.tenant.probes import PROBES
from pivotlab.tenant.rehearsal import Rehearsals
from pivotlab.tenant.sentinel import Sentinel
from pivotlab.tenant.snapshot import Snapshot, freeze, thaw
from pivotlab.tenant.sync import Sync
from pivotlab.tenant.timeline import Timeline
from pivotlab.tenant.watchlist_log import WatchlistLog
from pivotlab.tenant.workspace_log import WorkspaceLog


class Window(NamedTuple):
    """A span of time. msticpy takes it wherever it takes a TimeSpan, because it has the same two names."""

    start: datetime
    end: datetime


class Tenant:
    """One practice tenant. Open it with `Tenant.open()`; it holds everything that a notebook or the API needs.

    The same data and the same calls always give the same answers. Moments are zone-aware UTC.
    """

    room = "tenant"

    def __init__(self, manifest: Manifest, store: Store, journal_file: Path | None = None) -> None:
        self.manifest = manifest
        self.clock = Clock(manifest.start)
        self.url = ""
        self._on_close: list[Callable[[], None]] = []
        self._engines: dict[tuple[str, ...], Engine] = {}
        self.journal = Journal(self.clock, journal_file)
        self._store = store
        self._agenda = Agenda(self.clock)
        self._timeline = Timeline()
        self._log = WorkspaceLog(store)
        self.defender = Defender(self._agenda, self._timeline, self.journal)
        self.sentinel = Sentinel(self._agenda, self._timeline, self.journal, self._log)
        self._sync = Sync(self._agenda, self._timeline, self.defender, self.sentinel, self._log)
        self.people = People(self.journal)
        components = Components(self._agenda, self._timeline, self.journal, self.sentinel, self._log)
        self.connector = Connector(
            self._agenda,
            self._timeline,
            self.journal,
            store,
            self._sync,
            self.people,
            components,
            self.sentinel.content_packages,
            self.sentinel.alert_rules,
        )
        self.onboarding = Onboarding(
            self._agenda,
            self._timeline,
            self.journal,
            self.people,
            self.connector,
            self.defender,
            self.sentinel,
            self._log,
        )
        self.insider_risk = InsiderRisk(self._agenda, self._timeline)
        self._hunting_log = HuntingLog(self._agenda, store)
        self._watchlist_log = WatchlistLog(self._agenda, store)
        self.cloud = Cloud(
            self._agenda, self._timeline, self.journal, self.defender, self.sentinel, self._sync, self._log
        )
        self.connector.cloud_connectors = self.cloud.connectors
        self._creation = IncidentCreation(self._agenda, self.sentinel.alert_rules, self.sentinel)
        self.automation = Automation(
            self._agenda, self._timeline, self.journal, self.sentinel.automation_rules, self.sentinel
        )
        self._rehearsals = Rehearsals(self._agenda, self.defender, self.sentinel, self._log)
        self.detections = Detections(
            self._agenda, self._timeline, self.journal, self.defender, self._hunting_engine, self._licensed
        )
        self.faults = Faults(self.journal, lambda: self.rooms, self._works)
        self.analytics = Analytics(
            self._agenda,
            self._timeline,
            self.journal,
            self._workspace_engine,
            self.sentinel.alert_rules,
            self.defender,
            self.sentinel,
            self._log,
        )

    @classmethod
    def open(cls, bundle: Path = DATA, *, folder: Path | None = None, connected: bool = True) -> Tenant:
        """A tenant over a bundle, with the bundle's clock.

        `connected`: the workspace was onboarded to the Defender portal at the start of the data, and every table that
        can be streamed has been since; without it nothing is connected yet. `folder` keeps what is done to the tenant:
        opened there again, it stands where it stood.
        """
        manifest = read_manifest(bundle)
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        tenant = cls(manifest, Store.open(bundle), folder and folder / "journal.jsonl")
        with tenant.journal.silence():
            if connected:
                tenant.onboarding.onboard()
                tenant.connector.stream_all()
            tenant.schedule_alerts([(alert.created, alert) for alert in read_alerts(bundle)])
            tenant._agenda.run(manifest.now)
        tenant.journal.replay(tenant.rooms)
        return tenant

    @property
    def now(self) -> datetime:
        """The tenant's moment."""
        return self.clock.now

    @property
    def rooms(self) -> dict[str, Any]:
        """Every part whose operations are journalled, by the name that it has in the journal."""
        rooms: tuple[Any, ...] = (
            self,
            self.people,
            self.defender,
            self.defender.intake,
            self.defender.tuning,
            self.sentinel,
            *self.sentinel.resources,
            self.connector,
            self.connector.components,
            self.onboarding,
            self.cloud,
            self.analytics,
            self.automation,
            self.detections,
            self.faults,
        )
        return {room.room: room for room in rooms}

    @property
    def store(self) -> Store:
        """Both products' tables, with everything that can be read by now."""
        self._flush()
        return self._store

    def schedule_alerts(self, alerts: Sequence[tuple[datetime, Alert]]) -> None:
        """Let alerts arise at their moments, which are in order. They are data, so the journal does not keep them."""
        self._agenda.feed("alert due", alerts)

    @operation
    def advance(
        self, *unnamed: object, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> datetime:
        """Let time pass and everything happen that is due. Returns the new moment. A number needs its unit as a name."""
        if unnamed:
            raise Invalid(f"{unnamed[0]} of what? Name the unit: tenant.advance(minutes={unnamed[0]}).")
        return self._agenda.run(self.now + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds))

    @operation
    def rehearse(
        self,
        title: str = "Rehearsal",
        service_source: str = "microsoftDefenderForEndpoint",
        minutes: float = 0,
        *,
        incident_title: str = "",
        detector_id: str = "",
        user: str = "",
        resource: str = "",
        severity: str = "medium",
    ) -> Incident | None:
        """Let a harmless alert of a product arise, now or in some minutes, and return the incident that it makes now.

        `user` and `resource` (an Azure resource id) are what it is about; `detector_id` is the analytics rule where the
        source is microsoftSentinel; `incident_title` is what the correlation engine calls the incident, the alert's own
        title if it is left out. None when it arises later, is hidden by tuning, or is of a product outside Defender.
        """
        return self._rehearsals.arrange(
            title,
            service_source,
            minutes,
            incident_title=incident_title,
            detector_id=detector_id,
            user=user,
            resource=resource,
            severity=severity,
        )

    def advance_to(self, moment: datetime) -> datetime:
        """Let time pass up to a moment. Raises `ValueError` when it lies in the past."""
        return self.advance(seconds=(moment - self.now).total_seconds())

    def hunt(self, kql: str) -> pd.DataFrame:
        """Advanced hunting: the tables of Defender XDR and, once onboarded, the workspace's too (fact hunting-05)."""
        return self.hunting_engine.run(kql)

    def logs(self, kql: str) -> pd.DataFrame:
        """Logs of the workspace: what Sentinel keeps and what the connector streams (fact hunting-06)."""
        return self.workspace_engine.run(kql)

    @property
    def hunting_engine(self) -> Engine:
        """The engine behind `hunt`, over tables that are up to date."""
        return self._engine(*(("defender", "workspace") if self.connector.onboarded else ("defender",)))

    @property
    def workspace_engine(self) -> Engine:
        """The engine behind `logs`, over tables that are up to date."""
        return self._engine("workspace")

    def costs(self) -> pd.DataFrame:
        """What the workspace has taken in, and which of it is charged: Table, Rows, MB, Charged MB, Why."""
        store = self.store
        return ledger(store, self.now, store.schema("workspace"), store.streamed)

    @property
    def under_way(self) -> dict[str, datetime]:
        """Incidents of Defender XDR that are on their way to the workspace, or whose alerts are: id, and when it arrives."""
        return dict(self._sync.under_way) if self.connector.connected else {}

    def snapshot(self) -> Snapshot:
        """The whole tenant as it stands, to come back to with `restore`."""
        with self.journal.lock:
            store = self.store
            return Snapshot(self.now, freeze(self._parts, self._fixed), store.snapshot(), self.journal.position())

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot of this tenant; everything since is undone, in the tables and in the journal too."""
        with self.journal.lock:
            thaw(snapshot.rooms, self._parts, self._fixed)
            self._store.restore(snapshot.tables)
            self.journal.truncate(snapshot.journal)

    @property
    def _parts(self) -> dict[str, Any]:
        """Everything that has a state of its own."""
        others = {
            "clock": self.clock,
            "agenda": self._agenda,
            "timeline": self._timeline,
            "log": self._log,
            "hunting log": self._hunting_log,
            "watchlist log": self._watchlist_log,
            "sync": self._sync,
            "insider risk": self.insider_risk,
            "rehearsals": self._rehearsals,
        }
        stateless = (self, self.faults)
        return {name: room for name, room in self.rooms.items() if room not in stateless} | others

    @property
    def _fixed(self) -> dict[str, Any]:
        """What rooms hold and a snapshot leaves alone."""
        return {
            "tenant": self,
            "store": self._store,
            "journal": self.journal,
            "creation": self._creation,
            "faults": self.faults,
        }

    def _works(self, fault_id: str) -> bool:
        """Try out what a fault breaks, and go back."""
        with self.journal.silence():
            before = self.snapshot()
            try:
                return PROBES[fault_id](self)
            finally:
                self.restore(before)

    def _licensed(self) -> bool:
        return self.connector.licensed

    # Rooms hold these as methods, which a snapshot keeps by name.

    def _hunting_engine(self) -> Engine:
        return self.hunting_engine

    def _workspace_engine(self) -> Engine:
        return self.workspace_engine

    def _engine(self, *products: str) -> Engine:
        """The engine over the tables of these products, which are up to date."""
        with self.journal.lock:
            self._flush()
            if products not in self._engines:
                self._engines[products] = Engine(self._store, *products, now=lambda: self.clock.now)
            return self._engines[products]

    def _flush(self) -> None:
        """Hand over to the tables what can be read by now."""
        with self.journal.lock:
            self._log.flush(self.now)
            self._hunting_log.flush()
            self._watchlist_log.flush()

    def last(self, days: float = 30) -> Window:
        """The last days, as query times: `start, end = tenant.last()`, or `qry.query_time.set_time(tenant.last())`."""
        return Window(self.now - timedelta(days=days), self.now)

    def timeline(self) -> pd.DataFrame:
        """What happened where and when: When, Where, What, Subject, By, Detail."""
        with self.journal.lock:
            return self._timeline.frame()

    def on_close(self, finish: Callable[[], None]) -> None:
        """Have `finish` called first when the tenant is closed: whoever serves it stops then."""
        self._on_close.append(finish)

    def close(self) -> None:
        """Stop being served, and release the tables and the journal. Doing it twice is fine."""
        while self._on_close:
            self._on_close.pop()()
        self.url = ""
        self.journal.close()
        self._store.close()

    def __enter__(self) -> Tenant:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        count = sum(incident.status is not IncidentStatus.REDIRECTED for incident in self.defender.records)
        return (
            f"<Tenant of Contoso Harbour at {self.now:%Y-%m-%d %H:%M} UTC: {count} incident{'' if count == 1 else 's'} "
            f"in Defender XDR, {len(self.sentinel.records)} in Sentinel>"
        )
