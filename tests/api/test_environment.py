"""Environment variables and one file are all it takes to point a process at the tenant."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pivotlab.api import Server, serve_in_thread
from pivotlab.api.environment import prepare, variables
from pivotlab.tenant import Tenant
from pivotlab.tenant.identifiers import WORKSPACE_ID


def test_the_settings_are_those_that_msticpy_reads(server: Server) -> None:
    named = variables(server)
    settings = yaml.safe_load(Path(named["MSTICPYCONFIG"]).read_text())
    assert settings["Azure"]["resource_manager_url"] == server.url
    assert settings["AzureSentinel"]["Workspaces"]["Default"]["WorkspaceId"] == WORKSPACE_ID
    assert settings["DataProviders"]["MicrosoftDefender"]["Args"]["apiRoot"] == f"{server.url}/"


def test_only_our_certificate_authority_is_trusted(server: Server) -> None:
    named = variables(server)
    assert named["SSL_CERT_FILE"] == named["REQUESTS_CA_BUNDLE"] == str(server.ca_file)
    assert server.ca_file.read_text().count("BEGIN CERTIFICATE") == 1


def test_preparing_sets_the_variables_and_removes_pytests(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*variables(server), "TLDEXTRACT_CACHE", "BOKEH_RESOURCES", "BOKEH_ROOTDIR", "PYTEST_CURRENT_TEST"]:
        monkeypatch.setenv(name, "before")
    prepare(server)
    assert os.environ["IDENTITY_ENDPOINT"] == f"{server.url}/msi/token"
    assert os.environ["IDENTITY_HEADER"] == server.identities.identity_header
    assert "PYTEST_CURRENT_TEST" not in os.environ
    assert os.environ["BOKEH_RESOURCES"] == "before", "what the user has chosen for Bokeh stays"


def test_the_settings_go_away_with_the_server(tenant: Tenant) -> None:
    with serve_in_thread(tenant) as server:
        config = Path(variables(server)["MSTICPYCONFIG"])
        assert config.exists()
    assert not config.exists()


def test_importing_the_package_loads_nothing_that_takes_time() -> None:
    code = "import sys, pivotlab; print(*{name.split('.')[0] for name in sys.modules} - sys.stdlib_module_names)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {
        "pandas",
        "numpy",
        "duckdb",
        "pydantic",
        "starlette",
        "msticpy",
        "matplotlib",
    }
