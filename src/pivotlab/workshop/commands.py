"""`pivotlab cohort`: where a class stands."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add_commands(commands: Any) -> None:
    """Add this room's command to the command line."""
    shown = commands.add_parser("cohort", help="show where a class stands, from the progress files it handed in")
    shown.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="progress files, or folders of them")
    shown.set_defaults(run=_cohort)


def _cohort(arguments: argparse.Namespace) -> int:
    from pivotlab.workshop.cohort import CohortError, cohort

    try:
        sys.stdout.write(f"{cohort(arguments.paths)!r}\n")
    except CohortError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0
