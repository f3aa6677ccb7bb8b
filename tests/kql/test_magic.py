"""`%%kql`, in a shell as notebooks have it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from pivotlab.kql import Engine
from pivotlab.kql.magic import offer


class _Tenant:
    """As much of a tenant as a cell asks."""

    url = "https://127.0.0.1:1"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def hunt(self, kql: str) -> pd.DataFrame:
        return self._engine.run(kql)

    def logs(self, kql: str) -> pd.DataFrame:
        return self._engine.run(f"{kql} | extend From = 'Logs'")


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


@pytest.fixture
def tenant(shell: InteractiveShell, engine: Engine) -> _Tenant:
    tenant = _Tenant(engine)
    offer(tenant)
    return tenant


def test_the_rows_are_shown_and_kept_under_the_name(shell: InteractiveShell, tenant: _Tenant) -> None:
    shown = shell.run_cell_magic("kql", "found", "SigninLogs | count")
    assert shown["Count"][0] == 5
    pd.testing.assert_frame_equal(shell.user_ns["found"], shown)
    assert shell.run_cell_magic("kql", "", "print a = 1")["a"][0] == 1


def test_logs_are_asked_when_the_cell_says_so(shell: InteractiveShell, tenant: _Tenant) -> None:
    assert shell.run_cell_magic("kql", "--logs found", "print a = 1")["From"][0] == "Logs"
    assert "found" in shell.user_ns


def test_what_is_wrong_is_printed_and_the_name_keeps_what_it_had(
    shell: InteractiveShell, tenant: _Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.push({"found": 7})
    assert shell.run_cell_magic("kql", "found", "SigninLog | count") is None
    assert "Did you mean SigninLogs?" in capsys.readouterr().out
    assert shell.run_cell_magic("kql", "two names", "print 1") is None
    assert "Write %%kql" in capsys.readouterr().out
    tenant.url = ""
    assert shell.run_cell_magic("kql", "found", "print 1") is None
    assert "open_tenant()" in capsys.readouterr().out
    assert shell.user_ns["found"] == 7


def test_nothing_is_registered_where_no_notebook_is(engine: Engine) -> None:
    InteractiveShell.clear_instance()
    offer(_Tenant(engine))
