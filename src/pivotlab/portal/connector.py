"""The connector page in both portals: what is there, what can be chosen, and what the tenant refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pivotlab.model.streaming import STREAMABLE
from pivotlab.portal.blocks import Block, Cell, Field, Form, Pairs, Press, Section, Table, Text
from pivotlab.portal.call import Call
from pivotlab.portal.view import PortalView
from pivotlab.tenant.people import LEAD

if TYPE_CHECKING:
    from pivotlab.tenant import Tenant

TURN_OFF = "Turn off all Microsoft incident creation rules for these products"
AZURE = (
    "The page in the Azure portal. Sentinel is supported there until 31 March 2027 (fact retirement-01). "
    "It has three parts (fact setup-azure-01)."
)
DEFENDER = (
    "The workspace is onboarded to the Defender portal. Its Data connectors page no longer lists this connector; "
    "the Azure portal still does (fact setup-defender-04)."
)


class ConnectorView(PortalView):
    """The page of the Microsoft Defender XDR connector: the Azure portal's, or after onboarding the Defender portal's."""

    title = "Microsoft Defender XDR connector"

    def __init__(self, tenant: Tenant, by: str = LEAD) -> None:
        self._by = by
        super().__init__(tenant)

    def blocks(self) -> Sequence[Block]:
        """Who acts, then the page of the portal that the workspace is in."""
        there = self.tenant.connector.onboarded
        return (self._actor(), *(self._in_defender() if there else self._in_azure()))

    def turn_page(self, name: str, values: Mapping[str, Any]) -> str:
        """Act as another person."""
        if name == "act as":
            self._by = str(values.get("person"))
        return ""

    def calls(self, name: str, values: Mapping[str, Any]) -> list[Call]:
        """The calls of the tenant behind each button."""
        by = {"by": self._by}
        match name:
            case "install":
                return [Call("connector.install_solution", named=by)]
            case "connect":
                ticked = bool(values.get("turn_off"))
                return [Call("connector.connect", named={"turn_off_creation_rules": ticked, **by})]
            case "disconnect":
                return [Call("connector.disconnect", named=by)]
            case "entities":
                return [Call("connector.connect_entities", named=by)] if values.get("directory") else []
            case "apply":
                return self._tables(values, by)
            case "onboard":
                return [Call("onboarding.onboard", named=by)]
            case "offboard":
                return [Call("onboarding.offboard", named=by)]
        return []

    def _tables(self, values: Mapping[str, Any], by: Mapping[str, str]) -> list[Call]:
        ticked = {str(table) for product in STREAMABLE for table in values.get(product, ())}
        streamed = set(self.tenant.connector.streamed)
        offered = [table for tables in STREAMABLE.values() for table in tables]
        fresh = [table for table in offered if table in ticked - streamed]
        gone = [table for table in offered if table in streamed - ticked]
        calls = [Call("connector.stream", (fresh,), by)] if fresh else []
        return calls + ([Call("connector.stop_streaming", (gone,), by)] if gone else [])

    def _actor(self) -> Form:
        everyone = {person.upn: ", ".join(sorted(person.roles)) for person in self.tenant.people}
        hint = f"Roles: {everyone.get(self._by) or 'none'}."
        chosen = Field("person", "Act as", "menu", self._by, [(upn, upn) for upn in everyone], hint)
        return Form("actor", (chosen,), (Press("Act as this person", "act as"),), self.said("actor"))

    def _in_azure(self) -> list[Block]:
        connector = self.tenant.connector
        return [
            Text(AZURE, "quiet"),
            self._prerequisites(),
            Section(
                "Step 1. Connect incidents and alerts",
                (*self._creation_rules(), self._incidents()),
                *_state(connector.connected),
            ),
            Section("Step 2. Connect entities", (self._entities(),), *_state(connector.entities_on)),
            self._events("Step 3. Connect events"),
            Section(
                "The other route: the Defender portal",
                (
                    Text(
                        "System > Settings > Microsoft Sentinel > Connect a workspace (fact setup-defender-01). With a "
                        "Defender XDR licence the connector then connects by itself (fact setup-defender-02)."
                    ),
                    Form("route", (), (Press("Onboard the workspace", "onboard"),), self.said("route")),
                ),
            ),
        ]

    def _in_defender(self) -> list[Block]:
        connector, onboarding = self.tenant.connector, self.tenant.onboarding
        rows = [(Cell(found.workspace), Cell(found.role)) for found in onboarding.workspaces]
        how = (
            "Connected by itself at onboarding (fact setup-defender-02). There is no button for it, and no box for "
            "incident creation rules: the Defender portal does not support them (fact icr-02)."
            if connector.connected
            else "Not connected: it needs a Defender XDR licence, and this workspace as the primary one "
            "(facts prereq-10 and workspaces-03)."
        )
        off = [component.product for component in self.tenant.connector.components.all if not component.connected]
        return [
            Text(DEFENDER, "quiet"),
            Section(
                "Incidents and alerts",
                (
                    Text(how),
                    Pairs((("Standalone connectors that are off", Cell(", ".join(off) or "none")),)),
                ),
                *_state(connector.connected),
            ),
            Section("Workspaces", (Table("Onboarded workspaces", ("Workspace", "Role"), rows, shows_caption=False),)),
            self._events("What you still choose: events"),
            Section(
                "Take the workspace out again",
                (
                    Text(
                        "Offboarding disconnects the connector (fact setup-defender-06). In this tenant nothing warns you."
                    ),
                    Form("route", (), (Press("Offboard the workspace", "offboard"),), self.said("route")),
                ),
            ),
        ]

    def _prerequisites(self) -> Section:
        connector = self.tenant.connector
        licence = Cell(
            "met" if connector.licensed else "missing", tone="right" if connector.licensed else "wrong", chip=True
        )
        there = Cell(
            "met" if connector.installed else "missing", tone="right" if connector.installed else "wrong", chip=True
        )
        rows = (
            ("Microsoft Defender XDR licence (fact prereq-01)", licence),
            ("Content hub solution, which brings this page (fact prereq-05)", there),
            ("Security Administrator (fact prereq-02)", Cell("asked of whoever acts", tone="quiet")),
            ("Read and write rights on the workspace (fact prereq-03)", Cell("asked of whoever acts", tone="quiet")),
            ("An account of the workspace's own tenant (fact prereq-04)", Cell("asked of whoever acts", tone="quiet")),
        )
        presses = () if connector.installed else (Press("Install the solution", "install"),)
        return Section("Prerequisites", (Pairs(rows), Form("solution", (), presses, self.said("solution"))))

    def _creation_rules(self) -> list[Block]:
        rules = self.tenant.connector.creation_rules
        return [Text(f"Incident creation rules that are on: {', '.join(rules)}.")] if rules else []

    def _incidents(self) -> Form:
        if self.tenant.connector.connected:
            return Form("incidents", (), (Press("Disconnect", "disconnect"),), self.said("incidents"))
        box = Field(
            "turn_off",
            TURN_OFF,
            "tick",
            True,
            hint="Ticked first, so that no alert makes a second incident (fact setup-azure-02).",
        )
        return Form("incidents", (box,), (Press("Connect incidents and alerts", "connect"),), self.said("incidents"))

    def _entities(self) -> Form:
        if self.tenant.connector.entities_on:
            return Form("entities", (), (), self.said("entities"))
        box = Field(
            "directory",
            "Active Directory (preview), for UEBA",
            "tick",
            False,
            hint="It feeds user profiles, not alerts, and needs Defender for Identity (facts setup-azure-04, prereq-06).",
        )
        return Form("entities", (box,), (Press("Turn on", "entities"),), self.said("entities"))

    def _events(self, title: str) -> Section:
        streamed = set(self.tenant.connector.streamed)
        fields = [
            Field(product, product, "ticks", [table for table in tables if table in streamed], [(t, t) for t in tables])
            for product, tables in STREAMABLE.items()
        ]
        offered = sum(map(len, STREAMABLE.values()))
        ticked = sum(table in streamed for tables in STREAMABLE.values() for table in tables)
        told = Text(
            "Nothing is streamed unless it is ticked, and what is ticked is billed (facts setup-azure-05, cost-02)."
        )
        form = Form("events", fields, (Press("Apply changes", "apply"),), self.said("events"))
        return Section(title, (told, form), f"{ticked} of {offered} tables", "right" if ticked else "quiet")


def _state(on: bool) -> tuple[str, Any]:
    return ("connected", "right") if on else ("not connected", "quiet")


def connector_page(tenant: Tenant, *, by: str = LEAD) -> ConnectorView:
    """The connector's page, with buttons that call the tenant. `by` acts first; the page can change who does.

    It is the Azure portal's page until the workspace is onboarded, and the Defender portal's afterwards.
    """
    return ConnectorView(tenant, by)
