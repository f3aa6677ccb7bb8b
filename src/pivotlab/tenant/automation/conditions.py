"""Whether an incident or alert meets a rule's conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from pivotlab.tenant.automation.settings import (
    ArrayChangedCondition,
    ArrayCondition,
    BooleanCondition,
    ChangedCondition,
    Condition,
    PropertyCondition,
)
from pivotlab.tenant.automation.subject import PROPERTIES, Subject


def meets(subject: Subject, conditions: Iterable[Condition]) -> bool:
    """Whether every condition is met."""
    return all(_meets(subject, condition) for condition in conditions)


def _meets(subject: Subject, condition: Condition) -> bool:
    found = condition.read()
    if isinstance(found, PropertyCondition):
        return _property(subject, found)
    if isinstance(found, ChangedCondition):
        return _changed(subject, found)
    if isinstance(found, ArrayChangedCondition):
        return _ADDED[found.array_type] in subject.changed
    if isinstance(found, BooleanCondition):
        verdicts = [_meets(subject, inner) for inner in found.inner_conditions]
        return all(verdicts) if found.operator == "And" else any(verdicts)
    assert isinstance(found, ArrayCondition)
    items = _items(subject, found.array_type)
    return any(all(_meets(item, inner) for inner in found.item_conditions) for item in items)


def _items(subject: Subject, array: str) -> Iterator[Subject]:
    """The subject with one custom detail at a time, or with one value of one."""
    for key, values in subject.details:
        if array == "CustomDetails":
            yield replace(subject, details=((key, values),))
        else:
            yield from (replace(subject, details=((key, (value,)),)) for value in values)


def _property(subject: Subject, condition: PropertyCondition) -> bool:
    """A property against values. After onboarding the provider condition is gone, so it is always met (automation-01),
    and there is no description to compare (fact sync-28).
    """
    if condition.property_name == "IncidentProviderName" and subject.onboarded:
        return True
    return compare(PROPERTIES[condition.property_name](subject), condition.operator, condition.property_values)


def _changed(subject: Subject, condition: ChangedCondition) -> bool:
    attribute = {"IncidentSeverity": "severity", "IncidentStatus": "status", "IncidentOwner": "owner"}
    name = attribute[condition.property_name]
    if name not in subject.changed:
        return False
    if condition.change_type is None or name == "owner":
        return True
    value = subject.before.get(name) if condition.change_type == "ChangedFrom" else getattr(subject.record, name)
    return compare([str(value)], condition.operator, condition.property_values)


def compare(found: Iterable[str], operator: str, wanted: Iterable[str]) -> bool:
    """Any found value against any wanted one, without regard to case; the Not operators want no pair to match."""
    negated = operator.startswith("Not")
    test = _TESTS[operator.removeprefix("Not")]
    pairs = [(value.lower(), want.lower()) for value in found for want in wanted]
    matched = any(test(value, want) for value, want in pairs)
    return not matched if negated else matched


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "Equals": lambda value, want: value == want,
    "Contains": lambda value, want: want in value,
    "StartsWith": lambda value, want: value.startswith(want),
    "EndsWith": lambda value, want: value.endswith(want),
}

_ADDED = {"Alerts": "alert_ids", "Labels": "labels", "Tactics": "tactics", "Comments": "comments"}
