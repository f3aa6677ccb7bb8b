"""The workspace's alert rules as they are kept: checked when they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.analytics.settings import check_schedule, read_rule
from pivotlab.tenant.collections import Collection, Put
from pivotlab.tenant.errors import Invalid, Refused
from pivotlab.tenant.journal import Journal, operation
from pivotlab.tenant.rules import sync_rules

SCHEDULED, NRT, FUSION, CREATION = "Scheduled", "NRT", "Fusion", "MicrosoftSecurityIncidentCreation"


class AlertRules(Collection):
    """Alert rules by id; `kind` is Scheduled, NRT, MicrosoftSecurityIncidentCreation or Fusion."""

    def __init__(self, agenda: Agenda, journal: Journal) -> None:
        super().__init__("alertRules", agenda, journal)
        self.in_defender_portal = False

    @operation
    def put(self, name: str, properties: Mapping[str, Any], kind: str = "", etag: str | None = None) -> Put:
        """Create or replace a rule. Raises `Invalid` for one that does not fit, `Refused` for one that cannot be on."""
        asked = dict(properties)
        kind = kind or (self.get(name).kind if name in self else "")
        if kind in (SCHEDULED, NRT):
            rule = read_rule(asked)
            if kind == SCHEDULED:
                check_schedule(rule)
            if rule.enabled:
                self._leave_room(kind, name)
        elif kind in (CREATION, FUSION):
            if asked.get("enabled") and self.in_defender_portal:
                what, fact = (
                    ("Fusion is off", "fusion-01") if kind == FUSION else ("Incident creation rules are", "icr-02")
                )
                raise Refused(f"{what} {'not supported ' if kind == CREATION else ''}in the Defender portal.", fact)
        else:
            raise Invalid(f"{kind!r} is no kind of alert rule. Use {SCHEDULED}, {NRT}, {CREATION} or {FUSION}.")
        made = super().put(name, asked, kind, etag)
        self._agenda.publish("alert rule changed", name.lower())
        return made

    def _leave_room(self, kind: str, name: str) -> None:
        most = sync_rules().limit("scheduled_rules" if kind == SCHEDULED else "nrt_rules")
        on = [i for i in self if i.kind == kind and i.properties.get("enabled") and i.name.lower() != name.lower()]
        if len(on) >= most:
            fact = "customdet-15" if kind == SCHEDULED else "customdet-14"
            raise Refused(f"{most} enabled {kind} rules are the most that a workspace holds.", fact)
