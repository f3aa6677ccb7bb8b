"""`pivotlab progress` and `pivotlab questions`: where a learner stands, and whether the question bank is sound."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any


def add_commands(commands: Any) -> None:
    """Add this room's commands to the command line."""
    shown = commands.add_parser("progress", help="show where you stand, by topic")
    shown.add_argument("--merge", type=Path, metavar="FILE", help="add the events of another progress file first")
    shown.set_defaults(run=_progress)


def _progress(arguments: argparse.Namespace) -> int:
    from pivotlab.learn.dashboard import progress
    from pivotlab.learn.progress_log import SaveError, log

    if arguments.merge is not None:
        try:
            count = log().merge(arguments.merge)
        except SaveError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        sys.stdout.write(f"Added {count} events from {arguments.merge.name}.\n\n")
    sys.stdout.write(f"{progress()!r}\n")
    return 0
