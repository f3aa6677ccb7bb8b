"""What a learner waits for, each in a process of its own: `python tests/bench/waiting.py [--times 5]`.

Prints wall seconds and processor seconds of the best of several runs, beside the bar; what else the machine does only
ever adds to a run. Exits with 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

from pivotlab.places import ROOT

TIMED = """
import json, time
{before}
began, used = time.perf_counter(), time.process_time()
{awaited}
print(json.dumps([time.perf_counter() - began, time.process_time() - used]))
"""
FIRST_RESULT = """
import pivotlab as lab
tenant = lab.open_tenant()
import msticpy as mp
hunting = mp.QueryProvider("M365DGraph")
hunting.connect()
hunting.exec_query("AlertInfo | take 3")
"""
CARD = "import pivotlab as lab; lab.quiz('05-direction')"
CHECK = "lab.check('05-who-clicked', 'UrlClickEvents | take 3')"
WAITS = {
    "import pivotlab": (0.3, "", "import pivotlab"),
    "from kernel to the first msticpy result": (6.0, "", FIRST_RESULT),
    "a card, the first one in a notebook": (None, "import ipykernel.kernelapp", CARD),
    "a card": (0.1, CARD, "lab.quiz('05-latest-row')"),
    "a check of a KQL task on both seeds, first of all": (1.5, "", f"import pivotlab as lab; {CHECK}"),
    "a check of a KQL task on both seeds": (1.5, f"import pivotlab as lab; {CHECK}", CHECK),
    "start.py setup with nothing to do": (
        1.0,
        "import subprocess, sys",
        f"subprocess.run([sys.executable, {str(ROOT / 'start.py')!r}, 'setup'], check=True, capture_output=True)",
    ),
}
"""What is waited for: the bar in wall seconds, what happens before, and the wait itself."""


def main() -> int:
    """Print one line for each wait; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    missed = 0
    times = parser.parse_args().times
    for name, (bar, before, awaited) in WAITS.items():
        program = TIMED.format(before=before, awaited=awaited)
        said = [subprocess.check_output([sys.executable, "-c", program], text=True) for _ in range(times)]
        runs = [json.loads(lines.splitlines()[-1]) for lines in said]
        wall, used = (min(run[place] for run in runs) for place in (0, 1))
        late = bar is not None and wall > bar
        missed += late
        told = "no bar" if bar is None else f"bar {bar:g} s{', MISSED' if late else ''}"
        print(f"{name:52} {wall:6.3f} s ({used:.3f} s of CPU), {told}")  # noqa: T201
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
