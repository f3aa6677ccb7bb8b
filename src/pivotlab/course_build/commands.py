"""`pivotlab course build` and `pivotlab course drift`."""

from __future__ import annotations

import argparse
from typing import Any

from rich.console import Console


def add_commands(commands: Any) -> None:
    """Add the `course` commands to the command line."""
    course = commands.add_parser("course", help="build the notebooks from their text sources").add_subparsers(
        required=True
    )
    build = course.add_parser("build", help="run the notebooks and store their outputs")
    build.add_argument(
        "names", nargs="*", metavar="NAME", help="start of a source's name, such as 05 or L2; all without one"
    )
    build.set_defaults(run=_build)
    drift = course.add_parser("drift", help="list the notebooks that do not follow from their source")
    drift.set_defaults(run=_drift)


def _build(arguments: argparse.Namespace) -> int:
    from rich.progress import track

    from pivotlab.course_build.build import build
    from pivotlab.course_build.source import targets

    console = Console()
    chosen = [t for t in targets() if not arguments.names or t.source.stem.startswith(tuple(arguments.names))]
    if not chosen:
        console.print(f"No source in course/ starts with {' or '.join(arguments.names)}.")
        return 2
    for target in track(chosen, description="Running notebooks", console=console):
        build(target)
        console.print(f"built {target.path.relative_to(target.source.parents[1])}")
    return 0


def _drift(arguments: argparse.Namespace) -> int:
    from pivotlab.course_build.build import drift

    complaints = drift()
    for complaint in complaints:
        Console().print(f"{complaint} Type: pivotlab course build")
    return 1 if complaints else 0
