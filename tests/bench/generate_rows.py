"""How fast rows are generated and verified: `python tests/bench/generate_rows.py [--rows N] [--verify N] [--out DIR]`.

Bars, on two cores: 10,000,000 rows with every incident in 4 minutes or less and within 2 GB of memory; a generated set of
5,000,000 rows passes `pivotlab data verify`. Each step is the command itself in a process of its own. A large bundle has
about 7 % fewer rows than it was asked for: people sign in to their computers no more often than they come to work.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS, MINUTES, GIGABYTES = 10_000_000, 4, 2


def measured(*command: str) -> tuple[float, float, float]:
    """Wall and CPU seconds, and the peak of memory in GB, of a `pivotlab` command. Exits when the command fails."""
    started = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-m", "pivotlab", *command])
    _, status, used = os.wait4(child.pid, 0)
    if code := os.waitstatus_to_exitcode(status):
        sys.exit(code)
    return time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6


def main() -> int:
    """Print a line for each step; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_800_000)
    parser.add_argument("--verify", type=int, default=5_400_000)
    parser.add_argument("--out", type=Path, help="where to write; default: a folder that is removed afterwards")
    arguments = parser.parse_args()
    met = True
    with tempfile.TemporaryDirectory() as folder:
        out = arguments.out or Path(folder)
        for rows, steps in ((arguments.rows, ("generate",)), (arguments.verify, ("generate", "verify"))):
            target = str(out / str(rows))
            for step in steps if rows else ():
                options = ("--rows", str(rows), "--out", target) if step == "generate" else (target,)
                wall, cpu, memory = measured("data", step, *options)
                written = sum(json.loads((Path(target) / "manifest.json").read_text(encoding="utf-8"))["rows"].values())
                print(f"{step} {written:,} rows: {wall:.0f} s, {cpu:.0f} s of CPU, {memory:.2f} GB at most")  # noqa: T201
                if rows == arguments.rows:
                    met = wall <= 60 * MINUTES and memory <= GIGABYTES and written >= ROWS
    print("The bars are met." if met else f"Missed: {MINUTES} minutes and {GIGABYTES} GB.")  # noqa: T201
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
