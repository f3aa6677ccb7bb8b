"""The Defender portal's route: a workspace is onboarded, and the connector connects itself."""

from __future__ import annotations

from pivotlab.tenant import timeline as at
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.connector import Connector
from pivotlab.tenant.connector_page import Onboarded
from pivotlab.tenant.defender import Defender
from pivotlab.tenant.errors import Invalid, Refused
from pivotlab.tenant.identifiers import WORKSPACE
from pivotlab.tenant.journal import Journal, operation
from pivotlab.tenant.people import LEAD, People
from pivotlab.tenant.sentinel import Sentinel
from pivotlab.tenant.timeline import Timeline
from pivotlab.tenant.workspace_log import WorkspaceLog

APPS = ("Microsoft Threat Protection", "WindowsDefenderATP")
"""Apps that get Sentinel Contributor in the subscription (fact setup-defender-05)."""


class Onboarding:
    """The workspaces of the tenant in the Defender portal. There is one primary and any number of secondary ones."""

    room = "onboarding"

    def __init__(
        self,
        agenda: Agenda,
        timeline: Timeline,
        journal: Journal,
        people: People,
        connector: Connector,
        defender: Defender,
        sentinel: Sentinel,
        log: WorkspaceLog,
    ) -> None:
        self._agenda = agenda
        self._timeline = timeline
        self.journal = journal
        self._people = people
        self._connector = connector
        self._defender = defender
        self._sentinel = sentinel
        self._log = log
        self._workspaces: dict[str, Onboarded] = {}
        self.app_roles: list[str] = []

    def __repr__(self) -> str:
        return (
            f"<Onboarding: {', '.join(f'{one.workspace} ({one.role})' for one in self.workspaces) or 'no workspace'}>"
        )

    @property
    def workspaces(self) -> list[Onboarded]:
        """Every onboarded workspace, the primary one first."""
        return sorted(self._workspaces.values(), key=lambda found: (found.role != "primary", found.workspace))

    @property
    def primary(self) -> str | None:
        """The primary workspace; only its alerts are correlated with Defender XDR (fact workspaces-01)."""
        return next((found.workspace for found in self.workspaces if found.role == "primary"), None)

    @operation
    def onboard(self, workspaces: list[str] | None = None, primary: str = WORKSPACE, by: str = LEAD) -> None:
        """Connect workspaces and choose the primary (fact setup-defender-01). Raises `Forbidden` and `Invalid`.

        Only the primary gets incidents and alerts of Defender XDR (fact workspaces-03), if there is a licence for it:
        Sentinel works in the portal without one too (fact prereq-10).
        """
        chosen = list(dict.fromkeys([*(workspaces or [WORKSPACE])]))
        if primary not in chosen:
            raise Invalid(f"The primary workspace {primary} is not among {', '.join(chosen)}.")
        self._people.may_onboard(by)
        for found in self._workspaces.values():
            found.role = "secondary"
        for workspace in chosen:
            self._workspaces[workspace] = Onboarded(workspace, "primary" if workspace == primary else "secondary")
            self._timeline.add(
                self._agenda.now, at.CONNECTOR, "Workspace onboarded", workspace, by, self._workspaces[workspace].role
            )
        self._tell()
        self.app_roles = [f"{app}: Microsoft Sentinel Contributor" for app in APPS]
        if WORKSPACE in chosen:
            self._settle()
        elif WORKSPACE in self._workspaces:
            self._follow_primary()

    @operation
    def set_primary(self, workspace: str, by: str = LEAD) -> None:
        """Make another workspace the primary; the connector moves with it (fact workspaces-05)."""
        if workspace not in self._workspaces:
            raise Invalid(f"{workspace} is not onboarded. Onboarded are {', '.join(self._workspaces) or 'none'}.")
        self._people.may_onboard(by)
        for found in self._workspaces.values():
            found.role = "primary" if found.workspace == workspace else "secondary"
        self._tell()
        self._timeline.add(self._agenda.now, at.CONNECTOR, "Primary workspace changed", workspace, by)
        self._follow_primary()

    @operation
    def offboard(self, workspace: str = WORKSPACE, by: str = LEAD) -> None:
        """Take a workspace out of the Defender portal; its connector is disconnected (fact setup-defender-06)."""
        self._people.may_onboard(by)
        if self._workspaces.pop(workspace, None) is None:
            raise Refused(f"{workspace} is not onboarded.")
        self._tell()
        self._timeline.add(self._agenda.now, at.CONNECTOR, "Workspace offboarded", workspace, by)
        if workspace == WORKSPACE:
            self._in_portal(False)
            self._connector.primary_elsewhere = False
            self._connector.set_connected(False, "Disconnected by offboarding")

    def _tell(self) -> None:
        """Let the others know which workspaces there are, and whether ours is the primary one."""
        self._connector.workspaces = tuple(self.workspaces)
        self._sentinel.secondary = WORKSPACE in self._workspaces and self.primary != WORKSPACE

    def _settle(self) -> None:
        """What onboarding changes in our workspace, whether it is the primary or not."""
        self._connector.install()
        self._connector.components.disconnect_all()
        self._connector.turn_off_creation_rules(everywhere=True)
        for rule in self._sentinel.alert_rules:
            if rule.kind == "Fusion" and rule.properties.get("enabled"):
                self._sentinel.alert_rules.put(rule.name, {**rule.properties, "enabled": False}, "Fusion")
        self._in_portal(True)
        self._follow_primary()

    def _in_portal(self, on: bool) -> None:
        self._connector.onboarded = self._connector.components.onboarded = on
        self._log.onboarded = self._defender.tuning.onboarded = on
        self._sentinel.onboarded = self._sentinel.alert_rules.in_defender_portal = on

    def _follow_primary(self) -> None:
        self._connector.primary_elsewhere = self.primary != WORKSPACE
        travels = self.primary == WORKSPACE and self._connector.licensed
        self._connector.set_connected(
            travels, "Connected by onboarding" if travels else "Cut: not the primary workspace"
        )
