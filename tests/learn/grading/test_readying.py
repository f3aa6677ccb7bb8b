"""The first check of a notebook answers at once, because what it needs was loaded while the learner read."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys, threading, types
import pivotlab as lab
from pivotlab.learn.grading import readying

readying.PAUSE = 0
lab.quiz("05-direction")
print("terminal:", "duckdb" in sys.modules or any(isinstance(t, threading.Timer) for t in threading.enumerate()))
sys.modules["ipykernel.kernelapp"] = types.ModuleType("ipykernel.kernelapp")
lab.quiz("05-direction")
for thread in threading.enumerate():
    if isinstance(thread, threading.Timer):
        thread.join(60)
from pivotlab.learn.grading.ground import FIRST
print("kernel:", all((FIRST, "defender") in ground._known for ground in readying.ready()))
"""


def test_a_kernel_loads_the_engine_behind_the_first_card_and_a_terminal_does_not() -> None:
    said = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120, check=False)
    assert said.stdout.splitlines() == ["terminal: False", "kernel: True"], said.stderr
