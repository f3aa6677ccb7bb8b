"""Automation rules: triggers, conditions, order, delay, batching."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pivotlab.tenant import Invalid, Refused, Tenant


def prop(name: str, operator: str, *values: str) -> dict[str, Any]:
    """A condition on a property."""
    said = {"propertyName": name, "operator": operator, "propertyValues": list(values)}
    return {"conditionType": "Property", "conditionProperties": said}


def rule(
    *conditions: dict[str, Any], when: str = "Created", order: int = 1, on: str = "Incidents", **modify: Any
) -> dict[str, Any]:
    """A rule that modifies an incident."""
    action = {"order": 1, "actionType": "ModifyProperties", "actionConfiguration": modify or {"severity": "Low"}}
    return {
        "displayName": f"Rule {order}",
        "order": order,
        "triggeringLogic": {
            "isEnabled": True,
            "triggersOn": on,
            "triggersWhen": when,
            "conditions": list(conditions),
        },
        "actions": [action],
    }


def put(tenant: Tenant, name: str, said: dict[str, Any]) -> None:
    tenant.sentinel.automation_rules.put(name, said)


@pytest.fixture
def classic(bundle: Path) -> Iterator[Tenant]:
    """A workspace in the Azure portal, with the connector on."""
    with Tenant.open(bundle, connected=False) as opened:
        opened.connector.install_solution()
        opened.connector.connect()
        yield opened


def test_a_rule_starts_five_minutes_after_the_incident_arrived_in_the_defender_portal(tenant: Tenant) -> None:
    put(tenant, "a", rule())
    tenant.advance(minutes=4)
    record = tenant.sentinel.records[1]
    assert record.severity == "Medium"
    tenant.advance(minutes=4, seconds=59)
    assert record.severity == "Medium"
    tenant.advance(seconds=1)
    assert record.severity == "Low"


def test_before_onboarding_a_rule_runs_at_once(classic: Tenant) -> None:
    put(classic, "a", rule())
    classic.advance(hours=1, minutes=5)
    assert classic.sentinel.records[0].severity == "Low"


def test_what_a_rule_does_travels_to_defender(tenant: Tenant) -> None:
    put(tenant, "a", rule(owner={"userPrincipalName": "ada@contoso.example"}, status="Active"))
    tenant.advance(minutes=9)
    twin = tenant.defender.records[1]
    assert (twin.assigned_to, twin.status) == ("ada@contoso.example", "inProgress")


@pytest.mark.parametrize(
    ("operator", "value", "met"),
    [
        ("Equals", "attack b", True),
        ("Equals", "attack", False),
        ("NotEquals", "Attack b", False),
        ("Contains", "TACK", True),
        ("NotContains", "tack", False),
        ("StartsWith", "att", True),
        ("NotStartsWith", "att", False),
        ("EndsWith", " b", True),
        ("NotEndsWith", " b", False),
    ],
)
def test_every_operator_compares_without_regard_to_case(tenant: Tenant, operator: str, value: str, met: bool) -> None:
    put(tenant, "a", rule(prop("IncidentTitle", operator, value)))
    tenant.advance(minutes=9)
    assert (tenant.sentinel.records[1].severity == "Low") is met


@pytest.mark.parametrize(
    "condition",
    [
        prop("IncidentSeverity", "Equals", "Medium"),
        prop("IncidentStatus", "Equals", "New", "Active"),
        prop("IncidentTactics", "Contains", "Execution"),
        prop("AlertProductNames", "Contains", "Defender for Endpoint"),
        prop("AccountName", "Equals", "ada"),
        prop("AccountUPNSuffix", "Equals", "contoso.example"),
        prop("HostName", "Equals", "ws01"),
    ],
)
def test_conditions_look_at_the_incident_its_alerts_and_its_entities(tenant: Tenant, condition: dict[str, Any]) -> None:
    put(tenant, "a", rule(condition))
    tenant.advance(minutes=9)
    assert tenant.sentinel.records[1].severity == "Low"


def test_and_and_or_combine_conditions(tenant: Tenant) -> None:
    right, wrong = prop("HostName", "Equals", "ws01"), prop("HostName", "Equals", "ws99")
    for name, operator in (("a", "And"), ("b", "Or")):
        both = {
            "conditionType": "Boolean",
            "conditionProperties": {"operator": operator, "innerConditions": [right, wrong]},
        }
        put(tenant, name, rule(both, labels=[{"labelName": operator}]))
    tenant.advance(minutes=9)
    assert tenant.sentinel.records[1].labels == ["Or"]


def test_rules_run_in_their_order_so_that_the_last_one_wins(tenant: Tenant) -> None:
    put(tenant, "a", rule(order=2, severity="High"))
    put(tenant, "b", rule(order=1, severity="Informational"))
    tenant.advance(minutes=9)
    assert tenant.sentinel.records[1].severity == "High"


def test_create_rules_run_before_update_rules(tenant: Tenant) -> None:
    put(tenant, "a", rule(when="Updated", order=1, severity="High"))
    put(tenant, "b", rule(when="Created", order=9, severity="Low"))
    tenant.advance(minutes=4)
    tenant.sentinel.update(tenant.sentinel.records[1].name, {"status": "Active"})
    tenant.advance(minutes=5)
    assert tenant.sentinel.records[1].severity == "High"


def test_several_changes_within_the_window_are_one_update_with_the_last_state(tenant: Tenant) -> None:
    started = {"conditionType": "PropertyChanged", "conditionProperties": {"propertyName": "IncidentStatus"}}
    put(tenant, "a", rule(started, when="Updated", labels=["seen"]))
    put(tenant, "b", rule(prop("IncidentStatus", "Equals", "Active"), when="Updated", order=2, labels=["was active"]))
    record = tenant.sentinel.records[0]
    twin = record.provider_incident_id or ""
    tenant.defender.update(twin, status="inProgress")
    tenant.advance(minutes=2)
    tenant.defender.update(twin, status="resolved")
    tenant.advance(minutes=10)
    assert record.labels == ["seen"]
    story = tenant.timeline()
    assert (story["What"] == "Rule ran").sum() == 1


@pytest.mark.parametrize(("change", "values", "met"), [("ChangedTo", "Closed", True), ("ChangedFrom", "Active", False)])
def test_a_changed_condition_compares_the_state_before_or_after(
    tenant: Tenant, change: str, values: str, met: bool
) -> None:
    said = {"propertyName": "IncidentStatus", "changeType": change, "operator": "Equals", "propertyValues": [values]}
    put(
        tenant,
        "a",
        rule({"conditionType": "PropertyChanged", "conditionProperties": said}, when="Updated", labels=["x"]),
    )
    record = tenant.sentinel.records[0]
    tenant.sentinel.update(record.name, {"status": "Closed", "classification": "TruePositive"})
    tenant.advance(minutes=10)
    assert (record.labels == ["x"]) is met


@pytest.mark.parametrize("array", ["Comments", "Alerts"])
def test_a_rule_can_wait_for_something_to_be_added(tenant: Tenant, array: str) -> None:
    said = {"arrayType": array, "changeType": "Added"}
    put(tenant, "a", rule({"conditionType": "PropertyArrayChanged", "conditionProperties": said}, when="Updated"))
    tenant.advance(minutes=4)
    record = tenant.sentinel.records[1]
    if array == "Comments":
        tenant.sentinel.comment(record.name, "Look")
        tenant.advance(minutes=15)
    else:
        tenant.advance(hours=1, minutes=15)
    assert record.severity == "Low"


def test_updated_by_says_other_after_onboarding_and_names_the_product_before(tenant: Tenant, classic: Tenant) -> None:
    for opened, source in ((tenant, "Other"), (classic, "Microsoft 365 Defender")):
        put(opened, "a", rule(prop("IncidentUpdatedBySource", "Equals", source), when="Updated", labels=["x"]))
        opened.advance(hours=1, minutes=10)
        record = opened.sentinel.records[-1]
        opened.defender.update(record.provider_incident_id or "", status="inProgress")
        opened.advance(minutes=10)
        assert record.labels == ["x"]


def test_the_provider_condition_is_gone_after_onboarding_so_the_rule_runs_on_everything(tenant: Tenant) -> None:
    put(tenant, "a", rule(prop("IncidentProviderName", "Equals", "Azure Sentinel")))
    tenant.advance(minutes=9)
    assert tenant.sentinel.records[1].severity == "Low"


def test_the_provider_condition_still_counts_before_onboarding(classic: Tenant) -> None:
    put(classic, "a", rule(prop("IncidentProviderName", "Equals", "Azure Sentinel")))
    classic.advance(hours=1, minutes=9)
    assert classic.sentinel.records[0].severity == "Medium"


def test_a_condition_on_the_description_breaks_after_onboarding(tenant: Tenant, classic: Tenant) -> None:
    for opened, severity in ((tenant, "Medium"), (classic, "Low")):
        put(opened, "a", rule(prop("IncidentDescription", "Contains", "What alert")))
        opened.advance(hours=1, minutes=10)
        assert opened.sentinel.records[-1].severity == severity


def test_a_rule_that_has_expired_or_is_off_does_not_run(tenant: Tenant) -> None:
    off, expired = rule(), rule()
    off["triggeringLogic"]["isEnabled"] = False
    expired["triggeringLogic"]["expirationTimeUtc"] = (tenant.now + timedelta(minutes=1)).isoformat()
    put(tenant, "a", off)
    put(tenant, "b", expired)
    tenant.advance(minutes=9)
    assert tenant.sentinel.records[1].severity == "Medium"


def test_an_expiry_without_a_zone_is_utc(tenant: Tenant) -> None:
    for name, minutes in (("a", 1), ("b", 30)):
        said = rule(labels=[name])
        said["triggeringLogic"]["expirationTimeUtc"] = f"{tenant.now + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S}"
        put(tenant, name, said)
    tenant.advance(minutes=9)
    assert tenant.sentinel.records[1].labels == ["b"]


def _detail(key: str, value: str, *, nested: bool) -> dict[str, Any]:
    """A custom detail with this key and this value, with a condition on its values inside or not."""
    inner: dict[str, Any] = prop("IncidentCustomDetailsValue", "Equals", value)
    if nested:
        said = {"arrayType": "CustomDetailValues", "arrayConditionType": "AnyItem", "itemConditions": [inner]}
        inner = {"conditionType": "PropertyArray", "conditionProperties": said}
    items = [prop("IncidentCustomDetailsKey", "Equals", key), inner]
    said = {"arrayType": "CustomDetails", "arrayConditionType": "AnyItem", "itemConditions": items}
    return {"conditionType": "PropertyArray", "conditionProperties": said}


@pytest.mark.parametrize("nested", [True, False])
@pytest.mark.parametrize(
    ("key", "value", "met"), [("Country", "GB", True), ("Country", "IE", True), ("Country", "Teams", False)]
)
def test_a_key_and_a_value_are_looked_for_in_one_custom_detail(
    tenant: Tenant, raise_alerts: Callable[..., list[str]], key: str, value: str, met: bool, nested: bool
) -> None:
    put(tenant, "a", rule(_detail(key, value, nested=nested)))
    details = {"Custom Details": {"Country": ["GB", "IE"], "App": ["Teams"]}}
    alert_id = raise_alerts(1, "detailed")[0]
    tenant.defender.alert(alert_id).custom_details = details
    tenant.advance(minutes=11)
    assert (tenant.sentinel.records[-1].severity == "Low") is met


def test_a_rule_can_add_a_task_and_start_a_playbook(tenant: Tenant) -> None:
    said = rule()
    said["actions"] = [
        {"order": 1, "actionType": "AddIncidentTask", "actionConfiguration": {"title": "Call the user"}},
        {"order": 2, "actionType": "RunPlaybook", "actionConfiguration": {"logicAppResourceId": "/x/workflows/notify"}},
    ]
    put(tenant, "a", said)
    tenant.advance(minutes=9)
    record = tenant.sentinel.records[1]
    assert [task.title for task in record.tasks] == ["Call the user"]
    assert tenant.automation.playbook_runs == [("notify", str(record.number))]


def test_alert_triggers_act_on_sentinels_alerts_alone(tenant: Tenant) -> None:
    said = rule(on="Alerts")
    said["actions"] = [{"order": 1, "actionType": "RunPlaybook", "actionConfiguration": {"logicAppResourceId": "/w/p"}}]
    put(tenant, "a", said)
    tenant.advance(hours=1, minutes=10)
    assert tenant.automation.playbook_runs == []
    scheduled = {
        "displayName": "Counts",
        "enabled": True,
        "severity": "Low",
        "query": "SecurityAlert | where TimeGenerated > ago(1d)",
        "queryFrequency": "P1D",
        "queryPeriod": "P1D",
    }
    tenant.sentinel.alert_rules.put("r", scheduled, "Scheduled")
    tenant.advance(minutes=10)
    assert [playbook for playbook, _ in tenant.automation.playbook_runs] == ["p"]


def test_a_rule_that_changes_an_incident_does_not_set_itself_off_again(tenant: Tenant) -> None:
    put(tenant, "a", rule(when="Updated", labels=["again"]))
    tenant.sentinel.update(tenant.sentinel.records[0].name, {"status": "Active"})
    tenant.advance(hours=1)
    story = tenant.timeline()
    assert (story["What"] == "Rule ran").sum() == 1


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda r: r.update(order=0), "order"),
        (lambda r: r.update(displayName=""), "displayName"),
        (lambda r: r.update(actions=[]), "actions"),
        (lambda r: r["triggeringLogic"].update(triggersOn="Entities"), "triggersOn"),
        (lambda r: r["triggeringLogic"].update(conditions=[prop("IncidentTitle", "Like", "x")]), "operator"),
        (lambda r: r["triggeringLogic"].update(triggersOn="Alerts", triggersWhen="Updated"), "no update trigger"),
        (lambda r: r["triggeringLogic"].update(conditions=[prop("IncidentSevrity", "NotEquals", "High")]), "Sevrity"),
        (lambda r: r["actions"][0].update(actionConfiguration={"labels": [{}]}), "labels"),
        (lambda r: r["actions"][0].update(actionConfiguration={"labels": 5}), "labels"),
        (lambda r: r["actions"][0].update(actionConfiguration={"severity": "Bogus"}), "severity"),
        (lambda r: r["actions"][0].update(actionType="AddIncidentTask", actionConfiguration={}), "title"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused_with_the_reason(tenant: Tenant, spoil: Any, why: str) -> None:
    said = rule()
    spoil(said)
    with pytest.raises(Invalid, match=why):
        put(tenant, "a", said)


def test_twenty_actions_and_fifty_conditions_are_the_most(tenant: Tenant) -> None:
    said = rule(*[prop("IncidentTitle", "Contains", "x")] * 50)
    said["actions"] = said["actions"] * 20
    put(tenant, "a", said)
    with pytest.raises(Refused, match="automation-07"):
        put(tenant, "b", {**said, "actions": said["actions"] + said["actions"][:1]})
    with pytest.raises(Refused, match="50 conditions"):
        put(tenant, "b", rule(*[prop("IncidentTitle", "Contains", "x")] * 51))
