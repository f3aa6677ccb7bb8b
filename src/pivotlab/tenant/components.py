"""The standalone connectors of the single products, which Defender XDR's connector replaces.

While it is on they still look connected and carry no data (fact setup-azure-06); onboarding disconnects them for good
(fact setup-defender-03).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pivotlab.model import Alert
from pivotlab.tenant import timeline as at
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.errors import NotFound, Refused
from pivotlab.tenant.journal import Journal, operation
from pivotlab.tenant.products import PRODUCTS
from pivotlab.tenant.sentinel import Sentinel
from pivotlab.tenant.timeline import Timeline
from pivotlab.tenant.workspace_log import WorkspaceLog


@dataclass(slots=True)
class Component:
    """One standalone connector: its ARM kind, the product it serves, whether it is on, when data last came."""

    kind: str
    product: str
    connected: bool = False
    last_data: datetime | None = None


class Components:
    """The five standalone connectors of the products in Defender XDR."""

    room = "components"

    def __init__(
        self, agenda: Agenda, timeline: Timeline, journal: Journal, sentinel: Sentinel, log: WorkspaceLog
    ) -> None:
        self._agenda = agenda
        self._timeline = timeline
        self.journal = journal
        self._sentinel = sentinel
        self._log = log
        self.silenced = False
        self.onboarded = False
        self._by_source = {
            product.service_source: Component(product.component, product.display_name)
            for product in PRODUCTS.values()
            if product.component
        }
        agenda.on("alert raised", self._alert_raised)

    @property
    def all(self) -> list[Component]:
        """Every component connector."""
        return list(self._by_source.values())

    @operation
    def connect(self, kind: str) -> None:
        """Connect a component by its ARM kind. Not possible once the workspace is onboarded."""
        if self.onboarded:
            raise Refused("After onboarding the products' alerts come through Defender XDR alone.", "setup-defender-03")
        self._get(kind).connected = True
        self._timeline.add(self._agenda.now, at.CONNECTOR, "Component connected", kind)

    @operation
    def disconnect(self, kind: str) -> None:
        """Disconnect a component by its ARM kind."""
        self._get(kind).connected = False
        self._timeline.add(self._agenda.now, at.CONNECTOR, "Component disconnected", kind)

    def disconnect_all(self) -> None:
        """What onboarding does to all five (fact setup-defender-03)."""
        for component in self.all:
            if component.connected:
                self.disconnect(component.kind)

    def _get(self, kind: str) -> Component:
        for component in self._by_source.values():
            if component.kind == kind:
                return component
        raise NotFound(f"There is no connector {kind}. There are {', '.join(c.kind for c in self.all)}.")

    def _alert_raised(self, alert: Alert) -> None:
        """Alerts of a standalone connector are stored in SecurityAlert and make no incident (fact icr-07)."""
        component = self._by_source.get(alert.service_source)
        if component is None or not component.connected or self.silenced:
            return
        component.last_data = self._agenda.now
        if self._sentinel.know(alert):
            self._log.alert(alert, self._agenda.now, "standalone")
            self._agenda.publish("alert in workspace", alert)
