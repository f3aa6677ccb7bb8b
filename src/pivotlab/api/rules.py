"""SecurityInsights alert rules and their templates, and automation rules."""

from __future__ import annotations

from functools import cache
from typing import Any

from pivotlab.api.calls import Call, Operation, Operations, Reply, page, require
from pivotlab.api.errors import ApiError, not_found
from pivotlab.api.identities import Role
from pivotlab.api.items import deleter, getter, lister, saved
from pivotlab.places import DATA
from pivotlab.tenant.collections import Collection
from pivotlab.tenant.identifiers import INSIGHTS_PATH
from pivotlab.yaml_files import read_yaml

RULES, AUTOMATION = "alertRules", "automationRules"

REQUIRED = {
    "Scheduled": (
        "displayName", "enabled", "severity", "query", "queryFrequency", "queryPeriod",
        "triggerOperator", "triggerThreshold", "suppressionDuration", "suppressionEnabled",
    ),
    "NRT": ("displayName", "enabled", "severity", "query", "suppressionDuration", "suppressionEnabled"),
    "MicrosoftSecurityIncidentCreation": ("displayName", "enabled", "productFilter"),
    "Fusion": ("alertRuleTemplateName", "enabled"),
}  # fmt: skip
"""Kind of alert rule -> the properties that a PUT must have. NRT exists in preview api-versions."""

AUTOMATION_REQUIRED = ("displayName", "order", "triggeringLogic", "actions")


def put_rule(call: Call) -> Reply:
    """PUT alertRules/{id}: `kind`, and the properties that this kind requires."""
    kind = call.body.get("kind")
    if not isinstance(kind, str) or kind not in REQUIRED:
        raise ApiError(400, "BadRequest", f"'kind' must be one of {', '.join(REQUIRED)}, not '{kind}'.")
    require(call.properties, *REQUIRED[kind])
    properties = {name: _truth(name, value) for name, value in call.properties.items()}
    return saved(*_rules(call).put(call.names[0], properties, kind, call.etag), RULES)


def put_automation(call: Call) -> Reply:
    """PUT automationRules/{id}: `displayName`, `order` (1 to 1000), `triggeringLogic` and `actions` (20 at most)."""
    asked = call.properties
    require(asked, *AUTOMATION_REQUIRED)
    return saved(*_automation(call).put(call.names[0], asked, etag=call.etag), AUTOMATION)


def list_templates(call: Call) -> Reply:
    """GET alertRuleTemplates."""
    return page(call, templates())


def get_template(call: Call) -> Reply:
    """GET alertRuleTemplates/{id}."""
    for template in templates():
        if template["name"] == call.names[0].lower():
            return Reply(template)
    raise not_found("alert rule template", call.names[0])


@cache
def templates() -> tuple[dict[str, Any], ...]:
    """The rule templates that the workspace offers, as their envelopes."""
    entries = read_yaml(DATA / "alert_rule_templates.yaml")
    return tuple(
        {
            "id": f"{INSIGHTS_PATH}/AlertRuleTemplates/{entry['name']}",
            "name": entry["name"],
            "type": "Microsoft.SecurityInsights/AlertRuleTemplates",
            "kind": entry["kind"],
            "properties": {"status": "Available", "alertRulesCreatedByTemplateCount": 0, **entry["properties"]},
        }
        for entry in entries
    )


def _truth(name: str, value: Any) -> Any:
    """msticpy writes these two switches as text."""
    return value == "true" if name in ("enabled", "suppressionEnabled") and value in ("true", "false") else value


def _rules(call: Call) -> Collection:
    return call.tenant.sentinel.alert_rules


def _automation(call: Call) -> Collection:
    return call.tenant.sentinel.automation_rules


OPERATIONS: Operations = {
    ("GET", "alertrules"): Operation(lister(RULES, _rules)),
    ("GET", "alertrules/*"): Operation(getter(RULES, _rules)),
    ("PUT", "alertrules/*"): Operation(put_rule, Role.CONTRIBUTOR),
    ("DELETE", "alertrules/*"): Operation(deleter(_rules), Role.CONTRIBUTOR),
    ("GET", "alertruletemplates"): Operation(list_templates),
    ("GET", "alertruletemplates/*"): Operation(get_template),
    ("GET", "automationrules"): Operation(lister(AUTOMATION, _automation)),
    ("GET", "automationrules/*"): Operation(getter(AUTOMATION, _automation)),
    ("PUT", "automationrules/*"): Operation(put_automation, Role.CONTRIBUTOR),
    ("DELETE", "automationrules/*"): Operation(deleter(_automation), Role.CONTRIBUTOR),
}
