"""Every task on the tenant's state: the start, the right ways, the tempting ones with the sentence that catches each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from pivotlab.learn import check
from pivotlab.learn.grading.conditions import Action
from pivotlab.learn.grading.state import act, grade_state, value
from pivotlab.learn.grading.task import LEAST_TEMPTING, Task, tasks
from pivotlab.learn.outcome import Outcome
from pivotlab.tenant import Tenant, TenantError

RIGHT: dict[str, list[Any]] = yaml.safe_load(Path(__file__).with_name("right_states.yaml").read_text(encoding="utf-8"))
STATES = {name: asked for name, asked in tasks().items() if asked.kind == "state"}
FEW_WAYS: frozenset[str] = frozenset()
"""Tasks on a state for which there are fewer than five right ways, or fewer than eight tempting ones."""


@pytest.fixture(scope="module")
def begun() -> Iterator[Any]:
    """`begun(task)`: a tenant that stands where the task begins; each is opened once and put back."""
    tenants: dict[str, Tenant] = {}
    fresh: dict[str, Any] = {}
    starts: dict[str, Any] = {}

    def at(asked: Task) -> Tenant:
        if asked.start not in tenants:
            tenants[asked.start] = Tenant.open(connected=asked.start == "connected")
            fresh[asked.start] = tenants[asked.start].snapshot()
        tenant = tenants[asked.start]
        if asked.id not in starts:
            tenant.restore(fresh[asked.start])
            act(asked.before, tenant)
            starts[asked.id] = tenant.snapshot()
        tenant.restore(starts[asked.id])
        return tenant

    yield at
    for tenant in tenants.values():
        tenant.close()


def go(tenant: Tenant, steps: Iterable[Action], evidence: str | None = None) -> Any:
    """Walk a way; what the tenant refuses changes nothing, and the next step is tried all the same."""
    for step in steps:
        with suppress(TenantError):
            act([step], tenant)
    return None if evidence is None else value(evidence, tenant)


def numbered(lists: dict[str, Any]) -> list[tuple[str, int]]:
    return [(name, number) for name, found in lists.items() for number in range(len(found))]


def test_every_state_has_enough_ways() -> None:
    assert set(RIGHT) == set(STATES)
    few = {name for name in STATES if len(RIGHT[name]) < 5 or len(STATES[name].tempting) < LEAST_TEMPTING}
    assert few == FEW_WAYS


@pytest.mark.parametrize("task_id", STATES)
def test_an_untouched_tenant_is_not_attempted(task_id: str, begun: Any) -> None:
    result = check(task_id, begun(STATES[task_id]))
    assert result.outcome == Outcome.NOT_ATTEMPTED
    assert result.headline == "Not attempted yet." and result.advice == STATES[task_id].prompt


@pytest.mark.parametrize("task_id", STATES)
def test_the_solution_runs_as_it_stands_and_is_right(task_id: str, begun: Any) -> None:
    names: dict[str, Any] = {"tenant": begun(STATES[task_id])}
    exec(STATES[task_id].solution, names)
    check(task_id, names["tenant"], names.get("evidence")).expect("right")


@pytest.mark.parametrize(("task_id", "number"), numbered(RIGHT))
def test_a_right_way_is_right(task_id: str, number: int, begun: Any) -> None:
    way = RIGHT[task_id][number]
    way = way if isinstance(way, dict) else {"steps": way}
    tenant = begun(STATES[task_id])
    evidence = go(tenant, [Action.model_validate(step) for step in way["steps"]], way.get("evidence"))
    found = grade_state(STATES[task_id], tenant, evidence)
    assert found.outcome == Outcome.RIGHT, found


@pytest.mark.parametrize(("task_id", "number"), numbered({name: asked.tempting for name, asked in STATES.items()}))
def test_a_tempting_way_is_wrong_and_caught_by_its_sentence(task_id: str, number: int, begun: Any) -> None:
    tempting = STATES[task_id].tempting[number]
    tenant = begun(STATES[task_id])
    evidence = go(tenant, tempting.steps or [], tempting.evidence)
    found = grade_state(STATES[task_id], tenant, evidence)
    assert found.outcome == Outcome.WRONG
    assert [rung.sentence for rung in found.rungs] == [tempting.hint]


def test_grading_leaves_the_tenant_as_it_was(begun: Any) -> None:
    tenant = begun(STATES["L1-azure-connected"])
    go(tenant, STATES["L1-azure-connected"].tempting[0].steps or [])
    before = (tenant.now, len(tenant.timeline()), len(tenant.sentinel.records), tenant.connector.streamed)
    check("L1-azure-connected", tenant).expect("wrong")
    assert (tenant.now, len(tenant.timeline()), len(tenant.sentinel.records), tenant.connector.streamed) == before
