"""The test command: unit tests, every committed notebook against its stored outputs, and the browser journeys.

All of it is one pytest run, so that the workers share the load and there is one summary to read.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from pivotlab.lab.notebook_server import keep_settings_in
from pivotlab.places import ROOT

PARTS = ("tests", "notebooks", "labs")
CELL_SECONDS = 120


def run(arguments: list[str]) -> int:
    """Run pytest in a folder of its own for settings and progress. Returns pytest's exit code, 0 when all pass.

    `arguments` go to pytest; a path among them takes the place of the whole suite.
    """
    with tempfile.TemporaryDirectory(prefix="pivotlab-test-") as folder:
        keep_settings_in(Path(folder))
        guard = str(ROOT / "tests" / "guard")
        os.environ["PIVOTLAB_WORK"] = str(Path(folder) / "my-work")
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [guard, os.environ.get("PYTHONPATH")]))
        return subprocess.run([sys.executable, "-m", "pytest", *options(arguments)], cwd=ROOT, check=False).returncode


def options(arguments: list[str]) -> list[str]:
    """What pytest is told: notebooks strictly compared, each notebook on one worker."""
    return [
        # One more than there are cores: a worker often waits, for a kernel or for the browser.
        f"--numprocesses={min((os.cpu_count() or 1) + 1, 8)}",
        "--dist=loadfile",
        "--no-loadscope-reorder",  # files as they stand: the long journeys early, the short notebooks last
        "--nbval",
        "--nbval-current-env",
        f"--nbval-cell-timeout={CELL_SECONDS}",
        f"--nbval-sanitize-with={ROOT / 'tests' / 'notebooks' / 'sanitize.cfg'}",
        "-p",
        "notebook_folders",
        *arguments,
        *([] if any(_is_path(argument) for argument in arguments) else _present()),
    ]


def _is_path(argument: str) -> bool:
    return not argument.startswith("-") and (ROOT / argument.split("::")[0]).exists()


def _present() -> list[str]:
    """The parts of the suite that the checkout has."""
    return [part for part in PARTS if (ROOT / part).is_dir()]
