"""The Microsoft Defender XDR connector: both routes to it, and the tables it streams."""

from __future__ import annotations

from collections.abc import Iterable

from pivotlab.store import Store
from pivotlab.tenant import timeline as at
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.errors import Invalid
from pivotlab.tenant.journal import Journal, operation
from pivotlab.tenant.sync import Sync
from pivotlab.tenant.timeline import Timeline
from pivotlab.tenant.workspace_log import WorkspaceLog

STREAMABLE = {
    "Defender for Endpoint": (
        "DeviceInfo",
        "DeviceNetworkInfo",
        "DeviceProcessEvents",
        "DeviceNetworkEvents",
        "DeviceFileEvents",
        "DeviceRegistryEvents",
        "DeviceLogonEvents",
        "DeviceImageLoadEvents",
        "DeviceEvents",
        "DeviceFileCertificateInfo",
    ),
    "Defender for Office 365": (
        "EmailEvents",
        "EmailAttachmentInfo",
        "EmailUrlInfo",
        "EmailPostDeliveryEvents",
        "UrlClickEvents",
    ),
    "Defender for Identity": ("IdentityDirectoryEvents", "IdentityLogonEvents", "IdentityQueryEvents"),
    "Defender for Cloud Apps": ("CloudAppEvents",),
    "Defender XDR alerts": ("AlertInfo", "AlertEvidence"),
}
"""The tables on the connector page, and no others (facts tables-01 to tables-06)."""


class Connector:
    """The connector and its page."""

    room = "connector"

    def __init__(
        self, agenda: Agenda, timeline: Timeline, journal: Journal, store: Store, sync: Sync, log: WorkspaceLog
    ) -> None:
        self._agenda = agenda
        self._timeline = timeline
        self.journal = journal
        self._store = store
        self._sync = sync
        self._log = log
        self.onboarded = False

    @property
    def connected(self) -> bool:
        """Whether incidents and alerts travel."""
        return self._sync.connected

    @property
    def streamed(self) -> tuple[str, ...]:
        """The tables that are streamed now."""
        return self._store.streamed

    @operation
    def onboard(self) -> None:
        """Connect the workspace to the Defender portal; the connector connects itself (fact setup-defender-02)."""
        self.onboarded = self._log.onboarded = self._sync.connected = True
        self._timeline.add(self._agenda.now, at.CONNECTOR, "Workspace onboarded", "law-contoso-soc")

    @operation
    def stream(self, tables: Iterable[str]) -> None:
        """Tick tables and apply; events flow from this moment on (fact setup-azure-05)."""
        known = {table for group in STREAMABLE.values() for table in group}
        chosen = list(tables)
        if unknown := sorted(set(chosen) - known):
            raise Invalid(
                f"{', '.join(unknown)} cannot be streamed. The connector page offers {', '.join(sorted(known))}."
            )
        for table in chosen:
            self._store.stream(table, self._agenda.now)
            self._timeline.add(self._agenda.now, at.CONNECTOR, "Table streamed", table)

    def stream_all(self) -> None:
        """Tick every table on the page."""
        self.stream([table for group in STREAMABLE.values() for table in group])
