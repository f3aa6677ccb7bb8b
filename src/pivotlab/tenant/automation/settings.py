"""What an automation rule says, read from the API's properties and checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from pivotlab.model import ClassificationReason, WorkspaceClassification, WorkspaceSeverity, WorkspaceStatus
from pivotlab.tenant.automation.subject import PROPERTIES
from pivotlab.tenant.errors import Invalid
from pivotlab.tenant.settings import Settings, misfit

Operator = Literal[
    "Equals", "NotEquals", "Contains", "NotContains", "StartsWith", "NotStartsWith", "EndsWith", "NotEndsWith"
]


def _compared(name: str) -> str:
    if name not in PROPERTIES:
        raise ValueError(f"the practice tenant compares no {name}; it compares {', '.join(PROPERTIES)}")
    return name


class PropertyCondition(Settings):
    """A property compared with values; any value will do, and for the Not operators none may."""

    property_name: Annotated[str, AfterValidator(_compared)]
    operator: Operator = "Equals"
    property_values: tuple[str, ...] = Field(min_length=1)


class ChangedCondition(Settings):
    """A property that changed from or to a value; without a change type it is enough that it changed."""

    property_name: Literal["IncidentSeverity", "IncidentStatus", "IncidentOwner"]
    change_type: Literal["ChangedFrom", "ChangedTo"] | None = None
    operator: Operator = "Equals"
    property_values: tuple[str, ...] = ()


class ArrayChangedCondition(Settings):
    """Something was added to a list."""

    array_type: Literal["Alerts", "Labels", "Tactics", "Comments"]
    change_type: Literal["Added"] = "Added"


class ArrayCondition(Settings):
    """One item of a list meets all the inner conditions."""

    array_type: Literal["CustomDetails", "CustomDetailValues"] = "CustomDetails"
    array_condition_type: Literal["AnyItem"] = "AnyItem"
    item_conditions: tuple[Condition, ...] = ()


class BooleanCondition(Settings):
    """Inner conditions, all of which (And) or one of which (Or) must be met."""

    operator: Literal["And", "Or"]
    inner_conditions: tuple[Condition, ...] = Field(min_length=2, max_length=10)


class Condition(Settings):
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


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class TriggeringLogic(Settings):
    """When a rule runs, and on what. A time without a zone is UTC, as its name says."""

    is_enabled: bool
    expiration_time_utc: Annotated[datetime, AfterValidator(_in_utc)] | None = None
    triggers_on: Literal["Incidents", "Alerts"]
    triggers_when: Literal["Created", "Updated"]
    conditions: tuple[Condition, ...] = ()


def _label(said: Any) -> Any:
    return said.get("labelName") if isinstance(said, Mapping) else said


class Modification(Settings):
    """What a rule sets on an incident; labels are added to those that are there."""

    severity: WorkspaceSeverity | None = None
    status: WorkspaceStatus | None = None
    classification: WorkspaceClassification | None = None
    classification_reason: ClassificationReason | None = None
    classification_comment: str | None = None
    owner: dict[str, str | None] | str | None = None
    labels: tuple[Annotated[str, BeforeValidator(_label)], ...] | None = None


class NewTask(Settings):
    """A task that a rule adds to an incident."""

    title: str = Field(min_length=1)
    description: str | None = None


class Playbook(Settings):
    """A playbook that a rule starts."""

    logic_app_resource_id: str = ""


class Action(Settings):
    """One thing that a rule does, with its kind; `read` gives its configuration as one of the classes above."""

    order: int = 1
    action_type: Literal["ModifyProperties", "RunPlaybook", "AddIncidentTask"]
    action_configuration: dict[str, Any] = Field(default_factory=dict)

    def read(self) -> Modification | NewTask | Playbook:
        """The action's configuration as its own class."""
        kinds: dict[str, Any] = {
            "ModifyProperties": Modification,
            "AddIncidentTask": NewTask,
            "RunPlaybook": Playbook,
        }
        found: Modification | NewTask | Playbook = kinds[self.action_type].model_validate(self.action_configuration)
        return found


class AutomationRule(Settings):
    """One automation rule."""

    display_name: str = Field(min_length=1, max_length=500)
    order: int = Field(ge=1, le=1000, strict=True)
    triggering_logic: TriggeringLogic
    actions: tuple[Action, ...] = Field(min_length=1)


def read_rule(properties: dict[str, Any]) -> AutomationRule:
    """Read an API body's properties. Raises `Invalid` naming every property that does not fit."""
    try:
        rule = AutomationRule.model_validate(properties)
        for condition in rule.triggering_logic.conditions:
            _read_all(condition)
        for action in rule.actions:
            action.read()
    except ValidationError as error:
        raise misfit(error) from None
    logic = rule.triggering_logic
    if logic.triggers_on == "Alerts" and logic.triggers_when == "Updated":
        raise Invalid("A rule on alerts runs when they are created; there is no update trigger for them.")
    return rule


def _read_all(condition: Condition) -> None:
    found = condition.read()
    for inner in getattr(found, "inner_conditions", ()) + getattr(found, "item_conditions", ()):
        _read_all(inner)
