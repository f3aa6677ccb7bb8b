"""Every fault shows, has one fix that suffices, and wrong fixes that do not help."""

from __future__ import annotations

from pathlib import Path

import pytest

from pivotlab.tenant import NotFound, Tenant, TenantError
from pivotlab.tenant.faults import Step, read_faults
from pivotlab.tenant.probes import PROBES
from pivotlab.tenant.rules import RulesError

FAULTS = list(read_faults())


def test_every_fault_has_a_probe() -> None:
    assert set(FAULTS) == set(PROBES)
    assert len(FAULTS) == 8


def attempt(tenant: Tenant, steps: tuple[Step, ...]) -> bool:
    """Try a remedy, as a learner does; whether the tenant did all of it."""
    try:
        for step in steps:
            room, operation = step.do.split(".")
            getattr(tenant.rooms[room], operation)(**step.arguments)
    except TenantError:
        return False
    return True


@pytest.mark.parametrize("fault_id", FAULTS)
def test_a_fault_shows_wrong_fixes_do_not_help_and_the_fix_suffices(tenant: Tenant, fault_id: str) -> None:
    fault = tenant.faults.inject(fault_id)
    assert not tenant.faults.mended(fault_id)
    assert len(fault.wrong) >= 2
    broken = tenant.snapshot()
    for wrong in fault.wrong:
        attempt(tenant, wrong.steps)
        assert not tenant.faults.mended(fault_id), wrong.why
        tenant.restore(broken)
    assert attempt(tenant, fault.fix)
    assert tenant.faults.mended(fault_id)


@pytest.mark.parametrize("fault_id", ["connector-off", "table-not-streamed", "wrong-workspace", "role-missing"])
def test_what_a_fault_breaks_works_before(tenant: Tenant, fault_id: str) -> None:
    assert tenant.faults.mended(fault_id)


def test_trying_out_leaves_the_tenant_as_it_was(tenant: Tenant) -> None:
    before = (tenant.now, tenant.timeline(), len(tenant.logs("SecurityIncident")))
    tenant.faults.mended("connector-off")
    assert tenant.now == before[0]
    assert tenant.timeline().equals(before[1])
    assert len(tenant.logs("SecurityIncident")) == before[2]


def test_a_fault_that_does_not_exist_is_answered_with_those_that_do(tenant: Tenant) -> None:
    with pytest.raises(NotFound, match="connector-off"):
        tenant.faults.inject("coffee")


def test_a_file_that_does_not_fit_is_refused_with_its_name_and_the_entry(tmp_path: Path) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text("- {id: x, title: t, symptom: s, facts: [a], inject: [{do: nothing}], fix: [], wrong: []}")
    with pytest.raises(RulesError, match=r"faults.yaml: entry 0\.inject\.0\.do"):
        read_faults(file)
