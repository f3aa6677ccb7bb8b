"""`pivotlab.open_tenant()`: the same in a script as in a notebook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import pivotlab

SCRIPT = """
import json, os, ssl, urllib.request
import pivotlab
{body}
"""


def run(body: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SCRIPT.format(body=body)],
        capture_output=True,
        text=True,
        timeout=120,
        env=dict(os.environ),
    )


def test_a_tenant_is_served_until_it_is_closed() -> None:
    done = run(
        "tenant = pivotlab.open_tenant()\n"
        "url, trust = tenant.url, ssl.create_default_context(cafile=os.environ['SSL_CERT_FILE'])\n"
        "answer = urllib.request.urlopen(url + '/metadata/endpoints', context=trust)\n"
        "tenant.close()\n"
        "print(json.dumps([json.load(answer)['resourceManager'], url, tenant.url, os.path.exists(os.environ['MSTICPYCONFIG'])]))"
    )
    assert done.returncode == 0, done.stderr
    manager, url, after, config_is_there = json.loads(done.stdout)
    assert manager == f"{url}/"
    assert (after, config_is_there) == ("", False)


def test_a_script_that_forgets_to_close_ends_cleanly_and_leaves_nothing() -> None:
    done = run("tenant = pivotlab.open_tenant()\nprint(os.path.dirname(os.environ['MSTICPYCONFIG']))")
    assert (done.returncode, done.stderr) == (0, "")
    assert not Path(done.stdout.strip()).exists()


def test_two_tenants_do_not_know_each_other() -> None:
    done = run(
        "one, two = pivotlab.open_tenant(), pivotlab.open_tenant(connected=False)\n"
        "one.advance(minutes=5)\n"
        "print(json.dumps([one.url != two.url, str(one.now - two.now), len(two.sentinel.records)]))"
    )
    assert json.loads(done.stdout) == [True, "0:05:00", 0]


def test_the_package_offers_what_it_says_and_nothing_else() -> None:
    assert set(dir(pivotlab)) == set(pivotlab.__all__)
    for name in pivotlab.__all__:
        assert callable(getattr(pivotlab, name))
    with pytest.raises(AttributeError, match=r"pivotlab has no 'opne_tenant'; it offers .*open_tenant"):
        _ = pivotlab.opne_tenant  # type: ignore[attr-defined]


def test_a_notebook_asks_the_tenant_that_was_opened_last() -> None:
    done = run(
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "with pivotlab.open_tenant():\n"
        "    frame = shell.run_cell_magic('kql', 'found', 'DeviceInfo | take 3')\n"
        "    logs = shell.run_cell_magic('kql', '--logs', 'SigninLogs | take 2')\n"
        "print(json.dumps([len(frame), len(shell.user_ns['found']), len(logs)]))"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [3, 3, 2]
