"""What a scheduled or NRT analytics rule says, read from the API's properties and checked."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from pivotlab.model import WorkspaceSeverity
from pivotlab.tenant.durations import duration
from pivotlab.tenant.errors import Invalid
from pivotlab.tenant.settings import Settings, misfit

Duration = Annotated[timedelta, BeforeValidator(lambda value: duration(value) if isinstance(value, str) else value)]


class FieldMapping(Settings):
    """One identifier of an entity and the result column that holds it."""

    identifier: str
    column_name: str


class EntityMapping(Settings):
    """How result columns become an entity."""

    entity_type: str
    field_mappings: tuple[FieldMapping, ...]


class Override(Settings):
    """Alert details taken from the result: `{{Column}}` in the formats."""

    alert_display_name_format: str | None = None
    alert_description_format: str | None = None
    alert_severity_column_name: str | None = None
    alert_tactics_column_name: str | None = None


class Grouping(Settings):
    """How a rule groups its alerts into incidents."""

    enabled: bool = False
    reopen_closed_incident: bool = False
    lookback_duration: Duration = timedelta(hours=5)
    matching_method: Literal["AllEntities", "AnyAlert", "Selected"] = "AllEntities"
    group_by_entities: tuple[str, ...] = ()
    group_by_alert_details: tuple[str, ...] = ()
    group_by_custom_details: tuple[str, ...] = ()


class IncidentConfiguration(Settings):
    """Whether a rule's alerts make incidents, and how they are grouped."""

    create_incident: bool = True
    grouping_configuration: Grouping = Grouping()


class EventGrouping(Settings):
    """One alert for all rows of a run, or one for each."""

    aggregation_kind: Literal["SingleAlert", "AlertPerResult"] = "SingleAlert"


class AnalyticsRule(Settings):
    """A scheduled or NRT rule. NRT rules have no schedule of their own (fact customdet-14)."""

    display_name: str = Field(min_length=1)
    enabled: bool
    query: str = Field(min_length=1)
    severity: WorkspaceSeverity
    description: str = ""
    tactics: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    query_frequency: Duration = timedelta(minutes=1)
    query_period: Duration = timedelta(minutes=1)
    trigger_operator: Literal["GreaterThan", "LessThan", "Equal", "NotEqual"] = "GreaterThan"
    trigger_threshold: int = 0
    suppression_duration: Duration = timedelta(hours=5)
    suppression_enabled: bool = False
    event_grouping_settings: EventGrouping = EventGrouping()
    entity_mappings: tuple[EntityMapping, ...] = ()
    custom_details: dict[str, str] = Field(default_factory=dict)
    alert_details_override: Override = Override()
    incident_configuration: IncidentConfiguration = IncidentConfiguration()

    def correlates(self, tenant_default: bool) -> bool:
        """Whether its alerts are correlated in Defender XDR: a tag at the start of the description overrides the
        tenant's default, without regard to case (fact correlation-03).
        """
        said = self.description.lstrip().upper()
        if said.startswith("#INC_CORR#"):
            return True
        return tenant_default and not said.startswith("#DONT_CORR#")

    def triggers(self, rows: int) -> bool:
        """Whether that many rows make an alert."""
        threshold = self.trigger_threshold
        match self.trigger_operator:
            case "GreaterThan":
                return rows > threshold
            case "LessThan":
                return rows < threshold
            case "Equal":
                return rows == threshold
            case _:
                return rows != threshold


def read_rule(properties: dict[str, Any]) -> AnalyticsRule:
    """Read an API body's properties. Raises `Invalid` naming every property that does not fit."""
    given = {name: value for name, value in properties.items() if value is not None}
    try:
        return AnalyticsRule.model_validate(given)
    except ValidationError as error:
        raise misfit(error) from None


MOST_PERIOD = timedelta(days=14)
LEAST_FREQUENCY = timedelta(minutes=5)


def check_schedule(rule: AnalyticsRule) -> None:
    """Refuse a schedule that Sentinel does not take: looks back up to 14 days (fact customdet-16), never less than it
    runs; five minutes is our choice for the shortest, the one that custom detections document (fact customdet-05).
    """
    if not LEAST_FREQUENCY <= rule.query_frequency <= MOST_PERIOD:
        raise Invalid("queryFrequency is from PT5M to P14D.")
    if not rule.query_frequency <= rule.query_period <= MOST_PERIOD:
        raise Invalid("queryPeriod is at least queryFrequency, so that nothing is skipped, and at most P14D.")
