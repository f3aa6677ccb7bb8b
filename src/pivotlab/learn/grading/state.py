"""Grades the state of a tenant: what was done to it counts, and not the way in which it was done.

The tenant is handed in and looked at through its own operations, so this room needs no import of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, runtime_checkable
from weakref import WeakKeyDictionary

from pivotlab.learn.grading.conditions import Action
from pivotlab.learn.grading.difference import Rung
from pivotlab.learn.grading.grade import RIGHT, Grade, is_blank
from pivotlab.learn.grading.task import Task
from pivotlab.learn.outcome import Outcome


def texts(given: Any) -> set[str]:
    """What is handed in, one value or any collection of them, as texts: letter case and outer spaces say nothing."""
    if hasattr(given, "tolist"):
        given = given.tolist()
    values = given if isinstance(given, list | tuple | set | frozenset) else [given]
    return {str(found).strip().casefold() for found in values}


SAFE = {found.__name__: found for found in (all, any, bool, int, len, max, min, set, sorted, str, sum, texts)}
"""What an expression may use besides the tenant and the evidence."""


_NONSENSE = "no evidence at all"
"""Something that no task asks for."""


@runtime_checkable
class Tenant(Protocol):
    """What a state is graded on: a tenant whose parts can be asked, and put back to where they were."""

    @property
    def rooms(self) -> Mapping[str, Any]:
        """Its parts, by the names that tasks call them by."""

    def snapshot(self) -> Any:
        """The whole of it as it stands."""

    def restore(self, snapshot: Any) -> None:
        """Go back to a snapshot."""


_starts: WeakKeyDictionary[Tenant, Any] = WeakKeyDictionary()
"""Each tenant as it stood when a task was first prepared on it."""


def grade_state(task: Task, tenant: Any, evidence: Any = None) -> Grade:
    """Grade what is handed in by the task's conditions, in their order; the first that does not hold is told."""
    if is_blank(tenant):
        return Grade(Outcome.NOT_ATTEMPTED, "Not attempted yet.")
    if not isinstance(tenant, Tenant):
        return Grade(Outcome.WRONG, f"Hand in the tenant itself; this is a {type(tenant).__name__}.")
    found = None if is_blank(evidence) else evidence
    if task.untouched is not None and value(task.untouched, tenant, found):
        return Grade(Outcome.NOT_ATTEMPTED, "Not attempted yet.")
    known: dict[str, Any] = {}
    for name, expression in task.given.items():
        known[name] = value(expression, tenant, found, known)
    for condition in task.conditions:
        if not value(condition.holds, tenant, found, known):
            so_far = " Your evidence is right." if _evidence_is_right(task, tenant, found, known) else ""
            return Grade(Outcome.WRONG, f"Not yet.{so_far}", (Rung("state", condition.otherwise),))
    return RIGHT


def _evidence_is_right(task: Task, tenant: Tenant, evidence: Any, known: Mapping[str, Any]) -> bool:
    """Whether everything that the task asks of the evidence holds, and would not hold of just anything."""
    about_it = [condition for condition in task.conditions if re.search(r"\bevidence\b", condition.holds)]
    try:
        holds = all(value(condition.holds, tenant, evidence, known) for condition in about_it)
    except Exception:  # a condition may rest on those before it, and one of them does not hold
        return False
    return (
        evidence is not None and holds and not all(_holds_of_nonsense(each.holds, tenant, known) for each in about_it)
    )


def _holds_of_nonsense(expression: str, tenant: Tenant, known: Mapping[str, Any]) -> bool:
    try:
        return bool(value(expression, tenant, _NONSENSE, known))
    except Exception:  # it is no evidence of the kind that was asked for
        return False


def value(expression: str, tenant: Tenant, evidence: Any = None, known: Mapping[str, Any] | None = None) -> Any:
    """What an expression of a task says about a tenant; `known` are the names that the task gives."""
    names = {**(known or {}), "__builtins__": SAFE, "tenant": tenant, "evidence": evidence}
    return eval(expression, names)


def begin(task: Task, tenant: Tenant) -> None:
    """Bring the tenant to where the task begins; done again, the task begins anew."""
    if tenant in _starts:
        tenant.restore(_starts[tenant])
    else:
        _starts[tenant] = tenant.snapshot()
    act(task.before, tenant)


def act(actions: Iterable[Action], tenant: Tenant) -> None:
    """Do operations of the tenant one after another. Raises what they raise."""
    for action in actions:
        room, operation = action.do.split(".")
        getattr(tenant.rooms[room], operation)(**action.arguments)
