"""`lab`, `reset`, `doctor` and `test`: what `start.py` hands over, once the environment is there."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from typing import Any

from rich.console import Console

from pivotlab.places import ROOT, my_work

CONSOLE = Console(soft_wrap=True, highlight=False, markup=False)


def add_commands(commands: Any) -> None:
    """Add the lab's commands to a command line."""
    lab = commands.add_parser("lab", help="open JupyterLab on my-work")
    lab.add_argument("--no-browser", action="store_true", help="only serve; the address to open is printed")
    lab.add_argument("--port", type=int, metavar="N", help="listen on this loopback port; else the first free one")
    lab.set_defaults(run=_lab)
    reset = commands.add_parser("reset", help="put your copy of a lesson aside and lay out a fresh one")
    reset.add_argument("lesson", help="how its name begins, such as 05 or L3")
    reset.set_defaults(run=_reset)
    doctor = commands.add_parser("doctor", help="say what works on this machine")
    doctor.set_defaults(run=_doctor)
    # No character begins an option here: all of them are pytest's.
    test = commands.add_parser("test", help="run every check", prefix_chars="\0", add_help=False)
    test.add_argument("pytest_arguments", nargs="*", help="handed to pytest")
    test.set_defaults(run=_test)


def _lab(arguments: argparse.Namespace) -> int:
    from pivotlab.lab import notebook_server as server
    from pivotlab.lab.workbench import Workbench

    try:
        port = server.choose_port(arguments.port)
    except server.PortInUseError as problem:
        return _complain(str(problem))
    bench = Workbench(ROOT, my_work().resolve())
    try:
        laid = bench.lay_out()
    except OSError as problem:
        return _complain(
            f"{problem.filename or bench.mine}: {problem.strerror}. To see why, type: python start.py doctor"
        )
    for edited, newer in laid.beside.items():
        CONSOLE.print(f"pivotlab: {edited} has changed. Your copy stays as it is; the newer version is {newer}")
    server.keep_settings_in(bench.mine / ".pivotlab")
    server.trust([bench.mine / place for place in (*laid.fresh, *laid.beside.values()) if place.endswith(".ipynb")])
    CONSOLE.print(f"pivotlab: opening {bench.mine} on port {port}. To stop, press Ctrl+C here.")
    server.serve(bench.mine, bench.first(), port, browser=not arguments.no_browser)
    return 0


def _reset(arguments: argparse.Namespace) -> int:
    from pivotlab.lab.workbench import UnknownLessonError, Workbench

    bench = Workbench(ROOT, my_work())
    try:
        fresh, aside = bench.reset(arguments.lesson, datetime.now())
    except UnknownLessonError as problem:
        return _complain(str(problem))
    if aside:
        CONSOLE.print(f"pivotlab: your copy is kept as {bench.mine / aside}")
    CONSOLE.print(
        f"pivotlab: {bench.mine / fresh} is fresh. If it is open, close it without saving, then open it again."
    )
    return 0


def _doctor(_: argparse.Namespace) -> int:
    from pivotlab.lab.doctor import examine

    findings = examine()
    for finding in findings:
        CONSOLE.print(str(finding))
    return int(any(finding.remedy for finding in findings))


def _test(arguments: argparse.Namespace) -> int:
    from pivotlab.lab.suite import run

    return run(arguments.pytest_arguments)


def _complain(sentence: str) -> int:
    sys.stderr.write(f"pivotlab: {sentence}\n")
    return 2
