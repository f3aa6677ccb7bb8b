"""The page on one's own workspace: its settings and its setup cell work, against a served tenant in place of Azure."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

from pivotlab.api.environment import settings, variables
from pivotlab.api.server import serve_in_thread
from pivotlab.facts import read_facts
from pivotlab.places import ROOT
from pivotlab.tenant import Tenant

PAGE = (ROOT / "docs" / "own-workspace.md").read_text(encoding="utf-8")
ASK = """
print(len(workspace.exec_query("SecurityIncident | take 3")), len(hunting.exec_query("AlertInfo | take 3")))
print((provider.query_time.end - provider.query_time.start).days)
"""


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1]


def test_the_setup_cell_reaches_a_tenant_through_the_settings_of_the_page(tmp_path: Path) -> None:
    with Tenant.open() as tenant, serve_in_thread(tenant) as server:
        ours, written = settings(server), yaml.safe_load(block("yaml"))
        known, asked = (one["AzureSentinel"]["Workspaces"]["Default"] for one in (ours, written))
        assert asked.keys() == known.keys()
        asked |= known
        written["DataProviders"]["MicrosoftDefender"]["Args"] |= ours["DataProviders"]["MicrosoftDefender"]["Args"]
        written["Azure"] |= ours["Azure"]  # what stands in for Azure, and a way to sign in without a person
        config = tmp_path / "msticpyconfig.yaml"
        config.write_text(yaml.safe_dump(written), encoding="utf-8")
        environment = {**os.environ, **variables(server), "MSTICPYCONFIG": str(config)}
        environment.pop("PYTEST_CURRENT_TEST", None)
        done = subprocess.run(
            [sys.executable, "-c", block("python") + ASK], env=environment, capture_output=True, text=True, check=False
        )
    assert done.stdout.splitlines()[-2:] == ["3 3", "30"], done.stderr


def test_every_fact_on_the_page_is_in_the_ledger() -> None:
    assert set(re.findall(r"fact `([^`]+)`", PAGE)) <= read_facts().keys()
