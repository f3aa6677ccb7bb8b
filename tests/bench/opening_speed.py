"""How fast the practice tenant opens: `python tests/bench/opening_speed.py [BUNDLE] [--times 7]`.

Bar: 0.5 s or less for `Tenant.open()` on the bundled data, in a process that has done nothing before. The imports are
told apart, because a notebook has paid for most of them already. The best of several processes counts: what else the
machine does only ever adds to it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from pivotlab.places import DATA

SECONDS = 0.5
FRESH = """
import json, sys, time
started, used = time.perf_counter(), time.process_time()
from pathlib import Path
from pivotlab.tenant import Tenant
imported, bought = time.perf_counter(), time.process_time()
with Tenant.open(Path(sys.argv[1])):
    opened, paid = time.perf_counter(), time.process_time()
print(json.dumps([imported - started, bought - used, opened - imported, paid - bought]))
"""


def main() -> int:
    """Print the best wall and CPU times; 1 when the bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", nargs="?", type=Path, default=DATA)
    parser.add_argument("--times", type=int, default=7)
    arguments = parser.parse_args()
    command = [sys.executable, "-c", FRESH, str(arguments.bundle)]
    runs = [json.loads(subprocess.check_output(command)) for _ in range(arguments.times)]
    imports, bought, opening, paid = (min(run[i] for run in runs) for i in range(4))
    print(f"opening {opening:.2f} s ({paid:.2f} s of CPU), after imports of {imports:.2f} s ({bought:.2f} s of CPU)")  # noqa: T201
    return 0 if opening <= SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
