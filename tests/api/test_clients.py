"""What `pivotlab serve` prints can be pasted into the shell that people have."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys

import pytest

from pivotlab.api import Server
from pivotlab.api.clients import POSIX, POWERSHELL, instructions
from pivotlab.tenant import Tenant


def lines_of(told: str, section: str) -> list[str]:
    """The lines of a section, without their indentation."""
    return [line.strip() for line in told.split(f"\n{section}", 1)[1].split("\n\n", 1)[0].splitlines()[1:]]


@pytest.mark.skipif(sys.platform == "win32" or not shutil.which("curl"), reason="needs a POSIX shell and curl")
def test_the_curl_lines_work_as_they_stand(server: Server, tenant: Tenant) -> None:
    certificate, token, *calls = lines_of(instructions(server, tenant, POSIX), "curl")
    key = next(line.split()[-1] for line in instructions(server, tenant).splitlines() if "pivotlab-contributor" in line)
    for call in calls:
        script = f"{certificate}; {token.replace('...', shlex.quote(key))}; {call} --silent --show-error"
        done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=60, check=True)
        assert "error" not in json.loads(done.stdout)


def test_windows_gets_lines_for_its_own_shell(server: Server, tenant: Tenant) -> None:
    told = instructions(server, tenant, POWERSHELL)
    assert "export " not in told
    assert f'$env:SSL_CERT_FILE = "{server.ca_file}"' in told
    assert lines_of(told, "curl")[-1].startswith("curl.exe --cacert $env:SSL_CERT_FILE -H")
