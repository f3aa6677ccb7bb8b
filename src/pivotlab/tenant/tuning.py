"""Alert tuning in Defender XDR: what replaces the filters of Sentinel's incident creation rules (fact icr-03)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pivotlab.model import Alert, AlertStatus, Classification, Determination, Severity
from pivotlab.tenant.errors import Invalid, NotFound
from pivotlab.tenant.journal import Journal, operation
from pivotlab.tenant.products import SENTINEL_SOURCE

Action = Literal["hide", "resolve"]


@dataclass(slots=True)
class TuningRule:
    """Alerts that match every condition that is given are hidden or resolved. Empty conditions match anything."""

    name: str
    action: Action
    title_contains: str = ""
    service_source: str = ""
    severities: tuple[Severity, ...] = ()
    enabled: bool = True
    matched: int = 0

    def matches(self, alert: Alert) -> bool:
        """Whether the rule is about this alert."""
        return (
            self.enabled
            and self.title_contains.lower() in alert.title.lower()
            and self.service_source in ("", alert.service_source)
            and (not self.severities or alert.severity in self.severities)
        )


class Tuning:
    """The tenant's tuning rules, applied when an alert comes in, never to earlier ones."""

    room = "tuning"

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._rules: dict[str, TuningRule] = {}
        self.onboarded = False

    @property
    def rules(self) -> list[TuningRule]:
        """Every rule, oldest first."""
        return list(self._rules.values())

    @operation
    def add(
        self,
        name: str,
        action: Action = "hide",
        *,
        title_contains: str = "",
        service_source: str = "",
        severities: list[str] | None = None,
    ) -> TuningRule:
        """Add a rule, or replace the one of that name. Hidden alerts make no incident and do not travel (our choice:
        the alert row stays in AlertInfo); resolved ones are closed as expected activity when they come in.
        """
        if action not in ("hide", "resolve"):
            raise Invalid(f"{action!r} is no action of alert tuning. Use hide or resolve.")
        if not (title_contains or service_source or severities):
            raise Invalid("A tuning rule needs a condition, or it would match every alert.")
        wanted = tuple(Severity(severity) for severity in severities or ())
        rule = TuningRule(name, action, title_contains, service_source, wanted)
        self._rules[name] = rule
        return rule

    @operation
    def remove(self, name: str) -> None:
        """Remove a rule. Raises `NotFound`."""
        if self._rules.pop(name, None) is None:
            raise NotFound(f"There is no tuning rule {name}.")

    def hides(self, alert: Alert) -> bool:
        """Apply the rules to an alert that comes in. True when it is to make no incident.

        Alerts of Sentinel's analytics rules are tuned once the workspace is onboarded (fact icr-04).
        """
        if alert.service_source == SENTINEL_SOURCE and not self.onboarded:
            return False
        for rule in self._rules.values():
            if rule.matches(alert):
                rule.matched += 1
                if rule.action == "hide":
                    return True
                alert.status = AlertStatus.RESOLVED
                alert.classification = Classification.INFORMATIONAL_EXPECTED_ACTIVITY
                alert.determination = Determination.OTHER
                alert.resolved = alert.created
                return False
        return False
