"""`pivotlab ...` and `python -m pivotlab ...`: composes the commands of the rooms and does nothing else."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

COMMANDS = (
    "lab.commands",
    "api.commands",
    "learn.commands",
    "learn.reviews.commands",
    "learn.interviews.commands",
    "workshop.commands",
    "tenant.commands",
    "facts.commands",
    "scenarios.commands",
    "course_build.commands",
    "handbook.commands",
)
"""Where commands live. Each offers `add_commands(commands)` and imports what a command needs when it runs."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit codes: 0 fine, 1 a check failed, 2 wrong input, 130 interrupted."""
    parsed = parser().parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    whole = argparse.ArgumentParser(prog="pivotlab", description="A practice tenant of Defender XDR and Sentinel.")
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in COMMANDS:
        import_module(f"pivotlab.{module}").add_commands(commands)
    return whole
