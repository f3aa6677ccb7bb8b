"""Which of a rule's alerts belong together, by the rule's own settings (fact correlation-04)."""

from __future__ import annotations

from pivotlab.model import Alert
from pivotlab.tenant.analytics.settings import AnalyticsRule
from pivotlab.tenant.entities import Entity, entities_of


def group_key(rule: AnalyticsRule, name: str, alert: Alert) -> str:
    """Alerts of a rule with the same key share an incident; without grouping every alert has its own."""
    settings = rule.incident_configuration.grouping_configuration
    if not settings.enabled:
        return f"{name}/{alert.id}"
    entities = entities_of(alert)
    parts: list[str] = []
    if settings.matching_method == "AllEntities":
        parts = sorted(entity.name for entity in entities)
    elif settings.matching_method == "Selected":
        wanted = {kind.lower() for kind in settings.group_by_entities}
        parts = sorted(entity.name for entity in entities if entity.kind.lower() in wanted)
        details = {"DisplayName": alert.title, "Severity": alert.severity.value}
        parts += [details[detail] for detail in settings.group_by_alert_details if detail in details]
        custom = alert.custom_details.get("Custom Details", {})
        parts += [f"{key}={custom.get(key)}" for key in settings.group_by_custom_details]
    return f"{name}/{'/'.join(parts)}"


def shared(one: list[Entity], other: list[Entity]) -> bool:
    """Whether two alerts share an account, a host or an address, which our correlation goes by."""
    telling = {"Account", "Host", "Ip"}
    return bool(
        {(e.kind, e.properties["friendlyName"].lower()) for e in one if e.kind in telling}
        & {(e.kind, e.properties["friendlyName"].lower()) for e in other if e.kind in telling}
    )
