"""The workspace's data connectors as the API lists them; that of Defender XDR is the connector itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pivotlab.model import stable_guid
from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.collections import Collection, Item
from pivotlab.tenant.identifiers import TENANT_ID
from pivotlab.tenant.journal import Journal, operation

XDR_KIND = "MicrosoftThreatProtection"
"""The connector's kind in the API, which keeps the product's former name."""


class DataConnectors(Collection):
    """Data connectors by id. Writing the one of Defender XDR connects or disconnects incidents and alerts."""

    def __init__(self, agenda: Agenda, journal: Journal) -> None:
        super().__init__("dataConnectors", agenda, journal)

    @operation
    def put(
        self, name: str, properties: Mapping[str, Any], kind: str = "", etag: str | None = None
    ) -> tuple[Item, bool]:
        """Create or replace a connector. Raises what connecting raises when a prerequisite is missing."""
        if kind == XDR_KIND:
            state = ((properties.get("dataTypes") or {}).get("incidents") or {}).get("state")
            self._agenda.publish("connector asked", state == "Enabled")
        return super().put(name, properties, kind, etag)

    @operation
    def delete(self, name: str) -> bool:
        """Delete a connector; deleting the one of Defender XDR disconnects it."""
        if name in self and self.get(name).kind == XDR_KIND:
            self._agenda.publish("connector asked", False)
        return super().delete(name)

    def mirror(self, on: bool) -> None:
        """Show the Defender XDR connector as it is."""
        state = {"state": "Enabled" if on else "Disabled"}
        shown = {"tenantId": TENANT_ID, "dataTypes": {"incidents": state, "alerts": state}}
        name = next((item.name for item in self if item.kind == XDR_KIND), stable_guid("connector", XDR_KIND))
        if on or name in self:
            super().put(name, shown, XDR_KIND)
