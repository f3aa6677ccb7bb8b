"""What an automation rule says, read from the API's properties and checked."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from pivotlab.tenant.errors import Invalid

Operator = Literal[
    "Equals", "NotEquals", "Contains", "NotContains", "StartsWith", "NotStartsWith", "EndsWith", "NotEndsWith"
]


class _Settings(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True)


class PropertyCondition(_Settings):
    """A property compared with values; any value will do, and for the Not operators none may."""

    property_name: str
    operator: Operator = "Equals"
    property_values: tuple[str, ...] = Field(min_length=1)


class ChangedCondition(_Settings):
    """A property that changed from or to a value; without a change type it is enough that it changed."""

    property_name: Literal["IncidentSeverity", "IncidentStatus", "IncidentOwner"]
    change_type: Literal["ChangedFrom", "ChangedTo"] | None = None
    operator: Operator = "Equals"
    property_values: tuple[str, ...] = ()


class ArrayChangedCondition(_Settings):
    """Something was added to a list."""

    array_type: Literal["Alerts", "Labels", "Tactics", "Comments"]
    change_type: Literal["Added"] = "Added"


class ArrayCondition(_Settings):
    """Any item of a list meets the inner conditions."""

    array_type: Literal["CustomDetails", "CustomDetailValues"] = "CustomDetails"
    array_condition_type: Literal["AnyItem"] = "AnyItem"
    item_conditions: tuple[Condition, ...] = ()


class BooleanCondition(_Settings):
    """Inner conditions, all of which (And) or one of which (Or) must be met."""

    operator: Literal["And", "Or"]
    inner_conditions: tuple[Condition, ...] = Field(min_length=2, max_length=10)


class Condition(_Settings):
    """One condition with its kind; `properties` is one of the classes above."""

    condition_type: Literal["Property", "PropertyChanged", "PropertyArrayChanged", "PropertyArray", "Boolean"]
    condition_properties: dict[str, Any]

    def read(self) -> ConditionProperties:
        """The condition's properties as their own class."""
        kinds: dict[str, Any] = {
            "Property": PropertyCondition,
            "PropertyChanged": ChangedCondition,
            "PropertyArrayChanged": ArrayChangedCondition,
            "PropertyArray": ArrayCondition,
            "Boolean": BooleanCondition,
        }
        found: ConditionProperties = kinds[self.condition_type].model_validate(self.condition_properties)
        return found


ConditionProperties = PropertyCondition | ChangedCondition | ArrayChangedCondition | ArrayCondition | BooleanCondition


class TriggeringLogic(_Settings):
    """When a rule runs, and on what."""

    is_enabled: bool
    expiration_time_utc: datetime | None = None
    triggers_on: Literal["Incidents", "Alerts"]
    triggers_when: Literal["Created", "Updated"]
    conditions: tuple[Condition, ...] = ()


class Action(_Settings):
    """One thing that a rule does."""

    order: int = 1
    action_type: Literal["ModifyProperties", "RunPlaybook", "AddIncidentTask"]
    action_configuration: dict[str, Any] = Field(default_factory=dict)


class AutomationRule(_Settings):
    """One automation rule."""

    display_name: str = Field(min_length=1, max_length=500)
    order: int = Field(ge=1, le=1000)
    triggering_logic: TriggeringLogic
    actions: tuple[Action, ...] = Field(min_length=1)


def read_rule(properties: dict[str, Any]) -> AutomationRule:
    """Read an API body's properties. Raises `Invalid` naming every property that does not fit."""
    try:
        rule = AutomationRule.model_validate(properties)
        for condition in rule.triggering_logic.conditions:
            _read_all(condition)
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, found['loc']))}: {found['msg']}" for found in error.errors())
        raise Invalid(f"The rule does not fit: {said}.") from None
    logic = rule.triggering_logic
    if logic.triggers_on == "Alerts" and logic.triggers_when == "Updated":
        raise Invalid("A rule on alerts runs when they are created; there is no update trigger for them.")
    return rule


def _read_all(condition: Condition) -> None:
    found = condition.read()
    for inner in getattr(found, "inner_conditions", ()) + getattr(found, "item_conditions", ()):
        _read_all(inner)
