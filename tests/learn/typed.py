"""What a command of `pivotlab.learn` does when it is typed."""

from __future__ import annotations

import argparse

from pivotlab.learn import commands


def run(*arguments: str) -> int:
    """Its exit code."""
    parser = argparse.ArgumentParser()
    commands.add_commands(parser.add_subparsers())
    parsed = parser.parse_args(arguments)
    code: int = parsed.run(parsed)
    return code
