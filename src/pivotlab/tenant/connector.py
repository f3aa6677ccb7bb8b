"""The Microsoft Defender XDR connector in the workspace: the Azure portal's route, and the tables it streams.

The Defender portal's route is in `onboarding.py`; both end in the same connector.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from pivotlab.model.streaming import STREAMABLE
from pivotlab.store import Store
from pivotlab.tenant import timeline as at
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.analytics.rules import CREATION
from pivotlab.tenant.collections import Collection
from pivotlab.tenant.components import Components
from pivotlab.tenant.connector_page import ConnectorPage, Onboarded, Portal, describe, listed
from pivotlab.tenant.errors import Invalid, Refused
from pivotlab.tenant.journal import Journal, operation
from pivotlab.tenant.people import LEAD, People
from pivotlab.tenant.products import OUTSIDE, PRODUCTS
from pivotlab.tenant.sync import Sync
from pivotlab.tenant.timeline import Timeline

SOLUTION = "azuresentinel.azure-sentinel-solution-microsoft365defender"
"""The content id of the Content hub solution; installing it brings the connector page (fact prereq-05)."""

PACKAGE = {
    "contentId": SOLUTION,
    "contentProductId": f"{SOLUTION}-sl-x",
    "contentKind": "Solution",
    "displayName": "Microsoft Defender XDR",
    "version": "3.0.13",
}
"""The solution as Content hub shows it. Its product id and version are our choice."""

AZURE_PORTAL_END = datetime(2027, 4, 1, tzinfo=UTC)
"""From this moment Sentinel is in the Defender portal only (fact retirement-01)."""


class Connector:
    """The connector of one workspace and the three parts of its page: incidents and alerts, entities, events."""

    room = "connector"

    def __init__(
        self,
        agenda: Agenda,
        timeline: Timeline,
        journal: Journal,
        store: Store,
        sync: Sync,
        people: People,
        components: Components,
        packages: Collection,
        rules: Collection,
    ) -> None:
        self._agenda = agenda
        self._timeline = timeline
        self.journal = journal
        self._store = store
        self._sync = sync
        self._people = people
        self.components = components
        self._packages = packages
        self._rules = rules
        self.licensed = True
        self.primary_elsewhere = False
        self.entities_on = False
        self.workspaces: tuple[Onboarded, ...] = ()
        self.cloud_connectors: Callable[[], dict[str, bool]] = dict

    def __repr__(self) -> str:
        state = "connected" if self.connected else "not connected"
        return f"<Connector for Microsoft Defender XDR: {state}, {len(self.streamed)} tables streamed>"

    @property
    def connected(self) -> bool:
        """Whether incidents and alerts travel."""
        return self._sync.connected

    @property
    def onboarded(self) -> bool:
        """Whether the workspace is in the Defender portal."""
        return self._sync.in_portal

    @onboarded.setter
    def onboarded(self, on: bool) -> None:
        self._sync.in_portal = on

    @property
    def behind(self) -> int:
        """How many incidents wait for their next change, since the connector was off (our choice)."""
        return self._sync.behind

    @property
    def installed(self) -> bool:
        """Whether the Content hub solution is there."""
        return SOLUTION in self._packages

    @property
    def streamed(self) -> tuple[str, ...]:
        """The tables that are streamed now."""
        return self._store.streamed

    @property
    def creation_rules(self) -> list[str]:
        """The Microsoft incident creation rules that are on, by display name."""
        return [
            str(rule.properties.get("displayName"))
            for rule in self._rules
            if rule.kind == CREATION and rule.properties.get("enabled")
        ]

    def page(self) -> ConnectorPage:
        """The connector's page as it stands; it prints, and renders in a notebook."""
        return describe(self, STREAMABLE)

    def listed(self, portal: Portal | None = None) -> ConnectorPage:
        """The Data connectors page of a portal: `azure` or `defender`, by default the one that the workspace is in.

        Raises `Refused` for a portal that does not show the workspace.
        """
        portal = portal or ("defender" if self.onboarded else "azure")
        if portal == "defender" and not self.onboarded:
            raise Refused("The workspace is not in the Defender portal. Onboard it first.", "setup-defender-01")
        if portal == "azure":
            self._in_azure_portal()
        states = {component.product: component.connected for component in self.components.all}
        states |= {"Microsoft Defender XDR": self.connected, **self.cloud_connectors()}
        return listed({name: "connected" if on else "not connected" for name, on in states.items()}, portal)

    @operation
    def set_licence(self, valid: bool) -> None:
        """Have a Defender XDR licence, or not (fact prereq-01)."""
        self.licensed = valid
        if not valid:
            self.set_connected(False, "Microsoft Defender XDR licence ended")

    @operation
    def install_solution(self, by: str = LEAD) -> None:
        """Install the Microsoft Defender XDR solution from Content hub, which comes before the connector page."""
        self._people.may_connect(by)
        self.install()

    @operation
    def connect(self, by: str = LEAD, turn_off_creation_rules: bool = True) -> None:
        """Connect incidents and alerts on the page in the Azure portal (facts setup-azure-01, setup-azure-02).

        `turn_off_creation_rules` is the box that turns off all Microsoft incident creation rules for these products.
        Raises `Refused` and `Forbidden` for a missing prerequisite.
        """
        self._open_page(by)
        if not self.licensed:
            raise Refused("The connector needs a valid Microsoft Defender XDR licence.", "prereq-01")
        if turn_off_creation_rules:
            self.turn_off_creation_rules()
        self.set_connected(True, "Incidents and alerts connected", by)

    @operation
    def disconnect(self, by: str = LEAD) -> None:
        """Disconnect incidents and alerts. What has arrived stays."""
        self._people.may_connect(by)
        self.set_connected(False, "Incidents and alerts disconnected", by)

    @operation
    def connect_entities(self, by: str = LEAD) -> None:
        """Turn UEBA on and tick Active Directory; it feeds UEBA, not alerts (facts setup-azure-04, prereq-06)."""
        self._open_page(by)
        self.entities_on = True
        self._timeline.add(self._agenda.now, at.CONNECTOR, "Entities connected", "Active Directory", by)

    @operation
    def stream(self, tables: Iterable[str], by: str = LEAD) -> None:
        """Tick tables and apply; events flow from this moment on (fact setup-azure-05). Raises `Invalid` for others."""
        self._people.may_connect(by)
        if not self.installed:
            raise Refused("Install the Microsoft Defender XDR solution from Content hub first.", "prereq-05")
        chosen = [tables] if isinstance(tables, str) else list(tables)
        offered = {table for group in STREAMABLE.values() for table in group}
        if unknown := sorted(set(chosen) - offered):
            raise Invalid(f"{', '.join(unknown)} cannot be streamed. The page offers {', '.join(sorted(offered))}.")
        for table in chosen:
            self._store.stream(table, self._agenda.now)
            self._timeline.add(self._agenda.now, at.CONNECTOR, "Table streamed", table, by)

    @operation
    def stop_streaming(self, tables: Iterable[str], by: str = LEAD) -> None:
        """Untick tables. What has arrived stays."""
        self._people.may_connect(by)
        for table in [tables] if isinstance(tables, str) else tables:
            self._store.stop_stream(table, self._agenda.now)
            self._timeline.add(self._agenda.now, at.CONNECTOR, "Table no longer streamed", table, by)

    def stream_all(self) -> None:
        """Tick every table on the page."""
        self.stream([table for group in STREAMABLE.values() for table in group])

    def install(self) -> None:
        """Put the solution into the workspace; in the Defender portal this happens by itself (fact prereq-05)."""
        if not self.installed:
            self._packages.put(SOLUTION, PACKAGE)
            self._timeline.add(self._agenda.now, at.CONNECTOR, "Solution installed", "Microsoft Defender XDR")

    def set_connected(self, on: bool, what: str, by: str = "") -> None:
        """Let incidents and alerts travel, or not. Component connectors go silent meanwhile (fact setup-azure-06).

        Connecting again replays nothing; an incident of before follows at its next change, which is our choice.
        """
        if on == self._sync.connected:
            return
        self._sync.connected = self.components.silenced = on
        behind = f"Nothing is replayed: {self.behind} changed meanwhile and follow at the next change (our choice)"
        detail = behind if on and self.behind else ""
        self._timeline.add(self._agenda.now, at.CONNECTOR, what, "Microsoft Defender XDR", by, detail)

    def turn_off_creation_rules(self, *, everywhere: bool = False) -> None:
        """Turn off the Microsoft incident creation rules of Defender XDR's products (fact icr-01).

        `everywhere`: of all products, which is what onboarding does (fact icr-02).
        """
        outside = {PRODUCTS[source].standalone_name for source in OUTSIDE}
        for rule in self._rules:
            ours = everywhere or rule.properties.get("productFilter") not in outside
            if rule.kind == CREATION and rule.properties.get("enabled") and ours:
                self._rules.put(rule.name, {**rule.properties, "enabled": False}, CREATION)

    def _open_page(self, by: str) -> None:
        """What has to be there before anything on the page can be changed in the Azure portal."""
        self._in_azure_portal()
        if self.primary_elsewhere:
            raise Refused(
                "The connector's incidents go to the primary workspace, which is another one.", "workspaces-03"
            )
        if not self.installed:
            raise Refused("Install the Microsoft Defender XDR solution from Content hub first.", "prereq-05")
        self._people.may_connect(by)

    def _in_azure_portal(self) -> None:
        if self._agenda.now >= AZURE_PORTAL_END:
            raise Refused("Sentinel left the Azure portal on 31 March 2027. Use the Defender portal.", "retirement-01")
