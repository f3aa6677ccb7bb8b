"""The workspace's automation rules as they are kept: checked when they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pivotlab.tenant.agenda import Agenda
from pivotlab.tenant.automation.settings import AutomationRule, Condition, read_rule
from pivotlab.tenant.collections import Collection, Put
from pivotlab.tenant.errors import Refused
from pivotlab.tenant.journal import Journal, operation
from pivotlab.tenant.rules import sync_rules


class AutomationRules(Collection):
    """Automation rules by id (fact automation-07 for their limits)."""

    def __init__(self, agenda: Agenda, journal: Journal) -> None:
        super().__init__("automationRules", agenda, journal)

    @operation
    def put(self, name: str, properties: Mapping[str, Any], kind: str = "", etag: str | None = None) -> Put:
        """Create or replace a rule. Raises `Invalid` for one that does not fit, `Refused` beyond a limit."""
        rule = read_rule(dict(properties))
        limits = sync_rules()
        conditions = sum(_count(condition) for condition in rule.triggering_logic.conditions)
        counted = (
            (len(rule.actions), "actions_per_rule", "actions"),
            (conditions, "conditions_per_rule", "conditions"),
            (len(self) + (name not in self), "automation_rules", "automation rules"),
        )
        for count, limit, what in counted:
            if count > limits.limit(limit):
                raise Refused(f"{limits.limit(limit)} {what} are the most; these would be {count}.", "automation-07")
        return super().put(name, properties, kind, etag)

    def active(self, triggers_on: str, triggers_when: str) -> list[tuple[str, AutomationRule]]:
        """The rules of one trigger in the order in which they run (fact automation-08).

        Rules with the same number run in random order in the product; by id here, which is our choice.
        """
        found = []
        for item in self:
            rule = read_rule(item.properties)
            logic = rule.triggering_logic
            expired = logic.expiration_time_utc is not None and logic.expiration_time_utc <= self._agenda.now
            wanted = (logic.triggers_on, logic.triggers_when) == (triggers_on, triggers_when)
            if wanted and logic.is_enabled and not expired:
                found.append((item.name, rule))
        return sorted(found, key=lambda pair: (pair[1].order, pair[0]))


def _count(condition: Condition) -> int:
    inner = condition.condition_properties.get("innerConditions") or ()
    return 1 + sum(_count(Condition.model_validate(found)) for found in inner)
